-- profile.customer: Golden values of every customer, and where each came from.
-- After: identity.customer

-- Rows that say something about customers, in the orders in which they win.
create table "cdp_internal"."candidates_customer__next" as
with "candidates" as (
  select
    coalesce("i1"."customer_id", "i2"."customer_id", "i3"."customer_id", "i4"."customer_id", "i5"."customer_id") as "customer_id",
    'crm' as "source",
    1 as "party",
    "r"."record_key" as "record_key",
    "r"."observed_at" as "observed_at",
    "r"."attr__customer__first_name" as "value__first_name",
    "r"."attr__customer__last_name" as "value__last_name",
    "r"."attr__customer__country" as "value__country",
    "r"."attr__customer__birth_date" as "value__birth_date",
    "r"."attr__customer__postcode" as "value__postcode",
    cast(null as numeric(38,9)) as "value__income"
  from "cdp_internal"."rows_of__customer__crm__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = "r"."node__customer__shop_id__1"
  left join "cdp_internal"."placing_customer__view" as "i2" on "i2"."node" = "r"."node__customer__email__1"
  left join "cdp_internal"."placing_customer__view" as "i3" on "i3"."node" = "r"."node__customer__email__2"
  left join "cdp_internal"."placing_customer__view" as "i4" on "i4"."node" = "r"."node__customer__phone__1"
  left join "cdp_internal"."placing_customer__view" as "i5" on "i5"."node" = "r"."node__customer__same_person_at_address__1"
  where coalesce("i1"."customer_id", "i2"."customer_id", "i3"."customer_id", "i4"."customer_id", "i5"."customer_id") is not null
  union all
  select
    "i1"."customer_id" as "customer_id",
    'panel' as "source",
    3 as "party",
    "r"."record_key" as "record_key",
    "r"."observed_at" as "observed_at",
    cast(null as varchar(65535)) as "value__first_name",
    cast(null as varchar(65535)) as "value__last_name",
    cast(null as varchar(65535)) as "value__country",
    cast(null as date) as "value__birth_date",
    cast(null as varchar(65535)) as "value__postcode",
    case when "r"."observed_at" > dateadd(day, -180, $as_of) then "r"."attr__customer__income" end as "value__income"
  from "cdp_internal"."rows_of__customer__panel__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = "r"."node__customer__email__1"
  where "i1"."customer_id" is not null
)
select
  "customer_id",
  "source",
  "party",
  "record_key",
  "observed_at",
  "value__first_name",
  "value__last_name",
  "value__country",
  "value__birth_date",
  "value__postcode",
  "value__income",
  row_number() over (
    partition by "customer_id"
    order by "observed_at" desc nulls last, "party", "source", "record_key"
  ) as "place_1",
  row_number() over (
    partition by "customer_id"
    order by case "source" when 'crm' then 1 else 2 end, "observed_at" desc nulls last, "party", "source", "record_key"
  ) as "place_2"
from "candidates";

