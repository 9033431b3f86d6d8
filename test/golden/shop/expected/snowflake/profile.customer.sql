-- profile.customer: Golden values of every customer, and where each came from.
-- After: identity.customer

-- Rows that say something about customers, in the orders in which they win.
create table "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT" as
with "CANDIDATES" as (
  select
    coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") as "CUSTOMER_ID",
    'crm' as "SOURCE",
    1 as "PARTY",
    "R"."RECORD_KEY" as "RECORD_KEY",
    "R"."OBSERVED_AT" as "OBSERVED_AT",
    "R"."ATTR__CUSTOMER__FIRST_NAME" as "VALUE__FIRST_NAME",
    "R"."ATTR__CUSTOMER__LAST_NAME" as "VALUE__LAST_NAME",
    "R"."ATTR__CUSTOMER__COUNTRY" as "VALUE__COUNTRY",
    "R"."ATTR__CUSTOMER__BIRTH_DATE" as "VALUE__BIRTH_DATE",
    "R"."ATTR__CUSTOMER__POSTCODE" as "VALUE__POSTCODE",
    cast(null as number(38, 9)) as "VALUE__INCOME"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
  where coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") is not null
  union all
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    'panel' as "SOURCE",
    3 as "PARTY",
    "R"."RECORD_KEY" as "RECORD_KEY",
    "R"."OBSERVED_AT" as "OBSERVED_AT",
    cast(null as varchar) as "VALUE__FIRST_NAME",
    cast(null as varchar) as "VALUE__LAST_NAME",
    cast(null as varchar) as "VALUE__COUNTRY",
    cast(null as date) as "VALUE__BIRTH_DATE",
    cast(null as varchar) as "VALUE__POSTCODE",
    case when "R"."OBSERVED_AT" > dateadd(day, -180, $as_of) then "R"."ATTR__CUSTOMER__INCOME" end as "VALUE__INCOME"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  where "I1"."CUSTOMER_ID" is not null
)
select
  "CUSTOMER_ID",
  "SOURCE",
  "PARTY",
  "RECORD_KEY",
  "OBSERVED_AT",
  "VALUE__FIRST_NAME",
  "VALUE__LAST_NAME",
  "VALUE__COUNTRY",
  "VALUE__BIRTH_DATE",
  "VALUE__POSTCODE",
  "VALUE__INCOME",
  row_number() over (
    partition by "CUSTOMER_ID"
    order by "OBSERVED_AT" desc nulls last, "PARTY", "SOURCE", "RECORD_KEY"
  ) as "PLACE_1",
  row_number() over (
    partition by "CUSTOMER_ID"
    order by case "SOURCE" when 'crm' then 1 else 2 end, "OBSERVED_AT" desc nulls last, "PARTY", "SOURCE", "RECORD_KEY"
  ) as "PLACE_2"
from "CANDIDATES";

-- The first row with a value wins.
create transient table "CDP_INTERNAL"."RANKED_CUSTOMER__SCRATCH" as
select
  "CUSTOMER_ID",
  case when count("VALUE__FIRST_NAME") > 0 then min_by("VALUE__FIRST_NAME", case when "VALUE__FIRST_NAME" is not null then "PLACE_1" else 9223372036854775807 end) end as "VALUE__FIRST_NAME",
  min(case when "VALUE__FIRST_NAME" is not null then "PLACE_1" end) as "PLACE__FIRST_NAME",
  case when count("VALUE__LAST_NAME") > 0 then min_by("VALUE__LAST_NAME", case when "VALUE__LAST_NAME" is not null then "PLACE_1" else 9223372036854775807 end) end as "VALUE__LAST_NAME",
  min(case when "VALUE__LAST_NAME" is not null then "PLACE_1" end) as "PLACE__LAST_NAME",
  case when count("VALUE__BIRTH_DATE") > 0 then min_by("VALUE__BIRTH_DATE", case when "VALUE__BIRTH_DATE" is not null then "PLACE_1" else 9223372036854775807 end) end as "VALUE__BIRTH_DATE",
  min(case when "VALUE__BIRTH_DATE" is not null then "PLACE_1" end) as "PLACE__BIRTH_DATE",
  case when count("VALUE__POSTCODE") > 0 then min_by("VALUE__POSTCODE", case when "VALUE__POSTCODE" is not null then "PLACE_2" else 9223372036854775807 end) end as "VALUE__POSTCODE",
  min(case when "VALUE__POSTCODE" is not null then "PLACE_2" end) as "PLACE__POSTCODE",
  case when count("VALUE__INCOME") > 0 then min_by("VALUE__INCOME", case when "VALUE__INCOME" is not null then "PLACE_1" else 9223372036854775807 end) end as "VALUE__INCOME",
  min(case when "VALUE__INCOME" is not null then "PLACE_1" end) as "PLACE__INCOME"
