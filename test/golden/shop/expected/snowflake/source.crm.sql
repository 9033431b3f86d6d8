-- source.crm: The rows of crm, cleaned, one a key.

-- The file of crm, as it is.
create table if not exists "CDP_INTERNAL"."FILE_CRM__NEXT" (
  "ID" varchar,
  "SHOP_NO" varchar,
  "EMAIL" varchar,
  "WORK_EMAIL" varchar,
  "PHONE" varchar,
  "FIRST" varchar,
  "LAST" varchar,
  "COUNTRY" varchar,
  "BORN" varchar,
  "ZIP" varchar,
  "WANTS_NEWS" varchar,
  "CHANGED" varchar,
  "IS_DELETED" varchar,
  "IS_TEST" varchar
);

-- Its lines that are no rows.
create table if not exists "CDP_INTERNAL"."FILE_CRM_MALFORMED__NEXT" (
  "PLACE" varchar,
  "VALUE" varchar,
  "MESSAGE" varchar
);

-- Load: data/crm.csv is loaded.
-- /project/data/crm.csv goes into cdp_internal.file_crm__next, lines that are no rows into cdp_internal.file_crm_malformed__next.

-- Choice: All rows are read, or those of keys that have changed.

-- In a full run:

create or replace view "CDP_INTERNAL"."INCOMING_CRM__VIEW" copy grants as
select
  "ID",
  "SHOP_NO",
  "EMAIL",
  "WORK_EMAIL",
  "PHONE",
  "FIRST",
  "LAST",
  "COUNTRY",
  "BORN",
  "ZIP",
  "WANTS_NEWS",
  "CHANGED",
  "IS_DELETED",
  "IS_TEST"
from "CDP_INTERNAL"."FILE_CRM__NEXT" as "SOURCE_ROWS"
;

-- In an incremental run:

-- Keys of crm that have new rows, or rows that are gone; null where such a row has no key.
create transient table "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as
with "KNOWN" as (
  select
    "RECORD_KEY",
    "CHANGE_HASH",
    cast(null as number(19, 0)) as "ROW_COUNT"
  from "CDP_INTERNAL"."ROWS_CRM"
  union all
  select
    "RECORD_KEY",
    "CHANGE_HASH",
    "ROW_COUNT" as "ROW_COUNT"
  from "CDP_INTERNAL"."ASIDE_CRM"
), "FOUND" as (
  select
    nullif("ID", '') as "RECORD_KEY",
    hash("ID", "SHOP_NO", "EMAIL", "WORK_EMAIL", "PHONE", "FIRST", "LAST", "COUNTRY", "BORN", "ZIP", "WANTS_NEWS", "CHANGED", "IS_DELETED", "IS_TEST") as "CHANGE_HASH"
  from "CDP_INTERNAL"."FILE_CRM__NEXT" as "SOURCE_ROWS"
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
  from "CDP_INTERNAL"."ASIDE_CRM"
  where "FAULT" = 'future'
)
select distinct "RECORD_KEY"
from "CHANGED";

create or replace view "CDP_INTERNAL"."INCOMING_CRM__VIEW" copy grants as
select
  "ID",
  "SHOP_NO",
  "EMAIL",
  "WORK_EMAIL",
  "PHONE",
  "FIRST",
  "LAST",
  "COUNTRY",
  "BORN",
  "ZIP",
  "WANTS_NEWS",
  "CHANGED",
  "IS_DELETED",
  "IS_TEST"
