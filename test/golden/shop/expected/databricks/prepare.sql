-- Kept state: made on the first run, before any node, and never dropped.

-- Kept state: made on the first run, never dropped.
create table if not exists `cdp_internal`.`identifiers_customer` (
  `node` bigint,
  `customer_id` string,
  `identifier` string,
  `strength` bigint,
  `value` string,
  `first_seen_at` timestamp,
  `last_seen_at` timestamp,
  `row_count` bigint
)
tblproperties ('delta.columnMapping.mode' = 'name');

-- Kept state: made on the first run, never dropped.
create table if not exists `cdp_internal`.`records_customer` (
  `source` string,
  `record_key` string,
  `customer_id` string
)
tblproperties ('delta.columnMapping.mode' = 'name');

-- Kept state: made on the first run, never dropped.
create table if not exists `cdp_internal`.`ids_customer` (
  `customer_id` string,
  `anchor_partition` string,
  `anchor_identifier` string,
  `anchor_value` string,
  `generation` bigint,
  `anchor_first_seen_at` timestamp,
  `minted_run` string,
  `minted_at` timestamp,
  `retired_at` timestamp,
  `merged_into` string,
  `address_node` bigint,
  `minted_order` bigint
)
tblproperties ('delta.columnMapping.mode' = 'name');

-- Kept state: made on the first run, never dropped.
create table if not exists `cdp_internal`.`changes_customer` (
  `run_id` string,
  `changed_at` timestamp,
  `kind` string,
  `customer_id` string,
  `previous_id` string,
  `reason` string,
  `identifier` string,
  `value` string,
  `source` string,
  `record_key` string
)
tblproperties ('delta.columnMapping.mode' = 'name');

-- Kept state: made on the first run, never dropped.
create table if not exists `cdp_internal`.`rules_customer` (
  `fingerprint` string
)
tblproperties ('delta.columnMapping.mode' = 'name');

-- Kept state: made on the first run, never dropped.
create table if not exists `cdp_internal`.`segment_history_customer` (
  `customer_id` string,
  `segment` string,
  `entered_at` timestamp,
  `exited_at` timestamp
)
tblproperties ('delta.columnMapping.mode' = 'name');
