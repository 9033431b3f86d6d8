-- Kept state: made on the first run, before any node, and never dropped.

-- Kept state: made on the first run, never dropped.
create table if not exists "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" (
  "NODE" number(19, 0),
  "CUSTOMER_ID" varchar,
  "IDENTIFIER" varchar,
  "STRENGTH" number(19, 0),
  "VALUE" varchar,
  "FIRST_SEEN_AT" timestamp_ntz(6),
  "LAST_SEEN_AT" timestamp_ntz(6),
  "ROW_COUNT" number(19, 0)
);

-- Kept state: made on the first run, never dropped.
create table if not exists "CDP_INTERNAL"."RECORDS_CUSTOMER" (
  "SOURCE" varchar,
  "RECORD_KEY" varchar,
  "CUSTOMER_ID" varchar
);

-- Kept state: made on the first run, never dropped.
create table if not exists "CDP_INTERNAL"."IDS_CUSTOMER" (
  "CUSTOMER_ID" varchar,
  "ANCHOR_PARTITION" varchar,
  "ANCHOR_IDENTIFIER" varchar,
  "ANCHOR_VALUE" varchar,
  "GENERATION" number(19, 0),
  "ANCHOR_FIRST_SEEN_AT" timestamp_ntz(6),
  "MINTED_RUN" varchar,
  "MINTED_AT" timestamp_ntz(6),
  "RETIRED_AT" timestamp_ntz(6),
  "MERGED_INTO" varchar,
  "ADDRESS_NODE" number(19, 0),
  "MINTED_ORDER" number(19, 0)
);

-- Kept state: made on the first run, never dropped.
create table if not exists "CDP_INTERNAL"."CHANGES_CUSTOMER" (
  "RUN_ID" varchar,
  "CHANGED_AT" timestamp_ntz(6),
  "KIND" varchar,
  "CUSTOMER_ID" varchar,
  "PREVIOUS_ID" varchar,
  "REASON" varchar,
  "IDENTIFIER" varchar,
  "VALUE" varchar,
  "SOURCE" varchar,
  "RECORD_KEY" varchar
);

-- Kept state: made on the first run, never dropped.
create table if not exists "CDP_INTERNAL"."RULES_CUSTOMER" (
  "FINGERPRINT" varchar
);

-- Kept state: made on the first run, never dropped.
create table if not exists "CDP_INTERNAL"."SEGMENT_HISTORY_CUSTOMER" (
  "CUSTOMER_ID" varchar,
  "SEGMENT" varchar,
  "ENTERED_AT" timestamp_ntz(6),
  "EXITED_AT" timestamp_ntz(6)
);
