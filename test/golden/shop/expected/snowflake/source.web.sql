-- source.web: The rows of web, cleaned, one a key.

-- The file of web, as it is.
create table if not exists "CDP_INTERNAL"."FILE_WEB__NEXT" (
  "ID" varchar,
  "COOKIE" varchar,
  "USER" varchar,
  "PAGE" varchar,
  "ORDER" varchar,
  "NAME" varchar,
  "AT" varchar
);

-- Its lines that are no rows.
create table if not exists "CDP_INTERNAL"."FILE_WEB_MALFORMED__NEXT" (
  "PLACE" varchar,
  "VALUE" varchar,
  "MESSAGE" varchar
);

-- Load: data/web.jsonl is loaded.
-- /project/data/web.jsonl goes into cdp_internal.file_web__next, lines that are no rows into cdp_internal.file_web_malformed__next.

-- Choice: All rows are read, or those of keys that have changed.

-- In a full run:

create or replace view "CDP_INTERNAL"."INCOMING_WEB__VIEW" copy grants as
select
  "ID",
  "COOKIE",
  "USER",
  "PAGE",
  "ORDER",
  "NAME",
  "AT"
from "CDP_INTERNAL"."FILE_WEB__NEXT" as "SOURCE_ROWS"
;

-- In an incremental run:

-- Keys of web that have new rows, or rows that are gone; null where such a row has no key.
create transient table "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as
with "KNOWN" as (
  select
    "RECORD_KEY",
    "CHANGE_HASH",
    cast(null as number(19, 0)) as "ROW_COUNT"
  from "CDP_INTERNAL"."ROWS_WEB"
  union all
  select
    "RECORD_KEY",
    "CHANGE_HASH",
    "ROW_COUNT" as "ROW_COUNT"
  from "CDP_INTERNAL"."ASIDE_WEB"
), "FOUND" as (
  select
    nullif("ID", '') as "RECORD_KEY",
    hash(nullif("ID", ''), nullif("COOKIE", ''), nullif("USER", ''), nullif("PAGE", ''), nullif("ORDER", ''), nullif("NAME", ''), nullif("AT", '')) as "CHANGE_HASH"
  from "CDP_INTERNAL"."FILE_WEB__NEXT" as "SOURCE_ROWS"
), "COMPARED" as (
  select
    coalesce("F"."RECORD_KEY", "K"."RECORD_KEY") as "RECORD_KEY",
    "F"."CHANGE_HASH" as "FOUND_HASH",
    "K"."CHANGE_HASH" as "KNOWN_HASH",
    "K"."ROW_COUNT" as "KNOWN_COUNT"
  from "KNOWN" as "K"
  full join "FOUND" as "F" on "F"."CHANGE_HASH" = "K"."CHANGE_HASH"
  where "F"."CHANGE_HASH" is null or "K"."CHANGE_HASH" is null or "K"."ROW_COUNT" is not null
), "CHANGED" as (
  select "RECORD_KEY"
  from "COMPARED"
  group by "RECORD_KEY", "FOUND_HASH", "KNOWN_HASH", "KNOWN_COUNT"
  having "FOUND_HASH" is null or "KNOWN_HASH" is null or count(*) <> "KNOWN_COUNT"
  union all
  select "RECORD_KEY"
  from "CDP_INTERNAL"."ASIDE_WEB"
  where "FAULT" = 'future'
)
select distinct "RECORD_KEY"
from "CHANGED";

create or replace view "CDP_INTERNAL"."INCOMING_WEB__VIEW" copy grants as
select
  "ID",
  "COOKIE",
  "USER",
  "PAGE",
  "ORDER",
  "NAME",
  "AT"