from "CDP_INTERNAL"."FILE_CRM__NEXT" as "SOURCE_ROWS"
where nullif("ID", '') is null or nullif("ID", '') in (select "RECORD_KEY" from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH");

-- End of the choice.

-- The rows of crm as they were read, with what is wrong with them.
create table "CDP_INTERNAL"."ROWS_CRM__NEXT" as
with "SOURCE" as (
  -- The columns of the source.
  select
    "ID" as "RAW__ID",
    "SHOP_NO" as "RAW__SHOP_NO",
    "EMAIL" as "RAW__EMAIL",
    "WORK_EMAIL" as "RAW__WORK_EMAIL",
    "PHONE" as "RAW__PHONE",
    "FIRST" as "RAW__FIRST",
    "LAST" as "RAW__LAST",
    "COUNTRY" as "RAW__COUNTRY",
    "BORN" as "RAW__BORN",
    "ZIP" as "RAW__ZIP",
    "WANTS_NEWS" as "RAW__WANTS_NEWS",
    "CHANGED" as "RAW__CHANGED",
    "IS_DELETED" as "RAW__IS_DELETED",
    "IS_TEST" as "RAW__IS_TEST",
    hash("ID", "SHOP_NO", "EMAIL", "WORK_EMAIL", "PHONE", "FIRST", "LAST", "COUNTRY", "BORN", "ZIP", "WANTS_NEWS", "CHANGED", "IS_DELETED", "IS_TEST") as "CHANGE_HASH"
  from "CDP_INTERNAL"."INCOMING_CRM__VIEW" as "SOURCE_ROWS"
), "READ" as (
  -- Values cast to their types, identifiers trimmed.
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    nullif("RAW__ID", '') as "RECORD_KEY",
    not coalesce(nullif("RAW__IS_TEST", '') = 'yes', false) as "IS_READ",
    case
      when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
      else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
    end as "UPDATED_AT",
    case when lower(trim(nullif("RAW__IS_DELETED", ''), '\t\n\r              ​‌‍    ⁠　﻿')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(trim(nullif("RAW__IS_DELETED", ''), '\t\n\r              ​‌‍    ⁠　﻿')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "READ__IS_DELETED",
    nullif(trim(nullif("RAW__SHOP_NO", ''), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "READ__ID__CUSTOMER__SHOP_ID__1",
    nullif(trim(nullif("RAW__EMAIL", ''), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "READ__ID__CUSTOMER__EMAIL__1",
    nullif(trim(nullif("RAW__WORK_EMAIL", ''), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "READ__ID__CUSTOMER__EMAIL__2",
    nullif(trim(nullif("RAW__PHONE", ''), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "READ__ID__CUSTOMER__PHONE__1",
    nullif("RAW__FIRST", '') as "ATTR__CUSTOMER__FIRST_NAME",
    nullif("RAW__LAST", '') as "READ__ATTR__CUSTOMER__LAST_NAME",
    nullif("RAW__COUNTRY", '') as "READ__ATTR__CUSTOMER__COUNTRY",
    case when regexp_instr(nullif("RAW__BORN", ''), ':[^\\n]*([+Zz\\-]|UTC)') > 0 then to_date(convert_timezone('UTC', 'America/New_York', case
      when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__BORN", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__BORN", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
      else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__BORN", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
    end)) else case when regexp_instr(nullif("RAW__BORN", ''), '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}$') > 0 then try_to_date(nullif("RAW__BORN", ''), 'YYYY-MM-DD') else to_date(case
      when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__BORN", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__BORN", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
      else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__BORN", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
    end) end end as "READ__ATTR__CUSTOMER__BIRTH_DATE",
    nullif("RAW__ZIP", '') as "ATTR__CUSTOMER__POSTCODE",
    case when lower(trim(nullif("RAW__WANTS_NEWS", ''), '\t\n\r              ​‌‍    ⁠　﻿')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(trim(nullif("RAW__WANTS_NEWS", ''), '\t\n\r              ​‌‍    ⁠　﻿')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "READ__PROP__WANTS_NEWS"
  from "SOURCE"
), "PREPARED" as (
  -- The first steps of normalisers that take several.
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "IS_READ",
    "UPDATED_AT",
    "READ__IS_DELETED",
    "READ__ID__CUSTOMER__SHOP_ID__1",
    "READ__ID__CUSTOMER__EMAIL__1",
    "READ__ID__CUSTOMER__EMAIL__2",
    "READ__ID__CUSTOMER__PHONE__1",
    regexp_replace(regexp_replace(regexp_replace(lower(translate("READ__ID__CUSTOMER__PHONE__1", 'İΣ', 'iσ')), '(ext|x|;|#)[^0-9]*[0-9]*$', ''), '(([+]|^ *00|^ *011)[^()]*)[(] *0 *[)]', '\\1'), '[^0-9+]+', '') as "PREPARED__ID__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "READ__ATTR__CUSTOMER__LAST_NAME",
    "READ__ATTR__CUSTOMER__COUNTRY",
    "READ__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    "READ__PROP__WANTS_NEWS"
  from "READ"
), "NORMAL" as (
  -- Normal forms.
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "IS_READ",
    "UPDATED_AT",
    "UPDATED_AT" as "OBSERVED_AT",
    "READ__IS_DELETED",
    coalesce("READ__IS_DELETED", false) as "IS_DELETED",
    "READ__ID__CUSTOMER__SHOP_ID__1",
    "READ__ID__CUSTOMER__EMAIL__1",
    nullif(regexp_substr(regexp_replace(lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), '') as "NORMAL__ID__CUSTOMER__EMAIL__1",
    "READ__ID__CUSTOMER__EMAIL__2",
    nullif(regexp_substr(regexp_replace(lower(translate("READ__ID__CUSTOMER__EMAIL__2", 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), '') as "NORMAL__ID__CUSTOMER__EMAIL__2",
    "READ__ID__CUSTOMER__PHONE__1",
    nullif(regexp_substr(regexp_replace(regexp_replace("PREPARED__ID__CUSTOMER__PHONE__1", '^(011|00)', '+'), '^1?([0-9]{10})$', '+1\\1'), '^[+][1-9][0-9]{7,14}$'), '') as "NORMAL__ID__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "READ__ATTR__CUSTOMER__LAST_NAME",
    nullif(trim("READ__ATTR__CUSTOMER__LAST_NAME", '\t\n\r              ​‌‍    ⁠　﻿'), '') as "NORMAL__ATTR__CUSTOMER__LAST_NAME",
    "READ__ATTR__CUSTOMER__COUNTRY",
    case nullif(lower(translate(trim("READ__ATTR__CUSTOMER__COUNTRY", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '') when 'usa' then 'us' else nullif(lower(translate(trim("READ__ATTR__CUSTOMER__COUNTRY", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '') end as "NORMAL__ATTR__CUSTOMER__COUNTRY",
    "READ__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    "READ__PROP__WANTS_NEWS"
  from "PREPARED"
), "JUDGED" as (
  -- Which rule refuses a value, if any.
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "IS_READ",
    "UPDATED_AT",
    "OBSERVED_AT",
    "IS_DELETED",
    case when nullif("RAW__IS_DELETED", '') is not null and "READ__IS_DELETED" is null then 'cast' end as "REFUSED__IS_DELETED",
    "READ__ID__CUSTOMER__SHOP_ID__1",
    case
      when (lower(translate("READ__ID__CUSTOMER__SHOP_ID__1", 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate("READ__ID__CUSTOMER__SHOP_ID__1", 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then 'default'
    end as "REFUSED__ID__CUSTOMER__SHOP_ID__1",
    "READ__ID__CUSTOMER__EMAIL__1",
    "NORMAL__ID__CUSTOMER__EMAIL__1",
    case
      when (lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then 'default'
      when "READ__ID__CUSTOMER__EMAIL__1" is not null and "NORMAL__ID__CUSTOMER__EMAIL__1" is null then 'email'
      when "NORMAL__ID__CUSTOMER__EMAIL__1" in (coalesce(nullif(regexp_substr(regexp_replace(lower(translate(trim('noreply@example.com', '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), ''), 'noreply@example.com')) then 'reject'
    end as "REFUSED__ID__CUSTOMER__EMAIL__1",
    "READ__ID__CUSTOMER__EMAIL__2",
    "NORMAL__ID__CUSTOMER__EMAIL__2",
    case
      when (lower(translate("READ__ID__CUSTOMER__EMAIL__2", 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate("READ__ID__CUSTOMER__EMAIL__2", 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then 'default'
      when "READ__ID__CUSTOMER__EMAIL__2" is not null and "NORMAL__ID__CUSTOMER__EMAIL__2" is null then 'email'
      when "NORMAL__ID__CUSTOMER__EMAIL__2" in (coalesce(nullif(regexp_substr(regexp_replace(lower(translate(trim('noreply@example.com', '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), ''), 'noreply@example.com')) then 'reject'
    end as "REFUSED__ID__CUSTOMER__EMAIL__2",
    "READ__ID__CUSTOMER__PHONE__1",
    "NORMAL__ID__CUSTOMER__PHONE__1",
    case
      when (lower(translate("READ__ID__CUSTOMER__PHONE__1", 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate("READ__ID__CUSTOMER__PHONE__1", 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then 'default'
      when "READ__ID__CUSTOMER__PHONE__1" is not null and "NORMAL__ID__CUSTOMER__PHONE__1" is null then 'phone'
    end as "REFUSED__ID__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "READ__ATTR__CUSTOMER__LAST_NAME",
    "NORMAL__ATTR__CUSTOMER__LAST_NAME",
    "READ__ATTR__CUSTOMER__COUNTRY",
    "NORMAL__ATTR__CUSTOMER__COUNTRY",
    case
      when not regexp_instr("NORMAL__ATTR__CUSTOMER__COUNTRY", '^[a-z]{2}$') > 0 then 'accept'
    end as "REFUSED__ATTR__CUSTOMER__COUNTRY",
    "READ__ATTR__CUSTOMER__BIRTH_DATE",
    case
      when nullif("RAW__BORN", '') is not null and "READ__ATTR__CUSTOMER__BIRTH_DATE" is null then 'cast'
      when "READ__ATTR__CUSTOMER__BIRTH_DATE" < date '1900-01-01' then 'min'
    end as "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    "READ__PROP__WANTS_NEWS",
    case
      when nullif("RAW__WANTS_NEWS", '') is not null and "READ__PROP__WANTS_NEWS" is null then 'cast'
    end as "REFUSED__PROP__WANTS_NEWS"
  from "NORMAL"
), "ACCEPTED" as (
  -- What is left of values.
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "IS_READ",
    "UPDATED_AT",
    "OBSERVED_AT",
    "IS_DELETED",
    "REFUSED__IS_DELETED",
    "REFUSED__ID__CUSTOMER__SHOP_ID__1",
    case when "REFUSED__ID__CUSTOMER__SHOP_ID__1" is null then "READ__ID__CUSTOMER__SHOP_ID__1" end as "ID__CUSTOMER__SHOP_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    case when "REFUSED__ID__CUSTOMER__EMAIL__1" is null then "NORMAL__ID__CUSTOMER__EMAIL__1" end as "ID__CUSTOMER__EMAIL__1",
    "REFUSED__ID__CUSTOMER__EMAIL__2",
    case when "REFUSED__ID__CUSTOMER__EMAIL__2" is null then "NORMAL__ID__CUSTOMER__EMAIL__2" end as "ID__CUSTOMER__EMAIL__2",
    "REFUSED__ID__CUSTOMER__PHONE__1",
    case when "REFUSED__ID__CUSTOMER__PHONE__1" is null then "NORMAL__ID__CUSTOMER__PHONE__1" end as "ID__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "NORMAL__ATTR__CUSTOMER__LAST_NAME" as "ATTR__CUSTOMER__LAST_NAME",
    "REFUSED__ATTR__CUSTOMER__COUNTRY",
    case when "REFUSED__ATTR__CUSTOMER__COUNTRY" is null then "NORMAL__ATTR__CUSTOMER__COUNTRY" end as "ATTR__CUSTOMER__COUNTRY",
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
    case when "REFUSED__ATTR__CUSTOMER__BIRTH_DATE" is null then "READ__ATTR__CUSTOMER__BIRTH_DATE" end as "ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    "REFUSED__PROP__WANTS_NEWS",
    case when "REFUSED__PROP__WANTS_NEWS" is null then "READ__PROP__WANTS_NEWS" end as "PROP__WANTS_NEWS"
  from "JUDGED"
), "COMPARED" as (
  -- Normal forms of the parts of match rules.
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "IS_READ",
    "UPDATED_AT",
    "OBSERVED_AT",
    "IS_DELETED",
    "REFUSED__IS_DELETED",
    "REFUSED__ID__CUSTOMER__SHOP_ID__1",
    "ID__CUSTOMER__SHOP_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "REFUSED__ID__CUSTOMER__EMAIL__2",
    "ID__CUSTOMER__EMAIL__2",
    "REFUSED__ID__CUSTOMER__PHONE__1",
    "ID__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "ATTR__CUSTOMER__LAST_NAME",
    "REFUSED__ATTR__CUSTOMER__COUNTRY",
    "ATTR__CUSTOMER__COUNTRY",
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    nullif(trim(regexp_replace(case when regexp_instr(lower(translate("ATTR__CUSTOMER__LAST_NAME", 'İΣ', 'iσ')), '[^-]') > 0 then regexp_replace(translate(replace(replace(replace(lower(translate("ATTR__CUSTOMER__LAST_NAME", 'İΣ', 'iσ')), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ', 'aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghhiiiiijklllllnnnooorrrsssstttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy'), '([a-z])[̀-ͯ]+', '\\1') else lower(translate("ATTR__CUSTOMER__LAST_NAME", 'İΣ', 'iσ')) end, '[!-/:-@\\[-`{-~-©«-±´¶-¸»¿×÷ʹ-ʿˆ-˟ -⁯₠-⃿№℗℠™←-⯿⸀-⹟　-〄〈-〠〰・︎-︟︰-﹯！-／：-＠［-｀｛-･￠-￮🀀-🫿󠀠-󠁿              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+', ' '), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "TEXT__NAME__ATTR__CUSTOMER__LAST_NAME",
    to_varchar("ATTR__CUSTOMER__BIRTH_DATE", 'YYYY-MM-DD') as "TEXT__AS_IS__ATTR__CUSTOMER__BIRTH_DATE",
    nullif(trim(regexp_replace(case when regexp_instr(lower(translate("ATTR__CUSTOMER__POSTCODE", 'İΣ', 'iσ')), '[^-]') > 0 then regexp_replace(translate(replace(replace(replace(lower(translate("ATTR__CUSTOMER__POSTCODE", 'İΣ', 'iσ')), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ', 'aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghhiiiiijklllllnnnooorrrsssstttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy'), '([a-z])[̀-ͯ]+', '\\1') else lower(translate("ATTR__CUSTOMER__POSTCODE", 'İΣ', 'iσ')) end, '[!-/:-@\\[-`{-~-©«-±´¶-¸»¿×÷ʹ-ʿˆ-˟ -⁯₠-⃿№℗℠™←-⯿⸀-⹟　-〄〈-〠〰・︎-︟︰-﹯！-／：-＠［-｀｛-･￠-￮🀀-🫿󠀠-󠁿              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+', ' '), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "TEXT__NAME__ATTR__CUSTOMER__POSTCODE",
    "REFUSED__PROP__WANTS_NEWS",
    "PROP__WANTS_NEWS"
  from "ACCEPTED"
), "LINKED" as (
  -- The parts of match rules, but for rejected ones.
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "IS_READ",
    "UPDATED_AT",
    "OBSERVED_AT",
    "IS_DELETED",
    "REFUSED__IS_DELETED",
    "REFUSED__ID__CUSTOMER__SHOP_ID__1",
    "ID__CUSTOMER__SHOP_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "REFUSED__ID__CUSTOMER__EMAIL__2",
    "ID__CUSTOMER__EMAIL__2",
    "REFUSED__ID__CUSTOMER__PHONE__1",
    "ID__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "ATTR__CUSTOMER__LAST_NAME",
    "REFUSED__ATTR__CUSTOMER__COUNTRY",
    "ATTR__CUSTOMER__COUNTRY",
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    case when (lower(translate(trim("TEXT__NAME__ATTR__CUSTOMER__LAST_NAME", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate(trim("TEXT__NAME__ATTR__CUSTOMER__LAST_NAME", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then null else "TEXT__NAME__ATTR__CUSTOMER__LAST_NAME" end as "PART__NAME__ATTR__CUSTOMER__LAST_NAME",
    case when (lower(translate(trim("TEXT__AS_IS__ATTR__CUSTOMER__BIRTH_DATE", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate(trim("TEXT__AS_IS__ATTR__CUSTOMER__BIRTH_DATE", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then null else "TEXT__AS_IS__ATTR__CUSTOMER__BIRTH_DATE" end as "PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE",
    case when (lower(translate(trim("TEXT__NAME__ATTR__CUSTOMER__POSTCODE", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate(trim("TEXT__NAME__ATTR__CUSTOMER__POSTCODE", '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then null else "TEXT__NAME__ATTR__CUSTOMER__POSTCODE" end as "PART__NAME__ATTR__CUSTOMER__POSTCODE",
    "REFUSED__PROP__WANTS_NEWS",
    "PROP__WANTS_NEWS"
  from "COMPARED"
)
-- The numbers of identifiers, and what is wrong with the row as a whole.
select
  "RAW__ID",
  "RAW__SHOP_NO",
  "RAW__EMAIL",
  "RAW__WORK_EMAIL",
  "RAW__PHONE",
  "RAW__FIRST",
  "RAW__LAST",
  "RAW__COUNTRY",
  "RAW__BORN",
  "RAW__ZIP",
  "RAW__WANTS_NEWS",
  "RAW__CHANGED",
  "RAW__IS_DELETED",
  "RAW__IS_TEST",
  "CHANGE_HASH",
  "RECORD_KEY",
  "OBSERVED_AT",
  "OBSERVED_AT" as "FIRST_SEEN_AT",
  "OBSERVED_AT" as "LAST_SEEN_AT",
  "IS_DELETED",
  "REFUSED__IS_DELETED",
  "REFUSED__ID__CUSTOMER__SHOP_ID__1",
  "ID__CUSTOMER__SHOP_ID__1",
  cast(case when md5_number_upper64('shop_id:' || "ID__CUSTOMER__SHOP_ID__1") > 9223372036854775807 then md5_number_upper64('shop_id:' || "ID__CUSTOMER__SHOP_ID__1") - 18446744073709551616 else md5_number_upper64('shop_id:' || "ID__CUSTOMER__SHOP_ID__1") end as number(19, 0)) as "NODE__CUSTOMER__SHOP_ID__1",
  "REFUSED__ID__CUSTOMER__EMAIL__1",
  "ID__CUSTOMER__EMAIL__1",
  cast(case when md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") > 9223372036854775807 then md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") - 18446744073709551616 else md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") end as number(19, 0)) as "NODE__CUSTOMER__EMAIL__1",
  "REFUSED__ID__CUSTOMER__EMAIL__2",
  "ID__CUSTOMER__EMAIL__2",
  cast(case when md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__2") > 9223372036854775807 then md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__2") - 18446744073709551616 else md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__2") end as number(19, 0)) as "NODE__CUSTOMER__EMAIL__2",
  "REFUSED__ID__CUSTOMER__PHONE__1",
  "ID__CUSTOMER__PHONE__1",
  cast(case when md5_number_upper64('phone:' || "ID__CUSTOMER__PHONE__1") > 9223372036854775807 then md5_number_upper64('phone:' || "ID__CUSTOMER__PHONE__1") - 18446744073709551616 else md5_number_upper64('phone:' || "ID__CUSTOMER__PHONE__1") end as number(19, 0)) as "NODE__CUSTOMER__PHONE__1",
  "ATTR__CUSTOMER__FIRST_NAME",
  "ATTR__CUSTOMER__LAST_NAME",
  "REFUSED__ATTR__CUSTOMER__COUNTRY",
  "ATTR__CUSTOMER__COUNTRY",
  "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
  "ATTR__CUSTOMER__BIRTH_DATE",
  "ATTR__CUSTOMER__POSTCODE",
  case when "PART__NAME__ATTR__CUSTOMER__LAST_NAME" is not null and "PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE" is not null and "PART__NAME__ATTR__CUSTOMER__POSTCODE" is not null then to_json(array_construct(coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__LAST_NAME"), parse_json('null')), coalesce(to_variant("PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE"), parse_json('null')), coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__POSTCODE"), parse_json('null')))) end as "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
  cast(case when md5_number_upper64('same_person_at_address:' || case when "PART__NAME__ATTR__CUSTOMER__LAST_NAME" is not null and "PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE" is not null and "PART__NAME__ATTR__CUSTOMER__POSTCODE" is not null then to_json(array_construct(coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__LAST_NAME"), parse_json('null')), coalesce(to_variant("PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE"), parse_json('null')), coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__POSTCODE"), parse_json('null')))) end) > 9223372036854775807 then md5_number_upper64('same_person_at_address:' || case when "PART__NAME__ATTR__CUSTOMER__LAST_NAME" is not null and "PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE" is not null and "PART__NAME__ATTR__CUSTOMER__POSTCODE" is not null then to_json(array_construct(coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__LAST_NAME"), parse_json('null')), coalesce(to_variant("PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE"), parse_json('null')), coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__POSTCODE"), parse_json('null')))) end) - 18446744073709551616 else md5_number_upper64('same_person_at_address:' || case when "PART__NAME__ATTR__CUSTOMER__LAST_NAME" is not null and "PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE" is not null and "PART__NAME__ATTR__CUSTOMER__POSTCODE" is not null then to_json(array_construct(coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__LAST_NAME"), parse_json('null')), coalesce(to_variant("PART__AS_IS__ATTR__CUSTOMER__BIRTH_DATE"), parse_json('null')), coalesce(to_variant("PART__NAME__ATTR__CUSTOMER__POSTCODE"), parse_json('null')))) end) end as number(19, 0)) as "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
  "REFUSED__PROP__WANTS_NEWS",
  "PROP__WANTS_NEWS",
  case
    when not "IS_READ" then 'filtered'
    when "RECORD_KEY" is null then 'missing_key'
    when nullif("RAW__CHANGED", '') is not null and "UPDATED_AT" is null then 'bad_timestamp'
  end as "FAULT"
from "LINKED";

-- Rows that are not kept, known by their hash: what is wrong with them.
create table "CDP_INTERNAL"."ASIDE_CRM__NEXT" as
select
  "RECORD_KEY",
  "CHANGE_HASH",
  "FAULT" as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."ROWS_CRM__NEXT"
where "FAULT" is not null
group by "RECORD_KEY", "CHANGE_HASH", "FAULT";

-- How many rows were read, and how many of them are faulty.
create transient table "CDP_INTERNAL"."TALLY_CRM__SCRATCH" as
select
  cast(coalesce("FAULT", 'none') as varchar) as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."ROWS_CRM__NEXT"
group by "FAULT";

-- Rows of crm that are set aside.
create table "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT" as
select
  cast('crm' as varchar) as "SOURCE",
  "RECORD_KEY",
  "FAULT" as "REASON",
  case when "FAULT" = 'missing_key' then 'id' when "FAULT" = 'bad_timestamp' and nullif("RAW__CHANGED", '') is not null and case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
  end is null then 'changed' end as "COLUMN_NAME",
  case when "FAULT" = 'bad_timestamp' and nullif("RAW__CHANGED", '') is not null and case
    when regexp_instr(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), '^.{19}.*[+-]') > 0 then cast(convert_timezone('UTC', try_to_timestamp_tz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')) as timestamp_ntz(6))
    else cast(try_to_timestamp_ntz(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_substr(nullif("RAW__CHANGED", ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*(([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?([Zz]|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?)[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1), ' ?(UTC|[Zz])$', '+00:00'), ' ([+-][0-9:]+)$', '\\1'), '[Tt]', ' '), '^(.{10})$', '\\1 00:00:00'), '^(.{16})([+-].*)?$', '\\1:00\\2'), '^(.{19})([+-].*)?$', '\\1.0\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'), '^(.{19}.*[+-][0-9]{2})$', '\\1:00'), 'YYYY-MM-DD HH24:MI:SS.FF') as timestamp_ntz(6))
  end is null then nullif("RAW__CHANGED", '') end as "VALUE"
from "CDP_INTERNAL"."ROWS_CRM__NEXT"
where "FAULT" in ('missing_key', 'bad_timestamp');

-- Faulty and filtered rows leave.
delete from "CDP_INTERNAL"."ROWS_CRM__NEXT" where "FAULT" is not null;

-- Lines of the file that are no rows. The place of each stands as its column.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT" ("SOURCE", "RECORD_KEY", "REASON", "COLUMN_NAME", "VALUE")
select
  cast('crm' as varchar) as "SOURCE",
  cast(null as varchar) as "RECORD_KEY",
  'malformed_row' as "REASON",
  "PLACE" as "COLUMN_NAME",
  substring("VALUE", 1, 1) || '…' as "VALUE"
from (
  select
    "PLACE",
    "VALUE",
    "MESSAGE"
  from "CDP_INTERNAL"."FILE_CRM_MALFORMED__NEXT"
) as "MALFORMED";

-- They count as read.
insert into "CDP_INTERNAL"."TALLY_CRM__SCRATCH" ("FAULT", "ROW_COUNT")
select 'malformed_row', count(*)
from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT"
where "REASON" = 'malformed_row';

-- Rows of crm whose key is not theirs alone, and what becomes of each.
create transient table "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH" as
with "KEYS" as (
  select "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_CRM__NEXT"
  group by "RECORD_KEY"
  having count(*) > 1
), "HASHED" as (
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "IS_DELETED",
    "REFUSED__IS_DELETED",
    "REFUSED__ID__CUSTOMER__SHOP_ID__1",
    "ID__CUSTOMER__SHOP_ID__1",
    "NODE__CUSTOMER__SHOP_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "REFUSED__ID__CUSTOMER__EMAIL__2",
    "ID__CUSTOMER__EMAIL__2",
    "NODE__CUSTOMER__EMAIL__2",
    "REFUSED__ID__CUSTOMER__PHONE__1",
    "ID__CUSTOMER__PHONE__1",
    "NODE__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "ATTR__CUSTOMER__LAST_NAME",
    "REFUSED__ATTR__CUSTOMER__COUNTRY",
    "ATTR__CUSTOMER__COUNTRY",
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
    "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
    "REFUSED__PROP__WANTS_NEWS",
    "PROP__WANTS_NEWS",
    "FAULT",
    md5(to_json(array_construct(coalesce(to_variant("RAW__ID"), parse_json('null')), coalesce(to_variant("RAW__SHOP_NO"), parse_json('null')), coalesce(to_variant("RAW__EMAIL"), parse_json('null')), coalesce(to_variant("RAW__WORK_EMAIL"), parse_json('null')), coalesce(to_variant("RAW__PHONE"), parse_json('null')), coalesce(to_variant("RAW__FIRST"), parse_json('null')), coalesce(to_variant("RAW__LAST"), parse_json('null')), coalesce(to_variant("RAW__COUNTRY"), parse_json('null')), coalesce(to_variant("RAW__BORN"), parse_json('null')), coalesce(to_variant("RAW__ZIP"), parse_json('null')), coalesce(to_variant("RAW__WANTS_NEWS"), parse_json('null')), coalesce(to_variant("RAW__CHANGED"), parse_json('null')), coalesce(to_variant("RAW__IS_DELETED"), parse_json('null')), coalesce(to_variant("RAW__IS_TEST"), parse_json('null'))))) as "ROW_HASH"
  from "CDP_INTERNAL"."ROWS_CRM__NEXT"
  where "RECORD_KEY" in (select "RECORD_KEY" from "KEYS")
), "RANKED" as (
  select
    "RAW__ID",
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "IS_DELETED",
    "REFUSED__IS_DELETED",
    "REFUSED__ID__CUSTOMER__SHOP_ID__1",
    "ID__CUSTOMER__SHOP_ID__1",
    "NODE__CUSTOMER__SHOP_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "REFUSED__ID__CUSTOMER__EMAIL__2",
    "ID__CUSTOMER__EMAIL__2",
    "NODE__CUSTOMER__EMAIL__2",
    "REFUSED__ID__CUSTOMER__PHONE__1",
    "ID__CUSTOMER__PHONE__1",
    "NODE__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "ATTR__CUSTOMER__LAST_NAME",
    "REFUSED__ATTR__CUSTOMER__COUNTRY",
    "ATTR__CUSTOMER__COUNTRY",
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
    "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
    "REFUSED__PROP__WANTS_NEWS",
    "PROP__WANTS_NEWS",
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
    "RAW__SHOP_NO",
    "RAW__EMAIL",
    "RAW__WORK_EMAIL",
    "RAW__PHONE",
    "RAW__FIRST",
    "RAW__LAST",
    "RAW__COUNTRY",
    "RAW__BORN",
    "RAW__ZIP",
    "RAW__WANTS_NEWS",
    "RAW__CHANGED",
    "RAW__IS_DELETED",
    "RAW__IS_TEST",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "IS_DELETED",
    "REFUSED__IS_DELETED",
    "REFUSED__ID__CUSTOMER__SHOP_ID__1",
    "ID__CUSTOMER__SHOP_ID__1",
    "NODE__CUSTOMER__SHOP_ID__1",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "REFUSED__ID__CUSTOMER__EMAIL__2",
    "ID__CUSTOMER__EMAIL__2",
    "NODE__CUSTOMER__EMAIL__2",
    "REFUSED__ID__CUSTOMER__PHONE__1",
    "ID__CUSTOMER__PHONE__1",
    "NODE__CUSTOMER__PHONE__1",
    "ATTR__CUSTOMER__FIRST_NAME",
    "ATTR__CUSTOMER__LAST_NAME",
    "REFUSED__ATTR__CUSTOMER__COUNTRY",
    "ATTR__CUSTOMER__COUNTRY",
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__BIRTH_DATE",
    "ATTR__CUSTOMER__POSTCODE",
    "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
    "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
    "REFUSED__PROP__WANTS_NEWS",
    "PROP__WANTS_NEWS",
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
  "RAW__SHOP_NO",
  "RAW__EMAIL",
  "RAW__WORK_EMAIL",
  "RAW__PHONE",
  "RAW__FIRST",
  "RAW__LAST",
  "RAW__COUNTRY",
  "RAW__BORN",
  "RAW__ZIP",
  "RAW__WANTS_NEWS",
  "RAW__CHANGED",
  "RAW__IS_DELETED",
  "RAW__IS_TEST",
  "CHANGE_HASH",
  "RECORD_KEY",
  "OBSERVED_AT",
  "FIRST_SEEN_AT",
  "LAST_SEEN_AT",
  "IS_DELETED",
  "REFUSED__IS_DELETED",
  "REFUSED__ID__CUSTOMER__SHOP_ID__1",
  "ID__CUSTOMER__SHOP_ID__1",
  "NODE__CUSTOMER__SHOP_ID__1",
  "REFUSED__ID__CUSTOMER__EMAIL__1",
  "ID__CUSTOMER__EMAIL__1",
  "NODE__CUSTOMER__EMAIL__1",
  "REFUSED__ID__CUSTOMER__EMAIL__2",
  "ID__CUSTOMER__EMAIL__2",
  "NODE__CUSTOMER__EMAIL__2",
  "REFUSED__ID__CUSTOMER__PHONE__1",
  "ID__CUSTOMER__PHONE__1",
  "NODE__CUSTOMER__PHONE__1",
  "ATTR__CUSTOMER__FIRST_NAME",
  "ATTR__CUSTOMER__LAST_NAME",
  "REFUSED__ATTR__CUSTOMER__COUNTRY",
  "ATTR__CUSTOMER__COUNTRY",
  "REFUSED__ATTR__CUSTOMER__BIRTH_DATE",
  "ATTR__CUSTOMER__BIRTH_DATE",
  "ATTR__CUSTOMER__POSTCODE",
  "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
  "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1",
  "REFUSED__PROP__WANTS_NEWS",
  "PROP__WANTS_NEWS",
  "FAULT",
  case
    when "PLACE" = 1 then 'kept'
    when "ROW_HASH" = "KEPT_HASH" then 'repeated'
    when "RECENCY" = 1 then 'duplicate_key'
    else 'superseded'
  end as "OUTCOME"
from "COMPARED";

-- They leave …
delete from "CDP_INTERNAL"."ROWS_CRM__NEXT"
where "RECORD_KEY" in (select "RECORD_KEY" from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH");

-- … and the one that stays comes back.
insert into "CDP_INTERNAL"."ROWS_CRM__NEXT" ("RAW__ID", "RAW__SHOP_NO", "RAW__EMAIL", "RAW__WORK_EMAIL", "RAW__PHONE", "RAW__FIRST", "RAW__LAST", "RAW__COUNTRY", "RAW__BORN", "RAW__ZIP", "RAW__WANTS_NEWS", "RAW__CHANGED", "RAW__IS_DELETED", "RAW__IS_TEST", "CHANGE_HASH", "RECORD_KEY", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "IS_DELETED", "REFUSED__IS_DELETED", "REFUSED__ID__CUSTOMER__SHOP_ID__1", "ID__CUSTOMER__SHOP_ID__1", "NODE__CUSTOMER__SHOP_ID__1", "REFUSED__ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__1", "REFUSED__ID__CUSTOMER__EMAIL__2", "ID__CUSTOMER__EMAIL__2", "NODE__CUSTOMER__EMAIL__2", "REFUSED__ID__CUSTOMER__PHONE__1", "ID__CUSTOMER__PHONE__1", "NODE__CUSTOMER__PHONE__1", "ATTR__CUSTOMER__FIRST_NAME", "ATTR__CUSTOMER__LAST_NAME", "REFUSED__ATTR__CUSTOMER__COUNTRY", "ATTR__CUSTOMER__COUNTRY", "REFUSED__ATTR__CUSTOMER__BIRTH_DATE", "ATTR__CUSTOMER__BIRTH_DATE", "ATTR__CUSTOMER__POSTCODE", "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1", "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1", "REFUSED__PROP__WANTS_NEWS", "PROP__WANTS_NEWS", "FAULT")
select "RAW__ID", "RAW__SHOP_NO", "RAW__EMAIL", "RAW__WORK_EMAIL", "RAW__PHONE", "RAW__FIRST", "RAW__LAST", "RAW__COUNTRY", "RAW__BORN", "RAW__ZIP", "RAW__WANTS_NEWS", "RAW__CHANGED", "RAW__IS_DELETED", "RAW__IS_TEST", "CHANGE_HASH", "RECORD_KEY", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "IS_DELETED", "REFUSED__IS_DELETED", "REFUSED__ID__CUSTOMER__SHOP_ID__1", "ID__CUSTOMER__SHOP_ID__1", "NODE__CUSTOMER__SHOP_ID__1", "REFUSED__ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__1", "REFUSED__ID__CUSTOMER__EMAIL__2", "ID__CUSTOMER__EMAIL__2", "NODE__CUSTOMER__EMAIL__2", "REFUSED__ID__CUSTOMER__PHONE__1", "ID__CUSTOMER__PHONE__1", "NODE__CUSTOMER__PHONE__1", "ATTR__CUSTOMER__FIRST_NAME", "ATTR__CUSTOMER__LAST_NAME", "REFUSED__ATTR__CUSTOMER__COUNTRY", "ATTR__CUSTOMER__COUNTRY", "REFUSED__ATTR__CUSTOMER__BIRTH_DATE", "ATTR__CUSTOMER__BIRTH_DATE", "ATTR__CUSTOMER__POSTCODE", "ID__CUSTOMER__SAME_PERSON_AT_ADDRESS__1", "NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1", "REFUSED__PROP__WANTS_NEWS", "PROP__WANTS_NEWS", "FAULT"
from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH"
where "OUTCOME" = 'kept';

-- The rows that gave way to another of their key.
insert into "CDP_INTERNAL"."ASIDE_CRM__NEXT" ("RECORD_KEY", "CHANGE_HASH", "FAULT", "ROW_COUNT")
select
  "RECORD_KEY",
  "CHANGE_HASH",
  "OUTCOME" as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH"
where "OUTCOME" in ('superseded', 'duplicate_key')
group by "RECORD_KEY", "CHANGE_HASH", "OUTCOME";

-- The equals of a row that stays.
insert into "CDP_INTERNAL"."ASIDE_CRM__NEXT" ("RECORD_KEY", "CHANGE_HASH", "FAULT", "ROW_COUNT")
select
  "RECORD_KEY",
  "CHANGE_HASH",
  'repeated' as "FAULT",
  count(*) + 1 as "ROW_COUNT"
from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH"
where "OUTCOME" = 'repeated'
group by "RECORD_KEY", "CHANGE_HASH";

-- Rows of one key that time cannot order are rejected, but for one.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT" ("SOURCE", "RECORD_KEY", "REASON", "COLUMN_NAME", "VALUE")
select 'crm', "RECORD_KEY", 'duplicate_key', 'id', "RECORD_KEY"
from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH"
where "OUTCOME" = 'duplicate_key';

-- Rows that were deleted at the source.
insert into "CDP_INTERNAL"."ASIDE_CRM__NEXT" ("RECORD_KEY", "CHANGE_HASH", "FAULT", "ROW_COUNT")
select
  "RECORD_KEY",
  "CHANGE_HASH",
  'deleted' as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."ROWS_CRM__NEXT"
where "IS_DELETED"
group by "RECORD_KEY", "CHANGE_HASH";

-- Rows that were deleted at the source are gone.
delete from "CDP_INTERNAL"."ROWS_CRM__NEXT" where "IS_DELETED";

-- Choice: All of rows_crm.

-- In a full run:

create or replace view "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."ROWS_CRM__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."ROWS_CRM" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."ROWS_CRM__NEXT";

-- End of the choice.

-- Choice: All of aside_crm.

-- In a full run:

create or replace view "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."ASIDE_CRM__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."ASIDE_CRM" as "T"
where not ("T"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."ASIDE_CRM__NEXT";

-- End of the choice.

-- Choice: All of rejected_records_crm.

-- In a full run:

create or replace view "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."REJECTED_RECORDS_CRM" as "T"
where not ("T"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT";

-- End of the choice.

-- Values of crm that were refused.
create table "CDP_INTERNAL"."REJECTED_VALUES_CRM__NEXT" as
(
  select
    cast('crm' as varchar) as "SOURCE",
    "RECORD_KEY",
    "REFUSED__IS_DELETED" as "REASON",
    cast('is_deleted' as varchar) as "COLUMN_NAME",
    nullif("RAW__IS_DELETED", '') as "VALUE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__IS_DELETED" is not null
  order by "RECORD_KEY", "VALUE", "REASON"
  limit 1000
)
union all
(
  select
    cast('crm' as varchar) as "SOURCE",
    "RECORD_KEY",
    "REFUSED__ATTR__CUSTOMER__COUNTRY" as "REASON",
    cast('country' as varchar) as "COLUMN_NAME",
    nullif("RAW__COUNTRY", '') as "VALUE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ATTR__CUSTOMER__COUNTRY" is not null
  order by "RECORD_KEY", "VALUE", "REASON"
  limit 1000
)
union all
(
  select
    cast('crm' as varchar) as "SOURCE",
    "RECORD_KEY",
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE" as "REASON",
    cast('born' as varchar) as "COLUMN_NAME",
    nullif("RAW__BORN", '') as "VALUE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ATTR__CUSTOMER__BIRTH_DATE" is not null
  order by "RECORD_KEY", "VALUE", "REASON"
  limit 1000
)
union all
(
  select
    cast('crm' as varchar) as "SOURCE",
    "RECORD_KEY",
    "REFUSED__PROP__WANTS_NEWS" as "REASON",
    cast('wants_news' as varchar) as "COLUMN_NAME",
    nullif("RAW__WANTS_NEWS", '') as "VALUE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__PROP__WANTS_NEWS" is not null
  order by "RECORD_KEY", "VALUE", "REASON"
  limit 1000
);

-- Identifiers of crm that were refused.
create table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM__NEXT" as
select
  "SOURCE",
  "IDENTIFIER",
  "VALUE",
  "RULE",
  count(*) as "ROW_COUNT",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    cast('crm' as varchar) as "SOURCE",
    cast('shop_id' as varchar) as "IDENTIFIER",
    nullif("RAW__SHOP_NO", '') as "VALUE",
    "REFUSED__ID__CUSTOMER__SHOP_ID__1" as "RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ID__CUSTOMER__SHOP_ID__1" is not null
  union all
  select
    cast('crm' as varchar) as "SOURCE",
    cast('email' as varchar) as "IDENTIFIER",
    nullif("RAW__EMAIL", '') as "VALUE",
    "REFUSED__ID__CUSTOMER__EMAIL__1" as "RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ID__CUSTOMER__EMAIL__1" is not null
  union all
  select
    cast('crm' as varchar) as "SOURCE",
    cast('email' as varchar) as "IDENTIFIER",
    nullif("RAW__WORK_EMAIL", '') as "VALUE",
    "REFUSED__ID__CUSTOMER__EMAIL__2" as "RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ID__CUSTOMER__EMAIL__2" is not null
    and coalesce(nullif("RAW__EMAIL", '') <> nullif("RAW__WORK_EMAIL", ''), true)
  union all
  select
    cast('crm' as varchar) as "SOURCE",
    cast('phone' as varchar) as "IDENTIFIER",
    nullif("RAW__PHONE", '') as "VALUE",
    "REFUSED__ID__CUSTOMER__PHONE__1" as "RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ID__CUSTOMER__PHONE__1" is not null
) as "REFUSED"
group by "SOURCE", "IDENTIFIER", "VALUE", "RULE";

-- Choice: Rows that were read, counted as they were read or as they are known.

-- In a full run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of crm were rejected. Nothing was published.
select
  "REASON",
  count(*) as "REJECTED",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_CRM__SCRATCH" where "FAULT" not in ('filtered', 'future')) as "OF_ROWS",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "EXAMPLE"
from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW"
where (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW") > (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_CRM__SCRATCH" where "FAULT" not in ('filtered', 'future')) * 0.5
group by "REASON"
order by "REJECTED" desc, "REASON";

-- Figures for the summary: rows
select
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_CRM__SCRATCH" where true) as "READ",
  (select count(*) from "CDP_INTERNAL"."ROWS_CRM__NEXT") as "KEPT",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_CRM__SCRATCH" where "FAULT" = 'filtered') as "FILTERED",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_CRM__SCRATCH" where "FAULT" = 'future') as "FUTURE",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_CRM__SCRATCH" where "FAULT" = 'none') - (select count(*) from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH" where "OUTCOME" = 'superseded') - (select count(*) from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH" where "OUTCOME" = 'repeated') - (select count(*) from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH" where "OUTCOME" = 'duplicate_key') - (select count(*) from "CDP_INTERNAL"."ROWS_CRM__NEXT") as "DELETED",
  (select count(*) from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH" where "OUTCOME" = 'superseded') as "SUPERSEDED",
  (select count(*) from "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH" where "OUTCOME" = 'repeated') as "REPEATED",
  (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__NEXT") as "REJECTED";

-- In an incremental run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of crm were rejected. Nothing was published.
select
  "REASON",
  count(*) as "REJECTED",
  (
    (select count(*) from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW")
    + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where "FAULT" not in ('filtered', 'future'))
    + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW" where "REASON" = 'malformed_row')
  ) as "OF_ROWS",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "EXAMPLE"
from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW"
where (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW") > (
  (select count(*) from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW")
  + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where "FAULT" not in ('filtered', 'future'))
  + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW" where "REASON" = 'malformed_row')
) * 0.5
group by "REASON"
order by "REJECTED" desc, "REASON";

-- Figures for the summary: rows
select
  (
    (select count(*) from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW")
    + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where true)
    + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW" where "REASON" = 'malformed_row')
  ) as "READ",
  (select count(*) from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW") as "KEPT",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where "FAULT" = 'filtered') as "FILTERED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where "FAULT" = 'future') as "FUTURE",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where "FAULT" = 'deleted') as "DELETED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where "FAULT" = 'superseded') as "SUPERSEDED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_CRM__WHOLE__VIEW" where "FAULT" = 'repeated') as "REPEATED",
  (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW") as "REJECTED",
  (select count("RECORD_KEY") from "CDP_INTERNAL"."CHANGED_CRM__SCRATCH") as "CHANGED";

-- End of the choice.

-- Figures for the summary: rejected
select
  "REASON",
  count(*) as "ROW_COUNT",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "SAMPLE_RECORD_KEY"
from "CDP_INTERNAL"."REJECTED_RECORDS_CRM__WHOLE__VIEW"
group by "REASON"
order by "REASON";

-- Figures for the summary: refused_values
select
  'is_deleted' as "COLUMN_NAME",
  "RULE",
  count(*) as "ROW_COUNT",
  case when count("VALUE") > 0 then min_by("VALUE", case when "VALUE" is not null then "PLACE" else 9223372036854775807 end) end as "SAMPLE_VALUE",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    "REFUSED__IS_DELETED" as "RULE",
    "RECORD_KEY",
    nullif("RAW__IS_DELETED", '') as "VALUE",
    row_number() over (
      partition by "REFUSED__IS_DELETED"
      order by "RECORD_KEY" nulls last
    ) as "PLACE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__IS_DELETED" is not null
) as "REFUSED"
group by "RULE"
union all
select
  'country' as "COLUMN_NAME",
  "RULE",
  count(*) as "ROW_COUNT",
  case when count("VALUE") > 0 then min_by("VALUE", case when "VALUE" is not null then "PLACE" else 9223372036854775807 end) end as "SAMPLE_VALUE",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    "REFUSED__ATTR__CUSTOMER__COUNTRY" as "RULE",
    "RECORD_KEY",
    nullif("RAW__COUNTRY", '') as "VALUE",
    row_number() over (
      partition by "REFUSED__ATTR__CUSTOMER__COUNTRY"
      order by "RECORD_KEY" nulls last
    ) as "PLACE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ATTR__CUSTOMER__COUNTRY" is not null
) as "REFUSED"
group by "RULE"
union all
select
  'born' as "COLUMN_NAME",
  "RULE",
  count(*) as "ROW_COUNT",
  case when count("VALUE") > 0 then min_by("VALUE", case when "VALUE" is not null then "PLACE" else 9223372036854775807 end) end as "SAMPLE_VALUE",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    "REFUSED__ATTR__CUSTOMER__BIRTH_DATE" as "RULE",
    "RECORD_KEY",
    nullif("RAW__BORN", '') as "VALUE",
    row_number() over (
      partition by "REFUSED__ATTR__CUSTOMER__BIRTH_DATE"
      order by "RECORD_KEY" nulls last
    ) as "PLACE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__ATTR__CUSTOMER__BIRTH_DATE" is not null
) as "REFUSED"
group by "RULE"
union all
select
  'wants_news' as "COLUMN_NAME",
  "RULE",
  count(*) as "ROW_COUNT",
  case when count("VALUE") > 0 then min_by("VALUE", case when "VALUE" is not null then "PLACE" else 9223372036854775807 end) end as "SAMPLE_VALUE",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    "REFUSED__PROP__WANTS_NEWS" as "RULE",
    "RECORD_KEY",
    nullif("RAW__WANTS_NEWS", '') as "VALUE",
    row_number() over (
      partition by "REFUSED__PROP__WANTS_NEWS"
      order by "RECORD_KEY" nulls last
    ) as "PLACE"
  from "CDP_INTERNAL"."ROWS_CRM__WHOLE__VIEW"
  where "REFUSED__PROP__WANTS_NEWS" is not null
) as "REFUSED"
group by "RULE";

-- Figures for the summary: refused_identifiers
select
  "IDENTIFIER",
  "RULE",
  sum("ROW_COUNT") as "ROW_COUNT",
  count(distinct "VALUE") as "VALUE_COUNT"
from "CDP_INTERNAL"."REJECTED_IDENTIFIERS_CRM__NEXT"
group by "IDENTIFIER", "RULE"
order by "IDENTIFIER", "RULE";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CONTESTED_CRM__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TALLY_CRM__SCRATCH";
