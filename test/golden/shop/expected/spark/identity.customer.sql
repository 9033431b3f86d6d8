-- identity.customer: Who is who among the rows about customer: identifiers, links, components, ids.
-- After: source.crm, source.panel, source.web

-- Choice: All rows, or those that changes since the last run reach.

-- In a full run:

create or replace view `cdp_internal`.`affected_rows__customer__crm__view` as
select `record_key`, `observed_at`, `first_seen_at`, `last_seen_at`, `node__customer__shop_id__1`, `node__customer__email__1`, `node__customer__email__2`, `node__customer__phone__1`, `node__customer__same_person_at_address__1`, `id__customer__shop_id__1`, `id__customer__email__1`, `id__customer__email__2`, `id__customer__phone__1`, `id__customer__same_person_at_address__1`, `attr__customer__first_name`, `attr__customer__last_name`, `attr__customer__country`, `attr__customer__birth_date`, `attr__customer__postcode`, `prop__wants_news` from `cdp_internal`.`rows_crm__whole__view`;

create or replace view `cdp_internal`.`affected_rows__customer__panel__view` as
select `record_key`, `observed_at`, `first_seen_at`, `last_seen_at`, `node__customer__email__1`, `id__customer__email__1`, `attr__customer__income` from `cdp_internal`.`rows_panel__whole__view`;

create or replace view `cdp_internal`.`affected_rows__customer__web__view` as
select `record_key`, `observed_at`, `occurred_at`, `event`, `first_seen_at`, `last_seen_at`, `node__customer__email__1`, `node__customer__anonymous_id__1`, `id__customer__email__1`, `id__customer__anonymous_id__1`, `prop__page`, `prop__amount` from `cdp_internal`.`rows_web__whole__view`;

create or replace view `cdp_internal`.`before_customer__view` as
select `node`, `customer_id`, `strength`, `value`, `first_seen_at` from `cdp_internal`.`identifiers_customer`;

-- In an incremental run:

-- What rows of crm hold that changed, or that time has passed over.
create table `cdp_internal`.`touched_rows__customer__crm__scratch` as
select
  `r`.`node__customer__shop_id__1`,
  `r`.`node__customer__email__1`,
  `r`.`node__customer__email__2`,
  `r`.`node__customer__phone__1`,
  `r`.`node__customer__same_person_at_address__1`
from `cdp_internal`.`rows_crm` as `r`
where exists (select 1 from `cdp_internal`.`changed_crm__scratch` as `changed` where `changed`.`record_key` = `r`.`record_key`)
union all
select
  `r`.`node__customer__shop_id__1`,
  `r`.`node__customer__email__1`,
  `r`.`node__customer__email__2`,
  `r`.`node__customer__phone__1`,
  `r`.`node__customer__same_person_at_address__1`
from `cdp_internal`.`rows_crm__next` as `r`;

-- What rows of panel hold that changed, or that time has passed over.
create table `cdp_internal`.`touched_rows__customer__panel__scratch` as
select
  `r`.`node__customer__email__1`
from `cdp_internal`.`rows_panel` as `r`
where exists (select 1 from `cdp_internal`.`changed_panel__scratch` as `changed` where `changed`.`record_key` = `r`.`record_key`)
union all
select
  `r`.`node__customer__email__1`
from `cdp_internal`.`rows_panel__next` as `r`
union all
select
  `r`.`node__customer__email__1`
from `cdp_internal`.`rows_panel__whole__view` as `r`
where (`r`.`observed_at` > $previous_as_of - interval '180' day and `r`.`observed_at` <= $as_of - interval '180' day);

-- What rows of web hold that changed, or that time has passed over.
create table `cdp_internal`.`touched_rows__customer__web__scratch` as
select
  `r`.`node__customer__email__1`,
  `r`.`node__customer__anonymous_id__1`
from `cdp_internal`.`rows_web` as `r`
where exists (select 1 from `cdp_internal`.`changed_web__scratch` as `changed` where `changed`.`record_key` = `r`.`record_key`)
union all
select
  `r`.`node__customer__email__1`,
  `r`.`node__customer__anonymous_id__1`
from `cdp_internal`.`rows_web__next` as `r`
union all
select
  `r`.`node__customer__email__1`,
  `r`.`node__customer__anonymous_id__1`
from `cdp_internal`.`rows_web__whole__view` as `r`
where (
  (`r`.`occurred_at` > $previous_as_of and `r`.`occurred_at` <= $as_of)
  or (`r`.`occurred_at` > $previous_as_of - interval '90' day and `r`.`occurred_at` <= $as_of - interval '90' day)
  or (`r`.`occurred_at` > $previous_as_of - interval '30' day and `r`.`occurred_at` <= $as_of - interval '30' day)
);

-- Gate: Nothing to do where nothing changed.
-- The node ends here where this query gives 0:
select (select count(*) from `cdp_internal`.`changed_crm__scratch`) + (select count(*) from `cdp_internal`.`touched_rows__customer__crm__scratch`) + (select count(*) from `cdp_internal`.`changed_panel__scratch`) + (select count(*) from `cdp_internal`.`touched_rows__customer__panel__scratch`) + (select count(*) from `cdp_internal`.`changed_web__scratch`) + (select count(*) from `cdp_internal`.`touched_rows__customer__web__scratch`) as `changes`;

-- Identifiers of rows that changed, as they were and as they are.
create table `cdp_internal`.`touched_customer__scratch` as
select distinct `node`, `strength`
from (
  select
    `node__customer__shop_id__1` as `node`,
    0 as `strength`
  from `cdp_internal`.`touched_rows__customer__crm__scratch`
  where `node__customer__shop_id__1` is not null
  union all
  select
    `node__customer__email__1` as `node`,
    1 as `strength`
  from `cdp_internal`.`touched_rows__customer__crm__scratch`
  where `node__customer__email__1` is not null
  union all
  select
    `node__customer__email__2` as `node`,
    1 as `strength`
  from `cdp_internal`.`touched_rows__customer__crm__scratch`
  where `node__customer__email__2` is not null
  union all
  select
    `node__customer__phone__1` as `node`,
    2 as `strength`
  from `cdp_internal`.`touched_rows__customer__crm__scratch`
  where `node__customer__phone__1` is not null
  union all
  select
    `node__customer__same_person_at_address__1` as `node`,
    4 as `strength`
  from `cdp_internal`.`touched_rows__customer__crm__scratch`
  where `node__customer__same_person_at_address__1` is not null
  union all
  select
    `node__customer__email__1` as `node`,
    1 as `strength`
  from `cdp_internal`.`touched_rows__customer__panel__scratch`
  where `node__customer__email__1` is not null
  union all
  select
    `node__customer__email__1` as `node`,
    1 as `strength`
  from `cdp_internal`.`touched_rows__customer__web__scratch`
  where `node__customer__email__1` is not null
  union all
  select
    `node__customer__anonymous_id__1` as `node`,
    3 as `strength`
  from `cdp_internal`.`touched_rows__customer__web__scratch`
  where `node__customer__anonymous_id__1` is not null
) as `found`;

-- What rows that changed hold together.
create table `cdp_internal`.`combinations_customer__scratch` as
select distinct `combination`
from (
  select xxhash64(`node__customer__shop_id__1`, `node__customer__shop_id__1` is null, `node__customer__email__1`, `node__customer__email__1` is null, `node__customer__email__2`, `node__customer__email__2` is null, `node__customer__phone__1`, `node__customer__phone__1` is null, `node__customer__same_person_at_address__1`, `node__customer__same_person_at_address__1` is null) as `combination`
  from `cdp_internal`.`touched_rows__customer__crm__scratch`
  union all
  select xxhash64(`node__customer__email__1`, `node__customer__email__1` is null, `node__customer__anonymous_id__1`, `node__customer__anonymous_id__1` is null) as `combination`
  from `cdp_internal`.`touched_rows__customer__web__scratch`
) as `found`;

-- Values that join nobody: touched ones counted anew, others as before.
create table `cdp_internal`.`shared_customer__scratch` as
select `node`, `rule`
from `cdp_internal`.`shared_nodes_customer`
where `rule` <> 'block' and `node` not in (select `node` from `cdp_internal`.`touched_customer__scratch` where `strength` in (2))
union all
select distinct `node`, 'shared_above' as `rule`
from (
  select `node`
  from (
    select `node__customer__phone__1` as `node`, `node__customer__email__1` as `other`
    from `cdp_internal`.`rows_crm__whole__view`
    where `node__customer__phone__1` is not null
      and `node__customer__email__1` is not null
      and `node__customer__phone__1` in (select `node` from `cdp_internal`.`touched_customer__scratch` where `strength` in (2))
    union all
    select `node__customer__phone__1` as `node`, `node__customer__email__2` as `other`
    from `cdp_internal`.`rows_crm__whole__view`
    where `node__customer__phone__1` is not null
      and `node__customer__email__2` is not null
      and `node__customer__phone__1` in (select `node` from `cdp_internal`.`touched_customer__scratch` where `strength` in (2))
  ) as `meetings`
  group by `node`
  having count(distinct `other`) > 3
) as `over_limit`;

-- Values that became shared, or ceased to be.
create table `cdp_internal`.`flipped_customer__scratch` as
select `t`.`node`
from `cdp_internal`.`touched_customer__scratch` as `t`
where (`t`.`node` in (select `node` from `cdp_internal`.`shared_nodes_customer`))
  <> (`t`.`node` in (select `node` from `cdp_internal`.`shared_customer__scratch`))
;

-- Touched values that are shared as before join nobody and part nobody.
delete from `cdp_internal`.`touched_customer__scratch`
where `node` in (select `node` from `cdp_internal`.`shared_nodes_customer`)
  and `node` in (select `node` from `cdp_internal`.`shared_customer__scratch`)
  and `node` not in (select `node` from `cdp_internal`.`flipped_customer__scratch`);

