-- Everything becomes visible here, in one transaction, after every node has succeeded.

begin transaction;

-- Choice: What is kept of identity.customer.

-- In a full run:

-- Ids that no customer answers to any more are retired.
update "CDP_INTERNAL"."IDS_CUSTOMER"
set
  "RETIRED_AT" = $as_of,
  "MERGED_INTO" = (
    select max("D"."MERGED_INTO")
    from "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH" as "D"
    where "D"."CUSTOMER_ID" = "IDS_CUSTOMER"."CUSTOMER_ID"
  ),
  "ADDRESS_NODE" = (
    select max("D"."ADDRESS_NODE")
    from "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH" as "D"
    where "D"."CUSTOMER_ID" = "IDS_CUSTOMER"."CUSTOMER_ID"
  )
where "RETIRED_AT" is null
  and "CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH");

-- New ids enter the registry.
insert into "CDP_INTERNAL"."IDS_CUSTOMER" ("CUSTOMER_ID", "ANCHOR_PARTITION", "ANCHOR_IDENTIFIER", "ANCHOR_VALUE", "GENERATION", "ANCHOR_FIRST_SEEN_AT", "MINTED_RUN", "MINTED_AT", "RETIRED_AT", "MERGED_INTO", "ADDRESS_NODE", "MINTED_ORDER")
select
  "CUSTOMER_ID", "ANCHOR_PARTITION", "ANCHOR_IDENTIFIER", "ANCHOR_VALUE",
  "GENERATION", "ANCHOR_FIRST_SEEN_AT", $run_id, $as_of,
  cast(null as timestamp_ntz(6)), cast(null as varchar), cast(null as number(19, 0)),
  (select coalesce(max("MINTED_ORDER"), 0) + 1 from "CDP_INTERNAL"."IDS_CUSTOMER")
from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH";

-- The log of id changes grows.
insert into "CDP_INTERNAL"."CHANGES_CUSTOMER" ("RUN_ID", "CHANGED_AT", "KIND", "CUSTOMER_ID", "PREVIOUS_ID", "REASON", "IDENTIFIER", "VALUE", "SOURCE", "RECORD_KEY")
select
  $run_id,
  $as_of,
  "KIND",
  "CUSTOMER_ID",
  "PREVIOUS_ID",
  "REASON",
  "IDENTIFIER",
  "VALUE",
  "SOURCE",
  "RECORD_KEY"
from "CDP_INTERNAL"."EXPLAINED_CUSTOMER__SCRATCH"
union all
select
  $run_id,
  $as_of,
  'created',
  "CUSTOMER_ID",
  null,
  case when exists (select 1 from "CDP_INTERNAL"."RULES_CUSTOMER" where "FINGERPRINT" <> '8377fe941748aa193694a5bb87d9a454') then 'rule' else 'data' end,
  "ANCHOR_IDENTIFIER",
  "ANCHOR_VALUE",
  null,
  null
from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH"
where not "IS_SPLIT";

-- The rules of the last run are forgotten …
delete from "CDP_INTERNAL"."RULES_CUSTOMER" where true;

-- … and those of this one kept.
insert into "CDP_INTERNAL"."RULES_CUSTOMER" ("FINGERPRINT") select '8377fe941748aa193694a5bb87d9a454';

-- In an incremental run:

-- Ids that no customer answers to any more are retired.
update "CDP_INTERNAL"."IDS_CUSTOMER"
set
  "RETIRED_AT" = $as_of,
  "MERGED_INTO" = (
    select max("D"."MERGED_INTO")
    from "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH" as "D"
    where "D"."CUSTOMER_ID" = "IDS_CUSTOMER"."CUSTOMER_ID"
  ),
  "ADDRESS_NODE" = (
    select max("D"."ADDRESS_NODE")
    from "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH" as "D"
    where "D"."CUSTOMER_ID" = "IDS_CUSTOMER"."CUSTOMER_ID"
  )
where "RETIRED_AT" is null
  and "CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH");

-- New ids enter the registry.
insert into "CDP_INTERNAL"."IDS_CUSTOMER" ("CUSTOMER_ID", "ANCHOR_PARTITION", "ANCHOR_IDENTIFIER", "ANCHOR_VALUE", "GENERATION", "ANCHOR_FIRST_SEEN_AT", "MINTED_RUN", "MINTED_AT", "RETIRED_AT", "MERGED_INTO", "ADDRESS_NODE", "MINTED_ORDER")
select
  "CUSTOMER_ID", "ANCHOR_PARTITION", "ANCHOR_IDENTIFIER", "ANCHOR_VALUE",
  "GENERATION", "ANCHOR_FIRST_SEEN_AT", $run_id, $as_of,
  cast(null as timestamp_ntz(6)), cast(null as varchar), cast(null as number(19, 0)),
  (select coalesce(max("MINTED_ORDER"), 0) + 1 from "CDP_INTERNAL"."IDS_CUSTOMER")
from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH";

-- The log of id changes grows.
insert into "CDP_INTERNAL"."CHANGES_CUSTOMER" ("RUN_ID", "CHANGED_AT", "KIND", "CUSTOMER_ID", "PREVIOUS_ID", "REASON", "IDENTIFIER", "VALUE", "SOURCE", "RECORD_KEY")
select
  $run_id,
  $as_of,
  "KIND",
  "CUSTOMER_ID",
  "PREVIOUS_ID",
  "REASON",
  "IDENTIFIER",
  "VALUE",
  "SOURCE",
  "RECORD_KEY"
from "CDP_INTERNAL"."EXPLAINED_CUSTOMER__SCRATCH"
union all
select
  $run_id,
  $as_of,
  'created',
  "CUSTOMER_ID",
  null,
  case when exists (select 1 from "CDP_INTERNAL"."RULES_CUSTOMER" where "FINGERPRINT" <> '8377fe941748aa193694a5bb87d9a454') then 'rule' else 'data' end,
  "ANCHOR_IDENTIFIER",
  "ANCHOR_VALUE",
  null,
  null
from "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH"
where not "IS_SPLIT";

-- The rules of the last run are forgotten …
delete from "CDP_INTERNAL"."RULES_CUSTOMER" where true;

-- … and those of this one kept.
insert into "CDP_INTERNAL"."RULES_CUSTOMER" ("FINGERPRINT") select '8377fe941748aa193694a5bb87d9a454';

-- End of the choice.

-- Choice: What is kept of segment.vip.

-- In a full run:

-- Stays in vip that go on, under their own id or that of the survivor, are written anew.
delete from "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
where "SEGMENT" = 'vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "S"."WRITTEN_ID"
    from "CDP_INTERNAL"."STAYS_VIP__SCRATCH" as "S"
    join "CDP_INTERNAL"."MEMBERS_VIP__NEXT" as "M" on "M"."CUSTOMER_ID" = "S"."CUSTOMER_ID"
  );

-- Open stays that are left have ended.
update "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
set "EXITED_AT" = greatest("ENTERED_AT", $as_of)
where "SEGMENT" = 'vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "WRITTEN_ID" from "CDP_INTERNAL"."STAYS_VIP__SCRATCH"
  );

-- Who is in it now has an open stay.
insert into "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER" (
  "CUSTOMER_ID",
  "SEGMENT",
  "ENTERED_AT",
  "EXITED_AT"
)
select
  "CUSTOMER_ID",
  'vip',
  "ENTERED_AT",
  cast(null as timestamp_ntz(6))
from "CDP_INTERNAL"."MEMBERS_VIP__NEXT";

-- In an incremental run:

-- Stays in vip that go on, under their own id or that of the survivor, are written anew.
delete from "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
where "SEGMENT" = 'vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "S"."WRITTEN_ID"
    from "CDP_INTERNAL"."STAYS_VIP__SCRATCH" as "S"
    join "CDP_INTERNAL"."MEMBERS_VIP__NEXT" as "M" on "M"."CUSTOMER_ID" = "S"."CUSTOMER_ID"
  );

