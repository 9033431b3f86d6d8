-- traits.customer: Traits and the wide table of every customer.
-- After: profile.customer, source.web

-- The latest value of each identifier type.
create transient table "CDP_INTERNAL"."LATEST_CUSTOMER__SCRATCH" as
with "ORDERED" as (
  select
    "CUSTOMER_ID",
    "IDENTIFIER",
    "STRENGTH",
    "VALUE",
    lag("STRENGTH") over (
      partition by "CUSTOMER_ID"
      order by "STRENGTH", "LAST_SEEN_AT" desc nulls last, "VALUE"
    ) as "STRENGTH_BEFORE"
  from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT"
)
select
  "CUSTOMER_ID",
  max(case when "IDENTIFIER" = 'shop_id' then "VALUE" end) as "SHOP_ID",
  max(case when "IDENTIFIER" = 'email' then "VALUE" end) as "EMAIL",
  max(case when "IDENTIFIER" = 'phone' then "VALUE" end) as "PHONE",
  max(case when "IDENTIFIER" = 'anonymous_id' then "VALUE" end) as "ANONYMOUS_ID"
from "ORDERED"
where "STRENGTH_BEFORE" is null or "STRENGTH_BEFORE" <> "STRENGTH"
group by "CUSTOMER_ID";

-- Traits of each customer from web, in one pass.
create transient table "CDP_INTERNAL"."PASS_CUSTOMER_1__SCRATCH" as
with "ROWS" as (
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    'web' as "ROW_SOURCE",
    "R"."RECORD_KEY" as "ROW_KEY",
    "R"."OCCURRED_AT" as "ROW_TIME",
    "R"."EVENT" as "ROW_EVENT",
    "R"."PROP__AMOUNT" as "FIELD__AMOUNT"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1")
  where "I1"."CUSTOMER_ID" is not null
)
select
  "CUSTOMER_ID",
  count(case when coalesce("ROW_EVENT" = 'page_viewed', false)
    and coalesce("ROW_TIME" > dateadd(day, -90, $as_of) and "ROW_TIME" <= $as_of, false) then 1 end) as "VALUE__PAGE_VIEWS_90D",
  cast(sum(case when coalesce("FIELD__AMOUNT" > cast('0' as number(19, 0)), false) then "FIELD__AMOUNT" end) as number(38, 9)) as "SUM__SPENT",
  count(case when coalesce("ROW_EVENT" = 'order_completed', false) then 1 end) as "VALUE__ORDERS"
from "ROWS"
group by "CUSTOMER_ID";

-- favourite_page: most frequent of page.
create transient table "CDP_INTERNAL"."COUNTED_CUSTOMER_FAVOURITE_PAGE__SCRATCH" as
with "ROWS" as (
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    'web' as "ROW_SOURCE",
    "R"."RECORD_KEY" as "ROW_KEY",
    "R"."OCCURRED_AT" as "ROW_TIME",
    "R"."EVENT" as "ROW_EVENT",
    "R"."PROP__PAGE" as "FIELD__PAGE"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1")
  where "I1"."CUSTOMER_ID" is not null
), "COUNTED" as (
  select
    "CUSTOMER_ID",
    "FIELD__PAGE" as "VALUE",
    row_number() over (
      partition by "CUSTOMER_ID"
      order by count(*) desc, max("ROW_TIME") desc nulls last, "FIELD__PAGE"
    ) as "PLACE"
  from "ROWS"
  where "FIELD__PAGE" is not null
  group by "CUSTOMER_ID", "FIELD__PAGE"
)
select
  "CUSTOMER_ID",
  max(case when "PLACE" = 1 then "VALUE" end) as "FAVOURITE_PAGE"
from "COUNTED"
group by "CUSTOMER_ID";

