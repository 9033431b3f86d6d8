-- segment.vip: Who spends.
-- After: source.web, traits.customer

-- Who was in vip after the last run, under the ids of this one.
create table `cdp_internal`.`stays_vip__scratch` as
select
  `s`.`customer_id` as `written_id`,
  coalesce(`m`.`customer_id`, `s`.`customer_id`) as `customer_id`,
  `s`.`entered_at`
from (
  select
    `customer_id`,
    `entered_at`
  from `cdp_internal`.`segment_history_customer`
  where `segment` = 'vip' and `exited_at` is null
) as `s`
left join (
  select
    `previous_id`,
    `customer_id`
  from `cdp_internal`.`changes_customer`
  where `kind` = 'merged'
  union all
  select
    `previous_id`,
    `customer_id`
  from `cdp_internal`.`id_changes_customer__next`
  where `kind` = 'merged'
) as `m` on `m`.`previous_id` = `s`.`customer_id`;

-- Loop: Follow merges into ids that were merged too.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as `merged` from `cdp_internal`.`stays_vip__scratch` as `s` join (
  select
    `previous_id`,
    `customer_id`
  from `cdp_internal`.`changes_customer`
  where `kind` = 'merged'
  union all
  select
    `previous_id`,
    `customer_id`
  from `cdp_internal`.`id_changes_customer__next`
  where `kind` = 'merged'
) as `m` on `m`.`previous_id` = `s`.`customer_id`;

-- One merge on.
create or replace table `cdp_internal`.`stays_vip__scratch` as
select
  `s`.`written_id` as `written_id`,
  coalesce(`m`.`customer_id`, `s`.`customer_id`) as `customer_id`,
  `s`.`entered_at`
from `cdp_internal`.`stays_vip__scratch` as `s`
left join (
  select
    `previous_id`,
    `customer_id`
  from `cdp_internal`.`changes_customer`
  where `kind` = 'merged'
  union all
  select
    `previous_id`,
    `customer_id`
  from `cdp_internal`.`id_changes_customer__next`
  where `kind` = 'merged'
) as `m` on `m`.`previous_id` = `s`.`customer_id`;

-- End of the round; more than 100000 rounds are an error.

-- Choice: Stays of customers whom changes do not reach go on.

-- In a full run: nothing.

-- In an incremental run:

-- They go on as they are.
delete from `cdp_internal`.`stays_vip__scratch`
where `customer_id` not in (
  select `customer_id` from `cdp_internal`.`affected_customers_customer__scratch`
);

-- End of the choice.

-- Who spends.
create table `cdp_internal`.`members_vip__next` as
with `members` as (
  select `customer_id`
  from `cdp_internal`.`profiles_customer__next` as `p`
  where (
    coalesce(`p`.`spent` >= cast('500' as bigint), false)
    and coalesce(`p`.`country` in ('us', 'ca'), false)
    and `p`.`customer_id` in (
      select `customer_id`
      from (
        select
          `i1`.`customer_id` as `customer_id`,
          'web' as `row_source`,
          `r`.`record_key` as `row_key`,
          `r`.`occurred_at` as `row_time`,
          `r`.`event` as `row_event`
        from `cdp_internal`.`rows_of__customer__web__view` as `r`
        left join `cdp_internal`.`placing_customer__view` as `i1` on `i1`.`node` = coalesce(`r`.`node__customer__email__1`, `r`.`node__customer__anonymous_id__1`)
        where `i1`.`customer_id` is not null
      ) as `events`
      where coalesce(`row_event` = 'page_viewed', false)
        and coalesce(`row_time` > $as_of - interval '30' day and `row_time` <= $as_of, false)
      group by `customer_id`
      having count(*) >= 3
    )
  )
), `stays` as (
  select
    `customer_id`,
    min(`entered_at`) as `entered_at`
  from `cdp_internal`.`stays_vip__scratch`
  group by `customer_id`
)
select
  `m`.`customer_id`,
  coalesce(`s`.`entered_at`, $as_of) as `entered_at`
from `members` as `m`
left join `stays` as `s` on `s`.`customer_id` = `m`.`customer_id`;

-- Choice: All of members_vip.

-- In a full run:

create or replace view `cdp_internal`.`members_vip__whole__view` as
select * from `cdp_internal`.`members_vip__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`members_vip__whole__view` as
select *
from `cdp_internal`.`members_vip` as `t`
where not (exists (select 1 from `cdp_internal`.`affected_customers_customer__scratch` as `changed` where `changed`.`customer_id` = `t`.`customer_id`))
union all
select * from `cdp_internal`.`members_vip__next`;

-- End of the choice.

-- Figures for the summary: segment
select
  (select count(*) from `cdp_internal`.`members_vip__whole__view`) as `members`,
  (
    select count(*) from `cdp_internal`.`members_vip__next`
    where `customer_id` not in (select `customer_id` from `cdp_internal`.`stays_vip__scratch`)
  ) as `entered`,
  (
    select count(distinct `customer_id`) from `cdp_internal`.`stays_vip__scratch`
    where `customer_id` not in (select `customer_id` from `cdp_internal`.`members_vip__next`)
  ) as `exited`;

-- Not read any more.
drop table if exists `cdp_internal`.`followed_vip__scratch` purge;