-- When: Values became shared, or ceased to be.

-- What follows is executed where this query gives another number than 0:
select count(*) as `rows` from `cdp_internal`.`flipped_customer__scratch`;

-- What rows of crm hold beside them.
create table `cdp_internal`.`flipped_rows__customer__crm__scratch` as
select
  `r`.`node__customer__shop_id__1`,
  `r`.`node__customer__email__1`,
  `r`.`node__customer__email__2`,
  `r`.`node__customer__phone__1`,
  `r`.`node__customer__same_person_at_address__1`
from `cdp_internal`.`rows_crm__whole__view` as `r`
where (
  `r`.`node__customer__shop_id__1` in (select `node` from `cdp_internal`.`flipped_customer__scratch`)
  or `r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`flipped_customer__scratch`)
  or `r`.`node__customer__email__2` in (select `node` from `cdp_internal`.`flipped_customer__scratch`)
  or `r`.`node__customer__phone__1` in (select `node` from `cdp_internal`.`flipped_customer__scratch`)
  or `r`.`node__customer__same_person_at_address__1` in (select `node` from `cdp_internal`.`flipped_customer__scratch`)
);

-- What rows of web hold beside them.
create table `cdp_internal`.`flipped_rows__customer__web__scratch` as
select
  `r`.`node__customer__email__1`,
  `r`.`node__customer__anonymous_id__1`
from `cdp_internal`.`rows_web__whole__view` as `r`
where (`r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`flipped_customer__scratch`) or `r`.`node__customer__anonymous_id__1` in (select `node` from `cdp_internal`.`flipped_customer__scratch`));

-- What stands beside a value whose links come or go is touched too.
insert into `cdp_internal`.`touched_customer__scratch` (`node`, `strength`)
select distinct `node`, `strength`
from (
  select
    `node__customer__shop_id__1` as `node`,
    0 as `strength`
  from `cdp_internal`.`flipped_rows__customer__crm__scratch`
  where `node__customer__shop_id__1` is not null
  union all
  select
    `node__customer__email__1` as `node`,
    1 as `strength`
  from `cdp_internal`.`flipped_rows__customer__crm__scratch`
  where `node__customer__email__1` is not null
  union all
  select
    `node__customer__email__2` as `node`,
    1 as `strength`
  from `cdp_internal`.`flipped_rows__customer__crm__scratch`
  where `node__customer__email__2` is not null
  union all
  select
    `node__customer__phone__1` as `node`,
    2 as `strength`
  from `cdp_internal`.`flipped_rows__customer__crm__scratch`
  where `node__customer__phone__1` is not null
  union all
  select
    `node__customer__same_person_at_address__1` as `node`,
    4 as `strength`
  from `cdp_internal`.`flipped_rows__customer__crm__scratch`
  where `node__customer__same_person_at_address__1` is not null
  union all
  select
    `node__customer__email__1` as `node`,
    1 as `strength`
  from `cdp_internal`.`flipped_rows__customer__web__scratch`
  where `node__customer__email__1` is not null
  union all
  select
    `node__customer__anonymous_id__1` as `node`,
    3 as `strength`
  from `cdp_internal`.`flipped_rows__customer__web__scratch`
  where `node__customer__anonymous_id__1` is not null
) as `found`
where `node` not in (select `node` from `cdp_internal`.`shared_customer__scratch`);

-- End of what is executed then.

-- Customers whom changes reach.
create table `cdp_internal`.`affected_customers_customer__scratch` as
select distinct `customer_id`
from (
  select `i`.`customer_id`
  from `cdp_internal`.`identifiers_customer` as `i`
  where `i`.`node` in (select `node` from `cdp_internal`.`touched_customer__scratch`)
) as `found`;

-- Loop: Customers whom affected ones lead to.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as `customers` from (
  select `o`.`customer_id`
  from `cdp_internal`.`rows_panel__whole__view` as `r`
  join `cdp_internal`.`identifiers_customer` as `o` on `o`.`node` = `r`.`node__customer__email__1`
  where coalesce(`r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`touched_customer__scratch`
  union all
  select `node`
  from `cdp_internal`.`identifiers_customer`
  where `customer_id` in (select `customer_id` from `cdp_internal`.`affected_customers_customer__scratch`)), false)
) as `reached`
where `customer_id` not in (select `customer_id` from `cdp_internal`.`affected_customers_customer__scratch`);

-- They are affected too.
insert into `cdp_internal`.`affected_customers_customer__scratch` (`customer_id`)
select distinct `customer_id`
from (
  select `o`.`customer_id`
  from `cdp_internal`.`rows_panel__whole__view` as `r`
  join `cdp_internal`.`identifiers_customer` as `o` on `o`.`node` = `r`.`node__customer__email__1`
  where coalesce(`r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`touched_customer__scratch`
  union all
  select `node`
  from `cdp_internal`.`identifiers_customer`
  where `customer_id` in (select `customer_id` from `cdp_internal`.`affected_customers_customer__scratch`)), false)
) as `reached`
where `customer_id` not in (select `customer_id` from `cdp_internal`.`affected_customers_customer__scratch`);

-- End of the round; more than 10000 rounds are an error.

-- What affected customers held.
create table `cdp_internal`.`before_customer__scratch` as
select
  `i`.`node`,
  `i`.`customer_id`,
  `i`.`strength`,
  `i`.`value`,
  `i`.`first_seen_at`
from `cdp_internal`.`identifiers_customer` as `i`
where `i`.`customer_id` in (select `customer_id` from `cdp_internal`.`affected_customers_customer__scratch`);

create or replace view `cdp_internal`.`before_customer__view` as
select * from `cdp_internal`.`before_customer__scratch`;

-- Identifiers whom changes reach.
create table `cdp_internal`.`affected_nodes_customer__scratch` as
select `node`
from `cdp_internal`.`touched_customer__scratch`
union distinct
select `node`
from `cdp_internal`.`before_customer__view`;

-- Rows of crm whom changes reach.
create table `cdp_internal`.`affected_rows__customer__crm__scratch` as
select
  `r`.`record_key`,
  `r`.`observed_at`,
  `r`.`first_seen_at`,
  `r`.`last_seen_at`,
  `r`.`node__customer__shop_id__1`,
  `r`.`node__customer__email__1`,
  `r`.`node__customer__email__2`,
  `r`.`node__customer__phone__1`,
  `r`.`node__customer__same_person_at_address__1`,
  `r`.`id__customer__shop_id__1`,
  `r`.`id__customer__email__1`,
  `r`.`id__customer__email__2`,
  `r`.`id__customer__phone__1`,
  `r`.`id__customer__same_person_at_address__1`,
  `r`.`attr__customer__first_name`,
  `r`.`attr__customer__last_name`,
  `r`.`attr__customer__country`,
  `r`.`attr__customer__birth_date`,
  `r`.`attr__customer__postcode`,
  `r`.`prop__wants_news`
