-- identity.customer: Who is who among the rows about customer: identifiers, links, components, ids.
-- After: source.crm, source.panel, source.web

-- Choice: All rows, or those that changes since the last run reach.

-- In a full run:

create or replace view "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" copy grants as
select "RECORD_KEY", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "NODE__CUSTOMER__SHOP_ID__1", "NODE__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__2", "NODE__CUSTOMER__PHONE__1", "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1", "ID__CUSTOMER__SHOP_ID__1", "ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__2", "ID__CUSTOMER__PHONE__1", "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1", "ATTR__CUSTOMER__FIRST_NAME", "ATTR__CUSTOMER__LAST_NAME", "ATTR__CUSTOMER__COUNTRY", "ATTR__CUSTOMER__BIRTH_DATE", "ATTR__CUSTOMER__POSTCODE", "PROP__WANTS_NEWS" from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW";

create or replace view "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW" copy grants as
select "RECORD_KEY", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "NODE__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__1", "ATTR__CUSTOMER__INCOME" from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW";

create or replace view "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW" copy grants as
select "RECORD_KEY", "OBSERVED_AT", "OCCURRED_AT", "EVENT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "NODE__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__ANONYMOUS_ID__1", "ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__ANONYMOUS_ID__1", "PROP__PAGE", "PROP__AMOUNT" from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW";

create or replace view "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" copy grants as
select "NODE", "CUSTOMER_ID", "STRENGTH", "VALUE", "FIRST_SEEN_AT" from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER";

-- In an incremental run:

-- What rows of crm hold that changed, or that time has passed over.
create transient table "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH" as
select
  "R"."NODE__CUSTOMER__SHOP_ID__1",
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__EMAIL__2",
  "R"."NODE__CUSTOMER__PHONE__1",
  "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
from "CDP_INTERNAL"."ROWS_CRM" as "R"
where exists (select 1 from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "R"."RECORD_KEY")
union all
select
  "R"."NODE__CUSTOMER__SHOP_ID__1",
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__EMAIL__2",
  "R"."NODE__CUSTOMER__PHONE__1",
  "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
from "CDP_INTERNAL"."ROWS_CRM__NEXT" as "R";

-- What rows of panel hold that changed, or that time has passed over.
create transient table "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__PANEL__SCRATCH" as
select
  "R"."NODE__CUSTOMER__EMAIL__1"
from "CDP_INTERNAL"."ROWS_PANEL" as "R"
where exists (select 1 from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "R"."RECORD_KEY")
union all
select
  "R"."NODE__CUSTOMER__EMAIL__1"
from "CDP_INTERNAL"."ROWS_PANEL__NEXT" as "R"
union all
select
  "R"."NODE__CUSTOMER__EMAIL__1"
from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" as "R"
where ("R"."OBSERVED_AT" > dateadd(day, -180, $previous_as_of) and "R"."OBSERVED_AT" <= dateadd(day, -180, $as_of));

-- What rows of web hold that changed, or that time has passed over.
create transient table "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__WEB__SCRATCH" as
select
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__ANONYMOUS_ID__1"
from "CDP_INTERNAL"."ROWS_WEB" as "R"
where exists (select 1 from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "R"."RECORD_KEY")
union all
select
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__ANONYMOUS_ID__1"
from "CDP_INTERNAL"."ROWS_WEB__NEXT" as "R"
union all
select
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__ANONYMOUS_ID__1"
from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" as "R"
where (
  ("R"."OCCURRED_AT" > $previous_as_of and "R"."OCCURRED_AT" <= $as_of)
  or ("R"."OCCURRED_AT" > dateadd(day, -90, $previous_as_of) and "R"."OCCURRED_AT" <= dateadd(day, -90, $as_of))
  or ("R"."OCCURRED_AT" > dateadd(day, -30, $previous_as_of) and "R"."OCCURRED_AT" <= dateadd(day, -30, $as_of))
);

-- Gate: Nothing to do where nothing changed.
-- The node ends here where this query gives 0:
select (select count(*) from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH") + (select count(*) from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH") + (select count(*) from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH") + (select count(*) from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__PANEL__SCRATCH") + (select count(*) from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH") + (select count(*) from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__WEB__SCRATCH") as "CHANGES";

-- Identifiers of rows that changed, as they were and as they are.
create transient table "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH" as
select distinct "NODE", "STRENGTH"
from (
  select
    "NODE__CUSTOMER__SHOP_ID__1" as "NODE",
    0 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__SHOP_ID__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__1" as "NODE",
    1 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__2" as "NODE",
    1 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__EMAIL__2" is not null
  union all
  select
    "NODE__CUSTOMER__PHONE__1" as "NODE",
    2 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__PHONE__1" is not null
  union all
  select
    "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" as "NODE",
    4 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__1" as "NODE",
    1 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__PANEL__SCRATCH"
  where "NODE__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__1" as "NODE",
    1 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__WEB__SCRATCH"
  where "NODE__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "NODE__CUSTOMER__ANONYMOUS_ID__1" as "NODE",
    3 as "STRENGTH"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__WEB__SCRATCH"
  where "NODE__CUSTOMER__ANONYMOUS_ID__1" is not null
) as "FOUND";

