-- source.crm: The rows of crm, cleaned, one a key.

-- The file of crm, as it is.
create table if not exists "cdp_internal"."file_crm__next" (
  "id" text collate "pg_c_utf8",
  "shop_no" text collate "pg_c_utf8",
  "email" text collate "pg_c_utf8",
  "work_email" text collate "pg_c_utf8",
  "phone" text collate "pg_c_utf8",
  "first" text collate "pg_c_utf8",
  "last" text collate "pg_c_utf8",
  "country" text collate "pg_c_utf8",
  "born" text collate "pg_c_utf8",
  "zip" text collate "pg_c_utf8",
  "wants_news" text collate "pg_c_utf8",
  "changed" text collate "pg_c_utf8",
  "is_deleted" text collate "pg_c_utf8",
  "is_test" text collate "pg_c_utf8"
);

-- Its lines that are no rows.
create table if not exists "cdp_internal"."file_crm_malformed__next" (
  "place" text collate "pg_c_utf8",
  "value" text collate "pg_c_utf8",
  "message" text collate "pg_c_utf8"
);

-- Load: data/crm.csv is loaded.
-- /project/data/crm.csv goes into cdp_internal.file_crm__next, lines that are no rows into cdp_internal.file_crm_malformed__next.

-- Choice: All rows are read, or those of keys that have changed.

-- In a full run:

create or replace view "cdp_internal"."incoming_crm__view" as
select
  "id",
  "shop_no",
  "email",
  "work_email",
  "phone",
  "first",
  "last",
  "country",
  "born",
  "zip",
  "wants_news",
  "changed",
  "is_deleted",
  "is_test"
from "cdp_internal"."file_crm__next" as "source_rows"
;

-- In an incremental run:

-- Keys of crm that have new rows, or rows that are gone; null where such a row has no key.
create unlogged table "cdp_internal"."changed_crm__scratch" as
with "known" as (
  select
    "record_key",
    "change_hash",
    cast(null as bigint) as "row_count"
  from "cdp_internal"."rows_crm"
  union all
  select
    "record_key",
    "change_hash",
    "row_count" as "row_count"
  from "cdp_internal"."aside_crm"
), "found" as (
  select
    nullif("id", '') as "record_key",
    hash_record_extended(row("id", "shop_no", "email", "work_email", "phone", "first", "last", "country", "born", "zip", "wants_news", "changed", "is_deleted", "is_test"), 0) as "change_hash"
  from "cdp_internal"."file_crm__next" as "source_rows"
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
  from "cdp_internal"."aside_crm"
  where "fault" = 'future'
)
select distinct "record_key"
from "changed";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."changed_crm__scratch"');

create or replace view "cdp_internal"."incoming_crm__view" as
select
  "id",
  "shop_no",
  "email",
  "work_email",
  "phone",
  "first",
  "last",
  "country",
  "born",
  "zip",
  "wants_news",
  "changed",
  "is_deleted",
  "is_test"
from "cdp_internal"."file_crm__next" as "source_rows"
where nullif("id", '') is null or nullif("id", '') in (select "record_key" from "cdp_internal"."changed_crm__scratch");

-- End of the choice.