-- All that is known of each customer: identifiers, golden values, traits.
create table "CDP_INTERNAL"."PROFILES_CUSTOMER__NEXT" as
with "LEVEL_0" as (
  select
    "C"."CUSTOMER_ID",
    "L"."SHOP_ID",
    "L"."EMAIL",
    "L"."PHONE",
    "L"."ANONYMOUS_ID",
    "A"."FIRST_NAME",
    "A"."LAST_NAME",
    "A"."COUNTRY",
    "A"."BIRTH_DATE",
    "A"."POSTCODE",
    "A"."INCOME",
    "A"."EMAILS",
    ("L"."SHOP_ID" is not null or "L"."EMAIL" is not null) as "IS_KNOWN",
    "C"."FIRST_SEEN_AT",
    "C"."LAST_SEEN_AT",
    "C"."RECORD_COUNT",
    "C"."EVENT_COUNT",
    coalesce("PASS_1"."VALUE__PAGE_VIEWS_90D", 0) as "PAGE_VIEWS_90D",
    coalesce("PASS_1"."SUM__SPENT", cast('0' as number(38, 9))) as "SPENT",
    coalesce("PASS_1"."VALUE__ORDERS", 0) as "ORDERS",
    "COUNTED_FAVOURITE_PAGE"."FAVOURITE_PAGE" as "FAVOURITE_PAGE"
  from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT" as "C"
  left join "CDP_INTERNAL"."LATEST_CUSTOMER__SCRATCH" as "L" on "L"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
  left join "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT" as "A" on "A"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
  left join "CDP_INTERNAL"."PASS_CUSTOMER_1__SCRATCH" as "PASS_1" on "PASS_1"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
  left join "CDP_INTERNAL"."COUNTED_CUSTOMER_FAVOURITE_PAGE__SCRATCH" as "COUNTED_FAVOURITE_PAGE" on "COUNTED_FAVOURITE_PAGE"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
), "LEVEL_1" as (
  select
    "CUSTOMER_ID",
    "SHOP_ID",
    "EMAIL",
    "PHONE",
    "ANONYMOUS_ID",
    "FIRST_NAME",
    "LAST_NAME",
    "COUNTRY",
    "BIRTH_DATE",
    "POSTCODE",
    "INCOME",
    "EMAILS",
    "PAGE_VIEWS_90D",
    "SPENT",
    "ORDERS",
    "FAVOURITE_PAGE",
    "IS_KNOWN",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "RECORD_COUNT",
    "EVENT_COUNT",
    cast(case when ("SPENT" < 0) <> ("ORDERS" < 0) then -1 else 1 end * ((2 * case when abs("SPENT") < 100000000000000000000.0 then cast(abs("SPENT") * 1000000000 as number(38, 0)) end * 1000000 + case when abs("ORDERS") < 100000000000000000000.0 then cast(abs("ORDERS") * 1000000000 as number(38, 0)) end) - mod((2 * case when abs("SPENT") < 100000000000000000000.0 then cast(abs("SPENT") * 1000000000 as number(38, 0)) end * 1000000 + case when abs("ORDERS") < 100000000000000000000.0 then cast(abs("ORDERS") * 1000000000 as number(38, 0)) end), (2 * nullif(case when abs("ORDERS") < 100000000000000000000.0 then cast(abs("ORDERS") * 1000000000 as number(38, 0)) end, 0)))) / (2 * nullif(case when abs("ORDERS") < 100000000000000000000.0 then cast(abs("ORDERS") * 1000000000 as number(38, 0)) end, 0)) * 0.000001 as number(38, 6)) as "AVERAGE_ORDER",
    cast((case when spent >= 500 then 'high' else 'low' end) as varchar) as "BAND"
  from "LEVEL_0"
)
select
  "CUSTOMER_ID",
  "SHOP_ID",
  "EMAIL",
  "PHONE",
  "ANONYMOUS_ID",
  "FIRST_NAME",
  "LAST_NAME",
  "COUNTRY",
  "BIRTH_DATE",
  "POSTCODE",
  "INCOME",
  "EMAILS",
  "PAGE_VIEWS_90D",
  "SPENT",
  "ORDERS",
  "AVERAGE_ORDER",
  "FAVOURITE_PAGE",
  "BAND",
  "IS_KNOWN",
  "FIRST_SEEN_AT",
  "LAST_SEEN_AT",
  "RECORD_COUNT",
  "EVENT_COUNT"
from "LEVEL_1";

-- Check: Traits that are null because their numbers are too large.
-- A row here is a warning: Numbers are too large to be added up or divided: these traits are null for some customers.
select *
from (
  select
    'average_order' as "TRAIT",
    'spent, orders' as "COMPUTED_FROM",
    count(*) as "CUSTOMERS",
    min("CUSTOMER_ID") as "SAMPLE_CUSTOMER"
  from "CDP_INTERNAL"."PROFILES_CUSTOMER__NEXT"
  where abs("SPENT") >= 100000000000000000000.0
) as "TOO_LARGE"
where "CUSTOMERS" > 0
order by "TRAIT";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."LATEST_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."PASS_CUSTOMER_1__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."COUNTED_CUSTOMER_FAVOURITE_PAGE__SCRATCH";