-- Open stays that are left have ended.
update "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
set "EXITED_AT" = greatest("ENTERED_AT", $as_of)
where "SEGMENT" = 'vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "WRITTEN_ID" from "CDP_INTERNAL"."STAYS_VIP__SCRATCH"
  );

-- Who is in it now has an open stay.
insert into "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER" (
  "CUSTOMER_ID",
  "SEGMENT",
  "ENTERED_AT",
  "EXITED_AT"
)
select
  "CUSTOMER_ID",
  'vip',
  "ENTERED_AT",
  cast(null as timestamp_ntz(6))
from "CDP_INTERNAL"."MEMBERS_VIP__NEXT";

-- End of the choice.

-- Choice: What is kept of segment.quiet_vip.

-- In a full run:

-- Stays in quiet_vip that go on, under their own id or that of the survivor, are written anew.
delete from "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
where "SEGMENT" = 'quiet_vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "S"."WRITTEN_ID"
    from "CDP_INTERNAL"."STAYS_QUIET_VIP__SCRATCH" as "S"
    join "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT" as "M" on "M"."CUSTOMER_ID" = "S"."CUSTOMER_ID"
  );

-- Open stays that are left have ended.
update "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
set "EXITED_AT" = greatest("ENTERED_AT", $as_of)
where "SEGMENT" = 'quiet_vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "WRITTEN_ID" from "CDP_INTERNAL"."STAYS_QUIET_VIP__SCRATCH"
  );

-- Who is in it now has an open stay.
insert into "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER" (
  "CUSTOMER_ID",
  "SEGMENT",
  "ENTERED_AT",
  "EXITED_AT"
)
select
  "CUSTOMER_ID",
  'quiet_vip',
  "ENTERED_AT",
  cast(null as timestamp_ntz(6))
from "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT";

-- In an incremental run:

-- Stays in quiet_vip that go on, under their own id or that of the survivor, are written anew.
delete from "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
where "SEGMENT" = 'quiet_vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "S"."WRITTEN_ID"
    from "CDP_INTERNAL"."STAYS_QUIET_VIP__SCRATCH" as "S"
    join "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT" as "M" on "M"."CUSTOMER_ID" = "S"."CUSTOMER_ID"
  );

-- Open stays that are left have ended.
update "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
set "EXITED_AT" = greatest("ENTERED_AT", $as_of)
where "SEGMENT" = 'quiet_vip' and "EXITED_AT" is null
  and "CUSTOMER_ID" in (
    select "WRITTEN_ID" from "CDP_INTERNAL"."STAYS_QUIET_VIP__SCRATCH"
  );

-- Who is in it now has an open stay.
insert into "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER" (
  "CUSTOMER_ID",
  "SEGMENT",
  "ENTERED_AT",
  "EXITED_AT"
)
select
  "CUSTOMER_ID",
  'quiet_vip',
  "ENTERED_AT",
  cast(null as timestamp_ntz(6))
from "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT";

-- End of the choice.

-- Stays in segments that are no longer there have ended.
update "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER"
set "EXITED_AT" = greatest("ENTERED_AT", $as_of)
where "EXITED_AT" is null
  and "SEGMENT" not in ('vip', 'quiet_vip');

-- Choice: rows_crm of this run.

-- In a full run:

-- rows_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."ROWS_CRM" clone "CDP_INTERNAL"."ROWS_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ROWS_CRM__NEXT";

-- In an incremental run:

-- What changes reached leaves rows_crm …
delete from "CDP_INTERNAL"."ROWS_CRM" where exists (select 1 from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "ROWS_CRM"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."ROWS_CRM" select * from "CDP_INTERNAL"."ROWS_CRM__NEXT";

-- End of the choice.

-- Choice: aside_crm of this run.

-- In a full run:

-- aside_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."ASIDE_CRM" clone "CDP_INTERNAL"."ASIDE_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ASIDE_CRM__NEXT";

-- In an incremental run:

-- What changes reached leaves aside_crm …
delete from "CDP_INTERNAL"."ASIDE_CRM" where "ASIDE_CRM"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "ASIDE_CRM"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."ASIDE_CRM" select * from "CDP_INTERNAL"."ASIDE_CRM__NEXT";

-- End of the choice.

-- Choice: rejected_records_crm of this run.

-- In a full run:

-- rejected_records_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_RECORDS_CRM" clone "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT";

-- In an incremental run:

-- What changes reached leaves rejected_records_crm …
delete from "CDP_INTERNAL"."REJECTED_RECORDS_CRM" where "REJECTED_RECORDS_CRM"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "REJECTED_RECORDS_CRM"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_CRM" select * from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT";

-- End of the choice.

-- Choice: rejected_values_crm of this run.

-- In a full run:

-- rejected_values_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_VALUES_CRM" clone "CDP_INTERNAL"."REJECTED_VALUES_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_VALUES_CRM__NEXT";

-- In an incremental run:

-- rejected_values_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_VALUES_CRM" clone "CDP_INTERNAL"."REJECTED_VALUES_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_VALUES_CRM__NEXT";

-- End of the choice.

-- Choice: rejected_identifiers_crm of this run.

-- In a full run:

-- rejected_identifiers_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM" clone "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM__NEXT";

-- In an incremental run:

-- rejected_identifiers_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM" clone "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM__NEXT";

-- End of the choice.

-- Choice: rows_panel of this run.

-- In a full run:

-- rows_panel of this run takes its place.
create or replace table "CDP_INTERNAL"."ROWS_PANEL" clone "CDP_INTERNAL"."ROWS_PANEL__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ROWS_PANEL__NEXT";

-- In an incremental run:

-- What changes reached leaves rows_panel …
delete from "CDP_INTERNAL"."ROWS_PANEL" where exists (select 1 from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "ROWS_PANEL"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."ROWS_PANEL" select * from "CDP_INTERNAL"."ROWS_PANEL__NEXT";

-- End of the choice.

-- Choice: aside_panel of this run.

-- In a full run:

-- aside_panel of this run takes its place.
create or replace table "CDP_INTERNAL"."ASIDE_PANEL" clone "CDP_INTERNAL"."ASIDE_PANEL__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ASIDE_PANEL__NEXT";

-- In an incremental run:

-- What changes reached leaves aside_panel …
delete from "CDP_INTERNAL"."ASIDE_PANEL" where "ASIDE_PANEL"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "ASIDE_PANEL"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."ASIDE_PANEL" select * from "CDP_INTERNAL"."ASIDE_PANEL__NEXT";

-- End of the choice.

-- Choice: rejected_records_panel of this run.

-- In a full run:

-- rejected_records_panel of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_RECORDS_PANEL" clone "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT";

-- In an incremental run:

-- What changes reached leaves rejected_records_panel …
delete from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL" where "REJECTED_RECORDS_PANEL"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "REJECTED_RECORDS_PANEL"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_PANEL" select * from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT";

-- End of the choice.

-- Choice: rejected_values_panel of this run.

-- In a full run:

-- rejected_values_panel of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_VALUES_PANEL" clone "CDP_INTERNAL"."REJECTED_VALUES_PANEL__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_VALUES_PANEL__NEXT";

-- In an incremental run:

-- rejected_values_panel of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_VALUES_PANEL" clone "CDP_INTERNAL"."REJECTED_VALUES_PANEL__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_VALUES_PANEL__NEXT";

-- End of the choice.

-- Choice: rejected_identifiers_panel of this run.

-- In a full run:

-- rejected_identifiers_panel of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL" clone "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL__NEXT";

-- In an incremental run:

-- rejected_identifiers_panel of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL" clone "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL__NEXT";

-- End of the choice.

-- Choice: rows_web of this run.

-- In a full run:

-- rows_web of this run takes its place.
create or replace table "CDP_INTERNAL"."ROWS_WEB" clone "CDP_INTERNAL"."ROWS_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ROWS_WEB__NEXT";

-- In an incremental run:

-- What changes reached leaves rows_web …
delete from "CDP_INTERNAL"."ROWS_WEB" where exists (select 1 from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "ROWS_WEB"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."ROWS_WEB" select * from "CDP_INTERNAL"."ROWS_WEB__NEXT";

-- End of the choice.

-- Choice: aside_web of this run.

-- In a full run:

-- aside_web of this run takes its place.
create or replace table "CDP_INTERNAL"."ASIDE_WEB" clone "CDP_INTERNAL"."ASIDE_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ASIDE_WEB__NEXT";

-- In an incremental run:

-- What changes reached leaves aside_web …
delete from "CDP_INTERNAL"."ASIDE_WEB" where "ASIDE_WEB"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "ASIDE_WEB"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."ASIDE_WEB" select * from "CDP_INTERNAL"."ASIDE_WEB__NEXT";

-- End of the choice.

-- Choice: rejected_records_web of this run.

-- In a full run:

-- rejected_records_web of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_RECORDS_WEB" clone "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT";

-- In an incremental run:

-- What changes reached leaves rejected_records_web …
delete from "CDP_INTERNAL"."REJECTED_RECORDS_WEB" where "REJECTED_RECORDS_WEB"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "REJECTED_RECORDS_WEB"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_WEB" select * from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT";

-- End of the choice.

-- Choice: rejected_values_web of this run.

-- In a full run:

-- rejected_values_web of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_VALUES_WEB" clone "CDP_INTERNAL"."REJECTED_VALUES_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_VALUES_WEB__NEXT";

-- In an incremental run:

-- rejected_values_web of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_VALUES_WEB" clone "CDP_INTERNAL"."REJECTED_VALUES_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_VALUES_WEB__NEXT";

-- End of the choice.

-- Choice: rejected_identifiers_web of this run.

-- In a full run:

-- rejected_identifiers_web of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB" clone "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB__NEXT";

-- In an incremental run:

-- rejected_identifiers_web of this run takes its place.
create or replace table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB" clone "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB__NEXT";

-- End of the choice.

-- Choice: customers_customer of this run.

-- In a full run:

-- customers_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."CUSTOMERS_CUSTOMER" clone "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves customers_customer …
delete from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "CUSTOMERS_CUSTOMER"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."CUSTOMERS_CUSTOMER" select * from "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: records_customer of this run.

-- In a full run:

-- records_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."RECORDS_CUSTOMER" clone "CDP_INTERNAL"."RECORDS_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."RECORDS_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves records_customer …
delete from "CDP_INTERNAL"."RECORDS_CUSTOMER" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_RECORDS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."SOURCE" = "RECORDS_CUSTOMER"."SOURCE"
  and "CHANGED"."RECORD_KEY" = "RECORDS_CUSTOMER"."RECORD_KEY");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."RECORDS_CUSTOMER" select * from "CDP_INTERNAL"."RECORDS_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: tuples_customer_crm of this run.

-- In a full run:

-- tuples_customer_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" clone "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT";

-- In an incremental run:

-- What changes reached leaves tuples_customer_crm …
delete from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" where coalesce((
  "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__SHOP_ID__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__EMAIL__2" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__PHONE__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or hash("TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__SHOP_ID__1", "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__EMAIL__1", "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__EMAIL__2", "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__PHONE__1", "TUPLES_CUSTOMER_CRM"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") in (select "COMBINATION" from "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH")
), false);

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" select * from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT";

-- End of the choice.

-- Choice: tuples_customer_web of this run.

-- In a full run:

-- tuples_customer_web of this run takes its place.
create or replace table "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB" clone "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT";

-- In an incremental run:

-- What changes reached leaves tuples_customer_web …
delete from "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB" where coalesce((
  "TUPLES_CUSTOMER_WEB"."NODE__CUSTOMER__EMAIL__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or "TUPLES_CUSTOMER_WEB"."NODE__CUSTOMER__ANONYMOUS_ID__1" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH")
  or hash("TUPLES_CUSTOMER_WEB"."NODE__CUSTOMER__EMAIL__1", "TUPLES_CUSTOMER_WEB"."NODE__CUSTOMER__ANONYMOUS_ID__1") in (select "COMBINATION" from "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH")
), false);

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB" select * from "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT";

-- End of the choice.

-- Choice: identifiers_customer of this run.

-- In a full run:

-- identifiers_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" clone "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves identifiers_customer …
delete from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "IDENTIFIERS_CUSTOMER"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" select * from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: id_changes_customer of this run.

-- In a full run:

-- id_changes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."ID_CHANGES_CUSTOMER" clone "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT";

-- In an incremental run:

-- id_changes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."ID_CHANGES_CUSTOMER" clone "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: id_aliases_customer of this run.

-- In a full run:

-- id_aliases_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."ID_ALIASES_CUSTOMER" clone "CDP_INTERNAL"."ID_ALIASES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ID_ALIASES_CUSTOMER__NEXT";

-- In an incremental run:

-- id_aliases_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."ID_ALIASES_CUSTOMER" clone "CDP_INTERNAL"."ID_ALIASES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ID_ALIASES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: shared_values_customer of this run.

-- In a full run:

-- shared_values_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER" clone "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER__NEXT";

-- In an incremental run:

-- shared_values_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER" clone "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: shared_nodes_customer of this run.

-- In a full run:

-- shared_nodes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."SHARED_NODES_CUSTOMER" clone "CDP_INTERNAL"."SHARED_NODES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."SHARED_NODES_CUSTOMER__NEXT";

-- In an incremental run:

-- shared_nodes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."SHARED_NODES_CUSTOMER" clone "CDP_INTERNAL"."SHARED_NODES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."SHARED_NODES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: sizes_customer of this run.

-- In a full run:

-- sizes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."SIZES_CUSTOMER" clone "CDP_INTERNAL"."SIZES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."SIZES_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves sizes_customer …
delete from "CDP_INTERNAL"."SIZES_CUSTOMER" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "SIZES_CUSTOMER"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."SIZES_CUSTOMER" select * from "CDP_INTERNAL"."SIZES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: refused_edges_customer of this run.

-- In a full run:

-- refused_edges_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER" clone "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves refused_edges_customer …
delete from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER" where "REFUSED_EDGES_CUSTOMER"."U" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH") or "REFUSED_EDGES_CUSTOMER"."V" in (select "NODE" from "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER" select * from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: proposals_customer of this run.

-- In a full run:

-- proposals_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."PROPOSALS_CUSTOMER" clone "CDP_INTERNAL"."PROPOSALS_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."PROPOSALS_CUSTOMER__NEXT";

-- In an incremental run:

-- proposals_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."PROPOSALS_CUSTOMER" clone "CDP_INTERNAL"."PROPOSALS_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."PROPOSALS_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: identity_sizes_customer of this run.

-- In a full run:

-- identity_sizes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER" clone "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER__NEXT";

-- In an incremental run:

-- identity_sizes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER" clone "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: largest_profiles_customer of this run.

-- In a full run:

-- largest_profiles_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER" clone "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER__NEXT";

-- In an incremental run:

-- largest_profiles_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER" clone "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: bridges_customer of this run.

-- In a full run:

-- bridges_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."BRIDGES_CUSTOMER" clone "CDP_INTERNAL"."BRIDGES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."BRIDGES_CUSTOMER__NEXT";

-- In an incremental run:

-- bridges_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."BRIDGES_CUSTOMER" clone "CDP_INTERNAL"."BRIDGES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."BRIDGES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: held_edges_customer of this run.

-- In a full run:

-- held_edges_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."HELD_EDGES_CUSTOMER" clone "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT";

-- In an incremental run:

-- held_edges_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."HELD_EDGES_CUSTOMER" clone "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: identity_suspects_customer of this run.

-- In a full run:

-- identity_suspects_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER" clone "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER__NEXT";

-- In an incremental run:

-- identity_suspects_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER" clone "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: attributes_customer of this run.

-- In a full run:

-- attributes_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" clone "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves attributes_customer …
delete from "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "ATTRIBUTES_CUSTOMER"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" select * from "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: candidates_customer of this run.

-- In a full run:

-- candidates_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."CANDIDATES_CUSTOMER" clone "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves candidates_customer …
delete from "CDP_INTERNAL"."CANDIDATES_CUSTOMER" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "CANDIDATES_CUSTOMER"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."CANDIDATES_CUSTOMER" select * from "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: golden_customer_country of this run.

-- In a full run:

-- golden_customer_country of this run takes its place.
create or replace table "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY" clone "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT";

-- In an incremental run:

-- What changes reached leaves golden_customer_country …
delete from "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "GOLDEN_CUSTOMER_COUNTRY"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY" select * from "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT";

-- End of the choice.

-- Choice: golden_customer_emails of this run.

-- In a full run:

-- golden_customer_emails of this run takes its place.
create or replace table "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS" clone "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT";

-- In an incremental run:

-- What changes reached leaves golden_customer_emails …
delete from "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "GOLDEN_CUSTOMER_EMAILS"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS" select * from "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT";

-- End of the choice.

-- Choice: profiles_customer of this run.

-- In a full run:

-- profiles_customer of this run takes its place.
create or replace table "CDP_INTERNAL"."PROFILES_CUSTOMER" clone "CDP_INTERNAL"."PROFILES_CUSTOMER__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."PROFILES_CUSTOMER__NEXT";

-- In an incremental run:

-- What changes reached leaves profiles_customer …
delete from "CDP_INTERNAL"."PROFILES_CUSTOMER" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "PROFILES_CUSTOMER"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."PROFILES_CUSTOMER" select * from "CDP_INTERNAL"."PROFILES_CUSTOMER__NEXT";

-- End of the choice.

-- Choice: members_vip of this run.

-- In a full run:

-- members_vip of this run takes its place.
create or replace table "CDP_INTERNAL"."MEMBERS_VIP" clone "CDP_INTERNAL"."MEMBERS_VIP__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."MEMBERS_VIP__NEXT";

-- In an incremental run:

-- What changes reached leaves members_vip …
delete from "CDP_INTERNAL"."MEMBERS_VIP" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "MEMBERS_VIP"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."MEMBERS_VIP" select * from "CDP_INTERNAL"."MEMBERS_VIP__NEXT";

-- End of the choice.

-- Choice: members_quiet_vip of this run.

-- In a full run:

-- members_quiet_vip of this run takes its place.
create or replace table "CDP_INTERNAL"."MEMBERS_QUIET_VIP" clone "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT";

-- In an incremental run:

-- What changes reached leaves members_quiet_vip …
delete from "CDP_INTERNAL"."MEMBERS_QUIET_VIP" where exists (select 1 from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH" as "CHANGED" where "CHANGED"."CUSTOMER_ID" = "MEMBERS_QUIET_VIP"."CUSTOMER_ID");

-- … and comes back as it is now.
insert into "CDP_INTERNAL"."MEMBERS_QUIET_VIP" select * from "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT";

-- End of the choice.

-- file_crm of this run takes its place.
create or replace table "CDP_INTERNAL"."FILE_CRM" clone "CDP_INTERNAL"."FILE_CRM__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."FILE_CRM__NEXT";

-- file_crm_malformed of this run takes its place.
create or replace table "CDP_INTERNAL"."FILE_CRM_MALFORMED" clone "CDP_INTERNAL"."FILE_CRM_MALFORMED__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."FILE_CRM_MALFORMED__NEXT";

-- file_web of this run takes its place.
create or replace table "CDP_INTERNAL"."FILE_WEB" clone "CDP_INTERNAL"."FILE_WEB__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."FILE_WEB__NEXT";

-- file_web_malformed of this run takes its place.
create or replace table "CDP_INTERNAL"."FILE_WEB_MALFORMED" clone "CDP_INTERNAL"."FILE_WEB_MALFORMED__NEXT" copy grants;

drop table if exists "CDP_INTERNAL"."FILE_WEB_MALFORMED__NEXT";

-- The rows of crm and the customer they belong to.
create or replace view "CDP"."ENRICHED_CRM" copy grants as
select
  coalesce("I1"."CUSTOMER_ID", "I2"."CUSTOMER_ID", "I3"."CUSTOMER_ID", "I4"."CUSTOMER_ID", "I5"."CUSTOMER_ID") as "CUSTOMER_ID",
  "R"."RAW__ID" as "ID",
  "R"."RAW__SHOP_NO" as "SHOP_NO",
  "R"."RAW__EMAIL" as "EMAIL",
  "R"."RAW__WORK_EMAIL" as "WORK_EMAIL",
  "R"."RAW__PHONE" as "PHONE",
  "R"."RAW__FIRST" as "FIRST",
  "R"."RAW__LAST" as "LAST",
  "R"."RAW__COUNTRY" as "COUNTRY",
  case when regexp_instr("R"."RAW__BORN", ':[^\\n]*([+Zz\\-]|UTC)') > 0 then to_date(convert_timezone('UTC', 'America/New_York', case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__BORN", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__BORN", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__BORN", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
  end)) else case when regexp_instr("R"."RAW__BORN", '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}$') > 0 then try_to_date("R"."RAW__BORN", 'YYYY-MM-DD') else to_date(case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__BORN", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__BORN", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__BORN", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
  end) end end as "BORN",
  "R"."RAW__ZIP" as "ZIP",
  case when lower(trim("R"."RAW__WANTS_NEWS", '\t\n\r              ​‌‍    ⁠　﻿')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(trim("R"."RAW__WANTS_NEWS", '\t\n\r              ​‌‍    ⁠　﻿')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "WANTS_NEWS",
  case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__CHANGED", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__CHANGED", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__CHANGED", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
  end as "CHANGED",
  case when lower(trim("R"."RAW__IS_DELETED", '\t\n\r              ​‌‍    ⁠　﻿')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(trim("R"."RAW__IS_DELETED", '\t\n\r              ​‌‍    ⁠　﻿')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "IS_DELETED",
  "R"."RAW__IS_TEST" as "IS_TEST"
from "CDP_INTERNAL"."ROWS_CRM" as "R"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__SHOP_ID__1"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I2" on "I2"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I3" on "I3"."NODE" = "R"."NODE__CUSTOMER__EMAIL__2"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I4" on "I4"."NODE" = "R"."NODE__CUSTOMER__PHONE__1"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I5" on "I5"."NODE" = "R"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1";

-- The rows of panel and the customer they belong to.
create or replace view "CDP"."ENRICHED_PANEL" copy grants as
select
  "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
  "R"."RAW__HOUSEHOLD" as "HOUSEHOLD",
  "R"."RAW__PERSON" as "PERSON",
  "R"."RAW__MAIL" as "MAIL",
  cast(try_cast(regexp_substr(case
    when typeof(to_variant("R"."RAW__INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("R"."RAW__INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
    else to_varchar(to_variant("R"."RAW__INCOME"))
  end, '^[\t\n\r              ​‌‍    ⁠　﻿]*([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+))[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1) as number(29, 9)) as number(38, 9)) as "INCOME"
from "CDP_INTERNAL"."ROWS_PANEL" as "R"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I1" on "I1"."NODE" = "R"."NODE__CUSTOMER__EMAIL__1";

-- The rows of web and the customer they belong to.
create or replace view "CDP"."ENRICHED_WEB" copy grants as
select
  "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
  "R"."RAW__ID" as "ID",
  "R"."RAW__COOKIE" as "COOKIE",
  "R"."RAW__USER" as "USER",
  "R"."RAW__PAGE" as "PAGE",
  "R"."RAW__ORDER" as "ORDER",
  "R"."RAW__NAME" as "NAME",
  case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__AT", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__AT", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else case when convert_timezone('UTC', 'Europe/Berlin', dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__AT", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))))) = cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__AT", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)) then dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__AT", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)))) else convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr("R"."RAW__AT", '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))) end
  end as "AT"
from "CDP_INTERNAL"."ROWS_WEB" as "R"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1");

-- One identifier of one customer.
create or replace view "CDP"."CUSTOMER_IDENTIFIERS" copy grants as
select
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "IDENTIFIER",
  "VALUE",
  "FIRST_SEEN_AT",
  "LAST_SEEN_AT",
  "ROW_COUNT"
from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER"
where "IDENTIFIER" not in ('same_person_at_address');

-- Rows of record sources and the customer they belong to.
create or replace view "CDP"."CUSTOMER_RECORDS" copy grants as
select
  "SOURCE",
  "RECORD_KEY",
  "CUSTOMER_ID" as "CUSTOMER_ID"
from "CDP_INTERNAL"."RECORDS_CUSTOMER";

-- Events and the customer they belong to.
create or replace view "CDP"."CUSTOMER_EVENTS" copy grants as
select
  "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
  'web' as "SOURCE",
  "R"."EVENT",
  "R"."OCCURRED_AT",
  "R"."RECORD_KEY"
from "CDP_INTERNAL"."ROWS_WEB" as "R"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1");

-- Candidates for review: two who agree in all columns of a rule, and are not one.
create or replace view "CDP"."CUSTOMER_PROPOSALS" copy grants as
select
  "RULE",
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "OTHER_ID",
  "VALUE"
from "CDP_INTERNAL"."PROPOSALS_CUSTOMER";

-- Links that a limit refused, and why.
create or replace view "CDP"."CUSTOMER_REFUSED_EDGES" copy grants as
select
  "IDENTIFIER",
  "VALUE",
  "OTHER_IDENTIFIER",
  "OTHER_VALUE",
  "REASON",
  "TIER",
  "FIRST_SEEN_AT",
  "ROW_COUNT"
from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER";

-- Every change of a customer's id: created, merged, split, retired.
create or replace view "CDP"."CUSTOMER_ID_CHANGES" copy grants as
select
  "RUN_ID",
  "CHANGED_AT",
  "KIND",
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "PREVIOUS_ID",
  "REASON",
  "IDENTIFIER",
  "VALUE",
  "SOURCE",
  "RECORD_KEY"
from "CDP_INTERNAL"."CHANGES_CUSTOMER";

-- Ids that no customer has any more, and who answers for them today.
create or replace view "CDP"."CUSTOMER_ID_ALIASES" copy grants as
select
  "PREVIOUS_ID",
  "CUSTOMER_ID" as "CUSTOMER_ID"
from "CDP_INTERNAL"."ID_ALIASES_CUSTOMER";

-- Each customer counted by how many identifiers it has.
create or replace view "CDP"."CUSTOMER_IDENTITY_SIZES" copy grants as
select
  "MIN_IDENTIFIERS",
  "MAX_IDENTIFIERS",
  "CUSTOMER_COUNT",
  "IDENTIFIER_COUNT"
from "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER";

-- Those with most identifiers.
create or replace view "CDP"."CUSTOMER_LARGEST_PROFILES" copy grants as
select
  "PLACE",
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "IDENTIFIER_COUNT",
  "RECORD_COUNT",
  "EVENT_COUNT",
  "BRIDGE_COUNT"
from "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER";

-- Links without which one of the largest would be two, what would split most first.
create or replace view "CDP"."CUSTOMER_BRIDGES" copy grants as
select
  "PLACE",
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "IDENTIFIER",
  "VALUE",
  "OTHER_IDENTIFIER",
  "OTHER_VALUE",
  "SMALLER_COUNT",
  "LARGER_COUNT",
  "ROW_COUNT",
  "FIRST_SEEN_AT"
from "CDP_INTERNAL"."BRIDGES_CUSTOMER";

-- Values that meet suspiciously many others, the most striking first.
create or replace view "CDP"."CUSTOMER_IDENTITY_SUSPECTS" copy grants as
select
  "PLACE",
  "IDENTIFIER",
  "VALUE",
  "MET_IDENTIFIER",
  "MET_COUNT",
  "REFUSED_COUNT",
  "ROW_COUNT",
  "CUSTOMER_ID" as "CUSTOMER_ID"
from "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER";

-- The model visits.
create or replace view "CDP_INTERNAL"."VISITS" copy grants as
select customer_id, count(*) as visits
from "CDP"."CUSTOMER_EVENTS"
where occurred_at < $as_of and event <> 'paid'
group by customer_id;

-- Golden values of every customer, before traits.
create or replace view "CDP"."CUSTOMER_ATTRIBUTES" copy grants as
select
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "FIRST_NAME",
  "LAST_NAME",
  "COUNTRY",
  "BIRTH_DATE",
  "POSTCODE",
  "INCOME",
  "EMAILS"
from "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER";

-- Where each golden value came from, and which policy chose it.
create or replace view "CDP"."CUSTOMER_PROVENANCE" copy grants as
select
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "ATTRIBUTE",
  "VALUE",
  "SOURCE",
  "RECORD_KEY",
  "OBSERVED_AT",
  "POLICY"
from (
  select
    "C"."CUSTOMER_ID",
    'first_name' as "ATTRIBUTE",
    "C"."VALUE__FIRST_NAME" as "VALUE",
    "C"."SOURCE",
    "C"."RECORD_KEY",
    "C"."OBSERVED_AT",
    'most_recent' as "POLICY"
  from "CDP_INTERNAL"."CANDIDATES_CUSTOMER" as "C"
  join "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" as "W"
    on "W"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
    and "W"."PLACE__FIRST_NAME" = "C"."PLACE_1"
  where "C"."VALUE__FIRST_NAME" is not null
  union all
  select
    "C"."CUSTOMER_ID",
    'last_name' as "ATTRIBUTE",
    "C"."VALUE__LAST_NAME" as "VALUE",
    "C"."SOURCE",
    "C"."RECORD_KEY",
    "C"."OBSERVED_AT",
    'most_recent' as "POLICY"
  from "CDP_INTERNAL"."CANDIDATES_CUSTOMER" as "C"
  join "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" as "W"
    on "W"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
    and "W"."PLACE__LAST_NAME" = "C"."PLACE_1"
  where "C"."VALUE__LAST_NAME" is not null
  union all
  select
    "CUSTOMER_ID",
    'country' as "ATTRIBUTE",
    "VALUE" as "VALUE",
    "SOURCE",
    "RECORD_KEY",
    "OBSERVED_AT",
    'most_frequent' as "POLICY"
  from "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY"
  where "VALUE" is not null
  union all
  select
    "C"."CUSTOMER_ID",
    'birth_date' as "ATTRIBUTE",
    to_varchar("C"."VALUE__BIRTH_DATE", 'YYYY-MM-DD') as "VALUE",
    "C"."SOURCE",
    "C"."RECORD_KEY",
    "C"."OBSERVED_AT",
    'most_recent' as "POLICY"
  from "CDP_INTERNAL"."CANDIDATES_CUSTOMER" as "C"
  join "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" as "W"
    on "W"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
    and "W"."PLACE__BIRTH_DATE" = "C"."PLACE_1"
  where "C"."VALUE__BIRTH_DATE" is not null
  union all
  select
    "C"."CUSTOMER_ID",
    'postcode' as "ATTRIBUTE",
    "C"."VALUE__POSTCODE" as "VALUE",
    "C"."SOURCE",
    "C"."RECORD_KEY",
    "C"."OBSERVED_AT",
    'source_priority' as "POLICY"
  from "CDP_INTERNAL"."CANDIDATES_CUSTOMER" as "C"
  join "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" as "W"
    on "W"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
    and "W"."PLACE__POSTCODE" = "C"."PLACE_2"
  where "C"."VALUE__POSTCODE" is not null
  union all
  select
    "C"."CUSTOMER_ID",
    'income' as "ATTRIBUTE",
    regexp_replace(to_varchar("C"."VALUE__INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2') as "VALUE",
    "C"."SOURCE",
    "C"."RECORD_KEY",
    "C"."OBSERVED_AT",
    'most_recent' as "POLICY"
  from "CDP_INTERNAL"."CANDIDATES_CUSTOMER" as "C"
  join "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER" as "W"
    on "W"."CUSTOMER_ID" = "C"."CUSTOMER_ID"
    and "W"."PLACE__INCOME" = "C"."PLACE_1"
  where "C"."VALUE__INCOME" is not null
  union all
  select
    "CUSTOMER_ID",
    'emails' as "ATTRIBUTE",
    "VALUE" as "VALUE",
    "SOURCE",
    "RECORD_KEY",
    "OBSERVED_AT",
    'collect' as "POLICY"
  from "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS"
  where "VALUE" is not null
) as "ORIGINS";

-- All that is known of each customer.
create or replace view "CDP"."CUSTOMER_PROFILES" copy grants as
select
  "CUSTOMER_ID" as "CUSTOMER_ID",
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
from "CDP_INTERNAL"."PROFILES_CUSTOMER";

-- Who spends.
create or replace view "CDP"."SEGMENT_VIP" copy grants as
select
  "P"."CUSTOMER_ID" as "CUSTOMER_ID",
  "P"."SHOP_ID",
  "P"."EMAIL",
  "P"."PHONE",
  "P"."ANONYMOUS_ID",
  "P"."FIRST_NAME",
  "P"."LAST_NAME",
  "P"."COUNTRY",
  "P"."BIRTH_DATE",
  "P"."POSTCODE",
  "P"."INCOME",
  "P"."EMAILS",
  "P"."PAGE_VIEWS_90D",
  "P"."SPENT",
  "P"."ORDERS",
  "P"."AVERAGE_ORDER",
  "P"."FAVOURITE_PAGE",
  "P"."BAND",
  "P"."IS_KNOWN",
  "P"."FIRST_SEEN_AT",
  "P"."LAST_SEEN_AT",
  "P"."RECORD_COUNT",
  "P"."EVENT_COUNT",
  "M"."ENTERED_AT"
from "CDP_INTERNAL"."MEMBERS_VIP" as "M"
join "CDP_INTERNAL"."PROFILES_CUSTOMER" as "P" on "P"."CUSTOMER_ID" = "M"."CUSTOMER_ID";

-- Members of quiet_vip with their profile.
create or replace view "CDP"."SEGMENT_QUIET_VIP" copy grants as
select
  "P"."CUSTOMER_ID" as "CUSTOMER_ID",
  "P"."SHOP_ID",
  "P"."EMAIL",
  "P"."PHONE",
  "P"."ANONYMOUS_ID",
  "P"."FIRST_NAME",
  "P"."LAST_NAME",
  "P"."COUNTRY",
  "P"."BIRTH_DATE",
  "P"."POSTCODE",
  "P"."INCOME",
  "P"."EMAILS",
  "P"."PAGE_VIEWS_90D",
  "P"."SPENT",
  "P"."ORDERS",
  "P"."AVERAGE_ORDER",
  "P"."FAVOURITE_PAGE",
  "P"."BAND",
  "P"."IS_KNOWN",
  "P"."FIRST_SEEN_AT",
  "P"."LAST_SEEN_AT",
  "P"."RECORD_COUNT",
  "P"."EVENT_COUNT",
  "M"."ENTERED_AT"
from "CDP_INTERNAL"."MEMBERS_QUIET_VIP" as "M"
join "CDP_INTERNAL"."PROFILES_CUSTOMER" as "P" on "P"."CUSTOMER_ID" = "M"."CUSTOMER_ID";

-- Rows that were set aside, and why: the current state of each source.
create or replace view "CDP"."REJECTED_RECORDS" copy grants as
select
  "SOURCE",
  "RECORD_KEY",
  "REASON",
  "COLUMN_NAME",
  "VALUE"
from "CDP_INTERNAL"."REJECTED_RECORDS_CRM"
union all
select
  "SOURCE",
  "RECORD_KEY",
  "REASON",
  "COLUMN_NAME",
  "VALUE"
from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL"
union all
select
  "SOURCE",
  "RECORD_KEY",
  "REASON",
  "COLUMN_NAME",
  "VALUE"
from "CDP_INTERNAL"."REJECTED_RECORDS_WEB";

-- Values that did not cast or that a rule refused, up to 1 000 a column.
create or replace view "CDP"."REJECTED_VALUES" copy grants as
select
  "SOURCE",
  "RECORD_KEY",
  "REASON",
  "COLUMN_NAME",
  "VALUE"
from "CDP_INTERNAL"."REJECTED_VALUES_CRM"
union all
select
  "SOURCE",
  "RECORD_KEY",
  "REASON",
  "COLUMN_NAME",
  "VALUE"
from "CDP_INTERNAL"."REJECTED_VALUES_PANEL"
union all
select
  "SOURCE",
  "RECORD_KEY",
  "REASON",
  "COLUMN_NAME",
  "VALUE"
from "CDP_INTERNAL"."REJECTED_VALUES_WEB";

-- Identifiers that were refused or are shared, and by which rule.
create or replace view "CDP"."REJECTED_IDENTIFIERS" copy grants as
select
  "SOURCE",
  "IDENTIFIER",
  "VALUE",
  "RULE",
  "ROW_COUNT",
  "SAMPLE_RECORD_KEY"
from "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM"
union all
select
  "SOURCE",
  "IDENTIFIER",
  "VALUE",
  "RULE",
  "ROW_COUNT",
  "SAMPLE_RECORD_KEY"
from "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL"
union all
select
  "SOURCE",
  "IDENTIFIER",
  "VALUE",
  "RULE",
  "ROW_COUNT",
  "SAMPLE_RECORD_KEY"
from "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB"
union all
select
  "SOURCE",
  "IDENTIFIER",
  "VALUE",
  "RULE",
  "ROW_COUNT",
  "SAMPLE_RECORD_KEY"
from "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER";

-- Which customer is in which segment now, and since when.
create or replace view "CDP"."CUSTOMER_SEGMENTS" copy grants as
select
  "CUSTOMER_ID" as "CUSTOMER_ID",
  'vip' as "SEGMENT",
  "ENTERED_AT"
from "CDP_INTERNAL"."MEMBERS_VIP"
union all
select
  "CUSTOMER_ID" as "CUSTOMER_ID",
  'quiet_vip' as "SEGMENT",
  "ENTERED_AT"
from "CDP_INTERNAL"."MEMBERS_QUIET_VIP";

-- Every stay of a customer in a segment; exited_at is null while it lasts.
create or replace view "CDP"."CUSTOMER_SEGMENT_HISTORY" copy grants as
select
  "CUSTOMER_ID" as "CUSTOMER_ID",
  "SEGMENT",
  "ENTERED_AT",
  "EXITED_AT"
from "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER";

-- The latest decision about each value and purpose.
create or replace view "CDP"."CUSTOMER_CONSENTS" copy grants as
select
  "I"."CUSTOMER_ID" as "CUSTOMER_ID",
  "L"."PURPOSE",
  "L"."IDENTIFIER",
  "L"."VALUE",
  "L"."GRANTED",
  "L"."DECIDED_AT",
  "L"."SOURCE",
  "L"."RECORD_KEY",
  case when "L"."GRANTED" and "L"."PURPOSE" = 'newsletter' then dateadd(day, 730, "L"."DECIDED_AT") end as "EXPIRES_AT"
from (
  select
    "D"."PURPOSE",
    "D"."IDENTIFIER",
    "D"."VALUE",
    "D"."GRANTED",
    "D"."DECIDED_AT",
    "D"."SOURCE",
    "D"."RECORD_KEY",
    row_number() over (
      partition by "D"."PURPOSE", "D"."IDENTIFIER", "D"."VALUE"
      order by "D"."DECIDED_AT" desc, "D"."GRANTED", "D"."SOURCE", "D"."RECORD_KEY"
    ) as "PLACE"
  from (
    select
      'newsletter' as "PURPOSE",
      'email' as "IDENTIFIER",
      "R"."ID__CUSTOMER__EMAIL__1" as "VALUE",
      "R"."PROP__WANTS_NEWS" as "GRANTED",
      cast("R"."OBSERVED_AT" as timestamp_ntz(6)) as "DECIDED_AT",
      'crm' as "SOURCE",
      "R"."RECORD_KEY"
    from "CDP_INTERNAL"."ROWS_CRM" as "R"
    where "R"."ID__CUSTOMER__EMAIL__1" is not null
    union all
    select
      'newsletter' as "PURPOSE",
      'email' as "IDENTIFIER",
      "R"."ID__CUSTOMER__EMAIL__2" as "VALUE",
      "R"."PROP__WANTS_NEWS" as "GRANTED",
      cast("R"."OBSERVED_AT" as timestamp_ntz(6)) as "DECIDED_AT",
      'crm' as "SOURCE",
      "R"."RECORD_KEY"
    from "CDP_INTERNAL"."ROWS_CRM" as "R"
    where "R"."ID__CUSTOMER__EMAIL__2" is not null
  ) as "D"
  where "D"."PURPOSE" in ('newsletter')
    and "D"."GRANTED" is not null
    and "D"."DECIDED_AT" is not null
) as "L"
left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I"
  on "I"."IDENTIFIER" = "L"."IDENTIFIER"
  and "I"."VALUE" = "L"."VALUE"
where "L"."PLACE" = 1;

-- A row is one run of a sync: `planned` is the sum of added, changed, removed, withdrawn and retried, and of ok, rejected and deferred.
create or replace view "CDP"."SYNC_RUNS" copy grants as
select
  "RUN_ID",
  "SYNC_NAME",
  "DESTINATION",
  "STARTED_AT",
  "FINISHED_AT",
  "STATUS",
  "SOURCE_ROWS",
  "UNCHANGED",
  "INVALID",
  "SUPPRESSED",
  "WAITING",
  "HELD",
  "PLANNED",
  "ADDED",
  "CHANGED",
  "REMOVED",
  "WITHDRAWN",
  "RETRIED",
  "OK",
  "REJECTED",
  "DEFERRED",
  "MESSAGE"
from "CDP_INTERNAL"."CDP_SYNC_RUNS";

-- A row is one batch that was sent: how often it was tried, how long that took, and what came of its rows.
create or replace view "CDP"."SYNC_BATCHES" copy grants as
select
  "RUN_ID",
  "SYNC_NAME",
  "BATCH",
  "OPERATION",
  "AUDIENCE",
  "SENT_AT",
  "ELAPSED_MS",
  "ATTEMPTS",
  "ROW_COUNT",
  "OK",
  "REJECTED",
  "UNKNOWN",
  "HTTP_STATUS",
  "MESSAGE"
from "CDP_INTERNAL"."CDP_SYNC_BATCHES";

-- A row is what became of one row of one run.
create or replace view "CDP"."SYNC_ROWS" copy grants as
select
  "RUN_ID",
  "SYNC_NAME",
  "BATCH",
  "OPERATION",
  "REASON",
  "AUDIENCE",
  "ROW_KEY",
  "CUSTOMER_ID",
  "OUTCOME",
  "CODE",
  "MESSAGE",
  "PAYLOAD",
  "LOGGED_AT"
from "CDP_INTERNAL"."CDP_SYNC_ROWS";

comment on view "CDP"."ENRICHED_CRM" is 'The rows of crm and the customer they belong to.';

comment on column "CDP"."ENRICHED_CRM"."CUSTOMER_ID" is 'The customer, null where a row cannot be placed.';

comment on view "CDP"."ENRICHED_PANEL" is 'The rows of panel and the customer they belong to.';

comment on column "CDP"."ENRICHED_PANEL"."CUSTOMER_ID" is 'The customer, null where a row cannot be placed.';

comment on view "CDP"."ENRICHED_WEB" is 'The rows of web and the customer they belong to.';

comment on column "CDP"."ENRICHED_WEB"."CUSTOMER_ID" is 'The customer, null where a row cannot be placed.';

comment on view "CDP"."CUSTOMER_IDENTIFIERS" is 'One identifier of one customer.';

comment on column "CDP"."CUSTOMER_IDENTIFIERS"."CUSTOMER_ID" is 'The customer.';

comment on column "CDP"."CUSTOMER_IDENTIFIERS"."IDENTIFIER" is 'Its type.';

comment on column "CDP"."CUSTOMER_IDENTIFIERS"."VALUE" is 'Its normal form.';

comment on view "CDP"."CUSTOMER_RECORDS" is 'Rows of record sources and the customer they belong to.';

comment on column "CDP"."CUSTOMER_RECORDS"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_EVENTS" is 'Events and the customer they belong to.';

comment on column "CDP"."CUSTOMER_EVENTS"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_PROPOSALS" is 'Candidates for review: two who agree in all columns of a rule, and are not one.';

comment on column "CDP"."CUSTOMER_PROPOSALS"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_REFUSED_EDGES" is 'Links that a limit refused, and why.';

comment on view "CDP"."CUSTOMER_ID_CHANGES" is 'Every change of a customer''s id: created, merged, split, retired.';

comment on column "CDP"."CUSTOMER_ID_CHANGES"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_ID_ALIASES" is 'Ids that no customer has any more, and who answers for them today.';

comment on column "CDP"."CUSTOMER_ID_ALIASES"."PREVIOUS_ID" is 'An id that was published once.';

comment on column "CDP"."CUSTOMER_ID_ALIASES"."CUSTOMER_ID" is 'Who answers for it; null where nobody does.';

comment on view "CDP"."CUSTOMER_IDENTITY_SIZES" is 'Each customer counted by how many identifiers it has.';

comment on view "CDP"."CUSTOMER_LARGEST_PROFILES" is 'Those with most identifiers.';

comment on column "CDP"."CUSTOMER_LARGEST_PROFILES"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_BRIDGES" is 'Links without which one of the largest would be two, what would split most first.';

comment on column "CDP"."CUSTOMER_BRIDGES"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_IDENTITY_SUSPECTS" is 'Values that meet suspiciously many others, the most striking first.';

comment on column "CDP"."CUSTOMER_IDENTITY_SUSPECTS"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_ATTRIBUTES" is 'Golden values of every customer, before traits.';

comment on column "CDP"."CUSTOMER_ATTRIBUTES"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_PROVENANCE" is 'Where each golden value came from, and which policy chose it.';

comment on column "CDP"."CUSTOMER_PROVENANCE"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_PROFILES" is 'All that is known of each customer.';

comment on column "CDP"."CUSTOMER_PROFILES"."CUSTOMER_ID" is 'The customer: opaque and stable.';

comment on view "CDP"."SEGMENT_VIP" is 'Who spends.';

comment on column "CDP"."SEGMENT_VIP"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."SEGMENT_QUIET_VIP" is 'Members of quiet_vip with their profile.';

comment on column "CDP"."SEGMENT_QUIET_VIP"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."REJECTED_RECORDS" is 'Rows that were set aside, and why: the current state of each source.';

comment on view "CDP"."REJECTED_VALUES" is 'Values that did not cast or that a rule refused, up to 1 000 a column.';

comment on view "CDP"."REJECTED_IDENTIFIERS" is 'Identifiers that were refused or are shared, and by which rule.';

comment on view "CDP"."CUSTOMER_SEGMENTS" is 'Which customer is in which segment now, and since when.';

comment on column "CDP"."CUSTOMER_SEGMENTS"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_SEGMENT_HISTORY" is 'Every stay of a customer in a segment; exited_at is null while it lasts.';

comment on column "CDP"."CUSTOMER_SEGMENT_HISTORY"."CUSTOMER_ID" is 'The customer.';

comment on view "CDP"."CUSTOMER_CONSENTS" is 'The latest decision about each value and purpose.';

comment on column "CDP"."CUSTOMER_CONSENTS"."CUSTOMER_ID" is 'The customer who has the value; null where nobody does.';

comment on view "CDP"."SYNC_RUNS" is 'A row is one run of a sync: `planned` is the sum of added, changed, removed, withdrawn and retried, and of ok, rejected and deferred.';

comment on view "CDP"."SYNC_BATCHES" is 'A row is one batch that was sent: how often it was tried, how long that took, and what came of its rows.';

comment on view "CDP"."SYNC_ROWS" is 'A row is what became of one row of one run.';

commit;

-- Afterwards: what lived within the run goes.

-- What lived within the run goes.
drop view if exists "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."REJECTED_VALUES_CRM__NEXT";

drop view if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM__NEXT";

drop view if exists "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."REJECTED_VALUES_PANEL__NEXT";

drop view if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL__NEXT";

drop view if exists "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."REJECTED_VALUES_WEB__NEXT";

drop view if exists "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB__NEXT";

drop view if exists "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."RECORDS_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."ID_CHANGES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."ID_ALIASES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."SHARED_VALUES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."SHARED_NODES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."PROPOSALS_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."BRIDGES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER__NEXT";

drop view if exists "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."CANDIDATES_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."PROFILES_CUSTOMER__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."MEMBERS_VIP__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."MEMBERS_QUIET_VIP__WHOLE__VIEW";

drop view if exists "CDP_INTERNAL"."INCOMING_CRM__VIEW";

drop view if exists "CDP_INTERNAL"."INCOMING_PANEL__VIEW";

drop view if exists "CDP_INTERNAL"."INCOMING_WEB__VIEW";

drop view if exists "CDP_INTERNAL"."PLACING_CUSTOMER__VIEW";

drop view if exists "CDP_INTERNAL"."BEFORE_CUSTOMER__VIEW";

drop view if exists "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__VIEW";

drop view if exists "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__VIEW";

drop view if exists "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__VIEW";

drop view if exists "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__VIEW";

drop view if exists "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__VIEW";

drop view if exists "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__VIEW";

drop view if exists "CDP_INTERNAL"."VISITS__NEXT";

drop table if exists "CDP_INTERNAL"."ROWS_CRM__NEXT";

drop table if exists "CDP_INTERNAL"."ASIDE_CRM__NEXT";

drop table if exists "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT";

drop table if exists "CDP_INTERNAL"."ROWS_PANEL__NEXT";

drop table if exists "CDP_INTERNAL"."ASIDE_PANEL__NEXT";

drop table if exists "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT";

drop table if exists "CDP_INTERNAL"."ROWS_WEB__NEXT";

drop table if exists "CDP_INTERNAL"."ASIDE_WEB__NEXT";

drop table if exists "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT";

drop table if exists "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."RECORDS_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM__NEXT";

drop table if exists "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB__NEXT";

drop table if exists "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."SIZES_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."ATTRIBUTES_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."CANDIDATES_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."GOLDEN_CUSTOMER_COUNTRY__NEXT";

drop table if exists "CDP_INTERNAL"."GOLDEN_CUSTOMER_EMAILS__NEXT";

drop table if exists "CDP_INTERNAL"."PROFILES_CUSTOMER__NEXT";

drop table if exists "CDP_INTERNAL"."MEMBERS_VIP__NEXT";

drop table if exists "CDP_INTERNAL"."MEMBERS_QUIET_VIP__NEXT";

drop table if exists "CDP_INTERNAL"."CHANGED_CRM__SCRATCH";

drop table if exists "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH";

drop table if exists "CDP_INTERNAL"."CHANGED_WEB__SCRATCH";

drop table if exists "CDP_INTERNAL"."PLACING_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."BEFORE_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__CRM__SCRATCH";

drop table if exists "CDP_INTERNAL"."ROWS_OF__CUSTOMER__CRM__SCRATCH";

drop table if exists "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__PANEL__SCRATCH";

drop table if exists "CDP_INTERNAL"."ROWS_OF__CUSTOMER__PANEL__SCRATCH";

drop table if exists "CDP_INTERNAL"."AFFECTED_ROWS__CUSTOMER__WEB__SCRATCH";

drop table if exists "CDP_INTERNAL"."ROWS_OF__CUSTOMER__WEB__SCRATCH";

drop table if exists "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."AFFECTED_NODES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."AFFECTED_RECORDS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."COMBINATIONS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH";

drop table if exists "CDP_INTERNAL"."TALLY_CRM__SCRATCH";

drop table if exists "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH";

drop table if exists "CDP_INTERNAL"."TALLY_PANEL__SCRATCH";

drop table if exists "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH";

drop table if exists "CDP_INTERNAL"."TALLY_WEB__SCRATCH";

drop table if exists "CDP_INTERNAL"."NODES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."CONTRACTING_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."CONTRACTED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."REPRESENTATIVES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."COMPONENTS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."COMPOSED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."UNLINKS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."UNLINKS_MOVED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."APART_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."OVER_LIMIT_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."GROUPS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."REGROUPED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."OPEN_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."REMAINING_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."LINKS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."BEST_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."TAKEN_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."REFUSED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."DECIDED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."CONTESTED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."KEPT_CONTRACTING_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."KEPT_REPRESENTATIVES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."KEPT_COMPONENTS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."ACCEPTED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."MEMBERS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."OVERLAPS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."UNDECIDED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."CHOICES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."BIDS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."UNCLAIMED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."ORIGINS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."DEPARTED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."ANSWERS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."ANSWERS_NEXT_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."NEW_LINKS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."CAUSE_ROWS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."CAUSES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."DECISIVE_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."EXPLAINED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."MINTED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."ASSIGNED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."TOUCHED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."FLIPPED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."LEADING_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__CRM__SCRATCH";

drop table if exists "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__CRM__SCRATCH";

drop table if exists "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__PANEL__SCRATCH";

drop table if exists "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__PANEL__SCRATCH";

drop table if exists "CDP_INTERNAL"."TOUCHED_ROWS__CUSTOMER__WEB__SCRATCH";

drop table if exists "CDP_INTERNAL"."FLIPPED_ROWS__CUSTOMER__WEB__SCRATCH";

drop table if exists "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."OVERRIDES_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."RULINGS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."BELOW_NEXT_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."BRIDGES_FOUND_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."NOTED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."RANKED_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."LATEST_CUSTOMER__SCRATCH";

drop table if exists "CDP_INTERNAL"."PASS_CUSTOMER_1__SCRATCH";

drop table if exists "CDP_INTERNAL"."COUNTED_CUSTOMER_FAVOURITE_PAGE__SCRATCH";

drop table if exists "CDP_INTERNAL"."STAYS_VIP__SCRATCH";

drop table if exists "CDP_INTERNAL"."FOLLOWED_VIP__SCRATCH";

drop table if exists "CDP_INTERNAL"."STAYS_QUIET_VIP__SCRATCH";

drop table if exists "CDP_INTERNAL"."FOLLOWED_QUIET_VIP__SCRATCH";
