-- segment.vip: Who spends.
-- After: source.web, traits.customer

-- Who was in vip after the last run, under the ids of this one.
create transient table "CDP_INTERNAL"."STAYS_VIP__SCRATCH" as
select
  "S"."CUSTOMER_ID" as "WRITTEN_ID",
  coalesce("M"."CUSTOMER_ID", "S"."CUSTOMER_ID") as "CUSTOMER_ID",
  "S"."ENTERED_AT"
from (
  select
    "CUSTOMER_ID",
    "ENTERED_AT"
  from "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
  where "SEGMENT" = 'vip' and "EXITED_AT" is null
) as "S"
left join (
  select
    "PREVIOUS_ID",
    "CUSTOMER_ID"
  from "CDP_INTERNAL"."CHANGES_CUSTOMER"
  where "KIND" = 'merged'
  union all
  select
    "PREVIOUS_ID",
    "CUSTOMER_ID"
  from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT"
  where "KIND" = 'merged'
) as "M" on "M"."PREVIOUS_ID" = "S"."CUSTOMER_ID";

-- Loop: Follow merges into ids that were merged too.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "MERGED" from "CDP_INTERNAL"."STAYS_VIP__SCRATCH" as "S" join (
  select
    "PREVIOUS_ID",
    "CUSTOMER_ID"
  from "CDP_INTERNAL"."CHANGES_CUSTOMER"
  where "KIND" = 'merged'
  union all
  select
    "PREVIOUS_ID",
    "CUSTOMER_ID"
  from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT"
  where "KIND" = 'merged'
) as "M" on "M"."PREVIOUS_ID" = "S"."CUSTOMER_ID";

-- One merge on.
create transient table "CDP_INTERNAL"."FOLLOWED_VIP__SCRATCH" as
select
  "S"."WRITTEN_ID" as "WRITTEN_ID",
  coalesce("M"."CUSTOMER_ID", "S"."CUSTOMER_ID") as "CUSTOMER_ID",
  "S"."ENTERED_AT"
from "CDP_INTERNAL"."STAYS_VIP__SCRATCH" as "S"
left join (
  select
    "PREVIOUS_ID",
    "CUSTOMER_ID"
  from "CDP_INTERNAL"."CHANGES_CUSTOMER"
  where "KIND" = 'merged'
  union all
  select
    "PREVIOUS_ID",
    "CUSTOMER_ID"
  from "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT"
  where "KIND" = 'merged'
) as "M" on "M"."PREVIOUS_ID" = "S"."CUSTOMER_ID";

-- The old gives way.
drop table if exists "CDP_INTERNAL"."STAYS_VIP__SCRATCH";

-- The new takes its name.
alter table "CDP_INTERNAL"."FOLLOWED_VIP__SCRATCH" rename to "CDP_INTERNAL"."STAYS_VIP__SCRATCH";

-- End of the round; more than 100000 rounds are an error.

-- Choice: Stays of customers whom changes do not reach go on.

-- In a full run: nothing.

-- In an incremental run:

-- They go on as they are.
delete from "CDP_INTERNAL"."STAYS_VIP__SCRATCH"
where "CUSTOMER_ID" not in (
  select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH"
);

-- End of the choice.

-- Who spends.
create table "CDP_INTERNAL"."MEMBERS_VIP__NEXT" as
with "MEMBERS" as (
  select "CUSTOMER_ID"
  from "CDP_INTERNAL"."PROFILES_CUSTOMER__NEXT" as "P"
  where (
    coalesce("P"."SPENT" >= cast('500' as number(19, 0)), false)
    and coalesce("P"."COUNTRY" in ('us', 'ca'), false)
    and "P"."CUSTOMER_ID" in (
      select "CUSTOMER_ID"
      from (
        select
          "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
          'web' as "ROW_SOURCE",
          "R"."RECORD_KEY" as "ROW_KEY",
          "R"."OCCURRED_AT" as "ROW_TIME",
          "R"."EVENT" as "ROW_EVENT"
        from "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW" as "R"
        left join "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1")
        where "I1"."CUSTOMER_ID" is not null
      ) as "EVENTS"
      where coalesce("ROW_EVENT" = 'page_viewed', false)
        and coalesce("ROW_TIME" > dateadd(day, -30, $as_of) and "ROW_TIME" <= $as_of, false)
      group by "CUSTOMER_ID"
      having count(*) >= 3
    )
  )
), "STAYS" as (
  select
    "CUSTOMER_ID",
    min("ENTERED_AT") as "ENTERED_AT"
  from "CDP_INTERNAL"."STAYS_VIP__SCRATCH"
  group by "CUSTOMER_ID"
)
select
  "M"."CUSTOMER_ID",
  coalesce("S"."ENTERED_AT", $as_of) as "ENTERED_AT"
from "MEMBERS" as "M"
left join "STAYS" as "S" on "S"."CUSTOMER_ID" = "M"."CUSTOMER_ID";

-- Choice: All of members_vip.

-- In a full run:

create or replace view "CDP_INTERNAL"."MEMBERS_VIP__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."MEMBERS_VIP__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."MEMBERS_VIP__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."MEMBERS_VIP" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "T"."CUSTOMER_ID"))
union all
select * from "CDP_INTERNAL"."MEMBERS_VIP__NEXT";

-- End of the choice.

-- Figures for the summary: segment
select
  (select count(*) from "CDP_INTERNAL"."MEMBERS_VIP__WHOLE__VIEW") as "MEMBERS",
  (
    select count(*) from "CDP_INTERNAL"."MEMBERS_VIP__NEXT"
    where "CUSTOMER_ID" not in (select "CUSTOMER_ID" from "CDP_INTERNAL"."STAYS_VIP__SCRATCH")
  ) as "ENTERED",
  (
    select count(distinct "CUSTOMER_ID") from "CDP_INTERNAL"."STAYS_VIP__SCRATCH"
    where "CUSTOMER_ID" not in (select "CUSTOMER_ID" from "CDP_INTERNAL"."MEMBERS_VIP__NEXT")
  ) as "EXITED";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."FOLLOWED_VIP__SCRATCH";
