-- Kept state: made on the first run, before any node, and never dropped.

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."identifiers_customer" (
  "node" bigint,
  "customer_id" varchar(65535),
  "identifier" varchar(65535),
  "strength" bigint,
  "value" varchar(65535),
  "first_seen_at" timestamp,
  "last_seen_at" timestamp,
  "row_count" bigint
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."records_customer" (
  "source" varchar(65535),
  "record_key" varchar(65535),
  "customer_id" varchar(65535)
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."ids_customer" (
  "customer_id" varchar(65535),
  "anchor_partition" varchar(65535),
  "anchor_identifier" varchar(65535),
  "anchor_value" varchar(65535),
  "generation" bigint,
  "anchor_first_seen_at" timestamp,
  "minted_run" varchar(65535),
  "minted_at" timestamp,
  "retired_at" timestamp,
  "merged_into" varchar(65535),
  "address_node" bigint,
  "minted_order" bigint
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."changes_customer" (
  "run_id" varchar(65535),
  "changed_at" timestamp,
  "kind" varchar(65535),
  "customer_id" varchar(65535),
  "previous_id" varchar(65535),
  "reason" varchar(65535),
  "identifier" varchar(65535),
  "value" varchar(65535),
  "source" varchar(65535),
  "record_key" varchar(65535)
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."rules_customer" (
  "fingerprint" varchar(65535)
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."segment_history_customer" (
  "customer_id" varchar(65535),
  "segment" varchar(65535),
  "entered_at" timestamp,
  "exited_at" timestamp
);
