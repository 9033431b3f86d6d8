-- Kept state: made on the first run, before any node, and never dropped.

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."identifiers_customer" (
  "node" bigint,
  "customer_id" varchar,
  "identifier" varchar,
  "strength" bigint,
  "value" varchar,
  "first_seen_at" timestamp(6),
  "last_seen_at" timestamp(6),
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
  "anchor_first_seen_at" timestamp(6),
  "minted_run" varchar,
  "minted_at" timestamp(6),
  "retired_at" timestamp(6),
  "merged_into" varchar,
  "address_node" bigint,
  "minted_order" bigint
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."changes_customer" (
  "run_id" varchar,
  "changed_at" timestamp(6),
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
  "entered_at" timestamp(6),
  "exited_at" timestamp(6)
);
