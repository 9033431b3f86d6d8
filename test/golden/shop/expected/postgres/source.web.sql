-- source.web: The rows of web, cleaned, one a key.

-- The file of web, as it is.
create table if not exists "cdp_internal"."file_web__next" (
  "id" text collate "pg_c_utf8",
  "cookie" text collate "pg_c_utf8",
  "user" text collate "pg_c_utf8",
  "page" text collate "pg_c_utf8",
  "order" text collate "pg_c_utf8",
  "name" text collate "pg_c_utf8",
  "at" text collate "pg_c_utf8"
);

-- Its lines that are no rows.
create table if not exists "cdp_internal"."file_web_malformed__next" (
  "place" text collate "pg_c_utf8",
  "value" text collate "pg_c_utf8",
  "message" text collate "pg_c_utf8"
);

-- Load: data/web.jsonl is loaded.
-- /project/data/web.jsonl goes into cdp_internal.file_web__next, lines that are no rows into cdp_internal.file_web_malformed__next.

-- Choice: All rows are read, or those of keys that have changed.

-- In a full run:

create or replace view "cdp_internal"."incoming_web__view" as
select
  "id",
  "cookie",
  "user",
  "page",
  "order",
  "name",
  "at"
from "cdp_internal"."file_web__next" as "source_rows"
;

-- In an incremental run:

-- Keys of web that have new rows, or rows that are gone; null where such a row has no key.
create unlogged table "cdp_internal"."changed_web__scratch" as
with "known" as (
  select
    "record_key",
    "change_hash",
    cast(null as bigint) as "row_count"
  from "cdp_internal"."rows_web"
  union all
  select
    "record_key",
    "change_hash",
    "row_count" as "row_count"
  from "cdp_internal"."aside_web"
), "found" as (
  select
    nullif("id", '') as "record_key",
    hash_record_extended(row(nullif("id", ''), nullif("cookie", ''), nullif("user", ''), nullif("page", ''), nullif("order", ''), nullif("name", ''), nullif("at", '')), 0) as "change_hash"
  from "cdp_internal"."file_web__next" as "source_rows"
), "compared" as (
  select
    coalesce("f"."record_key", "k"."record_key") as "record_key",
    "f"."change_hash" as "found_hash",
    "k"."change_hash" as "known_hash",
    "k"."row_count" as "known_count"
  from "known" as "k"
  full join "found" as "f" on "f"."change_hash" = "k"."change_hash"
  where "f"."change_hash" is null or "k"."change_hash" is null or "k"."row_count" is not null
), "changed" as (
  select "record_key"
  from "compared"
  group by "record_key", "found_hash", "known_hash", "known_count"
  having "found_hash" is null or "known_hash" is null or count(*) <> "known_count"
  union all
  select "record_key"
  from "cdp_internal"."aside_web"
  where "fault" = 'future'
)
select distinct "record_key"
from "changed";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."changed_web__scratch"');

create or replace view "cdp_internal"."incoming_web__view" as
select
  "id",
  "cookie",
  "user",
  "page",
  "order",
  "name",
  "at"
from "cdp_internal"."file_web__next" as "source_rows"
where nullif("id", '') is null or nullif("id", '') in (select "record_key" from "cdp_internal"."changed_web__scratch");

-- End of the choice.