from `cdp_internal`.`rows_crm__whole__view` as `r`
where coalesce((
  `r`.`node__customer__shop_id__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `r`.`node__customer__email__2` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `r`.`node__customer__phone__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `r`.`node__customer__same_person_at_address__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or xxhash64(`r`.`node__customer__shop_id__1`, `r`.`node__customer__shop_id__1` is null, `r`.`node__customer__email__1`, `r`.`node__customer__email__1` is null, `r`.`node__customer__email__2`, `r`.`node__customer__email__2` is null, `r`.`node__customer__phone__1`, `r`.`node__customer__phone__1` is null, `r`.`node__customer__same_person_at_address__1`, `r`.`node__customer__same_person_at_address__1` is null) in (select `combination` from `cdp_internal`.`combinations_customer__scratch`)
), false)
  or `r`.`record_key` in (select `record_key` from `cdp_internal`.`changed_crm__scratch`);

create or replace view `cdp_internal`.`affected_rows__customer__crm__view` as
select * from `cdp_internal`.`affected_rows__customer__crm__scratch`;

-- Rows of panel whom changes reach.
create table `cdp_internal`.`affected_rows__customer__panel__scratch` as
select
  `r`.`record_key`,
  `r`.`observed_at`,
  `r`.`first_seen_at`,
  `r`.`last_seen_at`,
  `r`.`node__customer__email__1`,
  `r`.`id__customer__email__1`,
  `r`.`attr__customer__income`
from `cdp_internal`.`rows_panel__whole__view` as `r`
where coalesce((`r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`) or xxhash64(`r`.`node__customer__email__1`, `r`.`node__customer__email__1` is null) in (select `combination` from `cdp_internal`.`combinations_customer__scratch`)), false)
  or `r`.`record_key` in (select `record_key` from `cdp_internal`.`changed_panel__scratch`);

create or replace view `cdp_internal`.`affected_rows__customer__panel__view` as
select * from `cdp_internal`.`affected_rows__customer__panel__scratch`;

-- Rows of web whom changes reach.
create table `cdp_internal`.`affected_rows__customer__web__scratch` as
select
  `r`.`record_key`,
  `r`.`observed_at`,
  `r`.`occurred_at`,
  `r`.`event`,
  `r`.`first_seen_at`,
  `r`.`last_seen_at`,
  `r`.`node__customer__email__1`,
  `r`.`node__customer__anonymous_id__1`,
  `r`.`id__customer__email__1`,
  `r`.`id__customer__anonymous_id__1`,
  `r`.`prop__page`,
  `r`.`prop__amount`
from `cdp_internal`.`rows_web__whole__view` as `r`
where coalesce((
  `r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `r`.`node__customer__anonymous_id__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or xxhash64(`r`.`node__customer__email__1`, `r`.`node__customer__email__1` is null, `r`.`node__customer__anonymous_id__1`, `r`.`node__customer__anonymous_id__1` is null) in (select `combination` from `cdp_internal`.`combinations_customer__scratch`)
), false)
  or `r`.`record_key` in (select `record_key` from `cdp_internal`.`changed_web__scratch`);

create or replace view `cdp_internal`.`affected_rows__customer__web__view` as
select * from `cdp_internal`.`affected_rows__customer__web__scratch`;

-- End of the choice.

-- Which identifiers stand together in the rows of crm.
create table `cdp_internal`.`tuples_customer_crm__next` as
select
  `node__customer__shop_id__1`,
  `node__customer__email__1`,
  `node__customer__email__2`,
  `node__customer__phone__1`,
  `node__customer__same_person_at_address__1`,
  count(*) as `row_count`,
  min(`first_seen_at`) as `first_seen_at`,
  max(`last_seen_at`) as `last_seen_at`
from `cdp_internal`.`affected_rows__customer__crm__view`
where (
  `node__customer__shop_id__1` is not null
  or `node__customer__email__1` is not null
  or `node__customer__email__2` is not null
  or `node__customer__phone__1` is not null
  or `node__customer__same_person_at_address__1` is not null
)
group by
  `node__customer__shop_id__1`,
  `node__customer__email__1`,
  `node__customer__email__2`,
  `node__customer__phone__1`,
  `node__customer__same_person_at_address__1`;

-- Choice: All of tuples_customer_crm.

-- In a full run:

create or replace view `cdp_internal`.`tuples_customer_crm__whole__view` as
select * from `cdp_internal`.`tuples_customer_crm__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`tuples_customer_crm__whole__view` as
select *
from `cdp_internal`.`tuples_customer_crm` as `t`
where not (coalesce((
  `t`.`node__customer__shop_id__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `t`.`node__customer__email__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `t`.`node__customer__email__2` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `t`.`node__customer__phone__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `t`.`node__customer__same_person_at_address__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or xxhash64(`t`.`node__customer__shop_id__1`, `t`.`node__customer__shop_id__1` is null, `t`.`node__customer__email__1`, `t`.`node__customer__email__1` is null, `t`.`node__customer__email__2`, `t`.`node__customer__email__2` is null, `t`.`node__customer__phone__1`, `t`.`node__customer__phone__1` is null, `t`.`node__customer__same_person_at_address__1`, `t`.`node__customer__same_person_at_address__1` is null) in (select `combination` from `cdp_internal`.`combinations_customer__scratch`)
), false))
union all
select * from `cdp_internal`.`tuples_customer_crm__next`;

-- End of the choice.

-- Which identifiers stand together in the rows of web.
create table `cdp_internal`.`tuples_customer_web__next` as
select
  `node__customer__email__1`,
  `node__customer__anonymous_id__1`,
  count(*) as `row_count`,
  min(`first_seen_at`) as `first_seen_at`,
  max(`last_seen_at`) as `last_seen_at`
from `cdp_internal`.`affected_rows__customer__web__view`
where (`node__customer__email__1` is not null or `node__customer__anonymous_id__1` is not null)
group by
  `node__customer__email__1`,
  `node__customer__anonymous_id__1`;

-- Choice: All of tuples_customer_web.

-- In a full run:

create or replace view `cdp_internal`.`tuples_customer_web__whole__view` as
select * from `cdp_internal`.`tuples_customer_web__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`tuples_customer_web__whole__view` as
select *
from `cdp_internal`.`tuples_customer_web` as `t`
where not (coalesce((
  `t`.`node__customer__email__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or `t`.`node__customer__anonymous_id__1` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`)
  or xxhash64(`t`.`node__customer__email__1`, `t`.`node__customer__email__1` is null, `t`.`node__customer__anonymous_id__1`, `t`.`node__customer__anonymous_id__1` is null) in (select `combination` from `cdp_internal`.`combinations_customer__scratch`)
), false))
union all
select * from `cdp_internal`.`tuples_customer_web__next`;

-- End of the choice.

-- Every identifier once, with its number and when it was seen.
create table `cdp_internal`.`nodes_customer__scratch` as
with `occurrences` as (
  select
    `node__customer__shop_id__1` as `node`,
    cast(0 as bigint) as `strength`,
    `id__customer__shop_id__1` as `value`,
    cast(null as string) as `partition`,
    `first_seen_at`,
    `last_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view`
  where `node__customer__shop_id__1` is not null
  union all
  select
    `node__customer__email__1` as `node`,
    cast(1 as bigint) as `strength`,
    `id__customer__email__1` as `value`,
    cast(null as string) as `partition`,
    `first_seen_at`,
    `last_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view`
  where `node__customer__email__1` is not null
  union all
  select
    `node__customer__email__2` as `node`,
    cast(1 as bigint) as `strength`,
    `id__customer__email__2` as `value`,
    cast(null as string) as `partition`,
    `first_seen_at`,
    `last_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view`
  where `node__customer__email__2` is not null
    and coalesce(`node__customer__email__1` <> `node__customer__email__2`, true)
  union all
  select
    `node__customer__phone__1` as `node`,
    cast(2 as bigint) as `strength`,
    `id__customer__phone__1` as `value`,
    cast(null as string) as `partition`,
    `first_seen_at`,
    `last_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view`
  where `node__customer__phone__1` is not null
  union all
  select
    `node__customer__same_person_at_address__1` as `node`,
    cast(4 as bigint) as `strength`,
    `id__customer__same_person_at_address__1` as `value`,
    cast(null as string) as `partition`,
    `first_seen_at`,
    `last_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view`
  where `node__customer__same_person_at_address__1` is not null
  union all
  select
    `node__customer__email__1` as `node`,
    cast(1 as bigint) as `strength`,
    `id__customer__email__1` as `value`,
    cast(null as string) as `partition`,
    `first_seen_at`,
    `last_seen_at`
  from `cdp_internal`.`affected_rows__customer__web__view`
  where `node__customer__email__1` is not null
  union all
  select
    `node__customer__anonymous_id__1` as `node`,
    cast(3 as bigint) as `strength`,
    `id__customer__anonymous_id__1` as `value`,
    cast(null as string) as `partition`,
    `first_seen_at`,
    `last_seen_at`
  from `cdp_internal`.`affected_rows__customer__web__view`
  where `node__customer__anonymous_id__1` is not null
)
select
  `node`,
  `strength`,
  `value`,
  `partition`,
  min(`first_seen_at`) as `first_seen_at`,
  max(`last_seen_at`) as `last_seen_at`,
  count(*) as `row_count`
from `occurrences`
group by
  `node`,
  `strength`,
  `value`,
  `partition`;

-- Check: No two identifiers may share a number.
-- A row here fails the run: Two different identifiers have the same 64-bit fingerprint. Nothing was published.
select
  min(`value`) as `value`,
  max(`value`) as `other_value`
from `cdp_internal`.`nodes_customer__scratch`
where `node` in (select `node` from `cdp_internal`.`nodes_customer__scratch` group by `node` having count(*) > 1)
group by `node`
limit 10;

-- Choice: An incremental run knows already who is shared.

-- In a full run:

-- Values that are blocked, or met more others than shared_above allows: they join nobody.
create table `cdp_internal`.`shared_customer__scratch` as
select distinct `node`, 'shared_above' as `rule`
from (
  select `node`
  from (
    select `node__customer__phone__1` as `node`, `node__customer__email__1` as `other`
    from `cdp_internal`.`tuples_customer_crm__next`
    where `node__customer__phone__1` is not null
      and `node__customer__email__1` is not null
    union all
    select `node__customer__phone__1` as `node`, `node__customer__email__2` as `other`
    from `cdp_internal`.`tuples_customer_crm__next`
    where `node__customer__phone__1` is not null
      and `node__customer__email__2` is not null
  ) as `meetings`
  group by `node`
  having count(distinct `other`) > 3
) as `over_limit`;

-- In an incremental run: nothing.

-- End of the choice.

-- Values that join nobody, for the next run.
create table `cdp_internal`.`shared_nodes_customer__next` as
select `node`, `rule` from `cdp_internal`.`shared_customer__scratch`;

-- Links between identifiers: in each row from the strongest to every other one.
create table `cdp_internal`.`edges_customer__scratch` as
with `stars` as (
  select
    coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`) as `hub`,
    `t`.`node__customer__email__1` as `spoke`,
    `t`.`row_count`,
    `t`.`first_seen_at`,
    `t`.`last_seen_at`,
    cast(null as bigint) as `link`
  from `cdp_internal`.`tuples_customer_crm__next` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  where `t`.`node__customer__email__1` is not null
    and `t`.`node__customer__email__1` <> coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`)
  union all
  select
    coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`) as `hub`,
    `t`.`node__customer__email__2` as `spoke`,
    `t`.`row_count`,
    `t`.`first_seen_at`,
    `t`.`last_seen_at`,
    cast(null as bigint) as `link`
  from `cdp_internal`.`tuples_customer_crm__next` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  where `t`.`node__customer__email__2` is not null
    and `t`.`node__customer__email__2` <> coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`)
    and coalesce(`t`.`node__customer__email__2` <> `t`.`node__customer__email__1`, true)
  union all
  select
    coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`) as `hub`,
    case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end as `spoke`,
    `t`.`row_count`,
    `t`.`first_seen_at`,
    `t`.`last_seen_at`,
    cast(null as bigint) as `link`
  from `cdp_internal`.`tuples_customer_crm__next` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  where case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end is not null
    and case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end <> coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`)
  union all
  select
    coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`) as `hub`,
    `t`.`node__customer__same_person_at_address__1` as `spoke`,
    `t`.`row_count`,
    `t`.`first_seen_at`,
    `t`.`last_seen_at`,
    cast(null as bigint) as `link`
  from `cdp_internal`.`tuples_customer_crm__next` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  where `t`.`node__customer__same_person_at_address__1` is not null
    and `t`.`node__customer__same_person_at_address__1` <> coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`)
  union all
  select
    coalesce(`t`.`node__customer__email__1`, `t`.`node__customer__anonymous_id__1`) as `hub`,
    `t`.`node__customer__anonymous_id__1` as `spoke`,
    `t`.`row_count`,
    `t`.`first_seen_at`,
    `t`.`last_seen_at`,
    cast(null as bigint) as `link`
  from `cdp_internal`.`tuples_customer_web__next` as `t`
  where `t`.`node__customer__anonymous_id__1` is not null
    and `t`.`node__customer__anonymous_id__1` <> coalesce(`t`.`node__customer__email__1`, `t`.`node__customer__anonymous_id__1`)
)
select
  least(`hub`, `spoke`) as `u`,
  greatest(`hub`, `spoke`) as `v`,
  cast(sum(`row_count`) as bigint) as `row_count`,
  min(`first_seen_at`) as `first_seen_at`,
  max(`last_seen_at`) as `last_seen_at`,
  min(`link`) as `link`
from `stars`
group by
  least(`hub`, `spoke`),
  greatest(`hub`, `spoke`);

-- The edges that are still to be contracted: at first all.
create table `cdp_internal`.`contracting_customer__scratch` as
select `u`, `v` from `cdp_internal`.`edges_customer__scratch`;

-- Which node stands for which, round by round.
create table if not exists `cdp_internal`.`representatives_customer__scratch` (
  `round` bigint,
  `node` bigint,
  `representative` bigint
);

-- The component of each node, composed from the last round backwards: at first none.
create table `cdp_internal`.`components_customer__scratch` as
select `node`, `representative` as `component` from `cdp_internal`.`representatives_customer__scratch`;

-- Loop: Contract the graph until no edge is left.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as `edges_left` from `cdp_internal`.`contracting_customer__scratch`;

-- Each node that has an edge is represented by the least of itself and its neighbours; from the second round on, by the representative of that one.
insert into `cdp_internal`.`representatives_customer__scratch`
with `nearest` as (
  select
    `node`,
    least(`node`, min(`neighbour`)) as `representative`
  from (
    select `u` as `node`, `v` as `neighbour` from `cdp_internal`.`contracting_customer__scratch`
    union all
    select `v` as `node`, `u` as `neighbour` from `cdp_internal`.`contracting_customer__scratch`
  ) as `neighbours`
  group by `node`
)
select
  $round as `round`,
  `n`.`node`,
  coalesce(`f`.`representative`, `n`.`representative`) as `representative`
from `nearest` as `n`
left join `nearest` as `f` on `f`.`node` = `n`.`representative` and $round > 1;

-- Edges between different representatives remain.
create or replace table `cdp_internal`.`contracting_customer__scratch` as
select distinct
  least(`a`.`representative`, `b`.`representative`) as `u`,
  greatest(`a`.`representative`, `b`.`representative`) as `v`
from `cdp_internal`.`contracting_customer__scratch` as `e`
join `cdp_internal`.`representatives_customer__scratch` as `a` on `a`.`node` = `e`.`u` and `a`.`round` = $round
join `cdp_internal`.`representatives_customer__scratch` as `b` on `b`.`node` = `e`.`v` and `b`.`round` = $round
where `a`.`representative` <> `b`.`representative`;

-- End of the round; more than 100 rounds are an error.

-- Then, with $round counting back from the last round to 1:

-- The component of a node is that of its representative.
create or replace table `cdp_internal`.`components_customer__scratch` as
select
  `r`.`node`,
  coalesce(`c`.`component`, `r`.`representative`) as `component`
from `cdp_internal`.`representatives_customer__scratch` as `r`
left join `cdp_internal`.`components_customer__scratch` as `c` on `c`.`node` = `r`.`representative`
where `r`.`round` = $round;

-- End of the way back.

-- Without limits no link is refused.
create table `cdp_internal`.`refused_edges_customer__next` as
select
  cast(null as string) as `identifier`,
  cast(null as string) as `value`,
  cast(null as string) as `other_identifier`,
  cast(null as string) as `other_value`,
  cast(null as string) as `reason`,
  cast(null as string) as `tier`,
  cast(null as timestamp) as `first_seen_at`,
  cast(null as bigint) as `row_count`,
  cast(null as bigint) as `u`,
  cast(null as bigint) as `v`,
  cast(null as boolean) as `firm_u`,
  cast(null as boolean) as `firm_v`
from (select 1 as `one`) as `one_row`
where false;

-- Choice: All of refused_edges_customer.

-- In a full run:

create or replace view `cdp_internal`.`refused_edges_customer__whole__view` as
select * from `cdp_internal`.`refused_edges_customer__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`refused_edges_customer__whole__view` as
select *
from `cdp_internal`.`refused_edges_customer` as `t`
where not (`t`.`u` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`) or `t`.`v` in (select `node` from `cdp_internal`.`affected_nodes_customer__scratch`))
union all
select * from `cdp_internal`.`refused_edges_customer__next`;

-- End of the choice.

-- Check: No link may join two components.
-- A row here fails the run: Identity resolution broke its own rule: a link joins two components. Nothing was published.
select `e`.`u`, `e`.`v`
from `cdp_internal`.`edges_customer__scratch` as `e`
left join `cdp_internal`.`components_customer__scratch` as `a` on `a`.`node` = `e`.`u`
left join `cdp_internal`.`components_customer__scratch` as `b` on `b`.`node` = `e`.`v`
where coalesce(`a`.`component`, `e`.`u`) <> coalesce(`b`.`component`, `e`.`v`)
limit 10;

-- The component of every node.
create table `cdp_internal`.`members_customer__scratch` as
select
  `n`.`node`,
  coalesce(`c`.`component`, `n`.`node`) as `component`,
  `n`.`strength`,
  `n`.`first_seen_at`
from `cdp_internal`.`nodes_customer__scratch` as `n`
left join `cdp_internal`.`components_customer__scratch` as `c` on `c`.`node` = `n`.`node`
left join `cdp_internal`.`shared_customer__scratch` as `s` on `s`.`node` = `n`.`node`
where `s`.`node` is null or `c`.`node` is not null;

-- What each living id holds of each component, by type.
create table `cdp_internal`.`overlaps_customer__scratch` as
select
  `p`.`customer_id`,
  `m`.`component`,
  count(case when `m`.`strength` = 0 then 1 end) as `held_0`,
  count(case when `m`.`strength` = 1 then 1 end) as `held_1`,
  count(case when `m`.`strength` = 2 then 1 end) as `held_2`,
  count(case when `m`.`strength` = 3 then 1 end) as `held_3`,
  count(case when `m`.`strength` = 4 then 1 end) as `held_4`,
  0 as `held_records`
from `cdp_internal`.`before_customer__view` as `p`
join `cdp_internal`.`members_customer__scratch` as `m` on `m`.`node` = `p`.`node`
group by `p`.`customer_id`, `m`.`component`;

-- Ids that identifiers alone leave undecided.
create table `cdp_internal`.`undecided_customer__scratch` as
select `customer_id`
from (select distinct `customer_id` from `cdp_internal`.`before_customer__view`) as `p`
where `customer_id` not in (select `customer_id` from `cdp_internal`.`overlaps_customer__scratch`)
union all
select `customer_id`
from `cdp_internal`.`overlaps_customer__scratch`
group by `customer_id`
having count(*) > 1;

-- Of these the records count too.
insert into `cdp_internal`.`overlaps_customer__scratch` (`customer_id`, `component`, `held_0`, `held_1`, `held_2`, `held_3`, `held_4`, `held_records`)
select
  `customer_id`,
  `component`,
  0 as `held_0`,
  0 as `held_1`,
  0 as `held_2`,
  0 as `held_3`,
  0 as `held_4`,
  count(*) as `held_records`
from (
  select
    `p`.`customer_id`,
    coalesce(`i1`.`component`, `i2`.`component`, `i3`.`component`, `i4`.`component`, `i5`.`component`) as `component`
  from `cdp_internal`.`affected_rows__customer__crm__view` as `r`
  left join `cdp_internal`.`members_customer__scratch` as `i1` on `i1`.`node` = `r`.`node__customer__shop_id__1`
  left join `cdp_internal`.`members_customer__scratch` as `i2` on `i2`.`node` = `r`.`node__customer__email__1`
  left join `cdp_internal`.`members_customer__scratch` as `i3` on `i3`.`node` = `r`.`node__customer__email__2`
  left join `cdp_internal`.`members_customer__scratch` as `i4` on `i4`.`node` = `r`.`node__customer__phone__1`
  left join `cdp_internal`.`members_customer__scratch` as `i5` on `i5`.`node` = `r`.`node__customer__same_person_at_address__1`
  join `cdp_internal`.`records_customer` as `p` on `p`.`source` = 'crm' and `p`.`record_key` = `r`.`record_key`
  join `cdp_internal`.`undecided_customer__scratch` as `u` on `u`.`customer_id` = `p`.`customer_id`
  union all
  select
    `p`.`customer_id`,
    `i1`.`component` as `component`
  from `cdp_internal`.`affected_rows__customer__panel__view` as `r`
  left join `cdp_internal`.`members_customer__scratch` as `i1` on `i1`.`node` = `r`.`node__customer__email__1`
  join `cdp_internal`.`records_customer` as `p` on `p`.`source` = 'panel' and `p`.`record_key` = `r`.`record_key`
  join `cdp_internal`.`undecided_customer__scratch` as `u` on `u`.`customer_id` = `p`.`customer_id`
) as `met`
where `component` is not null
group by `customer_id`, `component`;

-- Components among which an id must choose, the earliest seen first.
create table `cdp_internal`.`choices_customer__scratch` as
with `components` as (
  select distinct `o`.`component`
  from `cdp_internal`.`undecided_customer__scratch` as `u`
  join `cdp_internal`.`overlaps_customer__scratch` as `o` on `o`.`customer_id` = `u`.`customer_id`
), `aged` as (
  select
    `m`.`component`,
    `m`.`node`,
    row_number() over (
      partition by `m`.`component`
      order by `m`.`first_seen_at` asc nulls last, `n`.`strength`, `n`.`value`
    ) as `place`,
    `m`.`first_seen_at`,
    `n`.`strength`,
    `n`.`value`
  from `components` as `c`
  join `cdp_internal`.`members_customer__scratch` as `m` on `m`.`component` = `c`.`component`
  join `cdp_internal`.`nodes_customer__scratch` as `n` on `n`.`node` = `m`.`node`
)
select
  `component`,
  row_number() over (
    order by `first_seen_at` asc nulls last, `strength`, `value`
  ) as `age`
from `aged`
where `place` = 1;

-- The components of each living id in its order of preference: preference 1 is its bid, place 1 wins.
create table `cdp_internal`.`bids_customer__scratch` as
with `overlaps` as (
  select
    `customer_id`,
    `component`,
    sum(`held_0`) as `held_0`,
    sum(`held_1`) as `held_1`,
    sum(`held_2`) as `held_2`,
    sum(`held_3`) as `held_3`,
    sum(`held_4`) as `held_4`,
    sum(`held_records`) as `held_records`
  from `cdp_internal`.`overlaps_customer__scratch`
  group by `customer_id`, `component`
), `preferences` as (
  select
    `o`.`customer_id`,
    `o`.`component`,
    row_number() over (
      partition by `o`.`customer_id`
      order by `o`.`held_0` desc, `o`.`held_1` desc, `o`.`held_2` desc, `o`.`held_3` desc, `o`.`held_4` desc, `o`.`held_records` desc, `c`.`age`
    ) as `preference`
  from `overlaps` as `o`
  left join `cdp_internal`.`choices_customer__scratch` as `c` on `c`.`component` = `o`.`component`
)
select
  `p`.`customer_id`,
  `p`.`component`,
  `p`.`preference`,
  row_number() over (
    partition by `p`.`component`, `p`.`preference`
    order by
      `i`.`minted_order`,
      `i`.`anchor_first_seen_at` asc nulls last,
      `p`.`customer_id`
  ) as `place`
from `preferences` as `p`
join `cdp_internal`.`ids_customer` as `i` on `i`.`customer_id` = `p`.`customer_id`;

-- Components that take no bidder.
create table `cdp_internal`.`unclaimed_customer__scratch` as
select `m`.`node`, `m`.`component`
from `cdp_internal`.`members_customer__scratch` as `m`
where exists (select 1 from `cdp_internal`.`before_customer__view`)
  and `m`.`component` not in (
    select `component`
    from `cdp_internal`.`bids_customer__scratch`
    where `preference` = 1 and `place` = 1
  );

-- Whose their members were.
create table `cdp_internal`.`origins_customer__scratch` as
with `rows_1` as (
  select `r`.*
  from `cdp_internal`.`affected_rows__customer__crm__view` as `r`
  where (
    `r`.`node__customer__shop_id__1` in (select `node` from `cdp_internal`.`unclaimed_customer__scratch`)
    or `r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`unclaimed_customer__scratch`)
    or `r`.`node__customer__email__2` in (select `node` from `cdp_internal`.`unclaimed_customer__scratch`)
    or `r`.`node__customer__phone__1` in (select `node` from `cdp_internal`.`unclaimed_customer__scratch`)
    or `r`.`node__customer__same_person_at_address__1` in (select `node` from `cdp_internal`.`unclaimed_customer__scratch`)
  )
), `rows_2` as (
  select `r`.*
  from `cdp_internal`.`affected_rows__customer__panel__view` as `r`
  where `r`.`node__customer__email__1` in (select `node` from `cdp_internal`.`unclaimed_customer__scratch`)
)
select `customer_id`, `component`
from `cdp_internal`.`bids_customer__scratch`
where `component` in (select `component` from `cdp_internal`.`unclaimed_customer__scratch`)
union distinct
select
  `p`.`customer_id`,
  coalesce(`i1`.`component`, `i2`.`component`, `i3`.`component`, `i4`.`component`, `i5`.`component`) as `component`