from "CDP_INTERNAL"."FILE_WEB__NEXT" as "SOURCE_ROWS"
where nullif("ID", '') is null or nullif("ID", '') in (select "RECORD_KEY" from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH");

-- End of the choice.

-- The rows of web as they were read, with what is wrong with them.
create table "CDP_INTERNAL"."ROWS_WEB__NEXT" as
with "SOURCE" as (
  -- The columns of the source.
  select
    nullif("ID", '') as "RAW__ID",
    nullif("COOKIE", '') as "RAW__COOKIE",
    nullif("USER", '') as "RAW__USER",
    nullif("PAGE", '') as "RAW__PAGE",
    nullif("ORDER", '') as "RAW__ORDER",
    nullif("NAME", '') as "RAW__NAME",
    nullif("AT", '') as "RAW__AT",
    hash(nullif("ID", ''), nullif("COOKIE", ''), nullif("USER", ''), nullif("PAGE", ''), nullif("ORDER", ''), nullif("NAME", ''), nullif("AT", '')) as "CHANGE_HASH"
  from "CDP_INTERNAL"."INCOMING_WEB__VIEW" as "SOURCE_ROWS"
), "READ" as (
  -- Values cast to their types, identifiers trimmed.
  select
    "RAW__ID",
    "RAW__COOKIE",
    "RAW__USER",
    "RAW__PAGE",
    "RAW__ORDER",
    "RAW__NAME",
    "RAW__AT",
    "CHANGE_HASH",
    nullif("RAW__ID", '') as "RECORD_KEY",
    case
      when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
      else case when convert_timezone('UTC', 'Europe/Berlin', dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))))) = cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)) then dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)))) else convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))) end
    end as "OCCURRED_AT",
    nullif("RAW__NAME", '') as "EVENT",
    nullif(trim(nullif("RAW__COOKIE", ''), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "READ__ID__CUSTOMER__ANONYMOUS_ID__1",
    nullif(trim(nullif(regexp_replace(to_varchar(get(try_parse_json(to_varchar("RAW__USER")), 'email')), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2'), ''), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "READ__ID__CUSTOMER__EMAIL__1",
    nullif("RAW__PAGE", '') as "PROP__PAGE",
    cast(try_cast(regexp_substr(nullif(regexp_replace(to_varchar(get(try_parse_json(to_varchar("RAW__ORDER")), 'total')), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2'), ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+))[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1) as number(29, 9)) as number(38, 9)) as "READ__PROP__AMOUNT"
  from "SOURCE"
), "NORMAL" as (
  -- Normal forms.
  select
    "RAW__ID",
    "RAW__COOKIE",
    "RAW__USER",
    "RAW__PAGE",
    "RAW__ORDER",
    "RAW__NAME",
    "RAW__AT",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OCCURRED_AT",
    "OCCURRED_AT" as "OBSERVED_AT",
    "EVENT",
    "READ__ID__CUSTOMER__ANONYMOUS_ID__1",
    "READ__ID__CUSTOMER__EMAIL__1",
    nullif(regexp_substr(regexp_replace(lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), '') as "NORMAL__ID__CUSTOMER__EMAIL__1",
    "PROP__PAGE",
    "READ__PROP__AMOUNT"
  from "READ"
), "JUDGED" as (
  -- Which rule refuses a value, if any.
  select
    "RAW__ID",
    "RAW__COOKIE",
    "RAW__USER",
    "RAW__PAGE",
    "RAW__ORDER",
    "RAW__NAME",
    "RAW__AT",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OCCURRED_AT",
    "OBSERVED_AT",
    "EVENT",
    "READ__ID__CUSTOMER__ANONYMOUS_ID__1",
    case
      when (lower(translate("READ__ID__CUSTOMER__ANONYMOUS_ID__1", 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate("READ__ID__CUSTOMER__ANONYMOUS_ID__1", 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then 'default'
    end as "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1",
    "READ__ID__CUSTOMER__EMAIL__1",
    "NORMAL__ID__CUSTOMER__EMAIL__1",
    case
      when (lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then 'default'
      when "READ__ID__CUSTOMER__EMAIL__1" is not null and "NORMAL__ID__CUSTOMER__EMAIL__1" is null then 'email'
      when "NORMAL__ID__CUSTOMER__EMAIL__1" in (coalesce(nullif(regexp_substr(regexp_replace(lower(translate(trim('noreply@example.com', '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), ''), 'noreply@example.com')) then 'reject'
    end as "REFUSED__ID__CUSTOMER__EMAIL__1",
    "PROP__PAGE",
    "READ__PROP__AMOUNT",
    case
      when nullif(regexp_replace(to_varchar(get(try_parse_json(to_varchar("RAW__ORDER")), 'total')), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2'), '') is not null and "READ__PROP__AMOUNT" is null then 'cast'
    end as "REFUSED__PROP__AMOUNT"
  from "NORMAL"
), "ACCEPTED" as (
  -- What is left of values.
  select
    "RAW__ID",
    "RAW__COOKIE",
    "RAW__USER",
    "RAW__PAGE",
    "RAW__ORDER",
    "RAW__NAME",
    "RAW__AT",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OCCURRED_AT",
    "OBSERVED_AT",
    "EVENT",
    "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1",
    case when "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1" is null then "READ__ID__CUSTOMER__ANONYMOUS_ID__1" end as "ID__CUSTOMER__ANONYMOUS_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    case when "REFUSED__ID__CUSTOMER__EMAIL__1" is null then "NORMAL__ID__CUSTOMER__EMAIL__1" end as "ID__CUSTOMER__EMAIL__1",
    "PROP__PAGE",
    "REFUSED__PROP__AMOUNT",
    case when "REFUSED__PROP__AMOUNT" is null then "READ__PROP__AMOUNT" end as "PROP__AMOUNT"
  from "JUDGED"
)
-- The numbers of identifiers, and what is wrong with the row as a whole.
select
  "RAW__ID",
  "RAW__COOKIE",
  "RAW__USER",
  "RAW__PAGE",
  "RAW__ORDER",
  "RAW__NAME",
  "RAW__AT",
  "CHANGE_HASH",
  "RECORD_KEY",
  "OCCURRED_AT",
  "OBSERVED_AT",
  "OBSERVED_AT" as "FIRST_SEEN_AT",
  "OBSERVED_AT" as "LAST_SEEN_AT",
  "EVENT",
  "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1",
  "ID__CUSTOMER__ANONYMOUS_ID__1",
  cast(case when md5_number_upper64('anonymous_id:' || "ID__CUSTOMER__ANONYMOUS_ID__1") > 9223372036854775807 then md5_number_upper64('anonymous_id:' || "ID__CUSTOMER__ANONYMOUS_ID__1") - 18446744073709551616 else md5_number_upper64('anonymous_id:' || "ID__CUSTOMER__ANONYMOUS_ID__1") end as number(19, 0)) as "NODE__CUSTOMER__ANONYMOUS_ID__1",
  "REFUSED__ID__CUSTOMER__EMAIL__1",
  "ID__CUSTOMER__EMAIL__1",
  cast(case when md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") > 9223372036854775807 then md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") - 18446744073709551616 else md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") end as number(19, 0)) as "NODE__CUSTOMER__EMAIL__1",
  "PROP__PAGE",
  "REFUSED__PROP__AMOUNT",
  "PROP__AMOUNT",
  case
    when "OCCURRED_AT" > $as_of then 'future'
    when "RECORD_KEY" is null then 'missing_key'
    when nullif("RAW__AT", '') is not null and "OCCURRED_AT" is null then 'bad_timestamp'
    when "OCCURRED_AT" is null then 'missing_timestamp'
  end as "FAULT"
from "ACCEPTED";

-- Rows that are not kept, known by their hash: what is wrong with them.
create table "CDP_INTERNAL"."ASIDE_WEB__NEXT" as
select
  "RECORD_KEY",
  "CHANGE_HASH",
  "FAULT" as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."ROWS_WEB__NEXT"
where "FAULT" is not null
group by "RECORD_KEY", "CHANGE_HASH", "FAULT";

-- How many rows were read, and how many of them are faulty.
create transient table "CDP_INTERNAL"."TALLY_WEB__SCRATCH" as
select
  cast(coalesce("FAULT", 'none') as varchar) as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."ROWS_WEB__NEXT"
group by "FAULT";

-- Rows of web that are set aside.
create table "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT" as
select
  cast('web' as varchar) as "SOURCE",
  "RECORD_KEY",
  "FAULT" as "REASON",
  case when "FAULT" = 'missing_key' then 'id' when "FAULT" = 'bad_timestamp' and nullif("RAW__AT", '') is not null and case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else case when convert_timezone('UTC', 'Europe/Berlin', dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))))) = cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)) then dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)))) else convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))) end
  end is null then 'at' when "FAULT" = 'missing_timestamp' then 'at' end as "COLUMN_NAME",
  case when "FAULT" = 'bad_timestamp' and nullif("RAW__AT", '') is not null and case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else case when convert_timezone('UTC', 'Europe/Berlin', dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))))) = cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)) then dateadd(hour, 1, convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6)))) else convert_timezone('Europe/Berlin', 'UTC', cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__AT", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))) end
  end is null then nullif("RAW__AT", '') end as "VALUE"
from "CDP_INTERNAL"."ROWS_WEB__NEXT"
where "FAULT" in ('missing_key', 'bad_timestamp', 'missing_timestamp');

-- Faulty and filtered rows leave.
delete from "CDP_INTERNAL"."ROWS_WEB__NEXT" where "FAULT" is not null;

-- Lines of the file that are no rows. The place of each stands as its column.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT" ("SOURCE", "RECORD_KEY", "REASON", "COLUMN_NAME", "VALUE")
select
  cast('web' as varchar) as "SOURCE",
  cast(null as varchar) as "RECORD_KEY",
  'malformed_row' as "REASON",
  "PLACE" as "COLUMN_NAME",
  substring("VALUE", 1, 1) || '…' as "VALUE"
from (
  select
    "PLACE",
    "VALUE",
    "MESSAGE"
  from "CDP_INTERNAL"."FILE_WEB_MALFORMED__NEXT"
) as "MALFORMED";

-- They count as read.
insert into "CDP_INTERNAL"."TALLY_WEB__SCRATCH" ("FAULT", "ROW_COUNT")
select 'malformed_row', count(*)
from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT"
where "REASON" = 'malformed_row';

-- Rows of web whose key is not theirs alone, and what becomes of each.
create transient table "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH" as
with "KEYS" as (
  select "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_WEB__NEXT"
  group by "RECORD_KEY"
  having count(*) > 1
), "HASHED" as (
  select
    "RAW__ID",
    "RAW__COOKIE",
    "RAW__USER",
    "RAW__PAGE",
    "RAW__ORDER",
    "RAW__NAME",
    "RAW__AT",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OCCURRED_AT",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "EVENT",
    "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1",
    "ID__CUSTOMER__ANONYMOUS_ID__1",
    "NODE__CUSTOMER__ANONYMOUS_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "PROP__PAGE",
    "REFUSED__PROP__AMOUNT",
    "PROP__AMOUNT",
    "FAULT",
    md5(to_json(array_construct(coalesce(to_variant("RAW__ID"), parse_json('null')), coalesce(to_variant("RAW__COOKIE"), parse_json('null')), coalesce(to_variant("RAW__USER"), parse_json('null')), coalesce(to_variant("RAW__PAGE"), parse_json('null')), coalesce(to_variant("RAW__ORDER"), parse_json('null')), coalesce(to_variant("RAW__NAME"), parse_json('null')), coalesce(to_variant("RAW__AT"), parse_json('null'))))) as "ROW_HASH"
  from "CDP_INTERNAL"."ROWS_WEB__NEXT"
  where "RECORD_KEY" in (select "RECORD_KEY" from "KEYS")
), "RANKED" as (
  select
    "RAW__ID",
    "RAW__COOKIE",
    "RAW__USER",
    "RAW__PAGE",
    "RAW__ORDER",
    "RAW__NAME",
    "RAW__AT",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OCCURRED_AT",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "EVENT",
    "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1",
    "ID__CUSTOMER__ANONYMOUS_ID__1",
    "NODE__CUSTOMER__ANONYMOUS_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "PROP__PAGE",
    "REFUSED__PROP__AMOUNT",
    "PROP__AMOUNT",
    "FAULT",
    "ROW_HASH",
    row_number() over (
      partition by "RECORD_KEY"
      order by "OBSERVED_AT" desc nulls last, "ROW_HASH" desc
    ) as "PLACE",
    rank() over (
      partition by "RECORD_KEY"
      order by "OBSERVED_AT" desc nulls last
    ) as "RECENCY"
  from "HASHED"
), "COMPARED" as (
  select
    "RAW__ID",
    "RAW__COOKIE",
    "RAW__USER",
    "RAW__PAGE",
    "RAW__ORDER",
    "RAW__NAME",
    "RAW__AT",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OCCURRED_AT",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "EVENT",
    "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1",
    "ID__CUSTOMER__ANONYMOUS_ID__1",
    "NODE__CUSTOMER__ANONYMOUS_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "PROP__PAGE",
    "REFUSED__PROP__AMOUNT",
    "PROP__AMOUNT",
    "FAULT",
    "ROW_HASH",
    "PLACE",
    "RECENCY",
    first_value("ROW_HASH") over (
      partition by "RECORD_KEY"
      order by "PLACE"
      rows between unbounded preceding and current row
    ) as "KEPT_HASH"
  from "RANKED"
)
select
  "RAW__ID",
  "RAW__COOKIE",
  "RAW__USER",
  "RAW__PAGE",
  "RAW__ORDER",
  "RAW__NAME",
  "RAW__AT",
  "CHANGE_HASH",
  "RECORD_KEY",
  "OCCURRED_AT",
  "OBSERVED_AT",
  "FIRST_SEEN_AT",
  "LAST_SEEN_AT",
  "EVENT",
  "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1",
  "ID__CUSTOMER__ANONYMOUS_ID__1",
  "NODE__CUSTOMER__ANONYMOUS_ID__1",
  "REFUSED__ID__CUSTOMER__EMAIL__1",
  "ID__CUSTOMER__EMAIL__1",
  "NODE__CUSTOMER__EMAIL__1",
  "PROP__PAGE",
  "REFUSED__PROP__AMOUNT",
  "PROP__AMOUNT",
  "FAULT",
  case
    when "PLACE" = 1 then 'kept'
    when "ROW_HASH" = "KEPT_HASH" then 'repeated'
    when "RECENCY" = 1 then 'duplicate_key'
    else 'superseded'
  end as "OUTCOME"
from "COMPARED";

-- They leave …
delete from "CDP_INTERNAL"."ROWS_WEB__NEXT"
where "RECORD_KEY" in (select "RECORD_KEY" from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH");

-- … and the one that stays comes back.
insert into "CDP_INTERNAL"."ROWS_WEB__NEXT" ("RAW__ID", "RAW__COOKIE", "RAW__USER", "RAW__PAGE", "RAW__ORDER", "RAW__NAME", "RAW__AT", "CHANGE_HASH", "RECORD_KEY", "OCCURRED_AT", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "EVENT", "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1", "ID__CUSTOMER__ANONYMOUS_ID__1", "NODE__CUSTOMER__ANONYMOUS_ID__1", "REFUSED__ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__1", "PROP__PAGE", "REFUSED__PROP__AMOUNT", "PROP__AMOUNT", "FAULT")
select "RAW__ID", "RAW__COOKIE", "RAW__USER", "RAW__PAGE", "RAW__ORDER", "RAW__NAME", "RAW__AT", "CHANGE_HASH", "RECORD_KEY", "OCCURRED_AT", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "EVENT", "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1", "ID__CUSTOMER__ANONYMOUS_ID__1", "NODE__CUSTOMER__ANONYMOUS_ID__1", "REFUSED__ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__1", "PROP__PAGE", "REFUSED__PROP__AMOUNT", "PROP__AMOUNT", "FAULT"
from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH"
where "OUTCOME" = 'kept';

-- The rows that gave way to another of their key.
insert into "CDP_INTERNAL"."ASIDE_WEB__NEXT" ("RECORD_KEY", "CHANGE_HASH", "FAULT", "ROW_COUNT")
select
  "RECORD_KEY",
  "CHANGE_HASH",
  "OUTCOME" as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH"
where "OUTCOME" in ('superseded', 'duplicate_key')
group by "RECORD_KEY", "CHANGE_HASH", "OUTCOME";

-- The equals of a row that stays.
insert into "CDP_INTERNAL"."ASIDE_WEB__NEXT" ("RECORD_KEY", "CHANGE_HASH", "FAULT", "ROW_COUNT")
select
  "RECORD_KEY",
  "CHANGE_HASH",
  'repeated' as "FAULT",
  count(*) + 1 as "ROW_COUNT"
from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH"
where "OUTCOME" = 'repeated'
group by "RECORD_KEY", "CHANGE_HASH";

-- Rows of one key that time cannot order are rejected, but for one.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT" ("SOURCE", "RECORD_KEY", "REASON", "COLUMN_NAME", "VALUE")
select 'web', "RECORD_KEY", 'duplicate_key', 'id', "RECORD_KEY"
from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH"
where "OUTCOME" = 'duplicate_key';

-- Choice: All of rows_web.

-- In a full run:

create or replace view "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."ROWS_WEB__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."ROWS_WEB" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."ROWS_WEB__NEXT";

-- End of the choice.

-- Choice: All of aside_web.

-- In a full run:

create or replace view "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."ASIDE_WEB__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."ASIDE_WEB" as "T"
where not ("T"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."ASIDE_WEB__NEXT";

-- End of the choice.

-- Choice: All of rejected_records_web.

-- In a full run:

create or replace view "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."REJECTED_RECORDS_WEB" as "T"
where not ("T"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT";

-- End of the choice.

-- Values of web that were refused.
create table "CDP_INTERNAL"."REJECTED_VALUES_WEB__NEXT" as
(
  select
    cast('web' as varchar) as "SOURCE",
    "RECORD_KEY",
    "REFUSED__PROP__AMOUNT" as "REASON",
    cast('order.total' as varchar) as "COLUMN_NAME",
    nullif(regexp_replace(to_varchar(get(try_parse_json(to_varchar("RAW__ORDER")), 'total')), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2'), '') as "VALUE"
  from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW"
  where "REFUSED__PROP__AMOUNT" is not null
  order by "RECORD_KEY", "VALUE", "REASON"
  limit 1000
);

-- Identifiers of web that were refused.
create table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB__NEXT" as
select
  "SOURCE",
  "IDENTIFIER",
  "VALUE",
  "RULE",
  count(*) as "ROW_COUNT",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    cast('web' as varchar) as "SOURCE",
    cast('anonymous_id' as varchar) as "IDENTIFIER",
    nullif("RAW__COOKIE", '') as "VALUE",
    "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1" as "RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW"
  where "REFUSED__ID__CUSTOMER__ANONYMOUS_ID__1" is not null
  union all
  select
    cast('web' as varchar) as "SOURCE",
    cast('email' as varchar) as "IDENTIFIER",
    nullif(regexp_replace(to_varchar(get(try_parse_json(to_varchar("RAW__USER")), 'email')), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2'), '') as "VALUE",
    "REFUSED__ID__CUSTOMER__EMAIL__1" as "RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW"
  where "REFUSED__ID__CUSTOMER__EMAIL__1" is not null
) as "REFUSED"
group by "SOURCE", "IDENTIFIER", "VALUE", "RULE";

-- Choice: Rows that were read, counted as they were read or as they are known.

-- In a full run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of web were rejected. Nothing was published.
select
  "REASON",
  count(*) as "REJECTED",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_WEB__SCRATCH" where "FAULT" not in ('filtered', 'future')) as "OF_ROWS",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "EXAMPLE"
from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW"
where (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW") > (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_WEB__SCRATCH" where "FAULT" not in ('filtered', 'future')) * 0.5
group by "REASON"
order by "REJECTED" desc, "REASON";

-- Figures for the summary: rows
select
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_WEB__SCRATCH" where true) as "READ",
  (select count(*) from "CDP_INTERNAL"."ROWS_WEB__NEXT") as "KEPT",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_WEB__SCRATCH" where "FAULT" = 'filtered') as "FILTERED",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_WEB__SCRATCH" where "FAULT" = 'future') as "FUTURE",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_WEB__SCRATCH" where "FAULT" = 'none') - (select count(*) from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH" where "OUTCOME" = 'superseded') - (select count(*) from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH" where "OUTCOME" = 'repeated') - (select count(*) from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH" where "OUTCOME" = 'duplicate_key') - (select count(*) from "CDP_INTERNAL"."ROWS_WEB__NEXT") as "DELETED",
  (select count(*) from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH" where "OUTCOME" = 'superseded') as "SUPERSEDED",
  (select count(*) from "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH" where "OUTCOME" = 'repeated') as "REPEATED",
  (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__NEXT") as "REJECTED";

-- In an incremental run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of web were rejected. Nothing was published.
select
  "REASON",
  count(*) as "REJECTED",
  (
    (select count(*) from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW")
    + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where "FAULT" not in ('filtered', 'future'))
    + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW" where "REASON" = 'malformed_row')
  ) as "OF_ROWS",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "EXAMPLE"
from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW"
where (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW") > (
  (select count(*) from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW")
  + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where "FAULT" not in ('filtered', 'future'))
  + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW" where "REASON" = 'malformed_row')
) * 0.5
group by "REASON"
order by "REJECTED" desc, "REASON";

-- Figures for the summary: rows
select
  (
    (select count(*) from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW")
    + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where true)
    + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW" where "REASON" = 'malformed_row')
  ) as "READ",
  (select count(*) from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW") as "KEPT",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where "FAULT" = 'filtered') as "FILTERED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where "FAULT" = 'future') as "FUTURE",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where "FAULT" = 'deleted') as "DELETED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where "FAULT" = 'superseded') as "SUPERSEDED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_WEB__WHOLE__VIEW" where "FAULT" = 'repeated') as "REPEATED",
  (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW") as "REJECTED",
  (select count("RECORD_KEY") from "CDP_INTERNAL"."CHANGED_WEB__SCRATCH") as "CHANGED";

-- End of the choice.

-- Figures for the summary: rejected
select
  "REASON",
  count(*) as "ROW_COUNT",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "SAMPLE_RECORD_KEY"
from "CDP_INTERNAL"."REJECTED_RECORDS_WEB__WHOLE__VIEW"
group by "REASON"
order by "REASON";

-- Figures for the summary: refused_values
select
  'order.total' as "COLUMN_NAME",
  "RULE",
  count(*) as "ROW_COUNT",
  case when count("VALUE") > 0 then min_by("VALUE", case when "VALUE" is not null then "PLACE" else 9223372036854775807 end) end as "SAMPLE_VALUE",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    "REFUSED__PROP__AMOUNT" as "RULE",
    "RECORD_KEY",
    nullif(regexp_replace(to_varchar(get(try_parse_json(to_varchar("RAW__ORDER")), 'total')), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2'), '') as "VALUE",
    row_number() over (
      partition by "REFUSED__PROP__AMOUNT"
      order by "RECORD_KEY" nulls last
    ) as "PLACE"
  from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW"
  where "REFUSED__PROP__AMOUNT" is not null
) as "REFUSED"
group by "RULE";

-- Figures for the summary: refused_identifiers
select
  "IDENTIFIER",
  "RULE",
  sum("ROW_COUNT") as "ROW_COUNT",
  count(distinct "VALUE") as "VALUE_COUNT"
from "CDP_INTERNAL"."REJECTED_IDENTIFIERS_WEB__NEXT"
group by "IDENTIFIER", "RULE"
order by "IDENTIFIER", "RULE";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CONTESTED_WEB__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TALLY_WEB__SCRATCH";