-- The first row with a value wins.
create table "cdp_internal"."ranked_customer__scratch" as
select
  "customer_id",
  cast(case when length(min(case when "value__first_name" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__first_name" as varchar(65535)), '') end)) > 19 then substring(min(case when "value__first_name" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__first_name" as varchar(65535)), '') end), 21) end as varchar(65535)) as "value__first_name",
  min(case when "value__first_name" is not null then "place_1" end) as "place__first_name",
  cast(case when length(min(case when "value__last_name" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__last_name" as varchar(65535)), '') end)) > 19 then substring(min(case when "value__last_name" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__last_name" as varchar(65535)), '') end), 21) end as varchar(65535)) as "value__last_name",
  min(case when "value__last_name" is not null then "place_1" end) as "place__last_name",
  cast(case when length(min(case when "value__birth_date" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__birth_date" as varchar(65535)), '') end)) > 19 then substring(min(case when "value__birth_date" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__birth_date" as varchar(65535)), '') end), 21) end as date) as "value__birth_date",
  min(case when "value__birth_date" is not null then "place_1" end) as "place__birth_date",
  cast(case when length(min(case when "value__postcode" is not null then lpad(cast("place_2" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__postcode" as varchar(65535)), '') end)) > 19 then substring(min(case when "value__postcode" is not null then lpad(cast("place_2" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__postcode" as varchar(65535)), '') end), 21) end as varchar(65535)) as "value__postcode",
  min(case when "value__postcode" is not null then "place_2" end) as "place__postcode",
  cast(case when length(min(case when "value__income" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__income" as varchar(65535)), '') end)) > 19 then substring(min(case when "value__income" is not null then lpad(cast("place_1" as varchar(65535)), 19, '0') || coalesce('=' || cast("value__income" as varchar(65535)), '') end), 21) end as numeric(38,9)) as "value__income",
  min(case when "value__income" is not null then "place_1" end) as "place__income"
from "cdp_internal"."candidates_customer__next"
group by "customer_id";

-- country: most frequent.
create table "cdp_internal"."golden_customer_country__next" as
with "given" as (
  select
    "customer_id",
    "source",
    "party",
    "record_key",
    "observed_at",
    "value__country" as "value"
  from "cdp_internal"."candidates_customer__next"
  where "value__country" is not null
), "winners" as (
  select
    "customer_id",
    "value"
  from (
    select
      "customer_id",
      "value",
      row_number() over (
        partition by "customer_id"
        order by count(*) desc, max("observed_at") desc nulls last, "value"
      ) as "place"
    from "given"
    group by "customer_id", "value"
  ) as "counted"
  where "place" = 1
), "witnesses" as (
  select
    "c"."customer_id",
    "c"."value",
    "c"."source",
    "c"."record_key",
    "c"."observed_at",
    row_number() over (
      partition by "c"."customer_id"
      order by "observed_at" desc nulls last, "party", "source", "record_key"
    ) as "place"
  from "winners" as "w"
  join "given" as "c"
    on "c"."customer_id" = "w"."customer_id"
    and "c"."value" = "w"."value"
)
select
  "customer_id",
  "value",
  "source",
  "record_key",
  "observed_at"
from "witnesses"
where "place" = 1;

-- emails: collect.
create table "cdp_internal"."golden_customer_emails__next" as
with "given" as (
  select
    coalesce("i1"."customer_id", "i2"."customer_id", "i3"."customer_id", "i4"."customer_id", "i5"."customer_id") as "customer_id",
    'crm' as "source",
    1 as "party",
    "r"."record_key" as "record_key",
    "r"."observed_at" as "observed_at",
    "r"."id__customer__email__1" as "value"
  from "cdp_internal"."rows_of__customer__crm__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = "r"."node__customer__shop_id__1"
  left join "cdp_internal"."placing_customer__view" as "i2" on "i2"."node" = "r"."node__customer__email__1"
  left join "cdp_internal"."placing_customer__view" as "i3" on "i3"."node" = "r"."node__customer__email__2"
  left join "cdp_internal"."placing_customer__view" as "i4" on "i4"."node" = "r"."node__customer__phone__1"
  left join "cdp_internal"."placing_customer__view" as "i5" on "i5"."node" = "r"."node__customer__same_person_at_address__1"
  where coalesce("i1"."customer_id", "i2"."customer_id", "i3"."customer_id", "i4"."customer_id", "i5"."customer_id") is not null
    and "r"."id__customer__email__1" is not null
  union all
  select
    coalesce("i1"."customer_id", "i2"."customer_id", "i3"."customer_id", "i4"."customer_id", "i5"."customer_id") as "customer_id",
    'crm' as "source",
    1 as "party",
    "r"."record_key" as "record_key",
    "r"."observed_at" as "observed_at",
    "r"."id__customer__email__2" as "value"
  from "cdp_internal"."rows_of__customer__crm__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = "r"."node__customer__shop_id__1"
  left join "cdp_internal"."placing_customer__view" as "i2" on "i2"."node" = "r"."node__customer__email__1"
  left join "cdp_internal"."placing_customer__view" as "i3" on "i3"."node" = "r"."node__customer__email__2"
  left join "cdp_internal"."placing_customer__view" as "i4" on "i4"."node" = "r"."node__customer__phone__1"
  left join "cdp_internal"."placing_customer__view" as "i5" on "i5"."node" = "r"."node__customer__same_person_at_address__1"
  where coalesce("i1"."customer_id", "i2"."customer_id", "i3"."customer_id", "i4"."customer_id", "i5"."customer_id") is not null
    and "r"."id__customer__email__2" is not null
    and coalesce("r"."id__customer__email__2" <> "r"."id__customer__email__1", true)
  union all
  select
    "i1"."customer_id" as "customer_id",
    'panel' as "source",
    3 as "party",
    "r"."record_key" as "record_key",
    "r"."observed_at" as "observed_at",
    "r"."id__customer__email__1" as "value"
  from "cdp_internal"."rows_of__customer__panel__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = "r"."node__customer__email__1"
  where "i1"."customer_id" is not null
    and "r"."id__customer__email__1" is not null
  union all
  select
    "i1"."customer_id" as "customer_id",
    'web' as "source",
    1 as "party",
    "r"."record_key" as "record_key",
    "r"."observed_at" as "observed_at",
    "r"."id__customer__email__1" as "value"
  from "cdp_internal"."rows_of__customer__web__view" as "r"
  left join "cdp_internal"."placing_customer__view" as "i1" on "i1"."node" = coalesce("r"."node__customer__email__1", "r"."node__customer__anonymous_id__1")
  where "i1"."customer_id" is not null
    and "r"."id__customer__email__1" is not null
), "ranked" as (
  select
    "customer_id",
    "source",
    "party",
    "record_key",
    "observed_at",
    "value",
    rank() over (
      partition by "customer_id"
      order by "party"
    ) as "weakness"
  from "given"
), "admitted" as (
  select
    "customer_id",
    "source",
    "party",
    "record_key",
    "observed_at",
    "value"
  from "ranked"
  where "weakness" = 1
), "witnesses" as (
  select
    "customer_id",
    "value",
    "source",
    "record_key",
    "observed_at",
    row_number() over (
      partition by "customer_id", "value"
      order by "observed_at" desc nulls last, "party", "source", "record_key"
    ) as "sighting"
  from "admitted"
), "elements" as (
  select
    "customer_id",
    "value",
    "source",
    "record_key",
    "observed_at",
    row_number() over (
      partition by "customer_id"
      order by "observed_at" desc nulls last, "value"
    ) as "place"
  from "witnesses"
  where "sighting" = 1
)
select
  "customer_id",
  "value",
  "source",
  "record_key",
  "observed_at",
  "place"
from "elements"
where "place" <= 5;

-- The golden values of every customer.
create table "cdp_internal"."attributes_customer__next" as
select
  "c"."customer_id",
  "ranked"."value__first_name" as "first_name",
  "ranked"."value__last_name" as "last_name",
  cast("golden_country"."value" as varchar(65535)) as "country",
  "ranked"."value__birth_date" as "birth_date",
  "ranked"."value__postcode" as "postcode",
  "ranked"."value__income" as "income",
  cast("golden_emails"."value" as varchar(65535)) as "emails",
  "ranked"."place__first_name",
  "ranked"."place__last_name",
  "ranked"."place__birth_date",
  "ranked"."place__postcode",
  "ranked"."place__income"
from "cdp_internal"."customers_customer__next" as "c"
left join "cdp_internal"."ranked_customer__scratch" as "ranked" on "ranked"."customer_id" = "c"."customer_id"
left join "cdp_internal"."golden_customer_country__next" as "golden_country" on "golden_country"."customer_id" = "c"."customer_id"
left join (
  select
    "customer_id",
    replace(listagg(case when "value" is not null and "place" <= 5 then json_serialize(array("value")) end) within group (order by "place"), '"]["', '","') as "value"
  from "cdp_internal"."golden_customer_emails__next"
  group by "customer_id"
) as "golden_emails" on "golden_emails"."customer_id" = "c"."customer_id";

-- Choice: All of attributes_customer.

-- In a full run:

create or replace view "cdp_internal"."attributes_customer__whole__view" as
select * from "cdp_internal"."attributes_customer__next"
with no schema binding;

-- In an incremental run:

create or replace view "cdp_internal"."attributes_customer__whole__view" as
select *
from "cdp_internal"."attributes_customer" as "t"
where not (exists (select 1 from "cdp_internal"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "t"."customer_id"))
union all
select * from "cdp_internal"."attributes_customer__next"
with no schema binding;

-- End of the choice.

-- Choice: All of candidates_customer.

-- In a full run:

create or replace view "cdp_internal"."candidates_customer__whole__view" as
select * from "cdp_internal"."candidates_customer__next"
with no schema binding;

-- In an incremental run:

create or replace view "cdp_internal"."candidates_customer__whole__view" as
select *
from "cdp_internal"."candidates_customer" as "t"
where not (exists (select 1 from "cdp_internal"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "t"."customer_id"))
union all
select * from "cdp_internal"."candidates_customer__next"
with no schema binding;

-- End of the choice.

-- Choice: All of golden_customer_country.

-- In a full run:

create or replace view "cdp_internal"."golden_customer_country__whole__view" as
select * from "cdp_internal"."golden_customer_country__next"
with no schema binding;

-- In an incremental run:

create or replace view "cdp_internal"."golden_customer_country__whole__view" as
select *
from "cdp_internal"."golden_customer_country" as "t"
where not (exists (select 1 from "cdp_internal"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "t"."customer_id"))
union all
select * from "cdp_internal"."golden_customer_country__next"
with no schema binding;

-- End of the choice.

-- Choice: All of golden_customer_emails.

-- In a full run:

create or replace view "cdp_internal"."golden_customer_emails__whole__view" as
select * from "cdp_internal"."golden_customer_emails__next"
with no schema binding;

-- In an incremental run:

create or replace view "cdp_internal"."golden_customer_emails__whole__view" as
select *
from "cdp_internal"."golden_customer_emails" as "t"
where not (exists (select 1 from "cdp_internal"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "t"."customer_id"))
union all
select * from "cdp_internal"."golden_customer_emails__next"
with no schema binding;

-- End of the choice.

-- Not read any more.
drop table if exists "cdp_internal"."ranked_customer__scratch";