from `rows_1` as `r`
left join `cdp_internal`.`members_customer__scratch` as `i1` on `i1`.`node` = `r`.`node__customer__shop_id__1`
left join `cdp_internal`.`members_customer__scratch` as `i2` on `i2`.`node` = `r`.`node__customer__email__1`
left join `cdp_internal`.`members_customer__scratch` as `i3` on `i3`.`node` = `r`.`node__customer__email__2`
left join `cdp_internal`.`members_customer__scratch` as `i4` on `i4`.`node` = `r`.`node__customer__phone__1`
left join `cdp_internal`.`members_customer__scratch` as `i5` on `i5`.`node` = `r`.`node__customer__same_person_at_address__1`
join `cdp_internal`.`records_customer` as `p` on `p`.`source` = 'crm' and `p`.`record_key` = `r`.`record_key`
where coalesce(`i1`.`component`, `i2`.`component`, `i3`.`component`, `i4`.`component`, `i5`.`component`) in (select `component` from `cdp_internal`.`unclaimed_customer__scratch`)
  and `p`.`customer_id` in (select `customer_id` from `cdp_internal`.`before_customer__view`)
union distinct
select
  `p`.`customer_id`,
  `i1`.`component` as `component`
from `rows_2` as `r`
left join `cdp_internal`.`members_customer__scratch` as `i1` on `i1`.`node` = `r`.`node__customer__email__1`
join `cdp_internal`.`records_customer` as `p` on `p`.`source` = 'panel' and `p`.`record_key` = `r`.`record_key`
where `i1`.`component` in (select `component` from `cdp_internal`.`unclaimed_customer__scratch`)
  and `p`.`customer_id` in (select `customer_id` from `cdp_internal`.`before_customer__view`);

