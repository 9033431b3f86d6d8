-- traits.customer: Traits and the wide table of every customer.
-- After: profile.customer, source.web

-- The latest value of each identifier type.
create table "cdp_scratch"."latest_customer__scratch" as
with "ordered" as (
  select
    "customer_id",
    "identifier",
    "strength",
    "value",
    lag("strength") over (
      partition by "customer_id"
      order by "strength", "last_seen_at" desc nulls last, "value"
    ) as "strength_before"
  from "cdp_internal"."identifiers_customer__next"
)
select
  "customer_id",
  max(case when "identifier" = 'shop_id' then "value" end) as "shop_id",
  max(case when "identifier" = 'email' then "value" end) as "email",
  max(case when "identifier" = 'phone' then "value" end) as "phone",
  max(case when "identifier" = 'anonymous_id' then "value" end) as "anonymous_id"
from "ordered"
where "strength_before" is null or "strength_before" <> "strength"
group by "customer_id";

-- Traits of each customer from web, in one pass.
create table "cdp_scratch"."pass_customer_1__scratch" as
with "rows" as (
  select
    "i1"."customer_id" as "customer_id",
    'web' as "row_source",
    "r"."record_key" as "row_key",
    "r"."occurred_at" as "row_time",
    "r"."event" as "row_event",
    "r"."prop__amount" as "field__amount"
  from "cdp_internal"."rows_of__customer__web__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = coalesce("r"."node__customer__email__1", "r"."node__customer__anonymous_id__1")
  where "i1"."customer_id" is not null
)
select
  "customer_id",
  count(case when coalesce("row_event" = 'page_viewed', false)
    and coalesce("row_time" > $as_of - interval '90' day and "row_time" <= $as_of, false) then 1 end) as "value__page_views_90d",
  cast(sum(case when coalesce("field__amount" > cast('0' as bigint), false) then "field__amount" end) as decimal(38,9)) as "sum__spent",
  count(case when coalesce("row_event" = 'order_completed', false) then 1 end) as "value__orders"
from "rows"
group by "customer_id";

-- favourite_page: most frequent of page.
create table "cdp_scratch"."counted_customer_favourite_page__scratch" as
with "rows" as (
  select
    "i1"."customer_id" as "customer_id",
    'web' as "row_source",
    "r"."record_key" as "row_key",
    "r"."occurred_at" as "row_time",
    "r"."event" as "row_event",
    "r"."prop__page" as "field__page"
  from "cdp_internal"."rows_of__customer__web__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = coalesce("r"."node__customer__email__1", "r"."node__customer__anonymous_id__1")
  where "i1"."customer_id" is not null
), "counted" as (
  select
    "customer_id",
    "field__page" as "value",
    row_number() over (
      partition by "customer_id"
      order by count(*) desc, max("row_time") desc nulls last, "field__page"
    ) as "place"
  from "rows"
  where "field__page" is not null
  group by "customer_id", "field__page"
)
select
  "customer_id",
  max(case when "place" = 1 then "value" end) as "favourite_page"
from "counted"
group by "customer_id";

-- All that is known of each customer: identifiers, golden values, traits.
create table "cdp_internal"."profiles_customer__next" as
with "level_0" as (
  select
    "c"."customer_id",
    "l"."shop_id",
    "l"."email",
    "l"."phone",
    "l"."anonymous_id",
    "a"."first_name",
    "a"."last_name",
    "a"."country",
    "a"."birth_date",
    "a"."postcode",
    "a"."income",
    "a"."emails",
    ("l"."shop_id" is not null or "l"."email" is not null) as "is_known",
    "c"."first_seen_at",
    "c"."last_seen_at",
    "c"."record_count",
    "c"."event_count",
    coalesce("pass_1"."value__page_views_90d", 0) as "page_views_90d",
    coalesce("pass_1"."sum__spent", cast('0' as decimal(38,9))) as "spent",
    coalesce("pass_1"."value__orders", 0) as "orders",
    "counted_favourite_page"."favourite_page" as "favourite_page"
  from "cdp_internal"."customers_customer__next" as "c"
  left join "cdp_scratch"."latest_customer__scratch" as "l" on "l"."customer_id" = "c"."customer_id"
  left join "cdp_internal"."attributes_customer__next" as "a" on "a"."customer_id" = "c"."customer_id"
  left join "cdp_scratch"."pass_customer_1__scratch" as "pass_1" on "pass_1"."customer_id" = "c"."customer_id"
  left join "cdp_scratch"."counted_customer_favourite_page__scratch" as "counted_favourite_page" on "counted_favourite_page"."customer_id" = "c"."customer_id"
), "level_1" as (
  select
    "customer_id",
    "shop_id",
    "email",
    "phone",
    "anonymous_id",
    "first_name",
    "last_name",
    "country",
    "birth_date",
    "postcode",
    "income",
    "emails",
    "page_views_90d",
    "spent",
    "orders",
    "favourite_page",
    "is_known",
    "first_seen_at",
    "last_seen_at",
    "record_count",
    "event_count",
    case
      when cast(try_cast("spent" as decimal(29,9)) as double) / nullif(cast(try_cast("orders" as decimal(29,9)) as double), 0) is null then null
      when abs(cast(try_cast("spent" as decimal(29,9)) as double) / nullif(cast(try_cast("orders" as decimal(29,9)) as double), 0)) < 1000000000 and abs(cast(try_cast("spent" as decimal(29,9)) as double) / nullif(cast(try_cast("orders" as decimal(29,9)) as double), 0) * 1000000 - round(cast(try_cast("spent" as decimal(29,9)) as double) / nullif(cast(try_cast("orders" as decimal(29,9)) as double), 0) * 1000000)) < 0.499
        then cast(cast(try_cast("spent" as decimal(29,9)) as double) / nullif(cast(try_cast("orders" as decimal(29,9)) as double), 0) as decimal(38,6))
      else cast(case when ("spent" < 0) <> ("orders" < 0) then -1 else 1 end * cast((2 * cast(cast(abs(try_cast("spent" as decimal(29,9))) * 1000000000 as decimal(38,0)) as hugeint) * 1000000 + nullif(cast(cast(abs(try_cast("orders" as decimal(29,9))) * 1000000000 as decimal(38,0)) as hugeint), 0)) // (2 * nullif(cast(cast(abs(try_cast("orders" as decimal(29,9))) * 1000000000 as decimal(38,0)) as hugeint), 0)) as decimal(38,0)) * 0.000001 as decimal(38,6))
    end as "average_order",
    cast((case when spent >= 500 then 'high' else 'low' end) as varchar) as "band"
  from "level_0"
)
select
  "customer_id",
  "shop_id",
  "email",
  "phone",
  "anonymous_id",
  "first_name",
  "last_name",
  "country",
  "birth_date",
  "postcode",
  "income",
  "emails",
  "page_views_90d",
  "spent",
  "orders",
  "average_order",
  "favourite_page",
  "band",
  "is_known",
  "first_seen_at",
  "last_seen_at",
  "record_count",
  "event_count"
from "level_1";

-- Check: Traits that are null because their numbers are too large.
-- A row here is a warning: Numbers are too large to be added up or divided: these traits are null for some customers.
select *
from (
  select
    'average_order' as "trait",
    'spent, orders' as "computed_from",
    count(*) as "customers",
    min("customer_id") as "sample_customer"
  from "cdp_internal"."profiles_customer__next"
  where abs("spent") >= 100000000000000000000.0
) as "too_large"
where "customers" > 0
order by "trait";

-- Not read any more.
drop table if exists "cdp_scratch"."latest_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."pass_customer_1__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."counted_customer_favourite_page__scratch";