-- The rows of crm as they were read, with what is wrong with them.
create table "cdp_internal"."rows_crm__next" as
with "source" as (
  -- The columns of the source.
  select
    (cast("id" as text)) collate "pg_c_utf8" as "raw__id",
    (cast("shop_no" as text)) collate "pg_c_utf8" as "raw__shop_no",
    (cast("email" as text)) collate "pg_c_utf8" as "raw__email",
    (cast("work_email" as text)) collate "pg_c_utf8" as "raw__work_email",
    (cast("phone" as text)) collate "pg_c_utf8" as "raw__phone",
    (cast("first" as text)) collate "pg_c_utf8" as "raw__first",
    (cast("last" as text)) collate "pg_c_utf8" as "raw__last",
    (cast("country" as text)) collate "pg_c_utf8" as "raw__country",
    (cast("born" as text)) collate "pg_c_utf8" as "raw__born",
    (cast("zip" as text)) collate "pg_c_utf8" as "raw__zip",
    (cast("wants_news" as text)) collate "pg_c_utf8" as "raw__wants_news",
    (cast("changed" as text)) collate "pg_c_utf8" as "raw__changed",
    (cast("is_deleted" as text)) collate "pg_c_utf8" as "raw__is_deleted",
    (cast("is_test" as text)) collate "pg_c_utf8" as "raw__is_test",
    hash_record_extended(row("id", "shop_no", "email", "work_email", "phone", "first", "last", "country", "born", "zip", "wants_news", "changed", "is_deleted", "is_test"), 0) as "change_hash"
  from "cdp_internal"."incoming_crm__view" as "source_rows"
  offset 0
), "read" as (
  -- Values cast to their types, identifiers trimmed.
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    nullif("raw__id", '') as "record_key",
    not coalesce(nullif("raw__is_test", '') = 'yes', false) as "is_read",
    case
      when nullif("raw__changed", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__changed", '') as timestamp)
      when nullif("raw__changed", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__changed", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
      else cast(regexp_replace(upper(substring(nullif("raw__changed", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp)
    end as "updated_at",
    case when lower(btrim(nullif("raw__is_deleted", ''), '	
              ​‌‍    ⁠　﻿')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(btrim(nullif("raw__is_deleted", ''), '	
              ​‌‍    ⁠　﻿')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "read__is_deleted",
    nullif(btrim(nullif("raw__shop_no", ''), '	
              ​‌‍    ⁠　﻿'), '') as "read__id__customer__shop_id__1",
    nullif(btrim(nullif("raw__email", ''), '	
              ​‌‍    ⁠　﻿'), '') as "read__id__customer__email__1",
    nullif(btrim(nullif("raw__work_email", ''), '	
              ​‌‍    ⁠　﻿'), '') as "read__id__customer__email__2",
    nullif(btrim(nullif("raw__phone", ''), '	
              ​‌‍    ⁠　﻿'), '') as "read__id__customer__phone__1",
    nullif("raw__first", '') as "attr__customer__first_name",
    nullif("raw__last", '') as "read__attr__customer__last_name",
    nullif("raw__country", '') as "read__attr__customer__country",
    case when nullif("raw__born", '') ~ ':[^\n]*(?:[+Zz\-]|UTC)' then cast(case
      when nullif("raw__born", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__born", '') as timestamp)
      when nullif("raw__born", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__born", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
      else cast(regexp_replace(upper(substring(nullif("raw__born", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp)
    end at time zone 'UTC' at time zone 'America/New_York' as date) else case when nullif("raw__born", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)$' then cast(nullif("raw__born", '') as date) else cast(case
      when nullif("raw__born", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__born", '') as timestamp)
      when nullif("raw__born", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__born", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
      else cast(regexp_replace(upper(substring(nullif("raw__born", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp)
    end as date) end end as "read__attr__customer__birth_date",
    nullif("raw__zip", '') as "attr__customer__postcode",
    case when lower(btrim(nullif("raw__wants_news", ''), '	
              ​‌‍    ⁠　﻿')) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(btrim(nullif("raw__wants_news", ''), '	
              ​‌‍    ⁠　﻿')) in ('false', 'f', 'no', 'n', 'off', '0') then false end as "read__prop__wants_news"
  from "source"
  offset 0
), "prepared" as (
  -- The first steps of normalisers that take several.
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "is_read",
    "updated_at",
    "read__is_deleted",
    "read__id__customer__shop_id__1",
    "read__id__customer__email__1",
    "read__id__customer__email__2",
    "read__id__customer__phone__1",
    regexp_replace(regexp_replace(regexp_replace(lower(("read__id__customer__phone__1") collate "pg_c_utf8"), '(?:ext|x|;|#)[^0-9]*[0-9]*\Z', '', 'g'), '((?:[+]|^ *00|^ *011)[^()]*)[(] *0 *[)]', '\1', 'g'), '[^0-9+]+', '', 'g') as "prepared__id__customer__phone__1",
    "attr__customer__first_name",
    "read__attr__customer__last_name",
    "read__attr__customer__country",
    "read__attr__customer__birth_date",
    "attr__customer__postcode",
    "read__prop__wants_news"
  from "read"
  offset 0
), "normal" as (
  -- Normal forms.
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "is_read",
    "updated_at",
    "updated_at" as "observed_at",
    "read__is_deleted",
    coalesce("read__is_deleted", false) as "is_deleted",
    "read__id__customer__shop_id__1",
    "read__id__customer__email__1",
    nullif(regexp_substr(regexp_replace(lower(("read__id__customer__email__1") collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), '') as "normal__id__customer__email__1",
    "read__id__customer__email__2",
    nullif(regexp_substr(regexp_replace(lower(("read__id__customer__email__2") collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), '') as "normal__id__customer__email__2",
    "read__id__customer__phone__1",
    nullif(regexp_substr(regexp_replace(regexp_replace("prepared__id__customer__phone__1", '^(?:011|00)', '+', 'g'), '^1?([0-9]{10})\Z', '+1\1', 'g'), '^[+][1-9][0-9]{7,14}\Z'), '') as "normal__id__customer__phone__1",
    "attr__customer__first_name",
    "read__attr__customer__last_name",
    nullif(btrim("read__attr__customer__last_name", '	
              ​‌‍    ⁠　﻿'), '') as "normal__attr__customer__last_name",
    "read__attr__customer__country",
    case nullif(lower((btrim("read__attr__customer__country", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8"), '') when 'usa' then 'us' else nullif(lower((btrim("read__attr__customer__country", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8"), '') end as "normal__attr__customer__country",
    "read__attr__customer__birth_date",
    "attr__customer__postcode",
    "read__prop__wants_news"
  from "prepared"
  offset 0
), "judged" as (
  -- Which rule refuses a value, if any.
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "is_read",
    "updated_at",
    "observed_at",
    "is_deleted",
    case when nullif("raw__is_deleted", '') is not null and "read__is_deleted" is null then 'cast' end as "refused__is_deleted",
    "read__id__customer__shop_id__1",
    case
      when (lower(("read__id__customer__shop_id__1") collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower(("read__id__customer__shop_id__1") collate "pg_c_utf8") ~ '^[0\-]+\Z') then 'default'
    end as "refused__id__customer__shop_id__1",
    "read__id__customer__email__1",
    "normal__id__customer__email__1",
    case
      when (lower(("read__id__customer__email__1") collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower(("read__id__customer__email__1") collate "pg_c_utf8") ~ '^[0\-]+\Z') then 'default'
      when "read__id__customer__email__1" is not null and "normal__id__customer__email__1" is null then 'email'
      when "normal__id__customer__email__1" in (coalesce(nullif(regexp_substr(regexp_replace(lower((btrim('noreply@example.com', '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), ''), 'noreply@example.com')) then 'reject'
    end as "refused__id__customer__email__1",
    "read__id__customer__email__2",
    "normal__id__customer__email__2",
    case
      when (lower(("read__id__customer__email__2") collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower(("read__id__customer__email__2") collate "pg_c_utf8") ~ '^[0\-]+\Z') then 'default'
      when "read__id__customer__email__2" is not null and "normal__id__customer__email__2" is null then 'email'
      when "normal__id__customer__email__2" in (coalesce(nullif(regexp_substr(regexp_replace(lower((btrim('noreply@example.com', '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), ''), 'noreply@example.com')) then 'reject'
    end as "refused__id__customer__email__2",
    "read__id__customer__phone__1",
    "normal__id__customer__phone__1",
    case
      when (lower(("read__id__customer__phone__1") collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower(("read__id__customer__phone__1") collate "pg_c_utf8") ~ '^[0\-]+\Z') then 'default'
      when "read__id__customer__phone__1" is not null and "normal__id__customer__phone__1" is null then 'phone'
    end as "refused__id__customer__phone__1",
    "attr__customer__first_name",
    "read__attr__customer__last_name",
    "normal__attr__customer__last_name",
    "read__attr__customer__country",
    "normal__attr__customer__country",
    case
      when not "normal__attr__customer__country" ~ '^[a-z]{2}\Z' then 'accept'
    end as "refused__attr__customer__country",
    "read__attr__customer__birth_date",
    case
      when nullif("raw__born", '') is not null and "read__attr__customer__birth_date" is null then 'cast'
      when "read__attr__customer__birth_date" < date '1900-01-01' then 'min'
    end as "refused__attr__customer__birth_date",
    "attr__customer__postcode",
    "read__prop__wants_news",
    case
      when nullif("raw__wants_news", '') is not null and "read__prop__wants_news" is null then 'cast'
    end as "refused__prop__wants_news"
  from "normal"
  offset 0
), "accepted" as (
  -- What is left of values.
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "is_read",
    "updated_at",
    "observed_at",
    "is_deleted",
    "refused__is_deleted",
    "refused__id__customer__shop_id__1",
    case when "refused__id__customer__shop_id__1" is null then "read__id__customer__shop_id__1" end as "id__customer__shop_id__1",
    "refused__id__customer__email__1",
    case when "refused__id__customer__email__1" is null then "normal__id__customer__email__1" end as "id__customer__email__1",
    "refused__id__customer__email__2",
    case when "refused__id__customer__email__2" is null then "normal__id__customer__email__2" end as "id__customer__email__2",
    "refused__id__customer__phone__1",
    case when "refused__id__customer__phone__1" is null then "normal__id__customer__phone__1" end as "id__customer__phone__1",
    "attr__customer__first_name",
    "normal__attr__customer__last_name" as "attr__customer__last_name",
    "refused__attr__customer__country",
    case when "refused__attr__customer__country" is null then "normal__attr__customer__country" end as "attr__customer__country",
    "refused__attr__customer__birth_date",
    case when "refused__attr__customer__birth_date" is null then "read__attr__customer__birth_date" end as "attr__customer__birth_date",
    "attr__customer__postcode",
    "refused__prop__wants_news",
    case when "refused__prop__wants_news" is null then "read__prop__wants_news" end as "prop__wants_news"
  from "judged"
  offset 0
), "compared" as (
  -- Normal forms of the parts of match rules.
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "is_read",
    "updated_at",
    "observed_at",
    "is_deleted",
    "refused__is_deleted",
    "refused__id__customer__shop_id__1",
    "id__customer__shop_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "refused__id__customer__email__2",
    "id__customer__email__2",
    "refused__id__customer__phone__1",
    "id__customer__phone__1",
    "attr__customer__first_name",
    "attr__customer__last_name",
    "refused__attr__customer__country",
    "attr__customer__country",
    "refused__attr__customer__birth_date",
    "attr__customer__birth_date",
    "attr__customer__postcode",
    nullif(btrim(regexp_replace(case when lower(("attr__customer__last_name") collate "pg_c_utf8") ~ '[^-]' then regexp_replace(translate(replace(replace(replace(lower(("attr__customer__last_name") collate "pg_c_utf8"), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ', 'aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghhiiiiijklllllnnnooorrrsssstttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy'), '([a-z])[̀-ͯ]+', '\1', 'g') else lower(("attr__customer__last_name") collate "pg_c_utf8") end, '[!-/:-@\[-`{-~-©«-±´¶-¸»¿×÷ʹ-ʿˆ-˟ -⁯₠-⃿№℗℠™←-⯿⸀-⹟　-〄〈-〠〰・︎-︟︰-﹯！-／：-＠［-｀｛-･￠-￮🀀-🫿󠀠-󠁿              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+', ' ', 'g'), '	
              ​‌‍    ⁠　﻿'), '') as "text__name__attr__customer__last_name",
    cast("attr__customer__birth_date" as text) as "text__as_is__attr__customer__birth_date",
    nullif(btrim(regexp_replace(case when lower(("attr__customer__postcode") collate "pg_c_utf8") ~ '[^-]' then regexp_replace(translate(replace(replace(replace(lower(("attr__customer__postcode") collate "pg_c_utf8"), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ', 'aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghhiiiiijklllllnnnooorrrsssstttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy'), '([a-z])[̀-ͯ]+', '\1', 'g') else lower(("attr__customer__postcode") collate "pg_c_utf8") end, '[!-/:-@\[-`{-~-©«-±´¶-¸»¿×÷ʹ-ʿˆ-˟ -⁯₠-⃿№℗℠™←-⯿⸀-⹟　-〄〈-〠〰・︎-︟︰-﹯！-／：-＠［-｀｛-･￠-￮🀀-🫿󠀠-󠁿              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+', ' ', 'g'), '	
              ​‌‍    ⁠　﻿'), '') as "text__name__attr__customer__postcode",
    "refused__prop__wants_news",
    "prop__wants_news"
  from "accepted"
  offset 0
), "linked" as (
  -- The parts of match rules, but for rejected ones.
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "is_read",
    "updated_at",
    "observed_at",
    "is_deleted",
    "refused__is_deleted",
    "refused__id__customer__shop_id__1",
    "id__customer__shop_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "refused__id__customer__email__2",
    "id__customer__email__2",
    "refused__id__customer__phone__1",
    "id__customer__phone__1",
    "attr__customer__first_name",
    "attr__customer__last_name",
    "refused__attr__customer__country",
    "attr__customer__country",
    "refused__attr__customer__birth_date",
    "attr__customer__birth_date",
    "attr__customer__postcode",
    case when (lower((btrim("text__name__attr__customer__last_name", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower((btrim("text__name__attr__customer__last_name", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8") ~ '^[0\-]+\Z') then null else "text__name__attr__customer__last_name" end as "part__name__attr__customer__last_name",
    case when (lower((btrim("text__as_is__attr__customer__birth_date", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower((btrim("text__as_is__attr__customer__birth_date", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8") ~ '^[0\-]+\Z') then null else "text__as_is__attr__customer__birth_date" end as "part__as_is__attr__customer__birth_date",
    case when (lower((btrim("text__name__attr__customer__postcode", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower((btrim("text__name__attr__customer__postcode", '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8") ~ '^[0\-]+\Z') then null else "text__name__attr__customer__postcode" end as "part__name__attr__customer__postcode",
    "refused__prop__wants_news",
    "prop__wants_news"
  from "compared"
  offset 0
)
-- The numbers of identifiers, and what is wrong with the row as a whole.
select
  "raw__id",
  "raw__shop_no",
  "raw__email",
  "raw__work_email",
  "raw__phone",
  "raw__first",
  "raw__last",
  "raw__country",
  "raw__born",
  "raw__zip",
  "raw__wants_news",
  "raw__changed",
  "raw__is_deleted",
  "raw__is_test",
  "change_hash",
  "record_key",
  "observed_at",
  "observed_at" as "first_seen_at",
  "observed_at" as "last_seen_at",
  "is_deleted",
  "refused__is_deleted",
  "refused__id__customer__shop_id__1",
  "id__customer__shop_id__1",
  cast(cast('x' || substr(md5('shop_id:' || "id__customer__shop_id__1"), 1, 16) as bit(64)) as bigint) as "node__customer__shop_id__1",
  "refused__id__customer__email__1",
  "id__customer__email__1",
  cast(cast('x' || substr(md5('email:' || "id__customer__email__1"), 1, 16) as bit(64)) as bigint) as "node__customer__email__1",
  "refused__id__customer__email__2",
  "id__customer__email__2",
  cast(cast('x' || substr(md5('email:' || "id__customer__email__2"), 1, 16) as bit(64)) as bigint) as "node__customer__email__2",
  "refused__id__customer__phone__1",
  "id__customer__phone__1",
  cast(cast('x' || substr(md5('phone:' || "id__customer__phone__1"), 1, 16) as bit(64)) as bigint) as "node__customer__phone__1",
  "attr__customer__first_name",
  "attr__customer__last_name",
  "refused__attr__customer__country",
  "attr__customer__country",
  "refused__attr__customer__birth_date",
  "attr__customer__birth_date",
  "attr__customer__postcode",
  case when "part__name__attr__customer__last_name" is not null and "part__as_is__attr__customer__birth_date" is not null and "part__name__attr__customer__postcode" is not null then cast(to_json(array["part__name__attr__customer__last_name", "part__as_is__attr__customer__birth_date", "part__name__attr__customer__postcode"]) as text) end as "id__customer__same_person_at_address__1",
  cast(cast('x' || substr(md5('same_person_at_address:' || case when "part__name__attr__customer__last_name" is not null and "part__as_is__attr__customer__birth_date" is not null and "part__name__attr__customer__postcode" is not null then cast(to_json(array["part__name__attr__customer__last_name", "part__as_is__attr__customer__birth_date", "part__name__attr__customer__postcode"]) as text) end), 1, 16) as bit(64)) as bigint) as "node__customer__same_person_at_address__1",
  "refused__prop__wants_news",
  "prop__wants_news",
  case
    when not "is_read" then 'filtered'
    when "record_key" is null then 'missing_key'
    when nullif("raw__changed", '') is not null and "updated_at" is null then 'bad_timestamp'
  end as "fault"
from "linked";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rows_crm__next"');

-- Rows that are not kept, known by their hash: what is wrong with them.
create table "cdp_internal"."aside_crm__next" as
select
  "record_key",
  "change_hash",
  "fault" as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_crm__next"
where "fault" is not null
group by "record_key", "change_hash", "fault";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."aside_crm__next"');

-- How many rows were read, and how many of them are faulty.
create unlogged table "cdp_internal"."tally_crm__scratch" as
select
  cast(coalesce("fault", 'none') as text) as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_crm__next"
group by "fault";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."tally_crm__scratch"');

-- Rows of crm that are set aside.
create table "cdp_internal"."rejected_records_crm__next" as
select
  cast('crm' as text) as "source",
  "record_key",
  "fault" as "reason",
  case when "fault" = 'missing_key' then 'id' when "fault" = 'bad_timestamp' and nullif("raw__changed", '') is not null and case
    when nullif("raw__changed", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__changed", '') as timestamp)
    when nullif("raw__changed", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__changed", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
    else cast(regexp_replace(upper(substring(nullif("raw__changed", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp)
  end is null then 'changed' end as "column_name",
  case when "fault" = 'bad_timestamp' and nullif("raw__changed", '') is not null and case
    when nullif("raw__changed", '') ~ '^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?Z$' then cast(nullif("raw__changed", '') as timestamp)
    when nullif("raw__changed", '') ~ ':[0-9]{2}(?:[.][0-9]+)? ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)[^0-9]*$' then cast(regexp_replace(upper(substring(nullif("raw__changed", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamptz) at time zone 'UTC'
    else cast(regexp_replace(upper(substring(nullif("raw__changed", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*((?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?: ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?)?)[              ​‌‍    ⁠　﻿\t-\r]*$')), '([.][0-9]{6})[0-9]+', '\1') as timestamp)
  end is null then nullif("raw__changed", '') end as "value"
from "cdp_internal"."rows_crm__next"
where "fault" in ('missing_key', 'bad_timestamp');
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_records_crm__next"');

-- Faulty and filtered rows leave.
delete from "cdp_internal"."rows_crm__next" where "fault" is not null;

-- Lines of the file that are no rows. The place of each stands as its column.
insert into "cdp_internal"."rejected_records_crm__next" ("source", "record_key", "reason", "column_name", "value")
select
  cast('crm' as text) as "source",
  cast(null as text) as "record_key",
  'malformed_row' as "reason",
  "place" as "column_name",
  substring("value", 1, 1) || '…' as "value"
from (
  select
    "place",
    "value",
    "message"
  from "cdp_internal"."file_crm_malformed__next"
) as "malformed";

-- They count as read.
insert into "cdp_internal"."tally_crm__scratch" ("fault", "row_count")
select 'malformed_row', count(*)
from "cdp_internal"."rejected_records_crm__next"
where "reason" = 'malformed_row';

-- Rows of crm whose key is not theirs alone, and what becomes of each.
create unlogged table "cdp_internal"."contested_crm__scratch" as
with "keys" as (
  select "record_key"
  from "cdp_internal"."rows_crm__next"
  group by "record_key"
  having count(*) > 1
), "hashed" as (
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "is_deleted",
    "refused__is_deleted",
    "refused__id__customer__shop_id__1",
    "id__customer__shop_id__1",
    "node__customer__shop_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "refused__id__customer__email__2",
    "id__customer__email__2",
    "node__customer__email__2",
    "refused__id__customer__phone__1",
    "id__customer__phone__1",
    "node__customer__phone__1",
    "attr__customer__first_name",
    "attr__customer__last_name",
    "refused__attr__customer__country",
    "attr__customer__country",
    "refused__attr__customer__birth_date",
    "attr__customer__birth_date",
    "attr__customer__postcode",
    "id__customer__same_person_at_address__1",
    "node__customer__same_person_at_address__1",
    "refused__prop__wants_news",
    "prop__wants_news",
    "fault",
    md5(cast(to_json(array["raw__id", "raw__shop_no", "raw__email", "raw__work_email", "raw__phone", "raw__first", "raw__last", "raw__country", "raw__born", "raw__zip", "raw__wants_news", "raw__changed", "raw__is_deleted", "raw__is_test"]) as text)) as "row_hash"
  from "cdp_internal"."rows_crm__next"
  where "record_key" in (select "record_key" from "keys")
), "ranked" as (
  select
    "raw__id",
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "is_deleted",
    "refused__is_deleted",
    "refused__id__customer__shop_id__1",
    "id__customer__shop_id__1",
    "node__customer__shop_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "refused__id__customer__email__2",
    "id__customer__email__2",
    "node__customer__email__2",
    "refused__id__customer__phone__1",
    "id__customer__phone__1",
    "node__customer__phone__1",
    "attr__customer__first_name",
    "attr__customer__last_name",
    "refused__attr__customer__country",
    "attr__customer__country",
    "refused__attr__customer__birth_date",
    "attr__customer__birth_date",
    "attr__customer__postcode",
    "id__customer__same_person_at_address__1",
    "node__customer__same_person_at_address__1",
    "refused__prop__wants_news",
    "prop__wants_news",
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
    "raw__shop_no",
    "raw__email",
    "raw__work_email",
    "raw__phone",
    "raw__first",
    "raw__last",
    "raw__country",
    "raw__born",
    "raw__zip",
    "raw__wants_news",
    "raw__changed",
    "raw__is_deleted",
    "raw__is_test",
    "change_hash",
    "record_key",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "is_deleted",
    "refused__is_deleted",
    "refused__id__customer__shop_id__1",
    "id__customer__shop_id__1",
    "node__customer__shop_id__1",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "refused__id__customer__email__2",
    "id__customer__email__2",
    "node__customer__email__2",
    "refused__id__customer__phone__1",
    "id__customer__phone__1",
    "node__customer__phone__1",
    "attr__customer__first_name",
    "attr__customer__last_name",
    "refused__attr__customer__country",
    "attr__customer__country",
    "refused__attr__customer__birth_date",
    "attr__customer__birth_date",
    "attr__customer__postcode",
    "id__customer__same_person_at_address__1",
    "node__customer__same_person_at_address__1",
    "refused__prop__wants_news",
    "prop__wants_news",
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
  "raw__shop_no",
  "raw__email",
  "raw__work_email",
  "raw__phone",
  "raw__first",
  "raw__last",
  "raw__country",
  "raw__born",
  "raw__zip",
  "raw__wants_news",
  "raw__changed",
  "raw__is_deleted",
  "raw__is_test",
  "change_hash",
  "record_key",
  "observed_at",
  "first_seen_at",
  "last_seen_at",
  "is_deleted",
  "refused__is_deleted",
  "refused__id__customer__shop_id__1",
  "id__customer__shop_id__1",
  "node__customer__shop_id__1",
  "refused__id__customer__email__1",
  "id__customer__email__1",
  "node__customer__email__1",
  "refused__id__customer__email__2",
  "id__customer__email__2",
  "node__customer__email__2",
  "refused__id__customer__phone__1",
  "id__customer__phone__1",
  "node__customer__phone__1",
  "attr__customer__first_name",
  "attr__customer__last_name",
  "refused__attr__customer__country",
  "attr__customer__country",
  "refused__attr__customer__birth_date",
  "attr__customer__birth_date",
  "attr__customer__postcode",
  "id__customer__same_person_at_address__1",
  "node__customer__same_person_at_address__1",
  "refused__prop__wants_news",
  "prop__wants_news",
  "fault",
  case
    when "place" = 1 then 'kept'
    when "row_hash" = "kept_hash" then 'repeated'
    when "recency" = 1 then 'duplicate_key'
    else 'superseded'
  end as "outcome"
from "compared";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."contested_crm__scratch"');

-- They leave …
delete from "cdp_internal"."rows_crm__next"
where "record_key" in (select "record_key" from "cdp_internal"."contested_crm__scratch");

-- … and the one that stays comes back.
insert into "cdp_internal"."rows_crm__next" ("raw__id", "raw__shop_no", "raw__email", "raw__work_email", "raw__phone", "raw__first", "raw__last", "raw__country", "raw__born", "raw__zip", "raw__wants_news", "raw__changed", "raw__is_deleted", "raw__is_test", "change_hash", "record_key", "observed_at", "first_seen_at", "last_seen_at", "is_deleted", "refused__is_deleted", "refused__id__customer__shop_id__1", "id__customer__shop_id__1", "node__customer__shop_id__1", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "refused__id__customer__email__2", "id__customer__email__2", "node__customer__email__2", "refused__id__customer__phone__1", "id__customer__phone__1", "node__customer__phone__1", "attr__customer__first_name", "attr__customer__last_name", "refused__attr__customer__country", "attr__customer__country", "refused__attr__customer__birth_date", "attr__customer__birth_date", "attr__customer__postcode", "id__customer__same_person_at_address__1", "node__customer__same_person_at_address__1", "refused__prop__wants_news", "prop__wants_news", "fault")
select "raw__id", "raw__shop_no", "raw__email", "raw__work_email", "raw__phone", "raw__first", "raw__last", "raw__country", "raw__born", "raw__zip", "raw__wants_news", "raw__changed", "raw__is_deleted", "raw__is_test", "change_hash", "record_key", "observed_at", "first_seen_at", "last_seen_at", "is_deleted", "refused__is_deleted", "refused__id__customer__shop_id__1", "id__customer__shop_id__1", "node__customer__shop_id__1", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "refused__id__customer__email__2", "id__customer__email__2", "node__customer__email__2", "refused__id__customer__phone__1", "id__customer__phone__1", "node__customer__phone__1", "attr__customer__first_name", "attr__customer__last_name", "refused__attr__customer__country", "attr__customer__country", "refused__attr__customer__birth_date", "attr__customer__birth_date", "attr__customer__postcode", "id__customer__same_person_at_address__1", "node__customer__same_person_at_address__1", "refused__prop__wants_news", "prop__wants_news", "fault"
from "cdp_internal"."contested_crm__scratch"
where "outcome" = 'kept';

-- The rows that gave way to another of their key.
insert into "cdp_internal"."aside_crm__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  "outcome" as "fault",
  count(*) as "row_count"
from "cdp_internal"."contested_crm__scratch"
where "outcome" in ('superseded', 'duplicate_key')
group by "record_key", "change_hash", "outcome";

-- The equals of a row that stays.
insert into "cdp_internal"."aside_crm__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  'repeated' as "fault",
  count(*) + 1 as "row_count"
from "cdp_internal"."contested_crm__scratch"
where "outcome" = 'repeated'
group by "record_key", "change_hash";

-- Rows of one key that time cannot order are rejected, but for one.
insert into "cdp_internal"."rejected_records_crm__next" ("source", "record_key", "reason", "column_name", "value")
select 'crm', "record_key", 'duplicate_key', 'id', "record_key"
from "cdp_internal"."contested_crm__scratch"
where "outcome" = 'duplicate_key';

-- Rows that were deleted at the source.
insert into "cdp_internal"."aside_crm__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  'deleted' as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_crm__next"
where "is_deleted"
group by "record_key", "change_hash";

-- Rows that were deleted at the source are gone.
delete from "cdp_internal"."rows_crm__next" where "is_deleted";

-- Choice: All of rows_crm.

-- In a full run:

create or replace view "cdp_internal"."rows_crm__whole__view" as
select * from "cdp_internal"."rows_crm__next";

-- In an incremental run:

create or replace view "cdp_internal"."rows_crm__whole__view" as
select *
from "cdp_internal"."rows_crm" as "t"
where not (exists (select 1 from "cdp_internal"."changed_crm__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."rows_crm__next";

-- End of the choice.

-- Choice: All of aside_crm.

-- In a full run:

create or replace view "cdp_internal"."aside_crm__whole__view" as
select * from "cdp_internal"."aside_crm__next";

-- In an incremental run:

create or replace view "cdp_internal"."aside_crm__whole__view" as
select *
from "cdp_internal"."aside_crm" as "t"
where not ("t"."record_key" is null or exists (select 1 from "cdp_internal"."changed_crm__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."aside_crm__next";

-- End of the choice.

-- Choice: All of rejected_records_crm.

-- In a full run:

create or replace view "cdp_internal"."rejected_records_crm__whole__view" as
select * from "cdp_internal"."rejected_records_crm__next";

-- In an incremental run:

create or replace view "cdp_internal"."rejected_records_crm__whole__view" as
select *
from "cdp_internal"."rejected_records_crm" as "t"
where not ("t"."record_key" is null or exists (select 1 from "cdp_internal"."changed_crm__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."rejected_records_crm__next";

-- End of the choice.

-- Values of crm that were refused.
create table "cdp_internal"."rejected_values_crm__next" as
(
  select
    cast('crm' as text) as "source",
    "record_key",
    "refused__is_deleted" as "reason",
    cast('is_deleted' as text) as "column_name",
    nullif("raw__is_deleted", '') as "value"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__is_deleted" is not null
  order by "record_key", "value", "reason"
  limit 1000
)
union all
(
  select
    cast('crm' as text) as "source",
    "record_key",
    "refused__attr__customer__country" as "reason",
    cast('country' as text) as "column_name",
    nullif("raw__country", '') as "value"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__attr__customer__country" is not null
  order by "record_key", "value", "reason"
  limit 1000
)
union all
(
  select
    cast('crm' as text) as "source",
    "record_key",
    "refused__attr__customer__birth_date" as "reason",
    cast('born' as text) as "column_name",
    nullif("raw__born", '') as "value"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__attr__customer__birth_date" is not null
  order by "record_key", "value", "reason"
  limit 1000
)
union all
(
  select
    cast('crm' as text) as "source",
    "record_key",
    "refused__prop__wants_news" as "reason",
    cast('wants_news' as text) as "column_name",
    nullif("raw__wants_news", '') as "value"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__prop__wants_news" is not null
  order by "record_key", "value", "reason"
  limit 1000
);
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_values_crm__next"');

-- Identifiers of crm that were refused.
create table "cdp_internal"."rejected_identifiers_crm__next" as
select
  "source",
  "identifier",
  "value",
  "rule",
  count(*) as "row_count",
  min("record_key") as "sample_record_key"
from (
  select
    cast('crm' as text) as "source",
    cast('shop_id' as text) as "identifier",
    nullif("raw__shop_no", '') as "value",
    "refused__id__customer__shop_id__1" as "rule",
    "record_key"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__id__customer__shop_id__1" is not null
  union all
  select
    cast('crm' as text) as "source",
    cast('email' as text) as "identifier",
    nullif("raw__email", '') as "value",
    "refused__id__customer__email__1" as "rule",
    "record_key"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__id__customer__email__1" is not null
  union all
  select
    cast('crm' as text) as "source",
    cast('email' as text) as "identifier",
    nullif("raw__work_email", '') as "value",
    "refused__id__customer__email__2" as "rule",
    "record_key"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__id__customer__email__2" is not null
    and coalesce(nullif("raw__email", '') <> nullif("raw__work_email", ''), true)
  union all
  select
    cast('crm' as text) as "source",
    cast('phone' as text) as "identifier",
    nullif("raw__phone", '') as "value",
    "refused__id__customer__phone__1" as "rule",
    "record_key"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__id__customer__phone__1" is not null
) as "refused"
group by "source", "identifier", "value", "rule";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_identifiers_crm__next"');

-- Choice: Rows that were read, counted as they were read or as they are known.

-- In a full run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of crm were rejected. Nothing was published.
select
  "reason",
  count(*) as "rejected",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_crm__scratch" where "fault" not in ('filtered', 'future')) as "of_rows",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "example"
from "cdp_internal"."rejected_records_crm__whole__view"
where (select count(*) from "cdp_internal"."rejected_records_crm__whole__view") > (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_crm__scratch" where "fault" not in ('filtered', 'future')) * 0.5
group by "reason"
order by "rejected" desc, "reason";

-- Figures for the summary: rows
select
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_crm__scratch" where true) as "read",
  (select count(*) from "cdp_internal"."rows_crm__next") as "kept",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_crm__scratch" where "fault" = 'filtered') as "filtered",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_crm__scratch" where "fault" = 'future') as "future",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_crm__scratch" where "fault" = 'none') - (select count(*) from "cdp_internal"."contested_crm__scratch" where "outcome" = 'superseded') - (select count(*) from "cdp_internal"."contested_crm__scratch" where "outcome" = 'repeated') - (select count(*) from "cdp_internal"."contested_crm__scratch" where "outcome" = 'duplicate_key') - (select count(*) from "cdp_internal"."rows_crm__next") as "deleted",
  (select count(*) from "cdp_internal"."contested_crm__scratch" where "outcome" = 'superseded') as "superseded",
  (select count(*) from "cdp_internal"."contested_crm__scratch" where "outcome" = 'repeated') as "repeated",
  (select count(*) from "cdp_internal"."rejected_records_crm__next") as "rejected";

-- In an incremental run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of crm were rejected. Nothing was published.
select
  "reason",
  count(*) as "rejected",
  (
    (select count(*) from "cdp_internal"."rows_crm__whole__view")
    + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where "fault" not in ('filtered', 'future'))
    + (select count(*) from "cdp_internal"."rejected_records_crm__whole__view" where "reason" = 'malformed_row')
  ) as "of_rows",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "example"
from "cdp_internal"."rejected_records_crm__whole__view"
where (select count(*) from "cdp_internal"."rejected_records_crm__whole__view") > (
  (select count(*) from "cdp_internal"."rows_crm__whole__view")
  + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where "fault" not in ('filtered', 'future'))
  + (select count(*) from "cdp_internal"."rejected_records_crm__whole__view" where "reason" = 'malformed_row')
) * 0.5
group by "reason"
order by "rejected" desc, "reason";

-- Figures for the summary: rows
select
  (
    (select count(*) from "cdp_internal"."rows_crm__whole__view")
    + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where true)
    + (select count(*) from "cdp_internal"."rejected_records_crm__whole__view" where "reason" = 'malformed_row')
  ) as "read",
  (select count(*) from "cdp_internal"."rows_crm__whole__view") as "kept",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where "fault" = 'filtered') as "filtered",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where "fault" = 'future') as "future",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where "fault" = 'deleted') as "deleted",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where "fault" = 'superseded') as "superseded",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_crm__whole__view" where "fault" = 'repeated') as "repeated",
  (select count(*) from "cdp_internal"."rejected_records_crm__whole__view") as "rejected",
  (select count("record_key") from "cdp_internal"."changed_crm__scratch") as "changed";

-- End of the choice.

-- Figures for the summary: rejected
select
  "reason",
  count(*) as "row_count",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "sample_record_key"
from "cdp_internal"."rejected_records_crm__whole__view"
group by "reason"
order by "reason";

-- Figures for the summary: refused_values
select
  'is_deleted' as "column_name",
  "rule",
  count(*) as "row_count",
  (array_agg("value" order by "place") filter (where "value" is not null))[1] as "sample_value",
  min("record_key") as "sample_record_key"
from (
  select
    "refused__is_deleted" as "rule",
    "record_key",
    nullif("raw__is_deleted", '') as "value",
    row_number() over (
      partition by "refused__is_deleted"
      order by "record_key" nulls last
    ) as "place"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__is_deleted" is not null
) as "refused"
group by "rule"
union all
select
  'country' as "column_name",
  "rule",
  count(*) as "row_count",
  (array_agg("value" order by "place") filter (where "value" is not null))[1] as "sample_value",
  min("record_key") as "sample_record_key"
from (
  select
    "refused__attr__customer__country" as "rule",
    "record_key",
    nullif("raw__country", '') as "value",
    row_number() over (
      partition by "refused__attr__customer__country"
      order by "record_key" nulls last
    ) as "place"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__attr__customer__country" is not null
) as "refused"
group by "rule"
union all
select
  'born' as "column_name",
  "rule",
  count(*) as "row_count",
  (array_agg("value" order by "place") filter (where "value" is not null))[1] as "sample_value",
  min("record_key") as "sample_record_key"
from (
  select
    "refused__attr__customer__birth_date" as "rule",
    "record_key",
    nullif("raw__born", '') as "value",
    row_number() over (
      partition by "refused__attr__customer__birth_date"
      order by "record_key" nulls last
    ) as "place"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__attr__customer__birth_date" is not null
) as "refused"
group by "rule"
union all
select
  'wants_news' as "column_name",
  "rule",
  count(*) as "row_count",
  (array_agg("value" order by "place") filter (where "value" is not null))[1] as "sample_value",
  min("record_key") as "sample_record_key"
from (
  select
    "refused__prop__wants_news" as "rule",
    "record_key",
    nullif("raw__wants_news", '') as "value",
    row_number() over (
      partition by "refused__prop__wants_news"
      order by "record_key" nulls last
    ) as "place"
  from "cdp_internal"."rows_crm__whole__view"
  where "refused__prop__wants_news" is not null
) as "refused"
group by "rule";

-- Figures for the summary: refused_identifiers
select
  "identifier",
  "rule",
  sum("row_count") as "row_count",
  count(distinct "value") as "value_count"
from "cdp_internal"."rejected_identifiers_crm__next"
group by "identifier", "rule"
order by "identifier", "rule";

-- Not read any more.
drop table if exists "cdp_internal"."contested_crm__scratch" cascade;

-- Not read any more.
drop table if exists "cdp_internal"."tally_crm__scratch" cascade;