-- New ids for components that no living id bid for.
create table `cdp_internal`.`minted_customer__scratch` as
with `taken` as (
  select `component`
  from `cdp_internal`.`bids_customer__scratch`
  where `preference` = 1 and `place` = 1
), `candidates` as (
  select `m`.`component`, `m`.`node`, `m`.`strength`, `m`.`first_seen_at`
  from `cdp_internal`.`members_customer__scratch` as `m`
  where not exists (select 1 from `taken` as `k` where `k`.`component` = `m`.`component`)
), `strongest` as (
  select `component`, min(`strength`) as `strength`
  from `candidates`
  group by `component`
), `earliest` as (
  select `c`.`component`, `c`.`strength`, min(`c`.`first_seen_at`) as `first_seen_at`
  from `candidates` as `c`
  join `strongest` as `s` on `s`.`component` = `c`.`component` and `s`.`strength` = `c`.`strength`
  group by `c`.`component`, `c`.`strength`
), `anchors` as (
  select
    `c`.`component`,
    min(case `n`.`strength` when 0 then 'shop_id' when 1 then 'email' when 2 then 'phone' when 3 then 'anonymous_id' when 4 then 'same_person_at_address' end) as `identifier`,
    min(coalesce(`n`.`partition`, '')) as `partition`,
    min(`n`.`value`) as `value`,
    min(`c`.`first_seen_at`) as `first_seen_at`
  from `candidates` as `c`
  join `earliest` as `e` on `e`.`component` = `c`.`component` and `e`.`strength` = `c`.`strength`
  join `cdp_internal`.`nodes_customer__scratch` as `n` on `n`.`node` = `c`.`node`
  where (`e`.`first_seen_at` is null or `c`.`first_seen_at` = `e`.`first_seen_at`)
  group by `c`.`component`
), `generations` as (
  select
    `i`.`anchor_partition`,
    `i`.`anchor_identifier`,
    `i`.`anchor_value`,
    count(*) as `generation`
  from `cdp_internal`.`ids_customer` as `i`
  where exists (
    select 1
    from `anchors` as `a`
    where `a`.`value` = `i`.`anchor_value`
  )
  group by `i`.`anchor_partition`, `i`.`anchor_identifier`, `i`.`anchor_value`
)
select
  `a`.`component`,
  'c_' || substring(md5(cast(length('customer') as string) || ':' || 'customer' || cast(length(`a`.`partition`) as string) || ':' || `a`.`partition` || cast(length(`a`.`identifier`) as string) || ':' || `a`.`identifier` || cast(length(`a`.`value`) as string) || ':' || `a`.`value` || cast(length(cast(coalesce(`g`.`generation`, 0) as string)) as string) || ':' || cast(coalesce(`g`.`generation`, 0) as string)), 1, 20) as `customer_id`,
  `a`.`partition` as `anchor_partition`,
  `a`.`identifier` as `anchor_identifier`,
  `a`.`value` as `anchor_value`,
  coalesce(`g`.`generation`, 0) as `generation`,
  `a`.`first_seen_at` as `anchor_first_seen_at`,
  exists (
    select 1
    from `cdp_internal`.`origins_customer__scratch` as `o`
    where `o`.`component` = `a`.`component`
  ) as `is_split`
from `anchors` as `a`
left join `generations` as `g`
  on `g`.`anchor_partition` = `a`.`partition`
  and `g`.`anchor_identifier` = `a`.`identifier`
  and `g`.`anchor_value` = `a`.`value`;