from "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT"
group by "CUSTOMER_ID";

-- country: most frequent.
create table "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT" as
with "GIVEN" as (
  select
    "CUSTOMER_ID",
    "SOURCE",
    "PARTY",
    "RECORD_KEY",
    "OBSERVED_AT",
    "VALUE__COUNTRY" as "VALUE"
  from "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT"
  where "VALUE__COUNTRY" is not null
), "WINNERS" as (
  select
    "CUSTOMER_ID",
    "VALUE"
  from (
    select
      "CUSTOMER_ID",
      "VALUE",
      row_number() over (
        partition by "CUSTOMER_ID"
        order by count(*) desc, max("OBSERVED_AT") desc nulls last, "VALUE"
      ) as "PLACE"
    from "GIVEN"
    group by "CUSTOMER_ID", "VALUE"
  ) as "COUNTED"
  where "PLACE" = 1
), "WITNESSES" as (
  select
    "C"."CUSTOMER_ID",
    "C"."VALUE",
    "C"."SOURCE",
    "C"."RECORD_KEY",
    "C"."OBSERVED_AT",
    row_number() over (
      partition by "C"."CUSTOMER_ID"
      order by "OBSERVED_AT" desc nulls last, "PARTY", "SOURCE", "RECORD_KEY"
    ) as "PLACE"
  from "WINNERS" as "W"
  join "GIVEN" as "C"
    on "C"."CUSTOMER_ID" = "W"."CUSTOMER_ID"
    and "C"."VALUE" = "W"."VALUE"
)
select
  "CUSTOMER_ID",
  "VALUE",
  "SOURCE",
  "RECORD_KEY",
  "OBSERVED_AT"
from "WITNESSES"
where "PLACE" = 1;