-- What rows that changed hold together.
create transient table "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH" as
select distinct "COMBINATION"
from (
  select hash("NODE__CUSTOMER__SHOP_ID__1", "NODE__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__2", "NODE__CUSTOMER__PHONE__1", "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "COMBINATION"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH"
  union all
  select hash("NODE__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__ANONYMOUS_ID__1") as "COMBINATION"
  from "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__WEB__SCRATCH"
) as "FOUND";

-- Values that join nobody: touched ones counted anew, others as before.
create transient table "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as
select "NODE", "RULE"
from "CDP_INTERNAL"."SHARED_NODES_CUSTOMER"
where "RULE" <> 'block' and "NODE" not in (select "NODE" from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH" where "STRENGTH" in (2))
union all
select distinct "NODE", 'shared_above' as "RULE"
from (
  select "NODE"
  from (
    select "NODE__CUSTOMER__PHONE__1" as "NODE", "NODE__CUSTOMER__EMAIL__1" as "OTHER"
    from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
    where "NODE__CUSTOMER__PHONE__1" is not null
      and "NODE__CUSTOMER__EMAIL__1" is not null
      and "NODE__CUSTOMER__PHONE__1" in (select "NODE" from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH" where "STRENGTH" in (2))
    union all
    select "NODE__CUSTOMER__PHONE__1" as "NODE", "NODE__CUSTOMER__EMAIL__2" as "OTHER"
    from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
    where "NODE__CUSTOMER__PHONE__1" is not null
      and "NODE__CUSTOMER__EMAIL__2" is not null
      and "NODE__CUSTOMER__PHONE__1" in (select "NODE" from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH" where "STRENGTH" in (2))
  ) as "MEETINGS"
  group by "NODE"
  having count(distinct "OTHER") > 3
) as "OVER_LIMIT";

-- Values that became shared, or ceased to be.
create transient table "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH" as
select "T"."NODE"
from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH" as "T"
where ("T"."NODE" in (select "NODE" from "CDP_INTERNAL"."SHARED_NODES_CUSTOMER"))
  <> ("T"."NODE" in (select "NODE" from "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH"))
;

-- Touched values that are shared as before join nobody and part nobody.
delete from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH"
where "NODE" in (select "NODE" from "CDP_INTERNAL"."SHARED_NODES_CUSTOMER")
  and "NODE" in (select "NODE" from "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH")
  and "NODE" not in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH");

-- When: Values became shared, or ceased to be.

-- What follows is executed where this query gives another number than 0:
select count(*) as "ROWS" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH";

-- What rows of crm hold beside them.
create transient table "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH" as
select
  "R"."NODE__CUSTOMER__SHOP_ID__1",
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__EMAIL__2",
  "R"."NODE__CUSTOMER__PHONE__1",
  "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW" as "R"
where (
  "R"."NODE__CUSTOMER__SHOP_ID__1" in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__EMAIL__2" in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__PHONE__1" in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH")
);

-- What rows of web hold beside them.
create transient table "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__WEB__SCRATCH" as
select
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__ANONYMOUS_ID__1"
from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" as "R"
where ("R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH") or "R"."NODE__CUSTOMER__ANONYMOUS_ID__1" in (select "NODE" from "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH"));

-- What stands beside a value whose links come or go is touched too.
insert into "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH" ("NODE", "STRENGTH")
select distinct "NODE", "STRENGTH"
from (
  select
    "NODE__CUSTOMER__SHOP_ID__1" as "NODE",
    0 as "STRENGTH"
  from "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__SHOP_ID__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__1" as "NODE",
    1 as "STRENGTH"
  from "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__2" as "NODE",
    1 as "STRENGTH"
  from "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__EMAIL__2" is not null
  union all
  select
    "NODE__CUSTOMER__PHONE__1" as "NODE",
    2 as "STRENGTH"
  from "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__PHONE__1" is not null
  union all
  select
    "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" as "NODE",
    4 as "STRENGTH"
  from "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH"
  where "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__1" as "NODE",
    1 as "STRENGTH"
  from "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__WEB__SCRATCH"
  where "NODE__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "NODE__CUSTOMER__ANONYMOUS_ID__1" as "NODE",
    3 as "STRENGTH"
  from "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__WEB__SCRATCH"
  where "NODE__CUSTOMER__ANONYMOUS_ID__1" is not null
) as "FOUND"
where "NODE" not in (select "NODE" from "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH");

-- End of what is executed then.

-- Customers whom changes reach.
create transient table "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as
select distinct "CUSTOMER_ID"
from (
  select "I"."CUSTOMER_ID"
  from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I"
  where "I"."NODE" in (select "NODE" from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH")
) as "FOUND";

-- Loop: Customers whom affected ones lead to.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "CUSTOMERS" from (
  select "O"."CUSTOMER_ID"
  from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" as "R"
  join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "O" on "O"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  where coalesce("R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH"
  union all
  select "NODE"
  from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER"
  where "CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH")), false)
) as "REACHED"
where "CUSTOMER_ID" not in (select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH");

-- They are affected too.
insert into "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" ("CUSTOMER_ID")
select distinct "CUSTOMER_ID"
from (
  select "O"."CUSTOMER_ID"
  from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" as "R"
  join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "O" on "O"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  where coalesce("R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH"
  union all
  select "NODE"
  from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER"
  where "CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH")), false)
) as "REACHED"
where "CUSTOMER_ID" not in (select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH");

-- End of the round; more than 10000 rounds are an error.

-- What affected customers held.
create transient table "CDP_INTERNAL"."BEFORE_CUSTOMER__SCRATCH" as
select
  "I"."NODE",
  "I"."CUSTOMER_ID",
  "I"."STRENGTH",
  "I"."VALUE",
  "I"."FIRST_SEEN_AT"
from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I"
where "I"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH");

create or replace view "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" copy grants as
select * from "CDP_INTERNAL"."BEFORE_CUSTOMER__SCRATCH";

-- Identifiers whom changes reach.
create transient table "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH" as
select "NODE"
from "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH"
union distinct
select "NODE"
from "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW";

-- Rows of crm whom changes reach.
create transient table "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__SCRATCH" as
select
  "R"."RECORD_KEY",
  "R"."OBSERVED_AT",
  "R"."FIRST_SEEN_AT",
  "R"."LAST_SEEN_AT",
  "R"."NODE__CUSTOMER__SHOP_ID__1",
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__EMAIL__2",
  "R"."NODE__CUSTOMER__PHONE__1",
  "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
  "R"."ID__CUSTOMER__SHOP_ID__1",
  "R"."ID__CUSTOMER__EMAIL__1",
  "R"."ID__CUSTOMER__EMAIL__2",
  "R"."ID__CUSTOMER__PHONE__1",
  "R"."ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
  "R"."ATTR__CUSTOMER__FIRST_NAME",
  "R"."ATTR__CUSTOMER__LAST_NAME",
  "R"."ATTR__CUSTOMER__COUNTRY",
  "R"."ATTR__CUSTOMER__BIRTH_DATE",
  "R"."ATTR__CUSTOMER__POSTCODE",
  "R"."PROP__WANTS_NEWS"
from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW" as "R"
where coalesce((
  "R"."NODE__CUSTOMER__SHOP_ID__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__EMAIL__2" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__PHONE__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or hash("R"."NODE__CUSTOMER__SHOP_ID__1", "R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__EMAIL__2", "R"."NODE__CUSTOMER__PHONE__1", "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") in (select "COMBINATION" from "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH")
), false)
  or "R"."RECORD_KEY" in (select "RECORD_KEY" from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH");

create or replace view "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__SCRATCH";

-- Rows of panel whom changes reach.
create transient table "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__SCRATCH" as
select
  "R"."RECORD_KEY",
  "R"."OBSERVED_AT",
  "R"."FIRST_SEEN_AT",
  "R"."LAST_SEEN_AT",
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."ID__CUSTOMER__EMAIL__1",
  "R"."ATTR__CUSTOMER__INCOME"
from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" as "R"
where coalesce(("R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH") or hash("R"."NODE__CUSTOMER__EMAIL__1") in (select "COMBINATION" from "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH")), false)
  or "R"."RECORD_KEY" in (select "RECORD_KEY" from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH");

create or replace view "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__SCRATCH";

-- Rows of web whom changes reach.
create transient table "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__SCRATCH" as
select
  "R"."RECORD_KEY",
  "R"."OBSERVED_AT",
  "R"."OCCURRED_AT",
  "R"."EVENT",
  "R"."FIRST_SEEN_AT",
  "R"."LAST_SEEN_AT",
  "R"."NODE__CUSTOMER__EMAIL__1",
  "R"."NODE__CUSTOMER__ANONYMOUS_ID__1",
  "R"."ID__CUSTOMER__EMAIL__1",
  "R"."ID__CUSTOMER__ANONYMOUS_ID__1",
  "R"."PROP__PAGE",
  "R"."PROP__AMOUNT"
from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" as "R"
where coalesce((
  "R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "R"."NODE__CUSTOMER__ANONYMOUS_ID__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or hash("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1") in (select "COMBINATION" from "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH")
), false)
  or "R"."RECORD_KEY" in (select "RECORD_KEY" from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH");

create or replace view "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__SCRATCH";

-- End of the choice.

-- Which identifiers stand together in the rows of crm.
create table "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT" as
select
  "NODE__CUSTOMER__SHOP_ID__1",
  "NODE__CUSTOMER__EMAIL__1",
  "NODE__CUSTOMER__EMAIL__2",
  "NODE__CUSTOMER__PHONE__1",
  "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
  count(*) as "ROW_COUNT",
  min("FIRST_SEEN_AT") as "FIRST_SEEN_AT",
  max("LAST_SEEN_AT") as "LAST_SEEN_AT"
from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
where (
  "NODE__CUSTOMER__SHOP_ID__1" is not null
  or "NODE__CUSTOMER__EMAIL__1" is not null
  or "NODE__CUSTOMER__EMAIL__2" is not null
  or "NODE__CUSTOMER__PHONE__1" is not null
  or "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" is not null
)
group by
  "NODE__CUSTOMER__SHOP_ID__1",
  "NODE__CUSTOMER__EMAIL__1",
  "NODE__CUSTOMER__EMAIL__2",
  "NODE__CUSTOMER__PHONE__1",
  "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1";

-- Choice: All of tuples_customer_crm.

-- In a full run:

create or replace view "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" as "T"
where not (coalesce((
  "T"."NODE__CUSTOMER__SHOP_ID__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "T"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "T"."NODE__CUSTOMER__EMAIL__2" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "T"."NODE__CUSTOMER__PHONE__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or hash("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", "T"."NODE__CUSTOMER__PHONE__1", "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") in (select "COMBINATION" from "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH")
), false))
union all
select * from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT";

-- End of the choice.

-- Which identifiers stand together in the rows of web.
create table "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT" as
select
  "NODE__CUSTOMER__EMAIL__1",
  "NODE__CUSTOMER__ANONYMOUS_ID__1",
  count(*) as "ROW_COUNT",
  min("FIRST_SEEN_AT") as "FIRST_SEEN_AT",
  max("LAST_SEEN_AT") as "LAST_SEEN_AT"
from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW"
where ("NODE__CUSTOMER__EMAIL__1" is not null or "NODE__CUSTOMER__ANONYMOUS_ID__1" is not null)
group by
  "NODE__CUSTOMER__EMAIL__1",
  "NODE__CUSTOMER__ANONYMOUS_ID__1";

-- Choice: All of tuples_customer_web.

-- In a full run:

create or replace view "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB" as "T"
where not (coalesce((
  "T"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "T"."NODE__CUSTOMER__ANONYMOUS_ID__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or hash("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1") in (select "COMBINATION" from "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH")
), false))
union all
select * from "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT";

-- End of the choice.

-- Every identifier once, with its number and when it was seen.
create transient table "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" as
with "OCCURRENCES" as (
  select
    "NODE__CUSTOMER__SHOP_ID__1" as "NODE",
    cast(0 as number(19, 0)) as "STRENGTH",
    "ID__CUSTOMER__SHOP_ID__1" as "VALUE",
    cast(null as varchar) as "PARTITION",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  where "NODE__CUSTOMER__SHOP_ID__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__1" as "NODE",
    cast(1 as number(19, 0)) as "STRENGTH",
    "ID__CUSTOMER__EMAIL__1" as "VALUE",
    cast(null as varchar) as "PARTITION",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  where "NODE__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__2" as "NODE",
    cast(1 as number(19, 0)) as "STRENGTH",
    "ID__CUSTOMER__EMAIL__2" as "VALUE",
    cast(null as varchar) as "PARTITION",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  where "NODE__CUSTOMER__EMAIL__2" is not null
    and coalesce("NODE__CUSTOMER__EMAIL__1" <> "NODE__CUSTOMER__EMAIL__2", true)
  union all
  select
    "NODE__CUSTOMER__PHONE__1" as "NODE",
    cast(2 as number(19, 0)) as "STRENGTH",
    "ID__CUSTOMER__PHONE__1" as "VALUE",
    cast(null as varchar) as "PARTITION",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  where "NODE__CUSTOMER__PHONE__1" is not null
  union all
  select
    "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" as "NODE",
    cast(4 as number(19, 0)) as "STRENGTH",
    "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" as "VALUE",
    cast(null as varchar) as "PARTITION",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  where "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" is not null
  union all
  select
    "NODE__CUSTOMER__EMAIL__1" as "NODE",
    cast(1 as number(19, 0)) as "STRENGTH",
    "ID__CUSTOMER__EMAIL__1" as "VALUE",
    cast(null as varchar) as "PARTITION",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW"
  where "NODE__CUSTOMER__EMAIL__1" is not null
  union all
  select
    "NODE__CUSTOMER__ANONYMOUS_ID__1" as "NODE",
    cast(3 as number(19, 0)) as "STRENGTH",
    "ID__CUSTOMER__ANONYMOUS_ID__1" as "VALUE",
    cast(null as varchar) as "PARTITION",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW"
  where "NODE__CUSTOMER__ANONYMOUS_ID__1" is not null
)
select
  "NODE",
  "STRENGTH",
  "VALUE",
  "PARTITION",
  min("FIRST_SEEN_AT") as "FIRST_SEEN_AT",
  max("LAST_SEEN_AT") as "LAST_SEEN_AT",
  count(*) as "ROW_COUNT"
from "OCCURRENCES"
group by
  "NODE",
  "STRENGTH",
  "VALUE",
  "PARTITION";

-- Check: No two identifiers may share a number.
-- A row here fails the run: Two different identifiers have the same 64-bit fingerprint. Nothing was published.
select
  min("VALUE") as "VALUE",
  max("VALUE") as "OTHER_VALUE"
from "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH"
where "NODE" in (select "NODE" from "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" group by "NODE" having count(*) > 1)
group by "NODE"
limit 10;

-- Choice: An incremental run knows already who is shared.

-- In a full run:

-- Values that are blocked, or met more others than shared_above allows: they join nobody.
create transient table "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as
select distinct "NODE", 'shared_above' as "RULE"
from (
  select "NODE"
  from (
    select "NODE__CUSTOMER__PHONE__1" as "NODE", "NODE__CUSTOMER__EMAIL__1" as "OTHER"
    from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT"
    where "NODE__CUSTOMER__PHONE__1" is not null
      and "NODE__CUSTOMER__EMAIL__1" is not null
    union all
    select "NODE__CUSTOMER__PHONE__1" as "NODE", "NODE__CUSTOMER__EMAIL__2" as "OTHER"
    from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT"
    where "NODE__CUSTOMER__PHONE__1" is not null
      and "NODE__CUSTOMER__EMAIL__2" is not null
  ) as "MEETINGS"
  group by "NODE"
  having count(distinct "OTHER") > 3
) as "OVER_LIMIT";

-- In an incremental run: nothing.

-- End of the choice.

-- Values that join nobody, for the next run.
create table "CDP_INTERNAL"."SHARED_NODES_CUSTOMER__NEXT" as
select "NODE", "RULE" from "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH";

-- Links between identifiers: in each row from the strongest to every other one.
create transient table "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH" as
with "STARS" as (
  select
    coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
    "T"."NODE__CUSTOMER__EMAIL__1" as "SPOKE",
    "T"."ROW_COUNT",
    "T"."FIRST_SEEN_AT",
    "T"."LAST_SEEN_AT",
    cast(null as number(19, 0)) as "LINK"
  from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  where "T"."NODE__CUSTOMER__EMAIL__1" is not null
    and "T"."NODE__CUSTOMER__EMAIL__1" <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
  union all
  select
    coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
    "T"."NODE__CUSTOMER__EMAIL__2" as "SPOKE",
    "T"."ROW_COUNT",
    "T"."FIRST_SEEN_AT",
    "T"."LAST_SEEN_AT",
    cast(null as number(19, 0)) as "LINK"
  from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  where "T"."NODE__CUSTOMER__EMAIL__2" is not null
    and "T"."NODE__CUSTOMER__EMAIL__2" <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
    and coalesce("T"."NODE__CUSTOMER__EMAIL__2" <> "T"."NODE__CUSTOMER__EMAIL__1", true)
  union all
  select
    coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
    case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end as "SPOKE",
    "T"."ROW_COUNT",
    "T"."FIRST_SEEN_AT",
    "T"."LAST_SEEN_AT",
    cast(null as number(19, 0)) as "LINK"
  from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  where case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end is not null
    and case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
  union all
  select
    coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
    "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" as "SPOKE",
    "T"."ROW_COUNT",
    "T"."FIRST_SEEN_AT",
    "T"."LAST_SEEN_AT",
    cast(null as number(19, 0)) as "LINK"
  from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  where "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" is not null
    and "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
  union all
  select
    coalesce("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1") as "HUB",
    "T"."NODE__CUSTOMER__ANONYMOUS_ID__1" as "SPOKE",
    "T"."ROW_COUNT",
    "T"."FIRST_SEEN_AT",
    "T"."LAST_SEEN_AT",
    cast(null as number(19, 0)) as "LINK"
  from "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT" as "T"
  where "T"."NODE__CUSTOMER__ANONYMOUS_ID__1" is not null
    and "T"."NODE__CUSTOMER__ANONYMOUS_ID__1" <> coalesce("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1")
)
select
  least("HUB", "SPOKE") as "U",
  greatest("HUB", "SPOKE") as "V",
  cast(sum("ROW_COUNT") as number(19, 0)) as "ROW_COUNT",
  min("FIRST_SEEN_AT") as "FIRST_SEEN_AT",
  max("LAST_SEEN_AT") as "LAST_SEEN_AT",
  min("LINK") as "LINK"
from "STARS"
group by
  least("HUB", "SPOKE"),
  greatest("HUB", "SPOKE");

-- The edges that are still to be contracted: at first all.
create transient table "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH" as
select "U", "V" from "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH";

-- Which node stands for which, round by round.
create table if not exists "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH" (
  "ROUND" number(19, 0),
  "NODE" number(19, 0),
  "REPRESENTATIVE" number(19, 0)
);

-- The component of each node, composed from the last round backwards: at first none.
create transient table "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH" as
select "NODE", "REPRESENTATIVE" as "COMPONENT" from "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH";

-- Loop: Contract the graph until no edge is left.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "EDGES_LEFT" from "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH";

-- Each node that has an edge is represented by the least of itself and its neighbours; from the second round on, by the representative of that one.
insert into "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH"
with "NEAREST" as (
  select
    "NODE",
    least("NODE", min("NEIGHBOUR")) as "REPRESENTATIVE"
  from (
    select "U" as "NODE", "V" as "NEIGHBOUR" from "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH"
    union all
    select "V" as "NODE", "U" as "NEIGHBOUR" from "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH"
  ) as "NEIGHBOURS"
  group by "NODE"
)
select
  $round as "ROUND",
  "N"."NODE",
  coalesce("F"."REPRESENTATIVE", "N"."REPRESENTATIVE") as "REPRESENTATIVE"
from "NEAREST" as "N"
left join "NEAREST" as "F" on "F"."NODE" = "N"."REPRESENTATIVE" and $round > 1;

-- Edges between different representatives remain.
create transient table "CDP_INTERNAL"."CONTRACTED_CUSTOMER__SCRATCH" as
select distinct
  least("A"."REPRESENTATIVE", "B"."REPRESENTATIVE") as "U",
  greatest("A"."REPRESENTATIVE", "B"."REPRESENTATIVE") as "V"
from "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH" as "E"
join "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH" as "A" on "A"."NODE" = "E"."U" and "A"."ROUND" = $round
join "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH" as "B" on "B"."NODE" = "E"."V" and "B"."ROUND" = $round
where "A"."REPRESENTATIVE" <> "B"."REPRESENTATIVE";

-- The old gives way.
drop table if exists "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH";

-- The new takes its name.
alter table "CDP_INTERNAL"."CONTRACTED_CUSTOMER__SCRATCH" rename to "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH";

-- End of the round; more than 100 rounds are an error.

-- Then, with $round counting back from the last round to 1:

-- The component of a node is that of its representative.
create transient table "CDP_INTERNAL"."COMPOSED_CUSTOMER__SCRATCH" as
select
  "R"."NODE",
  coalesce("C"."COMPONENT", "R"."REPRESENTATIVE") as "COMPONENT"
from "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH" as "R"
left join "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH" as "C" on "C"."NODE" = "R"."REPRESENTATIVE"
where "R"."ROUND" = $round;

-- The old gives way.
drop table if exists "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH";

-- The new takes its name.
alter table "CDP_INTERNAL"."COMPOSED_CUSTOMER__SCRATCH" rename to "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH";

-- End of the way back.

-- Without limits no link is refused.
create table "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__NEXT" as
select
  cast(null as varchar) as "IDENTIFIER",
  cast(null as varchar) as "VALUE",
  cast(null as varchar) as "OTHER_IDENTIFIER",
  cast(null as varchar) as "OTHER_VALUE",
  cast(null as varchar) as "REASON",
  cast(null as varchar) as "TIER",
  cast(null as timestamp_ntz(6)) as "FIRST_SEEN_AT",
  cast(null as number(19, 0)) as "ROW_COUNT",
  cast(null as number(19, 0)) as "U",
  cast(null as number(19, 0)) as "V",
  cast(null as boolean) as "FIRM_U",
  cast(null as boolean) as "FIRM_V"
from (select 1 as "ONE") as "ONE_ROW"
where false;

-- Choice: All of refused_edges_customer.

-- In a full run:

create or replace view "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER" as "T"
where not ("T"."U" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH") or "T"."V" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH"))
union all
select * from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__NEXT";

-- End of the choice.

-- Check: No link may join two components.
-- A row here fails the run: Identity resolution broke its own rule: a link joins two components. Nothing was published.
select "E"."U", "E"."V"
from "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH" as "E"
left join "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH" as "A" on "A"."NODE" = "E"."U"
left join "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH" as "B" on "B"."NODE" = "E"."V"
where coalesce("A"."COMPONENT", "E"."U") <> coalesce("B"."COMPONENT", "E"."V")
limit 10;

-- The component of every node.
create transient table "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as
select
  "N"."NODE",
  coalesce("C"."COMPONENT", "N"."NODE") as "COMPONENT",
  "N"."STRENGTH",
  "N"."FIRST_SEEN_AT"
from "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" as "N"
left join "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH" as "C" on "C"."NODE" = "N"."NODE"
left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "S" on "S"."NODE" = "N"."NODE"
where "S"."NODE" is null or "C"."NODE" is not null;

-- What each living id holds of each component, by type.
create transient table "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH" as
select
  "P"."CUSTOMER_ID",
  "M"."COMPONENT",
  count(case when "M"."STRENGTH" = 0 then 1 end) as "HELD_0",
  count(case when "M"."STRENGTH" = 1 then 1 end) as "HELD_1",
  count(case when "M"."STRENGTH" = 2 then 1 end) as "HELD_2",
  count(case when "M"."STRENGTH" = 3 then 1 end) as "HELD_3",
  count(case when "M"."STRENGTH" = 4 then 1 end) as "HELD_4",
  0 as "HELD_RECORDS"
from "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" as "P"
join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "M" on "M"."NODE" = "P"."NODE"
group by "P"."CUSTOMER_ID", "M"."COMPONENT";

-- Ids that identifiers alone leave undecided.
create transient table "CDP_INTERNAL"."UNDECIDED_CUSTOMER__SCRATCH" as
select "CUSTOMER_ID"
from (select distinct "CUSTOMER_ID" from "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW") as "P"
where "CUSTOMER_ID" not in (select "CUSTOMER_ID" from "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH")
union all
select "CUSTOMER_ID"
from "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH"
group by "CUSTOMER_ID"
having count(*) > 1;

-- Of these the records count too.
insert into "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH" ("CUSTOMER_ID", "COMPONENT", "HELD_0", "HELD_1", "HELD_2", "HELD_3", "HELD_4", "HELD_RECORDS")
select
  "CUSTOMER_ID",
  "COMPONENT",
  0 as "HELD_0",
  0 as "HELD_1",
  0 as "HELD_2",
  0 as "HELD_3",
  0 as "HELD_4",
  count(*) as "HELD_RECORDS"
from (
  select
    "P"."CUSTOMER_ID",
    coalesce("I1"."COMPONENT", "I2"."COMPONENT", "I3"."COMPONENT", "I4"."COMPONENT", "I5"."COMPONENT") as "COMPONENT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "R"
  left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
  left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
  left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
  left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
  join "CDP_INTERNAL"."RECORDS_CUSTOMER" as "P" on "P"."SOURCE" = 'crm' and "P"."RECORD_KEY" = "R"."RECORD_KEY"
  join "CDP_INTERNAL"."UNDECIDED_CUSTOMER__SCRATCH" as "U" on "U"."CUSTOMER_ID" = "P"."CUSTOMER_ID"
  union all
  select
    "P"."CUSTOMER_ID",
    "I1"."COMPONENT" as "COMPONENT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW" as "R"
  left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  join "CDP_INTERNAL"."RECORDS_CUSTOMER" as "P" on "P"."SOURCE" = 'panel' and "P"."RECORD_KEY" = "R"."RECORD_KEY"
  join "CDP_INTERNAL"."UNDECIDED_CUSTOMER__SCRATCH" as "U" on "U"."CUSTOMER_ID" = "P"."CUSTOMER_ID"
) as "MET"
where "COMPONENT" is not null
group by "CUSTOMER_ID", "COMPONENT";

-- Components among which an id must choose, the earliest seen first.
create transient table "CDP_INTERNAL"."CHOICES_CUSTOMER__SCRATCH" as
with "COMPONENTS" as (
  select distinct "O"."COMPONENT"
  from "CDP_INTERNAL"."UNDECIDED_CUSTOMER__SCRATCH" as "U"
  join "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH" as "O" on "O"."CUSTOMER_ID" = "U"."CUSTOMER_ID"
), "AGED" as (
  select
    "M"."COMPONENT",
    "M"."NODE",
    row_number() over (
      partition by "M"."COMPONENT"
      order by "M"."FIRST_SEEN_AT" asc nulls last, "N"."STRENGTH", "N"."VALUE"
    ) as "PLACE",
    "M"."FIRST_SEEN_AT",
    "N"."STRENGTH",
    "N"."VALUE"
  from "COMPONENTS" as "C"
  join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "M" on "M"."COMPONENT" = "C"."COMPONENT"
  join "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" as "N" on "N"."NODE" = "M"."NODE"
)
select
  "COMPONENT",
  row_number() over (
    order by "FIRST_SEEN_AT" asc nulls last, "STRENGTH", "VALUE"
  ) as "AGE"
from "AGED"
where "PLACE" = 1;

-- The components of each living id in its order of preference: preference 1 is its bid, place 1 wins.
create transient table "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH" as
with "OVERLAPS" as (
  select
    "CUSTOMER_ID",
    "COMPONENT",
    sum("HELD_0") as "HELD_0",
    sum("HELD_1") as "HELD_1",
    sum("HELD_2") as "HELD_2",
    sum("HELD_3") as "HELD_3",
    sum("HELD_4") as "HELD_4",
    sum("HELD_RECORDS") as "HELD_RECORDS"
  from "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH"
  group by "CUSTOMER_ID", "COMPONENT"
), "PREFERENCES" as (
  select
    "O"."CUSTOMER_ID",
    "O"."COMPONENT",
    row_number() over (
      partition by "O"."CUSTOMER_ID"
      order by "O"."HELD_0" desc, "O"."HELD_1" desc, "O"."HELD_2" desc, "O"."HELD_3" desc, "O"."HELD_4" desc, "O"."HELD_RECORDS" desc, "C"."AGE"
    ) as "PREFERENCE"
  from "OVERLAPS" as "O"
  left join "CDP_INTERNAL"."CHOICES_CUSTOMER__SCRATCH" as "C" on "C"."COMPONENT" = "O"."COMPONENT"
)
select
  "P"."CUSTOMER_ID",
  "P"."COMPONENT",
  "P"."PREFERENCE",
  row_number() over (
    partition by "P"."COMPONENT", "P"."PREFERENCE"
    order by
      "I"."MINTED_ORDER",
      "I"."ANCHOR_FIRST_SEEN_AT" asc nulls last,
      "P"."CUSTOMER_ID"
  ) as "PLACE"
from "PREFERENCES" as "P"
join "CDP_INTERNAL"."IDS_CUSTOMER" as "I" on "I"."CUSTOMER_ID" = "P"."CUSTOMER_ID";

-- Components that take no bidder.
create transient table "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH" as
select "M"."NODE", "M"."COMPONENT"
from "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "M"
where exists (select 1 from "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW")
  and "M"."COMPONENT" not in (
    select "COMPONENT"
    from "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH"
    where "PREFERENCE" = 1 and "PLACE" = 1
  );

-- Whose their members were.
create transient table "CDP_INTERNAL"."ORIGINS_CUSTOMER__SCRATCH" as
with "ROWS_1" as (
  select "R".*
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "R"
  where (
    "R"."NODE__CUSTOMER__SHOP_ID__1" in (select "NODE" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
    or "R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
    or "R"."NODE__CUSTOMER__EMAIL__2" in (select "NODE" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
    or "R"."NODE__CUSTOMER__PHONE__1" in (select "NODE" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
    or "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" in (select "NODE" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
  )
), "ROWS_2" as (
  select "R".*
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW" as "R"
  where "R"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
)
select "CUSTOMER_ID", "COMPONENT"
from "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH"
where "COMPONENT" in (select "COMPONENT" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
union distinct
select
  "P"."CUSTOMER_ID",
  coalesce("I1"."COMPONENT", "I2"."COMPONENT", "I3"."COMPONENT", "I4"."COMPONENT", "I5"."COMPONENT") as "COMPONENT"
from "ROWS_1" as "R"
left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
join "CDP_INTERNAL"."RECORDS_CUSTOMER" as "P" on "P"."SOURCE" = 'crm' and "P"."RECORD_KEY" = "R"."RECORD_KEY"
where coalesce("I1"."COMPONENT", "I2"."COMPONENT", "I3"."COMPONENT", "I4"."COMPONENT", "I5"."COMPONENT") in (select "COMPONENT" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
  and "P"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW")
union distinct
select
  "P"."CUSTOMER_ID",
  "I1"."COMPONENT" as "COMPONENT"
from "ROWS_2" as "R"
left join "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
join "CDP_INTERNAL"."RECORDS_CUSTOMER" as "P" on "P"."SOURCE" = 'panel' and "P"."RECORD_KEY" = "R"."RECORD_KEY"
where "I1"."COMPONENT" in (select "COMPONENT" from "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH")
  and "P"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW");

-- New ids for components that no living id bid for.
create transient table "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH" as
with "TAKEN" as (
  select "COMPONENT"
  from "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH"
  where "PREFERENCE" = 1 and "PLACE" = 1
), "CANDIDATES" as (
  select "M"."COMPONENT", "M"."NODE", "M"."STRENGTH", "M"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "M"
  where not exists (select 1 from "TAKEN" as "K" where "K"."COMPONENT" = "M"."COMPONENT")
), "STRONGEST" as (
  select "COMPONENT", min("STRENGTH") as "STRENGTH"
  from "CANDIDATES"
  group by "COMPONENT"
), "EARLIEST" as (
  select "C"."COMPONENT", "C"."STRENGTH", min("C"."FIRST_SEEN_AT") as "FIRST_SEEN_AT"
  from "CANDIDATES" as "C"
  join "STRONGEST" as "S" on "S"."COMPONENT" = "C"."COMPONENT" and "S"."STRENGTH" = "C"."STRENGTH"
  group by "C"."COMPONENT", "C"."STRENGTH"
), "ANCHORS" as (
  select
    "C"."COMPONENT",
    min(case "N"."STRENGTH" when 0 then 'shop_id' when 1 then 'email' when 2 then 'phone' when 3 then 'anonymous_id' when 4 then 'same_person_at_address' end) as "IDENTIFIER",
    min(coalesce("N"."PARTITION", '')) as "PARTITION",
    min("N"."VALUE") as "VALUE",
    min("C"."FIRST_SEEN_AT") as "FIRST_SEEN_AT"
  from "CANDIDATES" as "C"
  join "EARLIEST" as "E" on "E"."COMPONENT" = "C"."COMPONENT" and "E"."STRENGTH" = "C"."STRENGTH"
  join "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" as "N" on "N"."NODE" = "C"."NODE"
  where ("E"."FIRST_SEEN_AT" is null or "C"."FIRST_SEEN_AT" = "E"."FIRST_SEEN_AT")
  group by "C"."COMPONENT"
), "GENERATIONS" as (
  select
    "I"."ANCHOR_PARTITION",
    "I"."ANCHOR_IDENTIFIER",
    "I"."ANCHOR_VALUE",
    count(*) as "GENERATION"
  from "CDP_INTERNAL"."IDS_CUSTOMER" as "I"
  where exists (
    select 1
    from "ANCHORS" as "A"
    where "A"."VALUE" = "I"."ANCHOR_VALUE"
  )
  group by "I"."ANCHOR_PARTITION", "I"."ANCHOR_IDENTIFIER", "I"."ANCHOR_VALUE"
)
select
  "A"."COMPONENT",
  'c_' || substring(md5(cast(length('customer') as varchar) || ':' || 'customer' || cast(length("A"."PARTITION") as varchar) || ':' || "A"."PARTITION" || cast(length("A"."IDENTIFIER") as varchar) || ':' || "A"."IDENTIFIER" || cast(length("A"."VALUE") as varchar) || ':' || "A"."VALUE" || cast(length(cast(coalesce("G"."GENERATION", 0) as varchar)) as varchar) || ':' || cast(coalesce("G"."GENERATION", 0) as varchar)), 1, 20) as "CUSTOMER_ID",
  "A"."PARTITION" as "ANCHOR_PARTITION",
  "A"."IDENTIFIER" as "ANCHOR_IDENTIFIER",
  "A"."VALUE" as "ANCHOR_VALUE",
  coalesce("G"."GENERATION", 0) as "GENERATION",
  "A"."FIRST_SEEN_AT" as "ANCHOR_FIRST_SEEN_AT",
  exists (
    select 1
    from "CDP_INTERNAL"."ORIGINS_CUSTOMER__SCRATCH" as "O"
    where "O"."COMPONENT" = "A"."COMPONENT"
  ) as "IS_SPLIT"
from "ANCHORS" as "A"
left join "GENERATIONS" as "G"
  on "G"."ANCHOR_PARTITION" = "A"."PARTITION"
  and "G"."ANCHOR_IDENTIFIER" = "A"."IDENTIFIER"
  and "G"."ANCHOR_VALUE" = "A"."VALUE";

-- The id of every component.
create transient table "CDP_INTERNAL"."ASSIGNED_CUSTOMER__SCRATCH" as
select "COMPONENT", "CUSTOMER_ID"
from "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH"
where "PREFERENCE" = 1 and "PLACE" = 1
union all
select "COMPONENT", "CUSTOMER_ID"
from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH";

-- Every identifier with the id of its customer.
create table "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT" as
select
  "M"."NODE",
  "A"."CUSTOMER_ID",
  case "N"."STRENGTH" when 0 then 'shop_id' when 1 then 'email' when 2 then 'phone' when 3 then 'anonymous_id' when 4 then 'same_person_at_address' end as "IDENTIFIER",
  "N"."STRENGTH",
  "N"."VALUE",
  "N"."FIRST_SEEN_AT",
  "N"."LAST_SEEN_AT",
  "N"."ROW_COUNT"
from "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH" as "M"
join "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" as "N" on "N"."NODE" = "M"."NODE"
join "CDP_INTERNAL"."ASSIGNED_CUSTOMER__SCRATCH" as "A" on "A"."COMPONENT" = "M"."COMPONENT";

-- Choice: All of identifiers_customer.

-- In a full run:

create or replace view "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: All identifiers, or those of affected rows.

-- In a full run:

create or replace view "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" copy grants as
select "NODE", "CUSTOMER_ID" from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW";

create or replace view "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW";

create or replace view "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW";

create or replace view "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW";

-- In an incremental run:

-- Identifiers in affected rows, with their customers.
create transient table "CDP_INTERNAL"."PLACING_CUSTOMER__SCRATCH" as
select "I"."NODE", "I"."CUSTOMER_ID"
from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" as "I"
where "I"."NODE" in (
  select "NODE__CUSTOMER__SHOP_ID__1" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  union all
  select "NODE__CUSTOMER__EMAIL__1" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  union all
  select "NODE__CUSTOMER__EMAIL__2" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  union all
  select "NODE__CUSTOMER__PHONE__1" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  union all
  select "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW"
  union all
  select "NODE__CUSTOMER__EMAIL__1" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW"
  union all
  select "NODE__CUSTOMER__EMAIL__1" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW"
  union all
  select "NODE__CUSTOMER__ANONYMOUS_ID__1" as "NODE" from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW"
);

create or replace view "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" copy grants as
select * from "CDP_INTERNAL"."PLACING_CUSTOMER__SCRATCH";

create or replace view "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW";

-- Rows of panel that belong to affected customers.
create transient table "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__SCRATCH" as
select "R".*
from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW" as "R"
left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
where "I1"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."ASSIGNED_CUSTOMER__SCRATCH");

create or replace view "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__VIEW" copy grants as
select * from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__SCRATCH";

create or replace view "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW" copy grants as
select * from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW";

-- Records whose customer is told anew.
create transient table "CDP_INTERNAL"."AFFECTED_RECORDS_CUSTOMER__SCRATCH" as
select
  'crm' as "SOURCE",
  "R"."RECORD_KEY"
from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "R"
union all
select
  'crm' as "SOURCE",
  "R"."RECORD_KEY"
from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "R"
union all
select
  'panel' as "SOURCE",
  "R"."RECORD_KEY"
from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW" as "R"
union all
select
  'panel' as "SOURCE",
  "R"."RECORD_KEY"
from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "R";

-- End of the choice.

-- How many identifiers each customer has.
create table "CDP_INTERNAL"."SIZES_CUSTOMER__NEXT" as
select
  "CUSTOMER_ID",
  count(*) as "NODE_COUNT",
  count(case when "STRENGTH" < 4 then 1 end) as "IDENTIFIER_COUNT",
  count(case when "STRENGTH" = 0 then 1 end) as "COUNT_0",
  count(case when "STRENGTH" = 1 then 1 end) as "COUNT_1",
  count(case when "STRENGTH" = 2 then 1 end) as "COUNT_2",
  count(case when "STRENGTH" = 3 then 1 end) as "COUNT_3",
  count(case when "STRENGTH" = 4 then 1 end) as "COUNT_4"
from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT"
group by "CUSTOMER_ID";

-- Choice: All of sizes_customer.

-- In a full run:

create or replace view "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."SIZES_CUSTOMER__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."SIZES_CUSTOMER" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."SIZES_CUSTOMER__NEXT";

-- End of the choice.

-- Check: No customer may hold too many of all identifiers.
-- A row here fails the run: A customer would hold more than 1 % of all identifiers. Nothing was published.
select
  "CUSTOMER_ID",
  "NODE_COUNT" as "IDENTIFIER_COUNT"
from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW"
where "NODE_COUNT" > 1000
  and "NODE_COUNT" > 0.01 * (select sum("NODE_COUNT") from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW")
order by "NODE_COUNT" desc;

-- What this run did to ids that were there: merged, split, retired.
create table "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" as
select
  'split' as "KIND",
  "M"."CUSTOMER_ID" as "CUSTOMER_ID",
  "O"."CUSTOMER_ID" as "PREVIOUS_ID",
  "M"."ANCHOR_IDENTIFIER" as "IDENTIFIER",
  "M"."ANCHOR_VALUE" as "VALUE"
from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH" as "M"
join "CDP_INTERNAL"."ORIGINS_CUSTOMER__SCRATCH" as "O" on "O"."COMPONENT" = "M"."COMPONENT"
union all
select
  'merged' as "KIND",
  "W"."CUSTOMER_ID" as "CUSTOMER_ID",
  "B"."CUSTOMER_ID" as "PREVIOUS_ID",
  cast(null as varchar) as "IDENTIFIER",
  cast(null as varchar) as "VALUE"
from "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH" as "B"
join "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH" as "W"
  on "W"."COMPONENT" = "B"."COMPONENT" and "W"."PREFERENCE" = 1 and "W"."PLACE" = 1
where "B"."PREFERENCE" = 1 and "B"."PLACE" > 1
union all
select
  'retired' as "KIND",
  "P"."CUSTOMER_ID" as "CUSTOMER_ID",
  cast(null as varchar) as "PREVIOUS_ID",
  cast(null as varchar) as "IDENTIFIER",
  cast(null as varchar) as "VALUE"
from (
  select distinct "CUSTOMER_ID"
  from "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW"
) as "P"
where not exists (select 1 from "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH" as "B" where "B"."CUSTOMER_ID" = "P"."CUSTOMER_ID");

-- Ids that leave, with their addresses.
create transient table "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH" as
with "LEAVING" as (
  select
    case when "KIND" = 'merged' then "PREVIOUS_ID" else "CUSTOMER_ID" end as "CUSTOMER_ID",
    case when "KIND" = 'merged' then "CUSTOMER_ID" end as "MERGED_INTO"
  from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT"
  where "KIND" in ('merged', 'retired')
), "MEMBERS" as (
  select
    "L"."CUSTOMER_ID",
    "L"."MERGED_INTO",
    "P"."NODE",
    row_number() over (
      partition by "L"."CUSTOMER_ID"
      order by "P"."STRENGTH", "P"."FIRST_SEEN_AT" asc nulls last, "P"."VALUE"
    ) as "PLACE"
  from "LEAVING" as "L"
  left join "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" as "P" on "P"."CUSTOMER_ID" = "L"."CUSTOMER_ID"
)
select
  "CUSTOMER_ID",
  "MERGED_INTO",
  "NODE" as "ADDRESS_NODE"
from "MEMBERS"
where "PLACE" = 1;

-- What each id that ever left is answered with.
create transient table "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH" as
with "GONE" as (
  select
    "CUSTOMER_ID",
    "MERGED_INTO",
    "ADDRESS_NODE"
  from "CDP_INTERNAL"."IDS_CUSTOMER"
  where "RETIRED_AT" is not null
  union all
  select
    "CUSTOMER_ID",
    "MERGED_INTO",
    "ADDRESS_NODE"
  from "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH"
)
select
  "G"."CUSTOMER_ID" as "PREVIOUS_ID",
  "G"."MERGED_INTO",
  "I"."CUSTOMER_ID" as "HOLDER"
from "GONE" as "G"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" as "I" on "I"."NODE" = "G"."ADDRESS_NODE";

-- Loop: Follow merges into ids that left too.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "UNANSWERED"
from "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH" as "F"
join "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH" as "A" on "A"."PREVIOUS_ID" = "F"."MERGED_INTO"
where "F"."HOLDER" is null;

-- The answers of what they were merged into.
create transient table "CDP_INTERNAL"."ANSWERS_NEXT_CUSTOMER__SCRATCH" as
select
  "F"."PREVIOUS_ID",
  case when "A"."PREVIOUS_ID" is null then "F"."MERGED_INTO" else "A"."MERGED_INTO" end as "MERGED_INTO",
  case when "A"."PREVIOUS_ID" is null then "F"."HOLDER" else "A"."HOLDER" end as "HOLDER"
from "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH" as "F"
left join "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH" as "A" on "F"."HOLDER" is null and "A"."PREVIOUS_ID" = "F"."MERGED_INTO";

-- The old gives way.
drop table if exists "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH";

-- The new takes its name.
alter table "CDP_INTERNAL"."ANSWERS_NEXT_CUSTOMER__SCRATCH" rename to "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH";

-- End of the round; more than 64 rounds are an error.

-- Who answers for ids that have left.
create table "CDP_INTERNAL"."ID_ALIASES_CUSTOMER__NEXT" as
select
  "PREVIOUS_ID",
  coalesce("HOLDER", "MERGED_INTO") as "CUSTOMER_ID"
from "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH";

-- The best new link at each id that was merged.
create transient table "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH" as
with "CROSSING" as (
  select
    "C"."PREVIOUS_ID" as "PREVIOUS_ID",
    "E"."U",
    "E"."V",
    "E"."LINK",
    "E"."ROW_COUNT",
    "E"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" as "C"
  join "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" as "P" on "P"."CUSTOMER_ID" = "C"."PREVIOUS_ID"
  join "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH" as "E" on "E"."U" = "P"."NODE"
  left join "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" as "Q" on "Q"."NODE" = "E"."V"
  where "C"."KIND" = 'merged'
    and "Q"."CUSTOMER_ID" is distinct from "P"."CUSTOMER_ID"
  union all
  select
    "C"."PREVIOUS_ID" as "PREVIOUS_ID",
    "E"."U",
    "E"."V",
    "E"."LINK",
    "E"."ROW_COUNT",
    "E"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" as "C"
  join "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" as "P" on "P"."CUSTOMER_ID" = "C"."PREVIOUS_ID"
  join "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH" as "E" on "E"."V" = "P"."NODE"
  left join "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW" as "Q" on "Q"."NODE" = "E"."U"
  where "C"."KIND" = 'merged'
    and "Q"."CUSTOMER_ID" is distinct from "P"."CUSTOMER_ID"
), "ORDERED" as (
  select
    "E"."PREVIOUS_ID",
    "E"."U",
    "E"."V",
    "E"."LINK",
    greatest("X"."STRENGTH", "Y"."STRENGTH") as "STRENGTH",
    case when ("X"."STRENGTH" < "Y"."STRENGTH" or ("X"."STRENGTH" = "Y"."STRENGTH" and "X"."VALUE" <= "Y"."VALUE")) then "Y"."VALUE" else "X"."VALUE" end as "VALUE",
    row_number() over (
      partition by "E"."PREVIOUS_ID"
      order by
        "E"."LINK" asc nulls last,
        greatest("X"."STRENGTH", "Y"."STRENGTH"),
        "E"."FIRST_SEEN_AT" asc nulls last,
        "E"."ROW_COUNT" desc,
        least("X"."STRENGTH", "Y"."STRENGTH"),
        case when ("X"."STRENGTH" < "Y"."STRENGTH" or ("X"."STRENGTH" = "Y"."STRENGTH" and "X"."VALUE" <= "Y"."VALUE")) then "X"."VALUE" else "Y"."VALUE" end,
        case when ("X"."STRENGTH" < "Y"."STRENGTH" or ("X"."STRENGTH" = "Y"."STRENGTH" and "X"."VALUE" <= "Y"."VALUE")) then "Y"."VALUE" else "X"."VALUE" end
    ) as "PLACE"
  from "CROSSING" as "E"
  join "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" as "X" on "X"."NODE" = "E"."U"
  join "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH" as "Y" on "Y"."NODE" = "E"."V"
)
select
  "PREVIOUS_ID",
  "U",
  "V",
  "LINK",
  "STRENGTH",
  "VALUE"
from "ORDERED"
where "PLACE" = 1;

-- Rows that make them, none so far.
create transient table "CDP_INTERNAL"."CAUSE_ROWS_CUSTOMER__SCRATCH" as
select
  cast(null as varchar) as "PREVIOUS_ID",
  cast(null as varchar) as "SOURCE",
  cast(null as varchar) as "RECORD_KEY",
  cast(null as number(19, 0)) as "PLACE"
from (select 1 as "ONE") as "ONE_ROW"
where false;

-- When: Ids were merged.

-- What follows is executed where this query gives another number than 0:
select count(*) as "ROWS" from "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH";

-- Rows that make the best new links.
insert into "CDP_INTERNAL"."CAUSE_ROWS_CUSTOMER__SCRATCH" ("PREVIOUS_ID", "SOURCE", "RECORD_KEY", "PLACE")
select
  "PREVIOUS_ID",
  "SOURCE",
  "RECORD_KEY",
  row_number() over (
    partition by "PREVIOUS_ID"
    order by "FIRST_SEEN_AT" asc nulls last, "SOURCE", "RECORD_KEY"
  ) as "PLACE"
from (
  select
    "L"."PREVIOUS_ID",
    'crm' as "SOURCE",
    "T"."RECORD_KEY",
    "T"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  join "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH" as "L"
    on "L"."U" = least(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), "T"."NODE__CUSTOMER__EMAIL__1") and "L"."V" = greatest(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), "T"."NODE__CUSTOMER__EMAIL__1")
  union all
  select
    "L"."PREVIOUS_ID",
    'crm' as "SOURCE",
    "T"."RECORD_KEY",
    "T"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  join "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH" as "L"
    on "L"."U" = least(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), "T"."NODE__CUSTOMER__EMAIL__2") and "L"."V" = greatest(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), "T"."NODE__CUSTOMER__EMAIL__2")
  union all
  select
    "L"."PREVIOUS_ID",
    'crm' as "SOURCE",
    "T"."RECORD_KEY",
    "T"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  join "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH" as "L"
    on "L"."U" = least(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end) and "L"."V" = greatest(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end)
  union all
  select
    "L"."PREVIOUS_ID",
    'crm' as "SOURCE",
    "T"."RECORD_KEY",
    "T"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "T"
  left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
  join "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH" as "L"
    on "L"."U" = least(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") and "L"."V" = greatest(coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"), "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
  union all
  select
    "L"."PREVIOUS_ID",
    'web' as "SOURCE",
    "T"."RECORD_KEY",
    "T"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW" as "T"
  join "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH" as "L"
    on "L"."U" = least(coalesce("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1"), "T"."NODE__CUSTOMER__ANONYMOUS_ID__1") and "L"."V" = greatest(coalesce("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1"), "T"."NODE__CUSTOMER__ANONYMOUS_ID__1")
) as "MADE";

-- End of what is executed then.

-- And the first row that makes it.
create transient table "CDP_INTERNAL"."CAUSES_CUSTOMER__SCRATCH" as
select
  "L"."PREVIOUS_ID",
  "L"."STRENGTH",
  "L"."VALUE",
  "L"."LINK",
  "R"."SOURCE",
  "R"."RECORD_KEY"
from "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH" as "L"
left join "CDP_INTERNAL"."CAUSE_ROWS_CUSTOMER__SCRATCH" as "R" on "R"."PREVIOUS_ID" = "L"."PREVIOUS_ID"
  and "R"."PLACE" = 1;

-- Why ids changed.
create transient table "CDP_INTERNAL"."EXPLAINED_CUSTOMER__SCRATCH" as
select
  "C"."KIND",
  "C"."CUSTOMER_ID",
  "C"."PREVIOUS_ID",
  case when "K"."LINK" is not null then 'override' else case when exists (select 1 from "CDP_INTERNAL"."RULES_CUSTOMER" where "FINGERPRINT" <> '8377fe941748aa193694a5bb87d9a454') then 'rule' else 'data' end end as "REASON",
  coalesce("C"."IDENTIFIER", case "K"."STRENGTH" when 0 then 'shop_id' when 1 then 'email' when 2 then 'phone' when 3 then 'anonymous_id' when 4 then 'same_person_at_address' end) as "IDENTIFIER",
  coalesce("C"."VALUE", "K"."VALUE") as "VALUE",
  "K"."SOURCE",
  "K"."RECORD_KEY"
from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" as "C"
left join "CDP_INTERNAL"."CAUSES_CUSTOMER__SCRATCH" as "K" on "K"."PREVIOUS_ID" = "C"."PREVIOUS_ID" and "C"."KIND" = 'merged';

-- One row a customer: when it was seen, and how often.
create table "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT" as
with "SIGHTINGS" as (
  select
    coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") as "CUSTOMER_ID",
    "R"."FIRST_SEEN_AT",
    "R"."LAST_SEEN_AT",
    1 as "RECORD_COUNT",
    0 as "EVENT_COUNT"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
  union all
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    "R"."FIRST_SEEN_AT",
    "R"."LAST_SEEN_AT",
    1 as "RECORD_COUNT",
    0 as "EVENT_COUNT"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
  union all
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    "R"."FIRST_SEEN_AT",
    "R"."LAST_SEEN_AT",
    0 as "RECORD_COUNT",
    1 as "EVENT_COUNT"
  from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW" as "R"
  left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1")
)
select
  "CUSTOMER_ID",
  min("FIRST_SEEN_AT") as "FIRST_SEEN_AT",
  max("LAST_SEEN_AT") as "LAST_SEEN_AT",
  cast(sum("RECORD_COUNT") as number(19, 0)) as "RECORD_COUNT",
  cast(sum("EVENT_COUNT") as number(19, 0)) as "EVENT_COUNT"
from "SIGHTINGS"
where "CUSTOMER_ID" is not null
group by "CUSTOMER_ID";

-- Choice: All of customers_customer.

-- In a full run:

create or replace view "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT";

-- End of the choice.

-- Records and their customers.
create table "CDP_INTERNAL"."RECORDS_CUSTOMER__NEXT" as
select
  'crm' as "SOURCE",
  "R"."RECORD_KEY",
  coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") as "CUSTOMER_ID"
from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW" as "R"
left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1"
union all
select
  'panel' as "SOURCE",
  "R"."RECORD_KEY",
  "I1"."CUSTOMER_ID" as "CUSTOMER_ID"
from "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW" as "R"
left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1";

-- Choice: All of records_customer.

-- In a full run:

create or replace view "CDP_INTERNAL"."RECORDS_CUSTOMER__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."RECORDS_CUSTOMER__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."RECORDS_CUSTOMER__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."RECORDS_CUSTOMER" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_RECORDS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."SOURCE" = "T"."SOURCE"
  and "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."RECORDS_CUSTOMER__NEXT";

-- End of the choice.

-- Candidates for review: who agrees in all columns of a rule that proposes.
create table "CDP_INTERNAL"."PROPOSALS_CUSTOMER__NEXT" as
select
  cast(null as varchar) as "RULE",
  cast(null as varchar) as "CUSTOMER_ID",
  cast(null as varchar) as "OTHER_ID",
  cast(null as varchar) as "VALUE"
from (select 1 as "ONE") as "ONE_ROW"
where false;

-- Shared values, listed as refused.
create table "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER__NEXT" as
select
  "SOURCE",
  "IDENTIFIER",
  min("VALUE") as "VALUE",
  "RULE",
  count(*) as "ROW_COUNT",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    cast('crm' as varchar) as "SOURCE",
    cast('phone' as varchar) as "IDENTIFIER",
    "ID__CUSTOMER__PHONE__1" as "VALUE",
    "NODE__CUSTOMER__PHONE__1" as "NODE",
    "S"."RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "S" on "S"."NODE" = "NODE__CUSTOMER__PHONE__1"
  where true
) as "CARRIERS"
group by "SOURCE", "IDENTIFIER", "NODE", "RULE";

-- Choice: Only a full run sees all links.

-- In a full run:

-- Figures for the summary: identity
select
  (select count(*) from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW" where true) as "CUSTOMERS",
  cast((select coalesce(sum("NODE_COUNT"), 0) from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW") as number(19, 0)) as "IDENTIFIERS",
  (select count(*) from "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH" where true) as "EDGES",
  (
    select sum("ROW_COUNT") - (select coalesce(sum("RECORD_COUNT" + "EVENT_COUNT"), 0) from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__WHOLE__VIEW")
    from (
      select count(*) as "ROW_COUNT"
      from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW" as "R"
      union all
      select count(*) as "ROW_COUNT"
      from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" as "R"
      union all
      select count(*) as "ROW_COUNT"
      from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" as "R"
    ) as "ROWS"
  ) as "UNIDENTIFIED",
  (select coalesce(max("NODE_COUNT"), 0) from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW") as "LARGEST_PROFILE",
  (select count(*) from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH" where not "IS_SPLIT") as "CREATED",
  (select count(*) from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" where "KIND" = 'merged') as "MERGED",
  (select count(*) from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" where "KIND" = 'split') as "SPLIT",
  (select count(*) from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" where "KIND" = 'retired') as "RETIRED";

-- In an incremental run:

-- Figures for the summary: identity
select
  (select count(*) from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW" where true) as "CUSTOMERS",
  cast((select coalesce(sum("NODE_COUNT"), 0) from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW") as number(19, 0)) as "IDENTIFIERS",
  null as "EDGES",
  (
    select sum("ROW_COUNT") - (select coalesce(sum("RECORD_COUNT" + "EVENT_COUNT"), 0) from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__WHOLE__VIEW")
    from (
      select count(*) as "ROW_COUNT"
      from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW" as "R"
      union all
      select count(*) as "ROW_COUNT"
      from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" as "R"
      union all
      select count(*) as "ROW_COUNT"
      from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" as "R"
    ) as "ROWS"
  ) as "UNIDENTIFIED",
  (select coalesce(max("NODE_COUNT"), 0) from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW") as "LARGEST_PROFILE",
  (select count(*) from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH" where not "IS_SPLIT") as "CREATED",
  (select count(*) from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" where "KIND" = 'merged') as "MERGED",
  (select count(*) from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" where "KIND" = 'split') as "SPLIT",
  (select count(*) from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" where "KIND" = 'retired') as "RETIRED";

-- End of the choice.

-- Figures for the summary: shared
select
  "IDENTIFIER",
  "RULE",
  sum("ROW_COUNT") as "ROW_COUNT",
  count(distinct "VALUE") as "VALUE_COUNT"
from "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER__NEXT"
group by "IDENTIFIER", "RULE"
order by "IDENTIFIER", "RULE";

-- Figures for the summary: refused_edges
select "REASON", count(*) as "EDGE_COUNT"
from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__WHOLE__VIEW"
group by "REASON"
order by count(*) desc, "REASON";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CONTRACTED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."COMPOSED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."UNLINKS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."UNLINKS_MOVED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."APART_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."OVER_LIMIT_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."GROUPS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."REGROUPED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."OPEN_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."REMAINING_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."LINKS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."BEST_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TAKEN_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."REFUSED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."DECIDED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CONTESTED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."KEPT_CONTRACTING_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."KEPT_REPRESENTATIVES_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."KEPT_COMPONENTS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."ACCEPTED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."UNDECIDED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CHOICES_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."ORIGINS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."ANSWERS_NEXT_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CAUSE_ROWS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CAUSES_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."DECISIVE_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."ASSIGNED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."LEADING_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__PANEL__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__PANEL__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__WEB__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__WEB__SCRATCH";