-- The id of every component.
create table `cdp_internal`.`assigned_customer__scratch` as
select `component`, `customer_id`
from `cdp_internal`.`bids_customer__scratch`
where `preference` = 1 and `place` = 1
union all
select `component`, `customer_id`
from `cdp_internal`.`minted_customer__scratch`;

-- Every identifier with the id of its customer.
create table `cdp_internal`.`identifiers_customer__next` as
select
  `m`.`node`,
  `a`.`customer_id`,
  case `n`.`strength` when 0 then 'shop_id' when 1 then 'email' when 2 then 'phone' when 3 then 'anonymous_id' when 4 then 'same_person_at_address' end as `identifier`,
  `n`.`strength`,
  `n`.`value`,
  `n`.`first_seen_at`,
  `n`.`last_seen_at`,
  `n`.`row_count`
from `cdp_internal`.`members_customer__scratch` as `m`
join `cdp_internal`.`nodes_customer__scratch` as `n` on `n`.`node` = `m`.`node`
join `cdp_internal`.`assigned_customer__scratch` as `a` on `a`.`component` = `m`.`component`;

-- Choice: All of identifiers_customer.

-- In a full run:

create or replace view `cdp_internal`.`identifiers_customer__whole__view` as
select * from `cdp_internal`.`identifiers_customer__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`identifiers_customer__whole__view` as
select *
from `cdp_internal`.`identifiers_customer` as `t`
where not (exists (select 1 from `cdp_internal`.`affected_customers_customer__scratch` as `changed` where `changed`.`customer_id` = `t`.`customer_id`))
union all
select * from `cdp_internal`.`identifiers_customer__next`;

-- End of the choice.

-- Choice: All identifiers, or those of affected rows.

-- In a full run:

create or replace view `cdp_internal`.`placing_customer__view` as
select `node`, `customer_id` from `cdp_internal`.`identifiers_customer__whole__view`;

create or replace view `cdp_internal`.`rows_of__customer__crm__view` as
select * from `cdp_internal`.`affected_rows__customer__crm__view`;

create or replace view `cdp_internal`.`rows_of__customer__panel__view` as
select * from `cdp_internal`.`affected_rows__customer__panel__view`;

create or replace view `cdp_internal`.`rows_of__customer__web__view` as
select * from `cdp_internal`.`affected_rows__customer__web__view`;

-- In an incremental run:

-- Identifiers in affected rows, with their customers.
create table `cdp_internal`.`placing_customer__scratch` as
select `i`.`node`, `i`.`customer_id`
from `cdp_internal`.`identifiers_customer__whole__view` as `i`
where `i`.`node` in (
  select `node__customer__shop_id__1` as `node` from `cdp_internal`.`affected_rows__customer__crm__view`
  union all
  select `node__customer__email__1` as `node` from `cdp_internal`.`affected_rows__customer__crm__view`
  union all
  select `node__customer__email__2` as `node` from `cdp_internal`.`affected_rows__customer__crm__view`
  union all
  select `node__customer__phone__1` as `node` from `cdp_internal`.`affected_rows__customer__crm__view`
  union all
  select `node__customer__same_person_at_address__1` as `node` from `cdp_internal`.`affected_rows__customer__crm__view`
  union all
  select `node__customer__email__1` as `node` from `cdp_internal`.`affected_rows__customer__panel__view`
  union all
  select `node__customer__email__1` as `node` from `cdp_internal`.`affected_rows__customer__web__view`
  union all
  select `node__customer__anonymous_id__1` as `node` from `cdp_internal`.`affected_rows__customer__web__view`
);

create or replace view `cdp_internal`.`placing_customer__view` as
select * from `cdp_internal`.`placing_customer__scratch`;

create or replace view `cdp_internal`.`rows_of__customer__crm__view` as
select * from `cdp_internal`.`affected_rows__customer__crm__view`;

-- Rows of panel that belong to affected customers.
create table `cdp_internal`.`rows_of__customer__panel__scratch` as
select `r`.*
from `cdp_internal`.`affected_rows__customer__panel__view` as `r`
left join `cdp_internal`.`placing_customer__view` as `i1` on `i1`.`node` = `r`.`node__customer__email__1`
where `i1`.`customer_id` in (select `customer_id` from `cdp_internal`.`assigned_customer__scratch`);

create or replace view `cdp_internal`.`rows_of__customer__panel__view` as
select * from `cdp_internal`.`rows_of__customer__panel__scratch`;

create or replace view `cdp_internal`.`rows_of__customer__web__view` as
select * from `cdp_internal`.`affected_rows__customer__web__view`;

-- Records whose customer is told anew.
create table `cdp_internal`.`affected_records_customer__scratch` as
select
  'crm' as `source`,
  `r`.`record_key`
from `cdp_internal`.`affected_rows__customer__crm__view` as `r`
union all
select
  'crm' as `source`,
  `r`.`record_key`
from `cdp_internal`.`changed_crm__scratch` as `r`
union all
select
  'panel' as `source`,
  `r`.`record_key`
from `cdp_internal`.`affected_rows__customer__panel__view` as `r`
union all
select
  'panel' as `source`,
  `r`.`record_key`
from `cdp_internal`.`changed_panel__scratch` as `r`;

-- End of the choice.

-- How many identifiers each customer has.
create table `cdp_internal`.`sizes_customer__next` as
select
  `customer_id`,
  count(*) as `node_count`,
  count(case when `strength` < 4 then 1 end) as `identifier_count`,
  count(case when `strength` = 0 then 1 end) as `count_0`,
  count(case when `strength` = 1 then 1 end) as `count_1`,
  count(case when `strength` = 2 then 1 end) as `count_2`,
  count(case when `strength` = 3 then 1 end) as `count_3`,
  count(case when `strength` = 4 then 1 end) as `count_4`
from `cdp_internal`.`identifiers_customer__next`
group by `customer_id`;

-- Choice: All of sizes_customer.

-- In a full run:

create or replace view `cdp_internal`.`sizes_customer__whole__view` as
select * from `cdp_internal`.`sizes_customer__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`sizes_customer__whole__view` as
select *
from `cdp_internal`.`sizes_customer` as `t`
where not (exists (select 1 from `cdp_internal`.`affected_customers_customer__scratch` as `changed` where `changed`.`customer_id` = `t`.`customer_id`))
union all
select * from `cdp_internal`.`sizes_customer__next`;

-- End of the choice.

-- Check: No customer may hold too many of all identifiers.
-- A row here fails the run: A customer would hold more than 1 % of all identifiers. Nothing was published.
select
  `customer_id`,
  `node_count` as `identifier_count`
from `cdp_internal`.`sizes_customer__whole__view`
where `node_count` > 1000
  and `node_count` > 0.01 * (select sum(`node_count`) from `cdp_internal`.`sizes_customer__whole__view`)
order by `node_count` desc;

-- What this run did to ids that were there: merged, split, retired.
create table `cdp_internal`.`id_changes_customer__next` as
select
  'split' as `kind`,
  `m`.`customer_id` as `customer_id`,
  `o`.`customer_id` as `previous_id`,
  `m`.`anchor_identifier` as `identifier`,
  `m`.`anchor_value` as `value`
from `cdp_internal`.`minted_customer__scratch` as `m`
join `cdp_internal`.`origins_customer__scratch` as `o` on `o`.`component` = `m`.`component`
union all
select
  'merged' as `kind`,
  `w`.`customer_id` as `customer_id`,
  `b`.`customer_id` as `previous_id`,
  cast(null as string) as `identifier`,
  cast(null as string) as `value`
from `cdp_internal`.`bids_customer__scratch` as `b`
join `cdp_internal`.`bids_customer__scratch` as `w`
  on `w`.`component` = `b`.`component` and `w`.`preference` = 1 and `w`.`place` = 1
where `b`.`preference` = 1 and `b`.`place` > 1
union all
select
  'retired' as `kind`,
  `p`.`customer_id` as `customer_id`,
  cast(null as string) as `previous_id`,
  cast(null as string) as `identifier`,
  cast(null as string) as `value`
from (
  select distinct `customer_id`
  from `cdp_internal`.`before_customer__view`
) as `p`
where not exists (select 1 from `cdp_internal`.`bids_customer__scratch` as `b` where `b`.`customer_id` = `p`.`customer_id`);

-- Ids that leave, with their addresses.
create table `cdp_internal`.`departed_customer__scratch` as
with `leaving` as (
  select
    case when `kind` = 'merged' then `previous_id` else `customer_id` end as `customer_id`,
    case when `kind` = 'merged' then `customer_id` end as `merged_into`
  from `cdp_internal`.`id_changes_customer__next`
  where `kind` in ('merged', 'retired')
), `members` as (
  select
    `l`.`customer_id`,
    `l`.`merged_into`,
    `p`.`node`,
    row_number() over (
      partition by `l`.`customer_id`
      order by `p`.`strength`, `p`.`first_seen_at` asc nulls last, `p`.`value`
    ) as `place`
  from `leaving` as `l`
  left join `cdp_internal`.`before_customer__view` as `p` on `p`.`customer_id` = `l`.`customer_id`
)
select
  `customer_id`,
  `merged_into`,
  `node` as `address_node`
from `members`
where `place` = 1;

-- What each id that ever left is answered with.
create table `cdp_internal`.`answers_customer__scratch` as
with `gone` as (
  select
    `customer_id`,
    `merged_into`,
    `address_node`
  from `cdp_internal`.`ids_customer`
  where `retired_at` is not null
  union all
  select
    `customer_id`,
    `merged_into`,
    `address_node`
  from `cdp_internal`.`departed_customer__scratch`
)
select
  `g`.`customer_id` as `previous_id`,
  `g`.`merged_into`,
  `i`.`customer_id` as `holder`
from `gone` as `g`
left join `cdp_internal`.`identifiers_customer__whole__view` as `i` on `i`.`node` = `g`.`address_node`;

