-- segment.quiet_vip: The segment quiet_vip.
-- After: segment.vip, traits.customer

-- Who was in quiet_vip after the last run, under the ids of this one.
create table "cdp_internal"."stays_quiet_vip__scratch" as
select
  "s"."customer_id" as "written_id",
  coalesce("m"."customer_id", "s"."customer_id") as "customer_id",
  "s"."entered_at"
from (
  select
    "customer_id",
    "entered_at"
  from "cdp_internal"."segment_history_customer"
  where "segment" = 'quiet_vip' and "exited_at" is null
) as "s"
left join (
  select
    "previous_id",
    "customer_id"
  from "cdp_internal"."changes_customer"
  where "kind" = 'merged'
  union all
  select
    "previous_id",
    "customer_id"
  from "cdp_internal"."id_changes_customer__next"
  where "kind" = 'merged'
) as "m" on "m"."previous_id" = "s"."customer_id";

-- Loop: Follow merges into ids that were merged too.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "merged" from "cdp_internal"."stays_quiet_vip__scratch" as "s" join (
  select
    "previous_id",
    "customer_id"
  from "cdp_internal"."changes_customer"
  where "kind" = 'merged'
  union all
  select
    "previous_id",
    "customer_id"
  from "cdp_internal"."id_changes_customer__next"
  where "kind" = 'merged'
) as "m" on "m"."previous_id" = "s"."customer_id";

-- One merge on.
create or replace table "cdp_internal"."stays_quiet_vip__scratch" as
select
  "s"."written_id" as "written_id",
  coalesce("m"."customer_id", "s"."customer_id") as "customer_id",
  "s"."entered_at"
from "cdp_internal"."stays_quiet_vip__scratch" as "s"
left join (
  select
    "previous_id",
    "customer_id"
  from "cdp_internal"."changes_customer"
  where "kind" = 'merged'
  union all
  select
    "previous_id",
    "customer_id"
  from "cdp_internal"."id_changes_customer__next"
  where "kind" = 'merged'
) as "m" on "m"."previous_id" = "s"."customer_id";

-- End of the round; more than 100000 rounds are an error.

-- Choice: Stays of customers whom changes do not reach go on.

-- In a full run: nothing.

-- In an incremental run:

-- They go on as they are.
delete from "cdp_internal"."stays_quiet_vip__scratch"
where "customer_id" not in (
  select "customer_id" from "cdp_internal"."affected_customers_customer__scratch"
);

-- End of the choice.

-- Members of quiet_vip.
create table "cdp_internal"."members_quiet_vip__next" as
with "members" as (
  select "customer_id"
  from "cdp_internal"."profiles_customer__next" as "p"
  where (
    "p"."customer_id" in (
      select "customer_id"
      from "cdp_internal"."members_vip__next"
    )
    and not coalesce("p"."page_views_90d" > cast('0' as bigint), false)
  )
), "stays" as (
  select
    "customer_id",
    min("entered_at") as "entered_at"
  from "cdp_internal"."stays_quiet_vip__scratch"
  group by "customer_id"
)
select
  "m"."customer_id",
  coalesce("s"."entered_at", $as_of) as "entered_at"
from "members" as "m"
left join "stays" as "s" on "s"."customer_id" = "m"."customer_id";

-- Choice: All of members_quiet_vip.

-- In a full run:

create or replace view "cdp_internal"."members_quiet_vip__whole__view" as
select * from "cdp_internal"."members_quiet_vip__next";

-- In an incremental run:

create or replace view "cdp_internal"."members_quiet_vip__whole__view" as
select *
from "cdp_internal"."members_quiet_vip" as "t"
where not (exists (select 1 from "cdp_internal"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "t"."customer_id"))
union all
select * from "cdp_internal"."members_quiet_vip__next";

-- End of the choice.

-- Figures for the summary: segment
select
  (select count(*) from "cdp_internal"."members_quiet_vip__whole__view") as "members",
  (
    select count(*) from "cdp_internal"."members_quiet_vip__next"
    where "customer_id" not in (select "customer_id" from "cdp_internal"."stays_quiet_vip__scratch")
  ) as "entered",
  (
    select count(distinct "customer_id") from "cdp_internal"."stays_quiet_vip__scratch"
    where "customer_id" not in (select "customer_id" from "cdp_internal"."members_quiet_vip__next")
  ) as "exited";

-- Not read any more.
drop table if exists "cdp_internal"."followed_quiet_vip__scratch";