-- emails: collect.
create table "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT" as
with "GIVEN" as (
  select
    coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") as "CUSTOMER_ID",
    'crm' as "SOURCE",
    1 as "PARTY",
    "R"."RECORD_KEY" as "RECORD_KEY",
    "R"."OBSERVED_AT" as "OBSERVED_AT",
    "R"."ID__CUSTOMER__EMAIL__1" as "VALUE"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
  where coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") is not null
    and "R"."ID__CUSTOMER__EMAIL__1" is not null
  union all
  select
    coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") as "CUSTOMER_ID",
    'crm' as "SOURCE",
    1 as "PARTY",
    "R"."RECORD_KEY" as "RECORD_KEY",
    "R"."OBSERVED_AT" as "OBSERVED_AT",
    "R"."ID__CUSTOMER__EMAIL__2" as "VALUE"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
  where coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") is not null
    and "R"."ID__CUSTOMER__EMAIL__2" is not null
    and coalesce("R"."ID__CUSTOMER__EMAIL__2" <> "R"."ID__CUSTOMER__EMAIL__1", true)
  union all
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    'panel' as "SOURCE",
    3 as "PARTY",
    "R"."RECORD_KEY" as "RECORD_KEY",
    "R"."OBSERVED_AT" as "OBSERVED_AT",
    "R"."ID__CUSTOMER__EMAIL__1" as "VALUE"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  where "I1"."CUSTOMER_ID" is not null
    and "R"."ID__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    'web' as "SOURCE",
    1 as "PARTY",
    "R"."RECORD_KEY" as "RECORD_KEY",
    "R"."OBSERVED_AT" as "OBSERVED_AT",
    "R"."ID__CUSTOMER__EMAIL__1" as "VALUE"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1")
  where "I1"."CUSTOMER_ID" is not null
    and "R"."ID__CUSTOMER__EMAIL__1" is not null
), "RANKED" as (
  select
    "CUSTOMER_ID",
    "SOURCE",
    "PARTY",
    "RECORD_KEY",
    "OBSERVED_AT",
    "VALUE",
    rank() over (
      partition by "CUSTOMER_ID"
      order by "PARTY"
    ) as "WEAKNESS"
  from "GIVEN"
), "ADMITTED" as (
  select
    "CUSTOMER_ID",
    "SOURCE",
    "PARTY",
    "RECORD_KEY",
    "OBSERVED_AT",
    "VALUE"
  from "RANKED"
  where "WEAKNESS" = 1
), "WITNESSES" as (
  select
    "CUSTOMER_ID",
    "VALUE",
    "SOURCE",
    "RECORD_KEY",
    "OBSERVED_AT",
    row_number() over (
      partition by "CUSTOMER_ID", "VALUE"
      order by "OBSERVED_AT" desc nulls last, "PARTY", "SOURCE", "RECORD_KEY"
    ) as "SIGHTING"
  from "ADMITTED"
), "ELEMENTS" as (
  select
    "CUSTOMER_ID",
    "VALUE",
    "SOURCE",
    "RECORD_KEY",
    "OBSERVED_AT",
    row_number() over (
      partition by "CUSTOMER_ID"
      order by "OBSERVED_AT" desc nulls last, "VALUE"
    ) as "PLACE"
  from "WITNESSES"
  where "SIGHTING" = 1
)
select
  "CUSTOMER_ID",
  "VALUE",
  "SOURCE",
  "RECORD_KEY",
  "OBSERVED_AT",
  "PLACE"
from "ELEMENTS"
where "PLACE" <= 5;

-- The golden values of every customer.
create table "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT" as
select
  "C"."CUSTOMER_ID",
  "RANKED"."VALUE__FIRST_NAME" as "FIRST_NAME",
  "RANKED"."VALUE__LAST_NAME" as "LAST_NAME",
  cast("GOLDEN_COUNTRY"."VALUE" as varchar) as "COUNTRY",
  "RANKED"."VALUE__BIRTH_DATE" as "BIRTH_DATE",
  "RANKED"."VALUE__POSTCODE" as "POSTCODE",
  "RANKED"."VALUE__INCOME" as "INCOME",
  cast("GOLDEN_EMAILS"."VALUE" as varchar) as "EMAILS",
  "RANKED"."PLACE__FIRST_NAME",
  "RANKED"."PLACE__LAST_NAME",
  "RANKED"."PLACE__BIRTH_DATE",
  "RANKED"."PLACE__POSTCODE",
  "RANKED"."PLACE__INCOME"
from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT" as "C"
left join "CDP_INTERNAL"."RANKED_CUSTOMER__SCRATCH" as "RANKED" on "RANKED"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
left join "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT" as "GOLDEN_COUNTRY" on "GOLDEN_COUNTRY"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
left join (
  select
    "CUSTOMER_ID",
    nullif(to_json(array_agg(case when "PLACE" <= 5 then "VALUE" end) within group (order by "PLACE")), '[]') as "VALUE"
  from "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT"
  group by "CUSTOMER_ID"
) as "GOLDEN_EMAILS" on "GOLDEN_EMAILS"."CUSTOMER_ID" = "C"."CUSTOMER_ID";

-- Choice: All of attributes_customer.

-- In a full run:

create or replace view "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: All of candidates_customer.

-- In a full run:

create or replace view "CDP_INTERNAL"."CANDIDATES_CUSTOMER__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."CANDIDATES_CUSTOMER__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."CANDIDATES_CUSTOMER" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: All of golden_customer_country.

-- In a full run:

create or replace view "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT";

-- End of the choice.

-- Choice: All of golden_customer_emails.

-- In a full run:

create or replace view "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT";

-- End of the choice.

-- Not read any more.
drop table if exists "CDP_INTERNAL"."RANKED_CUSTOMER__SCRATCH";