-- Loop: Follow merges into ids that left too.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as `unanswered`
from `cdp_internal`.`answers_customer__scratch` as `f`
join `cdp_internal`.`answers_customer__scratch` as `a` on `a`.`previous_id` = `f`.`merged_into`
where `f`.`holder` is null;

-- The answers of what they were merged into.
create or replace table `cdp_internal`.`answers_customer__scratch` as
select
  `f`.`previous_id`,
  case when `a`.`previous_id` is null then `f`.`merged_into` else `a`.`merged_into` end as `merged_into`,
  case when `a`.`previous_id` is null then `f`.`holder` else `a`.`holder` end as `holder`
from `cdp_internal`.`answers_customer__scratch` as `f`
left join `cdp_internal`.`answers_customer__scratch` as `a` on `f`.`holder` is null and `a`.`previous_id` = `f`.`merged_into`;

-- End of the round; more than 64 rounds are an error.

-- Who answers for ids that have left.
create table `cdp_internal`.`id_aliases_customer__next` as
select
  `previous_id`,
  coalesce(`holder`, `merged_into`) as `customer_id`
from `cdp_internal`.`answers_customer__scratch`;

-- The best new link at each id that was merged.
create table `cdp_internal`.`new_links_customer__scratch` as
with `crossing` as (
  select
    `c`.`previous_id` as `previous_id`,
    `e`.`u`,
    `e`.`v`,
    `e`.`link`,
    `e`.`row_count`,
    `e`.`first_seen_at`
  from `cdp_internal`.`id_changes_customer__next` as `c`
  join `cdp_internal`.`before_customer__view` as `p` on `p`.`customer_id` = `c`.`previous_id`
  join `cdp_internal`.`edges_customer__scratch` as `e` on `e`.`u` = `p`.`node`
  left join `cdp_internal`.`before_customer__view` as `q` on `q`.`node` = `e`.`v`
  where `c`.`kind` = 'merged'
    and `q`.`customer_id` is distinct from `p`.`customer_id`
  union all
  select
    `c`.`previous_id` as `previous_id`,
    `e`.`u`,
    `e`.`v`,
    `e`.`link`,
    `e`.`row_count`,
    `e`.`first_seen_at`
  from `cdp_internal`.`id_changes_customer__next` as `c`
  join `cdp_internal`.`before_customer__view` as `p` on `p`.`customer_id` = `c`.`previous_id`
  join `cdp_internal`.`edges_customer__scratch` as `e` on `e`.`v` = `p`.`node`
  left join `cdp_internal`.`before_customer__view` as `q` on `q`.`node` = `e`.`u`
  where `c`.`kind` = 'merged'
    and `q`.`customer_id` is distinct from `p`.`customer_id`
), `ordered` as (
  select
    `e`.`previous_id`,
    `e`.`u`,
    `e`.`v`,
    `e`.`link`,
    greatest(`x`.`strength`, `y`.`strength`) as `strength`,
    case when (`x`.`strength` < `y`.`strength` or (`x`.`strength` = `y`.`strength` and `x`.`value` <= `y`.`value`)) then `y`.`value` else `x`.`value` end as `value`,
    row_number() over (
      partition by `e`.`previous_id`
      order by
        `e`.`link` asc nulls last,
        greatest(`x`.`strength`, `y`.`strength`),
        `e`.`first_seen_at` asc nulls last,
        `e`.`row_count` desc,
        least(`x`.`strength`, `y`.`strength`),
        case when (`x`.`strength` < `y`.`strength` or (`x`.`strength` = `y`.`strength` and `x`.`value` <= `y`.`value`)) then `x`.`value` else `y`.`value` end,
        case when (`x`.`strength` < `y`.`strength` or (`x`.`strength` = `y`.`strength` and `x`.`value` <= `y`.`value`)) then `y`.`value` else `x`.`value` end
    ) as `place`
  from `crossing` as `e`
  join `cdp_internal`.`nodes_customer__scratch` as `x` on `x`.`node` = `e`.`u`
  join `cdp_internal`.`nodes_customer__scratch` as `y` on `y`.`node` = `e`.`v`
)
select
  `previous_id`,
  `u`,
  `v`,
  `link`,
  `strength`,
  `value`
from `ordered`
where `place` = 1;

-- Rows that make them, none so far.
create table `cdp_internal`.`cause_rows_customer__scratch` as
select
  cast(null as string) as `previous_id`,
  cast(null as string) as `source`,
  cast(null as string) as `record_key`,
  cast(null as bigint) as `place`
from (select 1 as `one`) as `one_row`
where false;

-- When: Ids were merged.

-- What follows is executed where this query gives another number than 0:
select count(*) as `rows` from `cdp_internal`.`new_links_customer__scratch`;

-- Rows that make the best new links.
insert into `cdp_internal`.`cause_rows_customer__scratch` (`previous_id`, `source`, `record_key`, `place`)
select
  `previous_id`,
  `source`,
  `record_key`,
  row_number() over (
    partition by `previous_id`
    order by `first_seen_at` asc nulls last, `source`, `record_key`
  ) as `place`
from (
  select
    `l`.`previous_id`,
    'crm' as `source`,
    `t`.`record_key`,
    `t`.`first_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  join `cdp_internal`.`new_links_customer__scratch` as `l`
    on `l`.`u` = least(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), `t`.`node__customer__email__1`) and `l`.`v` = greatest(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), `t`.`node__customer__email__1`)
  union all
  select
    `l`.`previous_id`,
    'crm' as `source`,
    `t`.`record_key`,
    `t`.`first_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  join `cdp_internal`.`new_links_customer__scratch` as `l`
    on `l`.`u` = least(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), `t`.`node__customer__email__2`) and `l`.`v` = greatest(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), `t`.`node__customer__email__2`)
  union all
  select
    `l`.`previous_id`,
    'crm' as `source`,
    `t`.`record_key`,
    `t`.`first_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  join `cdp_internal`.`new_links_customer__scratch` as `l`
    on `l`.`u` = least(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end) and `l`.`v` = greatest(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end)
  union all
  select
    `l`.`previous_id`,
    'crm' as `source`,
    `t`.`record_key`,
    `t`.`first_seen_at`
  from `cdp_internal`.`affected_rows__customer__crm__view` as `t`
  left join `cdp_internal`.`shared_customer__scratch` as `shared_4` on `shared_4`.`node` = `t`.`node__customer__phone__1`
  join `cdp_internal`.`new_links_customer__scratch` as `l`
    on `l`.`u` = least(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), `t`.`node__customer__same_person_at_address__1`) and `l`.`v` = greatest(coalesce(`t`.`node__customer__shop_id__1`, `t`.`node__customer__email__1`, `t`.`node__customer__email__2`, case when `shared_4`.`node` is null then `t`.`node__customer__phone__1` end, `t`.`node__customer__same_person_at_address__1`), `t`.`node__customer__same_person_at_address__1`)
  union all
  select
    `l`.`previous_id`,
    'web' as `source`,
    `t`.`record_key`,
    `t`.`first_seen_at`
  from `cdp_internal`.`affected_rows__customer__web__view` as `t`
  join `cdp_internal`.`new_links_customer__scratch` as `l`
    on `l`.`u` = least(coalesce(`t`.`node__customer__email__1`, `t`.`node__customer__anonymous_id__1`), `t`.`node__customer__anonymous_id__1`) and `l`.`v` = greatest(coalesce(`t`.`node__customer__email__1`, `t`.`node__customer__anonymous_id__1`), `t`.`node__customer__anonymous_id__1`)
) as `made`;

-- End of what is executed then.

-- And the first row that makes it.
create table `cdp_internal`.`causes_customer__scratch` as
select
  `l`.`previous_id`,
  `l`.`strength`,
  `l`.`value`,
  `l`.`link`,
  `r`.`source`,
  `r`.`record_key`
from `cdp_internal`.`new_links_customer__scratch` as `l`
left join `cdp_internal`.`cause_rows_customer__scratch` as `r` on `r`.`previous_id` = `l`.`previous_id`
  and `r`.`place` = 1;

-- Why ids changed.
create table `cdp_internal`.`explained_customer__scratch` as
select
  `c`.`kind`,
  `c`.`customer_id`,
  `c`.`previous_id`,
  case when `k`.`link` is not null then 'override' else case when exists (select 1 from `cdp_internal`.`rules_customer` where `fingerprint` <> '8377fe941748aa193694a5bb87d9a454') then 'rule' else 'data' end end as `reason`,
  coalesce(`c`.`identifier`, case `k`.`strength` when 0 then 'shop_id' when 1 then 'email' when 2 then 'phone' when 3 then 'anonymous_id' when 4 then 'same_person_at_address' end) as `identifier`,
  coalesce(`c`.`value`, `k`.`value`) as `value`,
  `k`.`source`,
  `k`.`record_key`
from `cdp_internal`.`id_changes_customer__next` as `c`
left join `cdp_internal`.`causes_customer__scratch` as `k` on `k`.`previous_id` = `c`.`previous_id` and `c`.`kind` = 'merged';

-- One row a customer: when it was seen, and how often.
create table `cdp_internal`.`customers_customer__next` as
with `sightings` as (
  select
    coalesce(`i1`.`customer_id`, `i2`.`customer_id`, `i3`.`customer_id`, `i4`.`customer_id`, `i5`.`customer_id`) as `customer_id`,
    `r`.`first_seen_at`,
    `r`.`last_seen_at`,
    1 as `record_count`,
    0 as `event_count`
  from `cdp_internal`.`rows_of__customer__crm__view` as `r`
  left join `cdp_internal`.`placing_customer__view` as `i1` on `i1`.`node` = `r`.`node__customer__shop_id__1`
  left join `cdp_internal`.`placing_customer__view` as `i2` on `i2`.`node` = `r`.`node__customer__email__1`
  left join `cdp_internal`.`placing_customer__view` as `i3` on `i3`.`node` = `r`.`node__customer__email__2`
  left join `cdp_internal`.`placing_customer__view` as `i4` on `i4`.`node` = `r`.`node__customer__phone__1`
  left join `cdp_internal`.`placing_customer__view` as `i5` on `i5`.`node` = `r`.`node__customer__same_person_at_address__1`
  union all
  select
    `i1`.`customer_id` as `customer_id`,
    `r`.`first_seen_at`,
    `r`.`last_seen_at`,
    1 as `record_count`,
    0 as `event_count`
  from `cdp_internal`.`rows_of__customer__panel__view` as `r`
  left join `cdp_internal`.`placing_customer__view` as `i1` on `i1`.`node` = `r`.`node__customer__email__1`
  union all
  select
    `i1`.`customer_id` as `customer_id`,
    `r`.`first_seen_at`,
    `r`.`last_seen_at`,
    0 as `record_count`,
    1 as `event_count`
  from `cdp_internal`.`rows_of__customer__web__view` as `r`
  left join `cdp_internal`.`placing_customer__view` as `i1` on `i1`.`node` = coalesce(`r`.`node__customer__email__1`, `r`.`node__customer__anonymous_id__1`)
)
select
  `customer_id`,
  min(`first_seen_at`) as `first_seen_at`,
  max(`last_seen_at`) as `last_seen_at`,
  cast(sum(`record_count`) as bigint) as `record_count`,
  cast(sum(`event_count`) as bigint) as `event_count`
from `sightings`
where `customer_id` is not null
group by `customer_id`;

-- Choice: All of customers_customer.

-- In a full run:

create or replace view `cdp_internal`.`customers_customer__whole__view` as
select * from `cdp_internal`.`customers_customer__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`customers_customer__whole__view` as
select *
from `cdp_internal`.`customers_customer` as `t`
where not (exists (select 1 from `cdp_internal`.`affected_customers_customer__scratch` as `changed` where `changed`.`customer_id` = `t`.`customer_id`))
union all
select * from `cdp_internal`.`customers_customer__next`;

