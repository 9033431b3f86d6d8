-- Everything becomes visible here, in one transaction, after every node has succeeded.

begin transaction;

-- Choice: What is kept of identity.customer.

-- In a full run:

-- Ids that no customer answers to any more are retired.
update "cdp_internal"."ids_customer"
set
  "retired_at" = $as_of,
  "merged_into" = (
    select max("d"."merged_into")
    from "cdp_scratch"."departed_customer__scratch" as "d"
    where "d"."customer_id" = "ids_customer"."customer_id"
  ),
  "address_node" = (
    select max("d"."address_node")
    from "cdp_scratch"."departed_customer__scratch" as "d"
    where "d"."customer_id" = "ids_customer"."customer_id"
  )
where "retired_at" is null
  and "customer_id" in (select "customer_id" from "cdp_scratch"."departed_customer__scratch");

-- New ids enter the registry.
insert into "cdp_internal"."ids_customer" ("customer_id", "anchor_partition", "anchor_identifier", "anchor_value", "generation", "anchor_first_seen_at", "minted_run", "minted_at", "retired_at", "merged_into", "address_node", "minted_order")
select
  "customer_id", "anchor_partition", "anchor_identifier", "anchor_value",
  "generation", "anchor_first_seen_at", $run_id, $as_of,
  cast(null as timestamp), cast(null as varchar), cast(null as bigint),
  (select coalesce(max("minted_order"), 0) + 1 from "cdp_internal"."ids_customer")
from "cdp_scratch"."minted_customer__scratch";

-- The log of id changes grows.
insert into "cdp_internal"."changes_customer" ("run_id", "changed_at", "kind", "customer_id", "previous_id", "reason", "identifier", "value", "source", "record_key")
select
  $run_id,
  $as_of,
  "kind",
  "customer_id",
  "previous_id",
  "reason",
  "identifier",
  "value",
  "source",
  "record_key"
from "cdp_scratch"."explained_customer__scratch"
union all
select
  $run_id,
  $as_of,
  'created',
  "customer_id",
  null,
  case when exists (select 1 from "cdp_internal"."rules_customer" where "fingerprint" <> '8377fe941748aa193694a5bb87d9a454') then 'rule' else 'data' end,
  "anchor_identifier",
  "anchor_value",
  null,
  null
from "cdp_scratch"."minted_customer__scratch"
where not "is_split";

-- The rules of the last run are forgotten …
delete from "cdp_internal"."rules_customer" where true;

-- … and those of this one kept.
insert into "cdp_internal"."rules_customer" ("fingerprint") select '8377fe941748aa193694a5bb87d9a454';

-- In an incremental run:

-- Ids that no customer answers to any more are retired.
update "cdp_internal"."ids_customer"
set
  "retired_at" = $as_of,
  "merged_into" = (
    select max("d"."merged_into")
    from "cdp_scratch"."departed_customer__scratch" as "d"
    where "d"."customer_id" = "ids_customer"."customer_id"
  ),
  "address_node" = (
    select max("d"."address_node")
    from "cdp_scratch"."departed_customer__scratch" as "d"
    where "d"."customer_id" = "ids_customer"."customer_id"
  )
where "retired_at" is null
  and "customer_id" in (select "customer_id" from "cdp_scratch"."departed_customer__scratch");

-- New ids enter the registry.
insert into "cdp_internal"."ids_customer" ("customer_id", "anchor_partition", "anchor_identifier", "anchor_value", "generation", "anchor_first_seen_at", "minted_run", "minted_at", "retired_at", "merged_into", "address_node", "minted_order")
select
  "customer_id", "anchor_partition", "anchor_identifier", "anchor_value",
  "generation", "anchor_first_seen_at", $run_id, $as_of,
  cast(null as timestamp), cast(null as varchar), cast(null as bigint),
  (select coalesce(max("minted_order"), 0) + 1 from "cdp_internal"."ids_customer")
from "cdp_scratch"."minted_customer__scratch";

-- The log of id changes grows.
insert into "cdp_internal"."changes_customer" ("run_id", "changed_at", "kind", "customer_id", "previous_id", "reason", "identifier", "value", "source", "record_key")
select
  $run_id,
  $as_of,
  "kind",
  "customer_id",
  "previous_id",
  "reason",
  "identifier",
  "value",
  "source",
  "record_key"
from "cdp_scratch"."explained_customer__scratch"
union all
select
  $run_id,
  $as_of,
  'created',
  "customer_id",
  null,
  case when exists (select 1 from "cdp_internal"."rules_customer" where "fingerprint" <> '8377fe941748aa193694a5bb87d9a454') then 'rule' else 'data' end,
  "anchor_identifier",
  "anchor_value",
  null,
  null
from "cdp_scratch"."minted_customer__scratch"
where not "is_split";

-- The rules of the last run are forgotten …
delete from "cdp_internal"."rules_customer" where true;

-- … and those of this one kept.
insert into "cdp_internal"."rules_customer" ("fingerprint") select '8377fe941748aa193694a5bb87d9a454';

-- End of the choice.

-- Choice: What is kept of segment.vip.

-- In a full run:

-- Stays in vip that go on, under their own id or that of the survivor, are written anew.
delete from "cdp_internal"."segment_history_customer"
where "segment" = 'vip' and "exited_at" is null
  and "customer_id" in (
    select "s"."written_id"
    from "cdp_scratch"."stays_vip__scratch" as "s"
    join "cdp_internal"."members_vip__next" as "m" on "m"."customer_id" = "s"."customer_id"
  );

-- Open stays that are left have ended.
update "cdp_internal"."segment_history_customer"
set "exited_at" = greatest("entered_at", $as_of)
where "segment" = 'vip' and "exited_at" is null
  and "customer_id" in (
    select "written_id" from "cdp_scratch"."stays_vip__scratch"
  );

-- Who is in it now has an open stay.
insert into "cdp_internal"."segment_history_customer" (
  "customer_id",
  "segment",
  "entered_at",
  "exited_at"
)
select
  "customer_id",
  'vip',
  "entered_at",
  cast(null as timestamp)
from "cdp_internal"."members_vip__next";

-- In an incremental run:

-- Stays in vip that go on, under their own id or that of the survivor, are written anew.
delete from "cdp_internal"."segment_history_customer"
where "segment" = 'vip' and "exited_at" is null
  and "customer_id" in (
    select "s"."written_id"
    from "cdp_scratch"."stays_vip__scratch" as "s"
    join "cdp_internal"."members_vip__next" as "m" on "m"."customer_id" = "s"."customer_id"
  );

-- Open stays that are left have ended.
update "cdp_internal"."segment_history_customer"
set "exited_at" = greatest("entered_at", $as_of)
where "segment" = 'vip' and "exited_at" is null
  and "customer_id" in (
    select "written_id" from "cdp_scratch"."stays_vip__scratch"
  );

-- Who is in it now has an open stay.
insert into "cdp_internal"."segment_history_customer" (
  "customer_id",
  "segment",
  "entered_at",
  "exited_at"
)
select
  "customer_id",
  'vip',
  "entered_at",
  cast(null as timestamp)
from "cdp_internal"."members_vip__next";

-- End of the choice.

-- Choice: What is kept of segment.quiet_vip.

-- In a full run:

-- Stays in quiet_vip that go on, under their own id or that of the survivor, are written anew.
delete from "cdp_internal"."segment_history_customer"
where "segment" = 'quiet_vip' and "exited_at" is null
  and "customer_id" in (
    select "s"."written_id"
    from "cdp_scratch"."stays_quiet_vip__scratch" as "s"
    join "cdp_internal"."members_quiet_vip__next" as "m" on "m"."customer_id" = "s"."customer_id"
  );

-- Open stays that are left have ended.
update "cdp_internal"."segment_history_customer"
set "exited_at" = greatest("entered_at", $as_of)
where "segment" = 'quiet_vip' and "exited_at" is null
  and "customer_id" in (
    select "written_id" from "cdp_scratch"."stays_quiet_vip__scratch"
  );

-- Who is in it now has an open stay.
insert into "cdp_internal"."segment_history_customer" (
  "customer_id",
  "segment",
  "entered_at",
  "exited_at"
)
select
  "customer_id",
  'quiet_vip',
  "entered_at",
  cast(null as timestamp)
from "cdp_internal"."members_quiet_vip__next";

-- In an incremental run:

-- Stays in quiet_vip that go on, under their own id or that of the survivor, are written anew.
delete from "cdp_internal"."segment_history_customer"
where "segment" = 'quiet_vip' and "exited_at" is null
  and "customer_id" in (
    select "s"."written_id"
    from "cdp_scratch"."stays_quiet_vip__scratch" as "s"
    join "cdp_internal"."members_quiet_vip__next" as "m" on "m"."customer_id" = "s"."customer_id"
  );

