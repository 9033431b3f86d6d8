-- Kept state: made on the first run, before any node, and never dropped.

-- What the statements of the run rely on.
select pg_advisory_xact_lock(hashtextextended('cdp function of cdp_internal', 0));
create or replace function "cdp_internal"."cdp_finish_table"("made" regclass) returns void language plpgsql as $finish$
declare
  "wrong" record;
begin
  for "wrong" in
    select attname, format_type(atttypid, atttypmod) as type
    from pg_attribute
    where attrelid = "made" and attnum > 0 and attcollation = 'pg_catalog."default"'::regcollation
  loop
    execute format('alter table %s alter column %I type %s collate "pg_c_utf8"', "made", "wrong".attname, "wrong".type);
  end loop;
  execute format('analyze %s', "made");
end
$finish$;

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."identifiers_customer" (
  "node" bigint,
  "customer_id" text collate "pg_c_utf8",
  "identifier" text collate "pg_c_utf8",
  "strength" bigint,
  "value" text collate "pg_c_utf8",
  "first_seen_at" timestamp,
  "last_seen_at" timestamp,
  "row_count" bigint
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."records_customer" (
  "source" text collate "pg_c_utf8",
  "record_key" text collate "pg_c_utf8",
  "customer_id" text collate "pg_c_utf8"
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."ids_customer" (
  "customer_id" text collate "pg_c_utf8",
  "anchor_partition" text collate "pg_c_utf8",
  "anchor_identifier" text collate "pg_c_utf8",
  "anchor_value" text collate "pg_c_utf8",
  "generation" bigint,
  "anchor_first_seen_at" timestamp,
  "minted_run" text collate "pg_c_utf8",
  "minted_at" timestamp,
  "retired_at" timestamp,
  "merged_into" text collate "pg_c_utf8",
  "address_node" bigint,
  "minted_order" bigint
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."changes_customer" (
  "run_id" text collate "pg_c_utf8",
  "changed_at" timestamp,
  "kind" text collate "pg_c_utf8",
  "customer_id" text collate "pg_c_utf8",
  "previous_id" text collate "pg_c_utf8",
  "reason" text collate "pg_c_utf8",
  "identifier" text collate "pg_c_utf8",
  "value" text collate "pg_c_utf8",
  "source" text collate "pg_c_utf8",
  "record_key" text collate "pg_c_utf8"
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."rules_customer" (
  "fingerprint" text collate "pg_c_utf8"
);

-- Kept state: made on the first run, never dropped.
create table if not exists "cdp_internal"."segment_history_customer" (
  "customer_id" text collate "pg_c_utf8",
  "segment" text collate "pg_c_utf8",
  "entered_at" timestamp,
  "exited_at" timestamp
);