-- End of the choice.

-- Records and their customers.
create table `cdp_internal`.`records_customer__next` as
select
  'crm' as `source`,
  `r`.`record_key`,
  coalesce(`i1`.`customer_id`, `i2`.`customer_id`, `i3`.`customer_id`, `i4`.`customer_id`, `i5`.`customer_id`) as `customer_id`
from `cdp_internal`.`affected_rows__customer__crm__view` as `r`
left join `cdp_internal`.`placing_customer__view` as `i1` on `i1`.`node` = `r`.`node__customer__shop_id__1`
left join `cdp_internal`.`placing_customer__view` as `i2` on `i2`.`node` = `r`.`node__customer__email__1`
left join `cdp_internal`.`placing_customer__view` as `i3` on `i3`.`node` = `r`.`node__customer__email__2`
left join `cdp_internal`.`placing_customer__view` as `i4` on `i4`.`node` = `r`.`node__customer__phone__1`
left join `cdp_internal`.`placing_customer__view` as `i5` on `i5`.`node` = `r`.`node__customer__same_person_at_address__1`
union all
select
  'panel' as `source`,
  `r`.`record_key`,
  `i1`.`customer_id` as `customer_id`
from `cdp_internal`.`affected_rows__customer__panel__view` as `r`
left join `cdp_internal`.`placing_customer__view` as `i1` on `i1`.`node` = `r`.`node__customer__email__1`;

-- Choice: All of records_customer.

-- In a full run:

create or replace view `cdp_internal`.`records_customer__whole__view` as
select * from `cdp_internal`.`records_customer__next`;

-- In an incremental run:

create or replace view `cdp_internal`.`records_customer__whole__view` as
select *
from `cdp_internal`.`records_customer` as `t`
where not (exists (select 1 from `cdp_internal`.`affected_records_customer__scratch` as `changed` where `changed`.`source` = `t`.`source`
  and `changed`.`record_key` = `t`.`record_key`))
union all
select * from `cdp_internal`.`records_customer__next`;

-- End of the choice.

-- Candidates for review: who agrees in all columns of a rule that proposes.
create table `cdp_internal`.`proposals_customer__next` as
select
  cast(null as string) as `rule`,
  cast(null as string) as `customer_id`,
  cast(null as string) as `other_id`,
  cast(null as string) as `value`
from (select 1 as `one`) as `one_row`
where false;

-- Shared values, listed as refused.
create table `cdp_internal`.`shared_values_customer__next` as
select
  `source`,
  `identifier`,
  min(`value`) as `value`,
  `rule`,
  count(*) as `row_count`,
  min(`record_key`) as `sample_record_key`
from (
  select
    cast('crm' as string) as `source`,
    cast('phone' as string) as `identifier`,
    `id__customer__phone__1` as `value`,
    `node__customer__phone__1` as `node`,
    `s`.`rule`,
    `record_key`
  from `cdp_internal`.`rows_crm__whole__view`
  join `cdp_internal`.`shared_customer__scratch` as `s` on `s`.`node` = `node__customer__phone__1`
  where true
) as `carriers`
group by `source`, `identifier`, `node`, `rule`;

-- Choice: Only a full run sees all links.

-- In a full run:

-- Figures for the summary: identity
select
  (select count(*) from `cdp_internal`.`sizes_customer__whole__view` where true) as `customers`,
  cast((select coalesce(sum(`node_count`), 0) from `cdp_internal`.`sizes_customer__whole__view`) as bigint) as `identifiers`,
  (select count(*) from `cdp_internal`.`edges_customer__scratch` where true) as `edges`,
  (
    select sum(`row_count`) - (select coalesce(sum(`record_count` + `event_count`), 0) from `cdp_internal`.`customers_customer__whole__view`)
    from (
      select count(*) as `row_count`
      from `cdp_internal`.`rows_crm__whole__view` as `r`
      union all
      select count(*) as `row_count`
      from `cdp_internal`.`rows_panel__whole__view` as `r`
      union all
      select count(*) as `row_count`
      from `cdp_internal`.`rows_web__whole__view` as `r`
    ) as `rows`
  ) as `unidentified`,
  (select coalesce(max(`node_count`), 0) from `cdp_internal`.`sizes_customer__whole__view`) as `largest_profile`,
  (select count(*) from `cdp_internal`.`minted_customer__scratch` where not `is_split`) as `created`,
  (select count(*) from `cdp_internal`.`id_changes_customer__next` where `kind` = 'merged') as `merged`,
  (select count(*) from `cdp_internal`.`id_changes_customer__next` where `kind` = 'split') as `split`,
  (select count(*) from `cdp_internal`.`id_changes_customer__next` where `kind` = 'retired') as `retired`;

-- In an incremental run:

-- Figures for the summary: identity
select
  (select count(*) from `cdp_internal`.`sizes_customer__whole__view` where true) as `customers`,
  cast((select coalesce(sum(`node_count`), 0) from `cdp_internal`.`sizes_customer__whole__view`) as bigint) as `identifiers`,
  null as `edges`,
  (
    select sum(`row_count`) - (select coalesce(sum(`record_count` + `event_count`), 0) from `cdp_internal`.`customers_customer__whole__view`)
    from (
      select count(*) as `row_count`
      from `cdp_internal`.`rows_crm__whole__view` as `r`
      union all
      select count(*) as `row_count`
      from `cdp_internal`.`rows_panel__whole__view` as `r`
      union all
      select count(*) as `row_count`
      from `cdp_internal`.`rows_web__whole__view` as `r`
    ) as `rows`
  ) as `unidentified`,
  (select coalesce(max(`node_count`), 0) from `cdp_internal`.`sizes_customer__whole__view`) as `largest_profile`,
  (select count(*) from `cdp_internal`.`minted_customer__scratch` where not `is_split`) as `created`,
  (select count(*) from `cdp_internal`.`id_changes_customer__next` where `kind` = 'merged') as `merged`,
  (select count(*) from `cdp_internal`.`id_changes_customer__next` where `kind` = 'split') as `split`,
  (select count(*) from `cdp_internal`.`id_changes_customer__next` where `kind` = 'retired') as `retired`;

-- End of the choice.

-- Figures for the summary: shared
select
  `identifier`,
  `rule`,
  sum(`row_count`) as `row_count`,
  count(distinct `value`) as `value_count`
from `cdp_internal`.`shared_values_customer__next`
group by `identifier`, `rule`
order by `identifier`, `rule`;

-- Figures for the summary: refused_edges
select `reason`, count(*) as `edge_count`
from `cdp_internal`.`refused_edges_customer__whole__view`
group by `reason`
order by count(*) desc, `reason`;

-- Not read any more.
drop table if exists `cdp_internal`.`nodes_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`contracting_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`contracted_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`representatives_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`components_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`composed_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`unlinks_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`unlinks_moved_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`apart_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`over_limit_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`groups_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`regrouped_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`open_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`remaining_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`links_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`best_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`taken_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`refused_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`decided_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`contested_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`kept_contracting_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`kept_representatives_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`kept_components_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`accepted_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`members_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`overlaps_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`undecided_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`choices_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`bids_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`unclaimed_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`origins_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`answers_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`answers_next_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`new_links_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`cause_rows_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`causes_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`decisive_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`assigned_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`touched_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`flipped_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`leading_customer__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`touched_rows__customer__crm__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`flipped_rows__customer__crm__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`touched_rows__customer__panel__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`flipped_rows__customer__panel__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`touched_rows__customer__web__scratch` purge;

-- Not read any more.
drop table if exists `cdp_internal`.`flipped_rows__customer__web__scratch` purge;
