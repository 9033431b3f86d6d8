-- Kept state: made on the first run, before any node, and never dropped.

-- What the statements of the run rely on.
detach database if exists "cdp_scratch";

-- What the statements of the run rely on.
attach ':memory:' as "cdp_scratch";

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."identifiers_customer" (
  "node" bigint,
  "customer_id" varchar,
  "identifier" varchar,
  "strength" bigint,
  "value" varchar,
  "first_seen_at" timestamp,
  "last_seen_at" timestamp,
  "row_count" bigint
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."records_customer" (
  "source" varchar,
  "record_key" varchar,
  "customer_id" varchar
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."ids_customer" (
  "customer_id" varchar,
  "anchor_partition" varchar,
  "anchor_identifier" varchar,
  "anchor_value" varchar,
  "generation" bigint,
  "anchor_first_seen_at" timestamp,
  "minted_run" varchar,
  "minted_at" timestamp,
  "retired_at" timestamp,
  "merged_into" varchar,
  "address_node" bigint,
  "minted_order" bigint
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."changes_customer" (
  "run_id" varchar,
  "changed_at" timestamp,
  "kind" varchar,
  "customer_id" varchar,
  "previous_id" varchar,
  "reason" varchar,
  "identifier" varchar,
  "value" varchar,
  "source" varchar,
  "record_key" varchar
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."rules_customer" (
  "fingerprint" varchar
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."segment_history_customer" (
  "customer_id" varchar,
  "segment" varchar,
  "entered_at" timestamp,
  "exited_at" timestamp
);