-- The rows of web as they were read, with what is wrong with them.
create table "cdp_internal"."rows_web__next" as
with "source" as (
  -- The columns of the source.
  select
    (cast(nullif("id", '') as text)) collate "pg_c_utf8" as "raw__id",
    (cast(nullif("cookie", '') as text)) collate "pg_c_utf8" as "raw__cookie",
    (cast(nullif("user", '') as text)) collate "pg_c_utf8" as "raw__user",
    (cast(nullif("page", '') as text)) collate "pg_c_utf8" as "raw__page",
    (cast(nullif("order", '') as text)) collate "pg_c_utf8" as "raw__order",
    (cast(nullif("name", '') as text)) collate "pg_c_utf8" as "raw__name",
    (cast(nullif("at", '') as text)) collate "pg_c_utf8" as "raw__at",
    hash_record_extended(row(nullif("id", ''), nullif("cookie", ''), nullif("user", ''), nullif("page", ''), nullif("order", ''), nullif("name", ''), nullif("at", '')), 0) as "change_hash"
  from "cdp_internal"."incoming_web__view" as "source_rows"
  offset 0
), "read" as (
  -- Values cast to their types, identifiers trimmed.
  select
    "raw__id",
    "raw__cookie",
    "raw__user",
    "raw__page",
    "raw__order",
    "raw__name",
    "raw__at",
    "change_hash",
    nullif("raw__id", '') as "record_key",
    case
      when nullif("raw__at", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__at", '') as timestamp)
      when nullif("raw__at", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__at", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
      else cast(regexp_replace(upper(substring(nullif("raw__at", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp) at time zone 'Europe/Berlin' at time zone 'UTC'
    end as "occurred_at",
    nullif("raw__name", '') as "event",
    nullif(btrim(nullif("raw__cookie", ''), '	
              ​‌‍    ⁠　﻿'), '') as "read__id__customer__anonymous_id__1",
    nullif(btrim(nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__user" as text), 'jsonb') then cast(cast("raw__user" as text) as jsonb) end #> array['email']))
      when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__user" as text), 'jsonb') then cast(cast("raw__user" as text) as jsonb) end #> array['email']) as numeric)) as text)
      else (case when pg_input_is_valid(cast("raw__user" as text), 'jsonb') then cast(cast("raw__user" as text) as jsonb) end #> array['email']) #>> '{}'
    end) collate "pg_c_utf8", ''), '	
              ​‌‍    ⁠　﻿'), '') as "read__id__customer__email__1",
    nullif("raw__page", '') as "prop__page",
    cast(case
      when nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
        when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
        else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
      end) collate "pg_c_utf8", '') ~ '^[+-]?[0-9]{1,19}(?:[.][0-9]{1,9})?$' then cast(nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
        when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
        else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
      end) collate "pg_c_utf8", '') as numeric(29,9))when abs(round(case when length(nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
        when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
        else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
      end) collate "pg_c_utf8", '')) < 1000 then cast(substring(nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
        when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
        else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
      end) collate "pg_c_utf8", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[              ​‌‍    ⁠　﻿\t-\r]*$') as numeric) end, 9)) < 1e20 then cast(round(case when length(nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
        when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
        else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
      end) collate "pg_c_utf8", '')) < 1000 then cast(substring(nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
        when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
        else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
      end) collate "pg_c_utf8", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[              ​‌‍    ⁠　﻿\t-\r]*$') as numeric) end, 9) as numeric(29,9))
    end as numeric(38,9)) as "read__prop__amount"
  from "source"
  offset 0
), "normal" as (
  -- Normal forms.
  select
    "raw__id",
    "raw__cookie",
    "raw__user",
    "raw__page",
    "raw__order",
    "raw__name",
    "raw__at",
    "change_hash",
    "record_key",
    "occurred_at",
    "occurred_at" as "observed_at",
    "event",
    "read__id__customer__anonymous_id__1",
    "read__id__customer__email__1",
    nullif(regexp_substr(regexp_replace(lower(("read__id__customer__email__1") collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), '') as "normal__id__customer__email__1",
    "prop__page",
    "read__prop__amount"
  from "read"
  offset 0
), "judged" as (
  -- Which rule refuses a value, if any.
  select
    "raw__id",
    "raw__cookie",
    "raw__user",
    "raw__page",
    "raw__order",
    "raw__name",
    "raw__at",
    "change_hash",
    "record_key",
    "occurred_at",
    "observed_at",
    "event",
    "read__id__customer__anonymous_id__1",
    case
      when (lower(("read__id__customer__anonymous_id__1") collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower(("read__id__customer__anonymous_id__1") collate "pg_c_utf8") ~ '^[0\-]+\Z') then 'default'
    end as "refused__id__customer__anonymous_id__1",
    "read__id__customer__email__1",
    "normal__id__customer__email__1",
    case
      when (lower(("read__id__customer__email__1") collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower(("read__id__customer__email__1") collate "pg_c_utf8") ~ '^[0\-]+\Z') then 'default'
      when "read__id__customer__email__1" is not null and "normal__id__customer__email__1" is null then 'email'
      when "normal__id__customer__email__1" in (coalesce(nullif(regexp_substr(regexp_replace(lower((btrim('noreply@example.com', '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), ''), 'noreply@example.com')) then 'reject'
    end as "refused__id__customer__email__1",
    "prop__page",
    "read__prop__amount",
    case
      when nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
        when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
        else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
      end) collate "pg_c_utf8", '') is not null and "read__prop__amount" is null then 'cast'
    end as "refused__prop__amount"
  from "normal"
  offset 0
), "accepted" as (
  -- What is left of values.
  select
    "raw__id",
    "raw__cookie",
    "raw__user",
    "raw__page",
    "raw__order",
    "raw__name",
    "raw__at",
    "change_hash",
    "record_key",
    "occurred_at",
    "observed_at",
    "event",
    "refused__id__customer__anonymous_id__1",
    case when "refused__id__customer__anonymous_id__1" is null then "read__id__customer__anonymous_id__1" end as "id__customer__anonymous_id__1",
    "refused__id__customer__email__1",
    case when "refused__id__customer__email__1" is null then "normal__id__customer__email__1" end as "id__customer__email__1",
    "prop__page",
    "refused__prop__amount",
    case when "refused__prop__amount" is null then "read__prop__amount" end as "prop__amount"
  from "judged"
  offset 0
)
-- The numbers of identifiers, and what is wrong with the row as a whole.
select
  "raw__id",
  "raw__cookie",
  "raw__user",
  "raw__page",
  "raw__order",
  "raw__name",
  "raw__at",
  "change_hash",
  "record_key",
  "occurred_at",
  "observed_at",
  "observed_at" as "first_seen_at",
  "observed_at" as "last_seen_at",
  "event",
  "refused__id__customer__anonymous_id__1",
  "id__customer__anonymous_id__1",
  cast(cast('x' || substr(md5('anonymous_id:' || "id__customer__anonymous_id__1"), 1, 16) as bit(64)) as bigint) as "node__customer__anonymous_id__1",
  "refused__id__customer__email__1",
  "id__customer__email__1",
  cast(cast('x' || substr(md5('email:' || "id__customer__email__1"), 1, 16) as bit(64)) as bigint) as "node__customer__email__1",
  "prop__page",
  "refused__prop__amount",
  "prop__amount",
  case
    when "occurred_at" > $as_of then 'future'
    when "record_key" is null then 'missing_key'
    when nullif("raw__at", '') is not null and "occurred_at" is null then 'bad_timestamp'
    when "occurred_at" is null then 'missing_timestamp'
  end as "fault"
from "accepted";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rows_web__next"');

-- Rows that are not kept, known by their hash: what is wrong with them.
create table "cdp_internal"."aside_web__next" as
select
  "record_key",
  "change_hash",
  "fault" as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_web__next"
where "fault" is not null
group by "record_key", "change_hash", "fault";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."aside_web__next"');

-- How many rows were read, and how many of them are faulty.
create unlogged table "cdp_internal"."tally_web__scratch" as
select
  cast(coalesce("fault", 'none') as text) as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_web__next"
group by "fault";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."tally_web__scratch"');

-- Rows of web that are set aside.
create table "cdp_internal"."rejected_records_web__next" as
select
  cast('web' as text) as "source",
  "record_key",
  "fault" as "reason",
  case when "fault" = 'missing_key' then 'id' when "fault" = 'bad_timestamp' and nullif("raw__at", '') is not null and case
    when nullif("raw__at", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__at", '') as timestamp)
    when nullif("raw__at", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__at", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
    else cast(regexp_replace(upper(substring(nullif("raw__at", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp) at time zone 'Europe/Berlin' at time zone 'UTC'
  end is null then 'at' when "fault" = 'missing_timestamp' then 'at' end as "column_name",
  case when "fault" = 'bad_timestamp' and nullif("raw__at", '') is not null and case
    when nullif("raw__at", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__at", '') as timestamp)
    when nullif("raw__at", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__at", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
    else cast(regexp_replace(upper(substring(nullif("raw__at", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp) at time zone 'Europe/Berlin' at time zone 'UTC'
  end is null then nullif("raw__at", '') end as "value"
from "cdp_internal"."rows_web__next"
where "fault" in ('missing_key', 'bad_timestamp', 'missing_timestamp');
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_records_web__next"');

-- Faulty and filtered rows leave.
delete from "cdp_internal"."rows_web__next" where "fault" is not null;

-- Lines of the file that are no rows. The place of each stands as its column.
insert into "cdp_internal"."rejected_records_web__next" ("source", "record_key", "reason", "column_name", "value")
select
  cast('web' as text) as "source",
  cast(null as text) as "record_key",
  'malformed_row' as "reason",
  "place" as "column_name",
  substring("value", 1, 1) || '…' as "value"
from (
  select
    "place",
    "value",
    "message"
  from "cdp_internal"."file_web_malformed__next"
) as "malformed";

-- They count as read.
insert into "cdp_internal"."tally_web__scratch" ("fault", "row_count")
select 'malformed_row', count(*)
from "cdp_internal"."rejected_records_web__next"
where "reason" = 'malformed_row';

-- Rows of web whose key is not theirs alone, and what becomes of each.
create unlogged table "cdp_internal"."contested_web__scratch" as
with "keys" as (
  select "record_key"
  from "cdp_internal"."rows_web__next"
  group by "record_key"
  having count(*) > 1
), "hashed" as (
  select
    "raw__id",
    "raw__cookie",
    "raw__user",
    "raw__page",
    "raw__order",
    "raw__name",
    "raw__at",
    "change_hash",
    "record_key",
    "occurred_at",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "event",
    "refused__id__customer__anonymous_id__1",
    "id__customer__anonymous_id__1",
    "node__customer__anonymous_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "prop__page",
    "refused__prop__amount",
    "prop__amount",
    "fault",
    md5(cast(to_json(array["raw__id", "raw__cookie", "raw__user", "raw__page", "raw__order", "raw__name", "raw__at"]) as text)) as "row_hash"
  from "cdp_internal"."rows_web__next"
  where "record_key" in (select "record_key" from "keys")
), "ranked" as (
  select
    "raw__id",
    "raw__cookie",
    "raw__user",
    "raw__page",
    "raw__order",
    "raw__name",
    "raw__at",
    "change_hash",
    "record_key",
    "occurred_at",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "event",
    "refused__id__customer__anonymous_id__1",
    "id__customer__anonymous_id__1",
    "node__customer__anonymous_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "prop__page",
    "refused__prop__amount",
    "prop__amount",
    "fault",
    "row_hash",
    row_number() over (
      partition by "record_key"
      order by "observed_at" desc nulls last, "row_hash" desc
    ) as "place",
    rank() over (
      partition by "record_key"
      order by "observed_at" desc nulls last
    ) as "recency"
  from "hashed"
), "compared" as (
  select
    "raw__id",
    "raw__cookie",
    "raw__user",
    "raw__page",
    "raw__order",
    "raw__name",
    "raw__at",
    "change_hash",
    "record_key",
    "occurred_at",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "event",
    "refused__id__customer__anonymous_id__1",
    "id__customer__anonymous_id__1",
    "node__customer__anonymous_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "prop__page",
    "refused__prop__amount",
    "prop__amount",
    "fault",
    "row_hash",
    "place",
    "recency",
    first_value("row_hash") over (
      partition by "record_key"
      order by "place"
      rows between unbounded preceding and current row
    ) as "kept_hash"
  from "ranked"
)
select
  "raw__id",
  "raw__cookie",
  "raw__user",
  "raw__page",
  "raw__order",
  "raw__name",
  "raw__at",
  "change_hash",
  "record_key",
  "occurred_at",
  "observed_at",
  "first_seen_at",
  "last_seen_at",
  "event",
  "refused__id__customer__anonymous_id__1",
  "id__customer__anonymous_id__1",
  "node__customer__anonymous_id__1",
  "refused__id__customer__email__1",
  "id__customer__email__1",
  "node__customer__email__1",
  "prop__page",
  "refused__prop__amount",
  "prop__amount",
  "fault",
  case
    when "place" = 1 then 'kept'
    when "row_hash" = "kept_hash" then 'repeated'
    when "recency" = 1 then 'duplicate_key'
    else 'superseded'
  end as "outcome"
from "compared";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."contested_web__scratch"');

-- They leave …
delete from "cdp_internal"."rows_web__next"
where "record_key" in (select "record_key" from "cdp_internal"."contested_web__scratch");

-- … and the one that stays comes back.
insert into "cdp_internal"."rows_web__next" ("raw__id", "raw__cookie", "raw__user", "raw__page", "raw__order", "raw__name", "raw__at", "change_hash", "record_key", "occurred_at", "observed_at", "first_seen_at", "last_seen_at", "event", "refused__id__customer__anonymous_id__1", "id__customer__anonymous_id__1", "node__customer__anonymous_id__1", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "prop__page", "refused__prop__amount", "prop__amount", "fault")
select "raw__id", "raw__cookie", "raw__user", "raw__page", "raw__order", "raw__name", "raw__at", "change_hash", "record_key", "occurred_at", "observed_at", "first_seen_at", "last_seen_at", "event", "refused__id__customer__anonymous_id__1", "id__customer__anonymous_id__1", "node__customer__anonymous_id__1", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "prop__page", "refused__prop__amount", "prop__amount", "fault"
from "cdp_internal"."contested_web__scratch"
where "outcome" = 'kept';

-- The rows that gave way to another of their key.
insert into "cdp_internal"."aside_web__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  "outcome" as "fault",
  count(*) as "row_count"
from "cdp_internal"."contested_web__scratch"
where "outcome" in ('superseded', 'duplicate_key')
group by "record_key", "change_hash", "outcome";

-- The equals of a row that stays.
insert into "cdp_internal"."aside_web__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  'repeated' as "fault",
  count(*) + 1 as "row_count"
from "cdp_internal"."contested_web__scratch"
where "outcome" = 'repeated'
group by "record_key", "change_hash";

-- Rows of one key that time cannot order are rejected, but for one.
insert into "cdp_internal"."rejected_records_web__next" ("source", "record_key", "reason", "column_name", "value")
select 'web', "record_key", 'duplicate_key', 'id', "record_key"
from "cdp_internal"."contested_web__scratch"
where "outcome" = 'duplicate_key';

-- Choice: All of rows_web.

-- In a full run:

create or replace view "cdp_internal"."rows_web__whole__view" as
select * from "cdp_internal"."rows_web__next";

-- In an incremental run:

create or replace view "cdp_internal"."rows_web__whole__view" as
select *
from "cdp_internal"."rows_web" as "t"
where not (exists (select 1 from "cdp_internal"."changed_web__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."rows_web__next";

-- End of the choice.

-- Choice: All of aside_web.

-- In a full run:

create or replace view "cdp_internal"."aside_web__whole__view" as
select * from "cdp_internal"."aside_web__next";

-- In an incremental run:

create or replace view "cdp_internal"."aside_web__whole__view" as
select *
from "cdp_internal"."aside_web" as "t"
where not ("t"."record_key" is null or exists (select 1 from "cdp_internal"."changed_web__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."aside_web__next";

-- End of the choice.

-- Choice: All of rejected_records_web.

-- In a full run:

create or replace view "cdp_internal"."rejected_records_web__whole__view" as
select * from "cdp_internal"."rejected_records_web__next";

-- In an incremental run:

create or replace view "cdp_internal"."rejected_records_web__whole__view" as
select *
from "cdp_internal"."rejected_records_web" as "t"
where not ("t"."record_key" is null or exists (select 1 from "cdp_internal"."changed_web__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."rejected_records_web__next";

-- End of the choice.

-- Values of web that were refused.
create table "cdp_internal"."rejected_values_web__next" as
(
  select
    cast('web' as text) as "source",
    "record_key",
    "refused__prop__amount" as "reason",
    cast('order.total' as text) as "column_name",
    nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
      when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
      else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
    end) collate "pg_c_utf8", '') as "value"
  from "cdp_internal"."rows_web__whole__view"
  where "refused__prop__amount" is not null
  order by "record_key", "value", "reason"
  limit 1000
);
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_values_web__next"');

-- Identifiers of web that were refused.
create table "cdp_internal"."rejected_identifiers_web__next" as
select
  "source",
  "identifier",
  "value",
  "rule",
  count(*) as "row_count",
  min("record_key") as "sample_record_key"
from (
  select
    cast('web' as text) as "source",
    cast('anonymous_id' as text) as "identifier",
    nullif("raw__cookie", '') as "value",
    "refused__id__customer__anonymous_id__1" as "rule",
    "record_key"
  from "cdp_internal"."rows_web__whole__view"
  where "refused__id__customer__anonymous_id__1" is not null
  union all
  select
    cast('web' as text) as "source",
    cast('email' as text) as "identifier",
    nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__user" as text), 'jsonb') then cast(cast("raw__user" as text) as jsonb) end #> array['email']))
      when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__user" as text), 'jsonb') then cast(cast("raw__user" as text) as jsonb) end #> array['email']) as numeric)) as text)
      else (case when pg_input_is_valid(cast("raw__user" as text), 'jsonb') then cast(cast("raw__user" as text) as jsonb) end #> array['email']) #>> '{}'
    end) collate "pg_c_utf8", '') as "value",
    "refused__id__customer__email__1" as "rule",
    "record_key"
  from "cdp_internal"."rows_web__whole__view"
  where "refused__id__customer__email__1" is not null
) as "refused"
group by "source", "identifier", "value", "rule";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_identifiers_web__next"');

-- Choice: Rows that were read, counted as they were read or as they are known.

-- In a full run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of web were rejected. Nothing was published.
select
  "reason",
  count(*) as "rejected",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_web__scratch" where "fault" not in ('filtered', 'future')) as "of_rows",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "example"
from "cdp_internal"."rejected_records_web__whole__view"
where (select count(*) from "cdp_internal"."rejected_records_web__whole__view") > (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_web__scratch" where "fault" not in ('filtered', 'future')) * 0.5
group by "reason"
order by "rejected" desc, "reason";

-- Figures for the summary: rows
select
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_web__scratch" where true) as "read",
  (select count(*) from "cdp_internal"."rows_web__next") as "kept",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_web__scratch" where "fault" = 'filtered') as "filtered",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_web__scratch" where "fault" = 'future') as "future",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_web__scratch" where "fault" = 'none') - (select count(*) from "cdp_internal"."contested_web__scratch" where "outcome" = 'superseded') - (select count(*) from "cdp_internal"."contested_web__scratch" where "outcome" = 'repeated') - (select count(*) from "cdp_internal"."contested_web__scratch" where "outcome" = 'duplicate_key') - (select count(*) from "cdp_internal"."rows_web__next") as "deleted",
  (select count(*) from "cdp_internal"."contested_web__scratch" where "outcome" = 'superseded') as "superseded",
  (select count(*) from "cdp_internal"."contested_web__scratch" where "outcome" = 'repeated') as "repeated",
  (select count(*) from "cdp_internal"."rejected_records_web__next") as "rejected";

-- In an incremental run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of web were rejected. Nothing was published.
select
  "reason",
  count(*) as "rejected",
  (
    (select count(*) from "cdp_internal"."rows_web__whole__view")
    + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where "fault" not in ('filtered', 'future'))
    + (select count(*) from "cdp_internal"."rejected_records_web__whole__view" where "reason" = 'malformed_row')
  ) as "of_rows",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "example"
from "cdp_internal"."rejected_records_web__whole__view"
where (select count(*) from "cdp_internal"."rejected_records_web__whole__view") > (
  (select count(*) from "cdp_internal"."rows_web__whole__view")
  + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where "fault" not in ('filtered', 'future'))
  + (select count(*) from "cdp_internal"."rejected_records_web__whole__view" where "reason" = 'malformed_row')
) * 0.5
group by "reason"
order by "rejected" desc, "reason";

-- Figures for the summary: rows
select
  (
    (select count(*) from "cdp_internal"."rows_web__whole__view")
    + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where true)
    + (select count(*) from "cdp_internal"."rejected_records_web__whole__view" where "reason" = 'malformed_row')
  ) as "read",
  (select count(*) from "cdp_internal"."rows_web__whole__view") as "kept",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where "fault" = 'filtered') as "filtered",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where "fault" = 'future') as "future",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where "fault" = 'deleted') as "deleted",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where "fault" = 'superseded') as "superseded",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_web__whole__view" where "fault" = 'repeated') as "repeated",
  (select count(*) from "cdp_internal"."rejected_records_web__whole__view") as "rejected",
  (select count("record_key") from "cdp_internal"."changed_web__scratch") as "changed";

-- End of the choice.

-- Figures for the summary: rejected
select
  "reason",
  count(*) as "row_count",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "sample_record_key"
from "cdp_internal"."rejected_records_web__whole__view"
group by "reason"
order by "reason";

-- Figures for the summary: refused_values
select
  'order.total' as "column_name",
  "rule",
  count(*) as "row_count",
  (array_agg("value" order by "place") filter (where "value" is not null))[1] as "sample_value",
  min("record_key") as "sample_record_key"
from (
  select
    "refused__prop__amount" as "rule",
    "record_key",
    nullif((case jsonb_typeof((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']))
      when 'number' then cast(trim_scale(cast((case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) as numeric)) as text)
      else (case when pg_input_is_valid(cast("raw__order" as text), 'jsonb') then cast(cast("raw__order" as text) as jsonb) end #> array['total']) #>> '{}'
    end) collate "pg_c_utf8", '') as "value",
    row_number() over (
      partition by "refused__prop__amount"
      order by "record_key" nulls last
    ) as "place"
  from "cdp_internal"."rows_web__whole__view"
  where "refused__prop__amount" is not null
) as "refused"
group by "rule";

-- Figures for the summary: refused_identifiers
select
  "identifier",
  "rule",
  sum("row_count") as "row_count",
  count(distinct "value") as "value_count"
from "cdp_internal"."rejected_identifiers_web__next"
group by "identifier", "rule"
order by "identifier", "rule";

-- Not read any more.
drop table if exists "cdp_internal"."contested_web__scratch" cascade;

-- Not read any more.
drop table if exists "cdp_internal"."tally_web__scratch" cascade;