-- Open stays that are left have ended.
update "cdp_internal"."segment_history_customer"
set "exited_at" = greatest("entered_at", $as_of)
where "segment" = 'quiet_vip' and "exited_at" is null
  and "customer_id" in (
    select "written_id" from "cdp_scratch"."stays_quiet_vip__scratch"
  );

-- Who is in it now has an open stay.
insert into "cdp_internal"."segment_history_customer" (
  "customer_id",
  "segment",
  "entered_at",
  "exited_at"
)
select
  "customer_id",
  'quiet_vip',
  "entered_at",
  cast(null as timestamp)
from "cdp_internal"."members_quiet_vip__next";

-- End of the choice.

-- Stays in segments that are no longer there have ended.
update "cdp_internal"."segment_history_customer"
set "exited_at" = greatest("entered_at", $as_of)
where "exited_at" is null
  and "segment" not in ('vip', 'quiet_vip');

-- Choice: rows_crm of this run.

-- In a full run:

-- rows_crm of this run takes its place.
drop table if exists "cdp_internal"."rows_crm";

alter table "cdp_internal"."rows_crm__next" rename to "rows_crm";

-- In an incremental run:

-- What changes reached leaves rows_crm …
delete from "cdp_internal"."rows_crm" where exists (select 1 from "cdp_scratch"."changed_crm__scratch" as "changed" where "changed"."record_key" = "rows_crm"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."rows_crm" select * from "cdp_internal"."rows_crm__next";

-- End of the choice.

-- Choice: aside_crm of this run.

-- In a full run:

-- aside_crm of this run takes its place.
drop table if exists "cdp_internal"."aside_crm";

alter table "cdp_internal"."aside_crm__next" rename to "aside_crm";

-- In an incremental run:

-- What changes reached leaves aside_crm …
delete from "cdp_internal"."aside_crm" where "aside_crm"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_crm__scratch" as "changed" where "changed"."record_key" = "aside_crm"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."aside_crm" select * from "cdp_internal"."aside_crm__next";

-- End of the choice.

-- Choice: rejected_records_crm of this run.

-- In a full run:

-- rejected_records_crm of this run takes its place.
drop table if exists "cdp_internal"."rejected_records_crm";

alter table "cdp_internal"."rejected_records_crm__next" rename to "rejected_records_crm";

-- In an incremental run:

-- What changes reached leaves rejected_records_crm …
delete from "cdp_internal"."rejected_records_crm" where "rejected_records_crm"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_crm__scratch" as "changed" where "changed"."record_key" = "rejected_records_crm"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."rejected_records_crm" select * from "cdp_internal"."rejected_records_crm__next";

-- End of the choice.

-- Choice: rejected_values_crm of this run.

-- In a full run:

-- rejected_values_crm of this run takes its place.
drop table if exists "cdp_internal"."rejected_values_crm";

alter table "cdp_internal"."rejected_values_crm__next" rename to "rejected_values_crm";

-- In an incremental run:

-- rejected_values_crm of this run takes its place.
drop table if exists "cdp_internal"."rejected_values_crm";

alter table "cdp_internal"."rejected_values_crm__next" rename to "rejected_values_crm";

-- End of the choice.

-- Choice: rejected_identifiers_crm of this run.

-- In a full run:

-- rejected_identifiers_crm of this run takes its place.
drop table if exists "cdp_internal"."rejected_identifiers_crm";

alter table "cdp_internal"."rejected_identifiers_crm__next" rename to "rejected_identifiers_crm";

-- In an incremental run:

-- rejected_identifiers_crm of this run takes its place.
drop table if exists "cdp_internal"."rejected_identifiers_crm";

alter table "cdp_internal"."rejected_identifiers_crm__next" rename to "rejected_identifiers_crm";

-- End of the choice.

-- Choice: rows_panel of this run.

-- In a full run:

-- rows_panel of this run takes its place.
drop table if exists "cdp_internal"."rows_panel";

alter table "cdp_internal"."rows_panel__next" rename to "rows_panel";

-- In an incremental run:

-- What changes reached leaves rows_panel …
delete from "cdp_internal"."rows_panel" where exists (select 1 from "cdp_scratch"."changed_panel__scratch" as "changed" where "changed"."record_key" = "rows_panel"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."rows_panel" select * from "cdp_internal"."rows_panel__next";

-- End of the choice.

-- Choice: aside_panel of this run.

-- In a full run:

-- aside_panel of this run takes its place.
drop table if exists "cdp_internal"."aside_panel";

alter table "cdp_internal"."aside_panel__next" rename to "aside_panel";

-- In an incremental run:

-- What changes reached leaves aside_panel …
delete from "cdp_internal"."aside_panel" where "aside_panel"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_panel__scratch" as "changed" where "changed"."record_key" = "aside_panel"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."aside_panel" select * from "cdp_internal"."aside_panel__next";

-- End of the choice.

-- Choice: rejected_records_panel of this run.

-- In a full run:

-- rejected_records_panel of this run takes its place.
drop table if exists "cdp_internal"."rejected_records_panel";

alter table "cdp_internal"."rejected_records_panel__next" rename to "rejected_records_panel";

-- In an incremental run:

-- What changes reached leaves rejected_records_panel …
delete from "cdp_internal"."rejected_records_panel" where "rejected_records_panel"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_panel__scratch" as "changed" where "changed"."record_key" = "rejected_records_panel"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."rejected_records_panel" select * from "cdp_internal"."rejected_records_panel__next";

-- End of the choice.

-- Choice: rejected_values_panel of this run.

-- In a full run:

-- rejected_values_panel of this run takes its place.
drop table if exists "cdp_internal"."rejected_values_panel";

alter table "cdp_internal"."rejected_values_panel__next" rename to "rejected_values_panel";

-- In an incremental run:

-- rejected_values_panel of this run takes its place.
drop table if exists "cdp_internal"."rejected_values_panel";

alter table "cdp_internal"."rejected_values_panel__next" rename to "rejected_values_panel";

-- End of the choice.

-- Choice: rejected_identifiers_panel of this run.

-- In a full run:

-- rejected_identifiers_panel of this run takes its place.
drop table if exists "cdp_internal"."rejected_identifiers_panel";

alter table "cdp_internal"."rejected_identifiers_panel__next" rename to "rejected_identifiers_panel";

-- In an incremental run:

-- rejected_identifiers_panel of this run takes its place.
drop table if exists "cdp_internal"."rejected_identifiers_panel";

alter table "cdp_internal"."rejected_identifiers_panel__next" rename to "rejected_identifiers_panel";

-- End of the choice.

-- Choice: rows_web of this run.

-- In a full run:

-- rows_web of this run takes its place.
drop table if exists "cdp_internal"."rows_web";

alter table "cdp_internal"."rows_web__next" rename to "rows_web";

-- In an incremental run:

-- What changes reached leaves rows_web …
delete from "cdp_internal"."rows_web" where exists (select 1 from "cdp_scratch"."changed_web__scratch" as "changed" where "changed"."record_key" = "rows_web"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."rows_web" select * from "cdp_internal"."rows_web__next";

-- End of the choice.

-- Choice: aside_web of this run.

-- In a full run:

-- aside_web of this run takes its place.
drop table if exists "cdp_internal"."aside_web";

alter table "cdp_internal"."aside_web__next" rename to "aside_web";

-- In an incremental run:

-- What changes reached leaves aside_web …
delete from "cdp_internal"."aside_web" where "aside_web"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_web__scratch" as "changed" where "changed"."record_key" = "aside_web"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."aside_web" select * from "cdp_internal"."aside_web__next";

-- End of the choice.

-- Choice: rejected_records_web of this run.

-- In a full run:

-- rejected_records_web of this run takes its place.
drop table if exists "cdp_internal"."rejected_records_web";

alter table "cdp_internal"."rejected_records_web__next" rename to "rejected_records_web";

-- In an incremental run:

-- What changes reached leaves rejected_records_web …
delete from "cdp_internal"."rejected_records_web" where "rejected_records_web"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_web__scratch" as "changed" where "changed"."record_key" = "rejected_records_web"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."rejected_records_web" select * from "cdp_internal"."rejected_records_web__next";

-- End of the choice.

-- Choice: rejected_values_web of this run.

-- In a full run:

-- rejected_values_web of this run takes its place.
drop table if exists "cdp_internal"."rejected_values_web";

alter table "cdp_internal"."rejected_values_web__next" rename to "rejected_values_web";

-- In an incremental run:

-- rejected_values_web of this run takes its place.
drop table if exists "cdp_internal"."rejected_values_web";

alter table "cdp_internal"."rejected_values_web__next" rename to "rejected_values_web";

-- End of the choice.

-- Choice: rejected_identifiers_web of this run.

-- In a full run:

-- rejected_identifiers_web of this run takes its place.
drop table if exists "cdp_internal"."rejected_identifiers_web";

alter table "cdp_internal"."rejected_identifiers_web__next" rename to "rejected_identifiers_web";

-- In an incremental run:

-- rejected_identifiers_web of this run takes its place.
drop table if exists "cdp_internal"."rejected_identifiers_web";

alter table "cdp_internal"."rejected_identifiers_web__next" rename to "rejected_identifiers_web";

-- End of the choice.

-- Choice: customers_customer of this run.

-- In a full run:

-- customers_customer of this run takes its place.
drop table if exists "cdp_internal"."customers_customer";

alter table "cdp_internal"."customers_customer__next" rename to "customers_customer";

-- In an incremental run:

-- What changes reached leaves customers_customer …
delete from "cdp_internal"."customers_customer" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "customers_customer"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."customers_customer" select * from "cdp_internal"."customers_customer__next";

-- End of the choice.

-- Choice: records_customer of this run.

-- In a full run:

-- records_customer of this run takes its place.
drop table if exists "cdp_internal"."records_customer";

alter table "cdp_internal"."records_customer__next" rename to "records_customer";

-- In an incremental run:

-- What changes reached leaves records_customer …
delete from "cdp_internal"."records_customer" where exists (select 1 from "cdp_scratch"."affected_records_customer__scratch" as "changed" where "changed"."source" = "records_customer"."source"
  and "changed"."record_key" = "records_customer"."record_key");

-- … and comes back as it is now.
insert into "cdp_internal"."records_customer" select * from "cdp_internal"."records_customer__next";

-- End of the choice.

-- Choice: tuples_customer_crm of this run.

-- In a full run:

-- tuples_customer_crm of this run takes its place.
drop table if exists "cdp_internal"."tuples_customer_crm";

alter table "cdp_internal"."tuples_customer_crm__next" rename to "tuples_customer_crm";

-- In an incremental run:

-- What changes reached leaves tuples_customer_crm …
delete from "cdp_internal"."tuples_customer_crm" where coalesce((
  "tuples_customer_crm"."node__customer__shop_id__1" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch")
  or "tuples_customer_crm"."node__customer__email__1" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch")
  or "tuples_customer_crm"."node__customer__email__2" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch")
  or "tuples_customer_crm"."node__customer__phone__1" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch")
  or "tuples_customer_crm"."node__customer__same_person_at_address__1" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch")
  or hash("tuples_customer_crm"."node__customer__shop_id__1", "tuples_customer_crm"."node__customer__email__1", "tuples_customer_crm"."node__customer__email__2", "tuples_customer_crm"."node__customer__phone__1", "tuples_customer_crm"."node__customer__same_person_at_address__1") in (select "combination" from "cdp_scratch"."combinations_customer__scratch")
), false);

-- … and comes back as it is now.
insert into "cdp_internal"."tuples_customer_crm" select * from "cdp_internal"."tuples_customer_crm__next";

-- End of the choice.

-- Choice: tuples_customer_web of this run.

-- In a full run:

-- tuples_customer_web of this run takes its place.
drop table if exists "cdp_internal"."tuples_customer_web";

alter table "cdp_internal"."tuples_customer_web__next" rename to "tuples_customer_web";

-- In an incremental run:

-- What changes reached leaves tuples_customer_web …
delete from "cdp_internal"."tuples_customer_web" where coalesce((
  "tuples_customer_web"."node__customer__email__1" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch")
  or "tuples_customer_web"."node__customer__anonymous_id__1" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch")
  or hash("tuples_customer_web"."node__customer__email__1", "tuples_customer_web"."node__customer__anonymous_id__1") in (select "combination" from "cdp_scratch"."combinations_customer__scratch")
), false);

-- … and comes back as it is now.
insert into "cdp_internal"."tuples_customer_web" select * from "cdp_internal"."tuples_customer_web__next";

-- End of the choice.

-- Choice: identifiers_customer of this run.

-- In a full run:

-- identifiers_customer of this run takes its place.
drop table if exists "cdp_internal"."identifiers_customer";

alter table "cdp_internal"."identifiers_customer__next" rename to "identifiers_customer";

-- In an incremental run:

-- What changes reached leaves identifiers_customer …
delete from "cdp_internal"."identifiers_customer" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "identifiers_customer"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."identifiers_customer" select * from "cdp_internal"."identifiers_customer__next";

-- End of the choice.

-- Choice: id_changes_customer of this run.

-- In a full run:

-- id_changes_customer of this run takes its place.
drop table if exists "cdp_internal"."id_changes_customer";

alter table "cdp_internal"."id_changes_customer__next" rename to "id_changes_customer";

-- In an incremental run:

-- id_changes_customer of this run takes its place.
drop table if exists "cdp_internal"."id_changes_customer";

alter table "cdp_internal"."id_changes_customer__next" rename to "id_changes_customer";

-- End of the choice.

-- Choice: id_aliases_customer of this run.

-- In a full run:

-- id_aliases_customer of this run takes its place.
drop table if exists "cdp_internal"."id_aliases_customer";

alter table "cdp_internal"."id_aliases_customer__next" rename to "id_aliases_customer";

-- In an incremental run:

-- id_aliases_customer of this run takes its place.
drop table if exists "cdp_internal"."id_aliases_customer";

alter table "cdp_internal"."id_aliases_customer__next" rename to "id_aliases_customer";

-- End of the choice.

-- Choice: shared_values_customer of this run.

-- In a full run:

-- shared_values_customer of this run takes its place.
drop table if exists "cdp_internal"."shared_values_customer";

alter table "cdp_internal"."shared_values_customer__next" rename to "shared_values_customer";

-- In an incremental run:

-- shared_values_customer of this run takes its place.
drop table if exists "cdp_internal"."shared_values_customer";

alter table "cdp_internal"."shared_values_customer__next" rename to "shared_values_customer";

-- End of the choice.

-- Choice: shared_nodes_customer of this run.

-- In a full run:

-- shared_nodes_customer of this run takes its place.
drop table if exists "cdp_internal"."shared_nodes_customer";

alter table "cdp_internal"."shared_nodes_customer__next" rename to "shared_nodes_customer";

-- In an incremental run:

-- shared_nodes_customer of this run takes its place.
drop table if exists "cdp_internal"."shared_nodes_customer";

alter table "cdp_internal"."shared_nodes_customer__next" rename to "shared_nodes_customer";

-- End of the choice.

-- Choice: sizes_customer of this run.

-- In a full run:

-- sizes_customer of this run takes its place.
drop table if exists "cdp_internal"."sizes_customer";

alter table "cdp_internal"."sizes_customer__next" rename to "sizes_customer";

-- In an incremental run:

-- What changes reached leaves sizes_customer …
delete from "cdp_internal"."sizes_customer" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "sizes_customer"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."sizes_customer" select * from "cdp_internal"."sizes_customer__next";

-- End of the choice.

-- Choice: refused_edges_customer of this run.

-- In a full run:

-- refused_edges_customer of this run takes its place.
drop table if exists "cdp_internal"."refused_edges_customer";

alter table "cdp_internal"."refused_edges_customer__next" rename to "refused_edges_customer";

-- In an incremental run:

-- What changes reached leaves refused_edges_customer …
delete from "cdp_internal"."refused_edges_customer" where "refused_edges_customer"."u" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch") or "refused_edges_customer"."v" in (select "node" from "cdp_scratch"."affected_nodes_customer__scratch");

-- … and comes back as it is now.
insert into "cdp_internal"."refused_edges_customer" select * from "cdp_internal"."refused_edges_customer__next";

-- End of the choice.

-- Choice: proposals_customer of this run.

-- In a full run:

-- proposals_customer of this run takes its place.
drop table if exists "cdp_internal"."proposals_customer";

alter table "cdp_internal"."proposals_customer__next" rename to "proposals_customer";

-- In an incremental run:

-- proposals_customer of this run takes its place.
drop table if exists "cdp_internal"."proposals_customer";

alter table "cdp_internal"."proposals_customer__next" rename to "proposals_customer";

-- End of the choice.

-- Choice: identity_sizes_customer of this run.

-- In a full run:

-- identity_sizes_customer of this run takes its place.
drop table if exists "cdp_internal"."identity_sizes_customer";

alter table "cdp_internal"."identity_sizes_customer__next" rename to "identity_sizes_customer";

-- In an incremental run:

-- identity_sizes_customer of this run takes its place.
drop table if exists "cdp_internal"."identity_sizes_customer";

alter table "cdp_internal"."identity_sizes_customer__next" rename to "identity_sizes_customer";

-- End of the choice.

-- Choice: largest_profiles_customer of this run.

-- In a full run:

-- largest_profiles_customer of this run takes its place.
drop table if exists "cdp_internal"."largest_profiles_customer";

alter table "cdp_internal"."largest_profiles_customer__next" rename to "largest_profiles_customer";

-- In an incremental run:

-- largest_profiles_customer of this run takes its place.
drop table if exists "cdp_internal"."largest_profiles_customer";

alter table "cdp_internal"."largest_profiles_customer__next" rename to "largest_profiles_customer";

-- End of the choice.

-- Choice: bridges_customer of this run.

-- In a full run:

-- bridges_customer of this run takes its place.
drop table if exists "cdp_internal"."bridges_customer";

alter table "cdp_internal"."bridges_customer__next" rename to "bridges_customer";

-- In an incremental run:

-- bridges_customer of this run takes its place.
drop table if exists "cdp_internal"."bridges_customer";

alter table "cdp_internal"."bridges_customer__next" rename to "bridges_customer";

-- End of the choice.

-- Choice: held_edges_customer of this run.

-- In a full run:

-- held_edges_customer of this run takes its place.
drop table if exists "cdp_internal"."held_edges_customer";

alter table "cdp_internal"."held_edges_customer__next" rename to "held_edges_customer";

-- In an incremental run:

-- held_edges_customer of this run takes its place.
drop table if exists "cdp_internal"."held_edges_customer";

alter table "cdp_internal"."held_edges_customer__next" rename to "held_edges_customer";

-- End of the choice.

-- Choice: identity_suspects_customer of this run.

-- In a full run:

-- identity_suspects_customer of this run takes its place.
drop table if exists "cdp_internal"."identity_suspects_customer";

alter table "cdp_internal"."identity_suspects_customer__next" rename to "identity_suspects_customer";

-- In an incremental run:

-- identity_suspects_customer of this run takes its place.
drop table if exists "cdp_internal"."identity_suspects_customer";

alter table "cdp_internal"."identity_suspects_customer__next" rename to "identity_suspects_customer";

-- End of the choice.

-- Choice: attributes_customer of this run.

-- In a full run:

-- attributes_customer of this run takes its place.
drop table if exists "cdp_internal"."attributes_customer";

alter table "cdp_internal"."attributes_customer__next" rename to "attributes_customer";

-- In an incremental run:

-- What changes reached leaves attributes_customer …
delete from "cdp_internal"."attributes_customer" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "attributes_customer"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."attributes_customer" select * from "cdp_internal"."attributes_customer__next";

-- End of the choice.

-- Choice: candidates_customer of this run.

-- In a full run:

-- candidates_customer of this run takes its place.
drop table if exists "cdp_internal"."candidates_customer";

alter table "cdp_internal"."candidates_customer__next" rename to "candidates_customer";

-- In an incremental run:

-- What changes reached leaves candidates_customer …
delete from "cdp_internal"."candidates_customer" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "candidates_customer"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."candidates_customer" select * from "cdp_internal"."candidates_customer__next";

-- End of the choice.

-- Choice: golden_customer_country of this run.

-- In a full run:

-- golden_customer_country of this run takes its place.
drop table if exists "cdp_internal"."golden_customer_country";

alter table "cdp_internal"."golden_customer_country__next" rename to "golden_customer_country";

-- In an incremental run:

-- What changes reached leaves golden_customer_country …
delete from "cdp_internal"."golden_customer_country" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "golden_customer_country"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."golden_customer_country" select * from "cdp_internal"."golden_customer_country__next";

-- End of the choice.

-- Choice: golden_customer_emails of this run.

-- In a full run:

-- golden_customer_emails of this run takes its place.
drop table if exists "cdp_internal"."golden_customer_emails";

alter table "cdp_internal"."golden_customer_emails__next" rename to "golden_customer_emails";

-- In an incremental run:

-- What changes reached leaves golden_customer_emails …
delete from "cdp_internal"."golden_customer_emails" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "golden_customer_emails"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."golden_customer_emails" select * from "cdp_internal"."golden_customer_emails__next";

-- End of the choice.

-- Choice: profiles_customer of this run.

-- In a full run:

-- profiles_customer of this run takes its place.
drop table if exists "cdp_internal"."profiles_customer";

alter table "cdp_internal"."profiles_customer__next" rename to "profiles_customer";

-- In an incremental run:

-- What changes reached leaves profiles_customer …
delete from "cdp_internal"."profiles_customer" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "profiles_customer"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."profiles_customer" select * from "cdp_internal"."profiles_customer__next";

-- End of the choice.

-- Choice: members_vip of this run.

-- In a full run:

-- members_vip of this run takes its place.
drop table if exists "cdp_internal"."members_vip";

alter table "cdp_internal"."members_vip__next" rename to "members_vip";

-- In an incremental run:

-- What changes reached leaves members_vip …
delete from "cdp_internal"."members_vip" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "members_vip"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."members_vip" select * from "cdp_internal"."members_vip__next";

-- End of the choice.

-- Choice: members_quiet_vip of this run.

-- In a full run:

-- members_quiet_vip of this run takes its place.
drop table if exists "cdp_internal"."members_quiet_vip";

alter table "cdp_internal"."members_quiet_vip__next" rename to "members_quiet_vip";

-- In an incremental run:

-- What changes reached leaves members_quiet_vip …
delete from "cdp_internal"."members_quiet_vip" where exists (select 1 from "cdp_scratch"."affected_customers_customer__scratch" as "changed" where "changed"."customer_id" = "members_quiet_vip"."customer_id");

-- … and comes back as it is now.
insert into "cdp_internal"."members_quiet_vip" select * from "cdp_internal"."members_quiet_vip__next";

-- End of the choice.

-- The rows of crm and the customer they belong to.
create or replace view "cdp"."enriched_crm" as
select
  coalesce("i1"."customer_id", "i2"."customer_id", "i3"."customer_id", "i4"."customer_id", "i5"."customer_id") as "customer_id",
  "r"."raw__id" as "id",
  "r"."raw__shop_no" as "shop_no",
  "r"."raw__email" as "email",
  "r"."raw__work_email" as "work_email",
  "r"."raw__phone" as "phone",
  "r"."raw__first" as "first",
  "r"."raw__last" as "last",
  "r"."raw__country" as "country",
  case when regexp_matches("r"."raw__born", ':[^\n]*(?:[+Zz\-]|UTC)') then cast(timezone('America/New_York', timezone('UTC', case
    when regexp_matches("r"."raw__born", '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?Z$') then try_cast("r"."raw__born" as timestamp)
    when regexp_matches("r"."raw__born", ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$')
      then timezone('UTC', try_cast(regexp_replace(regexp_replace(replace(upper(nullif(regexp_extract("r"."raw__born", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')), 'UTC', 'Z'), ' ([Z+-])', '\1'), '^(.{16})([Z+-].*)$', '\1:00\2') as timestamptz))
    else try_cast(upper(nullif(regexp_extract("r"."raw__born", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')) as timestamp)
  end)) as date) else case when regexp_matches("r"."raw__born", '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}$') then try_cast("r"."raw__born" as date) else cast(case
    when regexp_matches("r"."raw__born", '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?Z$') then try_cast("r"."raw__born" as timestamp)
    when regexp_matches("r"."raw__born", ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$')
      then timezone('UTC', try_cast(regexp_replace(regexp_replace(replace(upper(nullif(regexp_extract("r"."raw__born", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')), 'UTC', 'Z'), ' ([Z+-])', '\1'), '^(.{16})([Z+-].*)$', '\1:00\2') as timestamptz))
    else try_cast(upper(nullif(regexp_extract("r"."raw__born", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')) as timestamp)
  end as date) end end as "born",
  "r"."raw__zip" as "zip",
  case when lower(regexp_replace("r"."raw__wants_news", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+|[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+$', '', 'g')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(regexp_replace("r"."raw__wants_news", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+|[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+$', '', 'g')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "wants_news",
  case
    when regexp_matches("r"."raw__changed", '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?Z$') then try_cast("r"."raw__changed" as timestamp)
    when regexp_matches("r"."raw__changed", ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$')
      then timezone('UTC', try_cast(regexp_replace(regexp_replace(replace(upper(nullif(regexp_extract("r"."raw__changed", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')), 'UTC', 'Z'), ' ([Z+-])', '\1'), '^(.{16})([Z+-].*)$', '\1:00\2') as timestamptz))
    else try_cast(upper(nullif(regexp_extract("r"."raw__changed", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')) as timestamp)
  end as "changed",
  case when lower(regexp_replace("r"."raw__is_deleted", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+|[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+$', '', 'g')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(regexp_replace("r"."raw__is_deleted", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+|[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+$', '', 'g')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "is_deleted",
  "r"."raw__is_test" as "is_test"
from "cdp_internal"."rows_crm" as "r"
left join "cdp_internal"."identifiers_customer" as "i1" on "i1"."node" = "r"."node__customer__shop_id__1"
left join "cdp_internal"."identifiers_customer" as "i2" on "i2"."node" = "r"."node__customer__email__1"
left join "cdp_internal"."identifiers_customer" as "i3" on "i3"."node" = "r"."node__customer__email__2"
left join "cdp_internal"."identifiers_customer" as "i4" on "i4"."node" = "r"."node__customer__phone__1"
left join "cdp_internal"."identifiers_customer" as "i5" on "i5"."node" = "r"."node__customer__same_person_at_address__1";

-- The rows of panel and the customer they belong to.
create or replace view "cdp"."enriched_panel" as
select
  "i1"."customer_id" as "customer_id",
  "r"."raw__household" as "household",
  "r"."raw__person" as "person",
  "r"."raw__mail" as "mail",
  cast(coalesce(try_cast(nullif(regexp_extract(case
    when regexp_matches(typeof("r"."raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("r"."raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
    when regexp_matches(typeof("r"."raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("r"."raw__income") as varchar)
    else cast("r"."raw__income" as varchar)
  end, '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '') as decimal(18,9)), try_cast(nullif(regexp_extract(case
    when regexp_matches(typeof("r"."raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("r"."raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
    when regexp_matches(typeof("r"."raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("r"."raw__income") as varchar)
    else cast("r"."raw__income" as varchar)
  end, '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '') as decimal(29,9))) as decimal(38,9)) as "income"
from "cdp_internal"."rows_panel" as "r"
left join "cdp_internal"."identifiers_customer" as "i1" on "i1"."node" = "r"."node__customer__email__1";

-- The rows of web and the customer they belong to.
create or replace view "cdp"."enriched_web" as
select
  "i1"."customer_id" as "customer_id",
  "r"."raw__id" as "id",
  "r"."raw__cookie" as "cookie",
  "r"."raw__user" as "user",
  "r"."raw__page" as "page",
  "r"."raw__order" as "order",
  "r"."raw__name" as "name",
  case
    when regexp_matches("r"."raw__at", '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?Z$') then try_cast("r"."raw__at" as timestamp)
    when regexp_matches("r"."raw__at", ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$')
      then timezone('UTC', try_cast(regexp_replace(regexp_replace(replace(upper(nullif(regexp_extract("r"."raw__at", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')), 'UTC', 'Z'), ' ([Z+-])', '\1'), '^(.{16})([Z+-].*)$', '\1:00\2') as timestamptz))
    else timezone('UTC', timezone('Europe/Berlin', try_cast(upper(nullif(regexp_extract("r"."raw__at", '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '')) as timestamp)))
  end as "at"
from "cdp_internal"."rows_web" as "r"
left join "cdp_internal"."identifiers_customer" as "i1" on "i1"."node" = coalesce("r"."node__customer__email__1", "r"."node__customer__anonymous_id__1");

-- One identifier of one customer.
create or replace view "cdp"."customer_identifiers" as
select
  "customer_id" as "customer_id",
  "identifier",
  "value",
  "first_seen_at",
  "last_seen_at",
  "row_count"
from "cdp_internal"."identifiers_customer"
where "identifier" not in ('same_person_at_address');

-- Rows of record sources and the customer they belong to.
create or replace view "cdp"."customer_records" as
select
  "source",
  "record_key",
  "customer_id" as "customer_id"
from "cdp_internal"."records_customer";

-- Events and the customer they belong to.
create or replace view "cdp"."customer_events" as
select
  "i1"."customer_id" as "customer_id",
  'web' as "source",
  "r"."event",
  "r"."occurred_at",
  "r"."record_key"
from "cdp_internal"."rows_web" as "r"
left join "cdp_internal"."identifiers_customer" as "i1" on "i1"."node" = coalesce("r"."node__customer__email__1", "r"."node__customer__anonymous_id__1");

-- Candidates for review: two who agree in all columns of a rule, and are not one.
create or replace view "cdp"."customer_proposals" as
select
  "rule",
  "customer_id" as "customer_id",
  "other_id",
  "value"
from "cdp_internal"."proposals_customer";

-- Links that a limit refused, and why.
create or replace view "cdp"."customer_refused_edges" as
select
  "identifier",
  "value",
  "other_identifier",
  "other_value",
  "reason",
  "tier",
  "first_seen_at",
  "row_count"
from "cdp_internal"."refused_edges_customer";

-- Every change of a customer's id: created, merged, split, retired.
create or replace view "cdp"."customer_id_changes" as
select
  "run_id",
  "changed_at",
  "kind",
  "customer_id" as "customer_id",
  "previous_id",
  "reason",
  "identifier",
  "value",
  "source",
  "record_key"
from "cdp_internal"."changes_customer";

-- Ids that no customer has any more, and who answers for them today.
create or replace view "cdp"."customer_id_aliases" as
select
  "previous_id",
  "customer_id" as "customer_id"
from "cdp_internal"."id_aliases_customer";

-- Each customer counted by how many identifiers it has.
create or replace view "cdp"."customer_identity_sizes" as
select
  "min_identifiers",
  "max_identifiers",
  "customer_count",
  "identifier_count"
from "cdp_internal"."identity_sizes_customer";

-- Those with most identifiers.
create or replace view "cdp"."customer_largest_profiles" as
select
  "place",
  "customer_id" as "customer_id",
  "identifier_count",
  "record_count",
  "event_count",
  "bridge_count"
from "cdp_internal"."largest_profiles_customer";

-- Links without which one of the largest would be two, what would split most first.
create or replace view "cdp"."customer_bridges" as
select
  "place",
  "customer_id" as "customer_id",
  "identifier",
  "value",
  "other_identifier",
  "other_value",
  "smaller_count",
  "larger_count",
  "row_count",
  "first_seen_at"
from "cdp_internal"."bridges_customer";

-- Values that meet suspiciously many others, the most striking first.
create or replace view "cdp"."customer_identity_suspects" as
select
  "place",
  "identifier",
  "value",
  "met_identifier",
  "met_count",
  "refused_count",
  "row_count",
  "customer_id" as "customer_id"
from "cdp_internal"."identity_suspects_customer";

-- The model visits.
create or replace view "cdp_internal"."visits" as
select customer_id, count(*) as visits
from "cdp"."customer_events"
where occurred_at < $as_of and event <> 'paid'
group by customer_id;

-- Golden values of every customer, before traits.
create or replace view "cdp"."customer_attributes" as
select
  "customer_id" as "customer_id",
  "first_name",
  "last_name",
  "country",
  "birth_date",
  "postcode",
  "income",
  "emails"
from "cdp_internal"."attributes_customer";

-- Where each golden value came from, and which policy chose it.
create or replace view "cdp"."customer_provenance" as
select
  "customer_id" as "customer_id",
  "attribute",
  "value",
  "source",
  "record_key",
  "observed_at",
  "policy"
from (
  select
    "c"."customer_id",
    'first_name' as "attribute",
    "c"."value__first_name" as "value",
    "c"."source",
    "c"."record_key",
    "c"."observed_at",
    'most_recent' as "policy"
  from "cdp_internal"."candidates_customer" as "c"
  join "cdp_internal"."attributes_customer" as "w"
    on "w"."customer_id" = "c"."customer_id"
    and "w"."place__first_name" = "c"."place_1"
  where "c"."value__first_name" is not null
  union all
  select
    "c"."customer_id",
    'last_name' as "attribute",
    "c"."value__last_name" as "value",
    "c"."source",
    "c"."record_key",
    "c"."observed_at",
    'most_recent' as "policy"
  from "cdp_internal"."candidates_customer" as "c"
  join "cdp_internal"."attributes_customer" as "w"
    on "w"."customer_id" = "c"."customer_id"
    and "w"."place__last_name" = "c"."place_1"
  where "c"."value__last_name" is not null
  union all
  select
    "customer_id",
    'country' as "attribute",
    "value" as "value",
    "source",
    "record_key",
    "observed_at",
    'most_frequent' as "policy"
  from "cdp_internal"."golden_customer_country"
  where "value" is not null
  union all
  select
    "c"."customer_id",
    'birth_date' as "attribute",
    cast("c"."value__birth_date" as varchar) as "value",
    "c"."source",
    "c"."record_key",
    "c"."observed_at",
    'most_recent' as "policy"
  from "cdp_internal"."candidates_customer" as "c"
  join "cdp_internal"."attributes_customer" as "w"
    on "w"."customer_id" = "c"."customer_id"
    and "w"."place__birth_date" = "c"."place_1"
  where "c"."value__birth_date" is not null
  union all
  select
    "c"."customer_id",
    'postcode' as "attribute",
    "c"."value__postcode" as "value",
    "c"."source",
    "c"."record_key",
    "c"."observed_at",
    'source_priority' as "policy"
  from "cdp_internal"."candidates_customer" as "c"
  join "cdp_internal"."attributes_customer" as "w"
    on "w"."customer_id" = "c"."customer_id"
    and "w"."place__postcode" = "c"."place_2"
  where "c"."value__postcode" is not null
  union all
  select
    "c"."customer_id",
    'income' as "attribute",
    regexp_replace(cast("c"."value__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2') as "value",
    "c"."source",
    "c"."record_key",
    "c"."observed_at",
    'most_recent' as "policy"
  from "cdp_internal"."candidates_customer" as "c"
  join "cdp_internal"."attributes_customer" as "w"
    on "w"."customer_id" = "c"."customer_id"
    and "w"."place__income" = "c"."place_1"
  where "c"."value__income" is not null
  union all
  select
    "customer_id",
    'emails' as "attribute",
    "value" as "value",
    "source",
    "record_key",
    "observed_at",
    'collect' as "policy"
  from "cdp_internal"."golden_customer_emails"
  where "value" is not null
) as "origins";

-- All that is known of each customer.
create or replace view "cdp"."customer_profiles" as
select
  "customer_id" as "customer_id",
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
from "cdp_internal"."profiles_customer";

-- Who spends.
create or replace view "cdp"."segment_vip" as
select
  "p"."customer_id" as "customer_id",
  "p"."shop_id",
  "p"."email",
  "p"."phone",
  "p"."anonymous_id",
  "p"."first_name",
  "p"."last_name",
  "p"."country",
  "p"."birth_date",
  "p"."postcode",
  "p"."income",
  "p"."emails",
  "p"."page_views_90d",
  "p"."spent",
  "p"."orders",
  "p"."average_order",
  "p"."favourite_page",
  "p"."band",
  "p"."is_known",
  "p"."first_seen_at",
  "p"."last_seen_at",
  "p"."record_count",
  "p"."event_count",
  "m"."entered_at"
from "cdp_internal"."members_vip" as "m"
join "cdp_internal"."profiles_customer" as "p" on "p"."customer_id" = "m"."customer_id";

-- Members of quiet_vip with their profile.
create or replace view "cdp"."segment_quiet_vip" as
select
  "p"."customer_id" as "customer_id",
  "p"."shop_id",
  "p"."email",
  "p"."phone",
  "p"."anonymous_id",
  "p"."first_name",
  "p"."last_name",
  "p"."country",
  "p"."birth_date",
  "p"."postcode",
  "p"."income",
  "p"."emails",
  "p"."page_views_90d",
  "p"."spent",
  "p"."orders",
  "p"."average_order",
  "p"."favourite_page",
  "p"."band",
  "p"."is_known",
  "p"."first_seen_at",
  "p"."last_seen_at",
  "p"."record_count",
  "p"."event_count",
  "m"."entered_at"
from "cdp_internal"."members_quiet_vip" as "m"
join "cdp_internal"."profiles_customer" as "p" on "p"."customer_id" = "m"."customer_id";

-- Rows that were set aside, and why: the current state of each source.
create or replace view "cdp"."rejected_records" as
select
  "source",
  "record_key",
  "reason",
  "column_name",
  "value"
from "cdp_internal"."rejected_records_crm"
union all
select
  "source",
  "record_key",
  "reason",
  "column_name",
  "value"
from "cdp_internal"."rejected_records_panel"
union all
select
  "source",
  "record_key",
  "reason",
  "column_name",
  "value"
from "cdp_internal"."rejected_records_web";

-- Values that did not cast or that a rule refused, up to 1 000 a column.
create or replace view "cdp"."rejected_values" as
select
  "source",
  "record_key",
  "reason",
  "column_name",
  "value"
from "cdp_internal"."rejected_values_crm"
union all
select
  "source",
  "record_key",
  "reason",
  "column_name",
  "value"
from "cdp_internal"."rejected_values_panel"
union all
select
  "source",
  "record_key",
  "reason",
  "column_name",
  "value"
from "cdp_internal"."rejected_values_web";

-- Identifiers that were refused or are shared, and by which rule.
create or replace view "cdp"."rejected_identifiers" as
select
  "source",
  "identifier",
  "value",
  "rule",
  "row_count",
  "sample_record_key"
from "cdp_internal"."rejected_identifiers_crm"
union all
select
  "source",
  "identifier",
  "value",
  "rule",
  "row_count",
  "sample_record_key"
from "cdp_internal"."rejected_identifiers_panel"
union all
select
  "source",
  "identifier",
  "value",
  "rule",
  "row_count",
  "sample_record_key"
from "cdp_internal"."rejected_identifiers_web"
union all
select
  "source",
  "identifier",
  "value",
  "rule",
  "row_count",
  "sample_record_key"
from "cdp_internal"."shared_values_customer";

-- Which customer is in which segment now, and since when.
create or replace view "cdp"."customer_segments" as
select
  "customer_id" as "customer_id",
  'vip' as "segment",
  "entered_at"
from "cdp_internal"."members_vip"
union all
select
  "customer_id" as "customer_id",
  'quiet_vip' as "segment",
  "entered_at"
from "cdp_internal"."members_quiet_vip";

-- Every stay of a customer in a segment; exited_at is null while it lasts.
create or replace view "cdp"."customer_segment_history" as
select
  "customer_id" as "customer_id",
  "segment",
  "entered_at",
  "exited_at"
from "cdp_internal"."segment_history_customer";

-- The latest decision about each value and purpose.
create or replace view "cdp"."customer_consents" as
select
  "i"."customer_id" as "customer_id",
  "l"."purpose",
  "l"."identifier",
  "l"."value",
  "l"."granted",
  "l"."decided_at",
  "l"."source",
  "l"."record_key",
  case when "l"."granted" and "l"."purpose" = 'newsletter' then "l"."decided_at" + interval '730' day end as "expires_at"
from (
  select
    "d"."purpose",
    "d"."identifier",
    "d"."value",
    "d"."granted",
    "d"."decided_at",
    "d"."source",
    "d"."record_key",
    row_number() over (
      partition by "d"."purpose", "d"."identifier", "d"."value"
      order by "d"."decided_at" desc, "d"."granted", "d"."source", "d"."record_key"
    ) as "place"
  from (
    select
      'newsletter' as "purpose",
      'email' as "identifier",
      "r"."id__customer__email__1" as "value",
      "r"."prop__wants_news" as "granted",
      cast("r"."observed_at" as timestamp) as "decided_at",
      'crm' as "source",
      "r"."record_key"
    from "cdp_internal"."rows_crm" as "r"
    where "r"."id__customer__email__1" is not null
    union all
    select
      'newsletter' as "purpose",
      'email' as "identifier",
      "r"."id__customer__email__2" as "value",
      "r"."prop__wants_news" as "granted",
      cast("r"."observed_at" as timestamp) as "decided_at",
      'crm' as "source",
      "r"."record_key"
    from "cdp_internal"."rows_crm" as "r"
    where "r"."id__customer__email__2" is not null
  ) as "d"
  where "d"."purpose" in ('newsletter')
    and "d"."granted" is not null
    and "d"."decided_at" is not null
) as "l"
left join "cdp_internal"."identifiers_customer" as "i"
  on "i"."identifier" = "l"."identifier"
  and "i"."value" = "l"."value"
where "l"."place" = 1;

-- A row is one run of a sync: `planned` is the sum of added, changed, removed, withdrawn and retried, and of ok, rejected and deferred.
create or replace view "cdp"."sync_runs" as
select
  "run_id",
  "sync_name",
  "destination",
  "started_at",
  "finished_at",
  "status",
  "source_rows",
  "unchanged",
  "invalid",
  "suppressed",
  "waiting",
  "held",
  "planned",
  "added",
  "changed",
  "removed",
  "withdrawn",
  "retried",
  "ok",
  "rejected",
  "deferred",
  "message"
from "cdp_internal"."cdp_sync_runs";

-- A row is one batch that was sent: how often it was tried, how long that took, and what came of its rows.
create or replace view "cdp"."sync_batches" as
select
  "run_id",
  "sync_name",
  "batch",
  "operation",
  "audience",
  "sent_at",
  "elapsed_ms",
  "attempts",
  "row_count",
  "ok",
  "rejected",
  "unknown",
  "http_status",
  "message"
from "cdp_internal"."cdp_sync_batches";

-- A row is what became of one row of one run.
create or replace view "cdp"."sync_rows" as
select
  "run_id",
  "sync_name",
  "batch",
  "operation",
  "reason",
  "audience",
  "row_key",
  "customer_id",
  "outcome",
  "code",
  "message",
  "payload",
  "logged_at"
from "cdp_internal"."cdp_sync_rows";

comment on view "cdp"."enriched_crm" is 'The rows of crm and the customer they belong to.';

comment on column "cdp"."enriched_crm"."customer_id" is 'The customer, null where a row cannot be placed.';

comment on view "cdp"."enriched_panel" is 'The rows of panel and the customer they belong to.';

comment on column "cdp"."enriched_panel"."customer_id" is 'The customer, null where a row cannot be placed.';

comment on view "cdp"."enriched_web" is 'The rows of web and the customer they belong to.';

comment on column "cdp"."enriched_web"."customer_id" is 'The customer, null where a row cannot be placed.';

comment on view "cdp"."customer_identifiers" is 'One identifier of one customer.';

comment on column "cdp"."customer_identifiers"."customer_id" is 'The customer.';

comment on column "cdp"."customer_identifiers"."identifier" is 'Its type.';

comment on column "cdp"."customer_identifiers"."value" is 'Its normal form.';

comment on view "cdp"."customer_records" is 'Rows of record sources and the customer they belong to.';

comment on column "cdp"."customer_records"."customer_id" is 'The customer.';

comment on view "cdp"."customer_events" is 'Events and the customer they belong to.';

comment on column "cdp"."customer_events"."customer_id" is 'The customer.';

comment on view "cdp"."customer_proposals" is 'Candidates for review: two who agree in all columns of a rule, and are not one.';

comment on column "cdp"."customer_proposals"."customer_id" is 'The customer.';

comment on view "cdp"."customer_refused_edges" is 'Links that a limit refused, and why.';

comment on view "cdp"."customer_id_changes" is 'Every change of a customer''s id: created, merged, split, retired.';

comment on column "cdp"."customer_id_changes"."customer_id" is 'The customer.';

comment on view "cdp"."customer_id_aliases" is 'Ids that no customer has any more, and who answers for them today.';

comment on column "cdp"."customer_id_aliases"."previous_id" is 'An id that was published once.';

comment on column "cdp"."customer_id_aliases"."customer_id" is 'Who answers for it; null where nobody does.';

comment on view "cdp"."customer_identity_sizes" is 'Each customer counted by how many identifiers it has.';

comment on view "cdp"."customer_largest_profiles" is 'Those with most identifiers.';

comment on column "cdp"."customer_largest_profiles"."customer_id" is 'The customer.';

comment on view "cdp"."customer_bridges" is 'Links without which one of the largest would be two, what would split most first.';

comment on column "cdp"."customer_bridges"."customer_id" is 'The customer.';

comment on view "cdp"."customer_identity_suspects" is 'Values that meet suspiciously many others, the most striking first.';

comment on column "cdp"."customer_identity_suspects"."customer_id" is 'The customer.';

comment on view "cdp"."customer_attributes" is 'Golden values of every customer, before traits.';

comment on column "cdp"."customer_attributes"."customer_id" is 'The customer.';

comment on view "cdp"."customer_provenance" is 'Where each golden value came from, and which policy chose it.';

comment on column "cdp"."customer_provenance"."customer_id" is 'The customer.';

comment on view "cdp"."customer_profiles" is 'All that is known of each customer.';

comment on column "cdp"."customer_profiles"."customer_id" is 'The customer: opaque and stable.';

comment on view "cdp"."segment_vip" is 'Who spends.';

comment on column "cdp"."segment_vip"."customer_id" is 'The customer.';

comment on view "cdp"."segment_quiet_vip" is 'Members of quiet_vip with their profile.';

comment on column "cdp"."segment_quiet_vip"."customer_id" is 'The customer.';

comment on view "cdp"."rejected_records" is 'Rows that were set aside, and why: the current state of each source.';

comment on view "cdp"."rejected_values" is 'Values that did not cast or that a rule refused, up to 1 000 a column.';

comment on view "cdp"."rejected_identifiers" is 'Identifiers that were refused or are shared, and by which rule.';

comment on view "cdp"."customer_segments" is 'Which customer is in which segment now, and since when.';

comment on column "cdp"."customer_segments"."customer_id" is 'The customer.';

comment on view "cdp"."customer_segment_history" is 'Every stay of a customer in a segment; exited_at is null while it lasts.';

comment on column "cdp"."customer_segment_history"."customer_id" is 'The customer.';

comment on view "cdp"."customer_consents" is 'The latest decision about each value and purpose.';

comment on column "cdp"."customer_consents"."customer_id" is 'The customer who has the value; null where nobody does.';

comment on view "cdp"."sync_runs" is 'A row is one run of a sync: `planned` is the sum of added, changed, removed, withdrawn and retried, and of ok, rejected and deferred.';

comment on view "cdp"."sync_batches" is 'A row is one batch that was sent: how often it was tried, how long that took, and what came of its rows.';

comment on view "cdp"."sync_rows" is 'A row is what became of one row of one run.';

commit;

-- Afterwards: what lived within the run goes.

-- What lived within the run goes.
drop view if exists "cdp_internal"."rows_crm__whole__view";

drop view if exists "cdp_internal"."aside_crm__whole__view";

drop view if exists "cdp_internal"."rejected_records_crm__whole__view";

drop view if exists "cdp_internal"."rejected_values_crm__next";

drop view if exists "cdp_internal"."rejected_identifiers_crm__next";

drop view if exists "cdp_internal"."rows_panel__whole__view";

drop view if exists "cdp_internal"."aside_panel__whole__view";

drop view if exists "cdp_internal"."rejected_records_panel__whole__view";

drop view if exists "cdp_internal"."rejected_values_panel__next";

drop view if exists "cdp_internal"."rejected_identifiers_panel__next";

drop view if exists "cdp_internal"."rows_web__whole__view";

drop view if exists "cdp_internal"."aside_web__whole__view";

drop view if exists "cdp_internal"."rejected_records_web__whole__view";

drop view if exists "cdp_internal"."rejected_values_web__next";

drop view if exists "cdp_internal"."rejected_identifiers_web__next";

drop view if exists "cdp_internal"."customers_customer__whole__view";

drop view if exists "cdp_internal"."records_customer__whole__view";

drop view if exists "cdp_internal"."tuples_customer_crm__whole__view";

drop view if exists "cdp_internal"."tuples_customer_web__whole__view";

drop view if exists "cdp_internal"."identifiers_customer__whole__view";

drop view if exists "cdp_internal"."id_changes_customer__next";

drop view if exists "cdp_internal"."id_aliases_customer__next";

drop view if exists "cdp_internal"."shared_values_customer__next";

drop view if exists "cdp_internal"."shared_nodes_customer__next";

drop view if exists "cdp_internal"."sizes_customer__whole__view";

drop view if exists "cdp_internal"."refused_edges_customer__whole__view";

drop view if exists "cdp_internal"."proposals_customer__next";

drop view if exists "cdp_internal"."identity_sizes_customer__next";

drop view if exists "cdp_internal"."largest_profiles_customer__next";

drop view if exists "cdp_internal"."bridges_customer__next";

drop view if exists "cdp_internal"."held_edges_customer__next";

drop view if exists "cdp_internal"."identity_suspects_customer__next";

drop view if exists "cdp_internal"."attributes_customer__whole__view";

drop view if exists "cdp_internal"."candidates_customer__whole__view";

drop view if exists "cdp_internal"."golden_customer_country__whole__view";

drop view if exists "cdp_internal"."golden_customer_emails__whole__view";

drop view if exists "cdp_internal"."profiles_customer__whole__view";

drop view if exists "cdp_internal"."members_vip__whole__view";

drop view if exists "cdp_internal"."members_quiet_vip__whole__view";

drop view if exists "cdp_internal"."incoming_crm__view";

drop view if exists "cdp_internal"."incoming_panel__view";

drop view if exists "cdp_internal"."incoming_web__view";

drop view if exists "cdp_internal"."placing_customer__view";

drop view if exists "cdp_internal"."before_customer__view";

drop view if exists "cdp_internal"."affected_rows__customer__crm__view";

drop view if exists "cdp_internal"."rows_of__customer__crm__view";

drop view if exists "cdp_internal"."affected_rows__customer__panel__view";

drop view if exists "cdp_internal"."rows_of__customer__panel__view";

drop view if exists "cdp_internal"."affected_rows__customer__web__view";

drop view if exists "cdp_internal"."rows_of__customer__web__view";

drop view if exists "cdp_internal"."visits__next";

drop table if exists "cdp_internal"."rows_crm__next";

drop table if exists "cdp_internal"."aside_crm__next";

drop table if exists "cdp_internal"."rejected_records_crm__next";

drop table if exists "cdp_internal"."rows_panel__next";

drop table if exists "cdp_internal"."aside_panel__next";

drop table if exists "cdp_internal"."rejected_records_panel__next";

drop table if exists "cdp_internal"."rows_web__next";

drop table if exists "cdp_internal"."aside_web__next";

drop table if exists "cdp_internal"."rejected_records_web__next";

drop table if exists "cdp_internal"."customers_customer__next";

drop table if exists "cdp_internal"."records_customer__next";

drop table if exists "cdp_internal"."tuples_customer_crm__next";

drop table if exists "cdp_internal"."tuples_customer_web__next";

drop table if exists "cdp_internal"."identifiers_customer__next";

drop table if exists "cdp_internal"."sizes_customer__next";

drop table if exists "cdp_internal"."refused_edges_customer__next";

drop table if exists "cdp_internal"."attributes_customer__next";

drop table if exists "cdp_internal"."candidates_customer__next";

drop table if exists "cdp_internal"."golden_customer_country__next";

drop table if exists "cdp_internal"."golden_customer_emails__next";

drop table if exists "cdp_internal"."profiles_customer__next";

drop table if exists "cdp_internal"."members_vip__next";

drop table if exists "cdp_internal"."members_quiet_vip__next";

drop table if exists "cdp_scratch"."changed_crm__scratch";

drop table if exists "cdp_scratch"."changed_panel__scratch";

drop table if exists "cdp_scratch"."changed_web__scratch";

drop table if exists "cdp_scratch"."placing_customer__scratch";

drop table if exists "cdp_scratch"."before_customer__scratch";

drop table if exists "cdp_scratch"."affected_rows__customer__crm__scratch";

drop table if exists "cdp_scratch"."rows_of__customer__crm__scratch";

drop table if exists "cdp_scratch"."affected_rows__customer__panel__scratch";

drop table if exists "cdp_scratch"."rows_of__customer__panel__scratch";

drop table if exists "cdp_scratch"."affected_rows__customer__web__scratch";

drop table if exists "cdp_scratch"."rows_of__customer__web__scratch";

drop table if exists "cdp_scratch"."affected_customers_customer__scratch";

drop table if exists "cdp_scratch"."affected_nodes_customer__scratch";

drop table if exists "cdp_scratch"."affected_records_customer__scratch";

drop table if exists "cdp_scratch"."combinations_customer__scratch";

drop table if exists "cdp_scratch"."contested_crm__scratch";

drop table if exists "cdp_scratch"."tally_crm__scratch";

drop table if exists "cdp_scratch"."contested_panel__scratch";

drop table if exists "cdp_scratch"."tally_panel__scratch";

drop table if exists "cdp_scratch"."contested_web__scratch";

drop table if exists "cdp_scratch"."tally_web__scratch";

drop table if exists "cdp_scratch"."nodes_customer__scratch";

drop table if exists "cdp_scratch"."contracting_customer__scratch";

drop table if exists "cdp_scratch"."contracted_customer__scratch";

drop table if exists "cdp_scratch"."representatives_customer__scratch";

drop table if exists "cdp_scratch"."components_customer__scratch";

drop table if exists "cdp_scratch"."composed_customer__scratch";

drop table if exists "cdp_scratch"."unlinks_customer__scratch";

drop table if exists "cdp_scratch"."unlinks_moved_customer__scratch";

drop table if exists "cdp_scratch"."apart_customer__scratch";

drop table if exists "cdp_scratch"."over_limit_customer__scratch";

drop table if exists "cdp_scratch"."groups_customer__scratch";

drop table if exists "cdp_scratch"."regrouped_customer__scratch";

drop table if exists "cdp_scratch"."open_customer__scratch";

drop table if exists "cdp_scratch"."remaining_customer__scratch";

drop table if exists "cdp_scratch"."links_customer__scratch";

drop table if exists "cdp_scratch"."best_customer__scratch";

drop table if exists "cdp_scratch"."taken_customer__scratch";

drop table if exists "cdp_scratch"."refused_customer__scratch";

drop table if exists "cdp_scratch"."decided_customer__scratch";

drop table if exists "cdp_scratch"."contested_customer__scratch";

drop table if exists "cdp_scratch"."kept_contracting_customer__scratch";

drop table if exists "cdp_scratch"."kept_representatives_customer__scratch";

drop table if exists "cdp_scratch"."kept_components_customer__scratch";

drop table if exists "cdp_scratch"."accepted_customer__scratch";

drop table if exists "cdp_scratch"."members_customer__scratch";

drop table if exists "cdp_scratch"."overlaps_customer__scratch";

drop table if exists "cdp_scratch"."undecided_customer__scratch";

drop table if exists "cdp_scratch"."choices_customer__scratch";

drop table if exists "cdp_scratch"."bids_customer__scratch";

drop table if exists "cdp_scratch"."unclaimed_customer__scratch";

drop table if exists "cdp_scratch"."origins_customer__scratch";

drop table if exists "cdp_scratch"."departed_customer__scratch";

drop table if exists "cdp_scratch"."answers_customer__scratch";

drop table if exists "cdp_scratch"."answers_next_customer__scratch";

drop table if exists "cdp_scratch"."new_links_customer__scratch";

drop table if exists "cdp_scratch"."cause_rows_customer__scratch";

drop table if exists "cdp_scratch"."causes_customer__scratch";

drop table if exists "cdp_scratch"."decisive_customer__scratch";

drop table if exists "cdp_scratch"."explained_customer__scratch";

drop table if exists "cdp_scratch"."minted_customer__scratch";

drop table if exists "cdp_scratch"."assigned_customer__scratch";

drop table if exists "cdp_scratch"."touched_customer__scratch";

drop table if exists "cdp_scratch"."flipped_customer__scratch";

drop table if exists "cdp_scratch"."leading_customer__scratch";

drop table if exists "cdp_scratch"."touched_rows__customer__crm__scratch";

drop table if exists "cdp_scratch"."flipped_rows__customer__crm__scratch";

drop table if exists "cdp_scratch"."touched_rows__customer__panel__scratch";

drop table if exists "cdp_scratch"."flipped_rows__customer__panel__scratch";

drop table if exists "cdp_scratch"."touched_rows__customer__web__scratch";

drop table if exists "cdp_scratch"."flipped_rows__customer__web__scratch";

drop table if exists "cdp_scratch"."shared_customer__scratch";

drop table if exists "cdp_scratch"."edges_customer__scratch";

drop table if exists "cdp_scratch"."overrides_customer__scratch";

drop table if exists "cdp_scratch"."rulings_customer__scratch";

drop table if exists "cdp_scratch"."largest_customer__scratch";

drop table if exists "cdp_scratch"."busy_customer__scratch";

drop table if exists "cdp_scratch"."spans_customer__scratch";

drop table if exists "cdp_scratch"."walk_customer__scratch";

drop table if exists "cdp_scratch"."tree_customer__scratch";

drop table if exists "cdp_scratch"."below_customer__scratch";

drop table if exists "cdp_scratch"."below_next_customer__scratch";

drop table if exists "cdp_scratch"."bridges_found_customer__scratch";

drop table if exists "cdp_scratch"."noted_customer__scratch";

drop table if exists "cdp_scratch"."noticed_customer__scratch";

drop table if exists "cdp_scratch"."ranked_customer__scratch";

drop table if exists "cdp_scratch"."latest_customer__scratch";

drop table if exists "cdp_scratch"."pass_customer_1__scratch";

drop table if exists "cdp_scratch"."counted_customer_favourite_page__scratch";

drop table if exists "cdp_scratch"."stays_vip__scratch";

drop table if exists "cdp_scratch"."followed_vip__scratch";

drop table if exists "cdp_scratch"."stays_quiet_vip__scratch";

drop table if exists "cdp_scratch"."followed_quiet_vip__scratch";
