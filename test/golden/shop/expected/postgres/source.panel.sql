-- source.panel: The rows of panel, cleaned, one a key.

-- Choice: All rows are read, or those of keys that have changed.

-- In a full run:

create or replace view "cdp_internal"."incoming_panel__view" as
select
  "household",
  "person",
  "mail",
  "income"
from "partner"."panel" as "source_rows"
;

-- In an incremental run:

-- Keys of panel that have new rows, or rows that are gone; null where such a row has no key.
create unlogged table "cdp_internal"."changed_panel__scratch" as
with "known" as (
  select
    "record_key",
    "change_hash",
    cast(null as bigint) as "row_count"
  from "cdp_internal"."rows_panel"
  union all
  select
    "record_key",
    "change_hash",
    "row_count" as "row_count"
  from "cdp_internal"."aside_panel"
), "found" as (
  select
    case when nullif((case
      when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
      else cast("household" as text)
    end) collate "pg_c_utf8", '') is not null
      and nullif((case
      when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
      else cast("person" as text)
    end) collate "pg_c_utf8", '') is not null then cast(to_json(array[nullif((case
      when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
      else cast("household" as text)
    end) collate "pg_c_utf8", ''), nullif((case
      when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
      else cast("person" as text)
    end) collate "pg_c_utf8", '')]) as text) end as "record_key",
    hash_record_extended(row((case
      when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
      else cast("household" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
      else cast("person" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("mail") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("mail" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("mail")::text like '%[]' then cast(to_json("mail") as text)
      else cast("mail" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("income")::text like '%[]' then cast(to_json("income") as text)
      else cast("income" as text)
    end) collate "pg_c_utf8"), 0) as "change_hash"
  from "partner"."panel" as "source_rows"
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
  from "cdp_internal"."aside_panel"
  where "fault" = 'future'
)
select distinct "record_key"
from "changed";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."changed_panel__scratch"');

-- Gate: Nothing to do where no row is new and none is gone.
-- The node ends here where this query gives 0:
select count(*) as "changes" from "cdp_internal"."changed_panel__scratch";

create or replace view "cdp_internal"."incoming_panel__view" as
select
  "household",
  "person",
  "mail",
  "income"
from "partner"."panel" as "source_rows"
where case when nullif((case
  when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
  else cast("household" as text)
end) collate "pg_c_utf8", '') is not null
  and nullif((case
  when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
  else cast("person" as text)
end) collate "pg_c_utf8", '') is not null then cast(to_json(array[nullif((case
  when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
  else cast("household" as text)
end) collate "pg_c_utf8", ''), nullif((case
  when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
  else cast("person" as text)
end) collate "pg_c_utf8", '')]) as text) end is null or case when nullif((case
  when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
  else cast("household" as text)
end) collate "pg_c_utf8", '') is not null
  and nullif((case
  when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
  else cast("person" as text)
end) collate "pg_c_utf8", '') is not null then cast(to_json(array[nullif((case
  when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
  else cast("household" as text)
end) collate "pg_c_utf8", ''), nullif((case
  when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
  else cast("person" as text)
end) collate "pg_c_utf8", '')]) as text) end in (select "record_key" from "cdp_internal"."changed_panel__scratch");

-- End of the choice.

-- The rows of panel as they were read, with what is wrong with them.
create table "cdp_internal"."rows_panel__next" as
with "source" as (
  -- The columns of the source.
  select
    "household" as "raw__household",
    "person" as "raw__person",
    "mail" as "raw__mail",
    "income" as "raw__income",
    hash_record_extended(row((case
      when pg_typeof("household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("household")::text like '%[]' then cast(to_json("household") as text)
      else cast("household" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("person")::text like '%[]' then cast(to_json("person") as text)
      else cast("person" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("mail") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("mail" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("mail")::text like '%[]' then cast(to_json("mail") as text)
      else cast("mail" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("income")::text like '%[]' then cast(to_json("income") as text)
      else cast("income" as text)
    end) collate "pg_c_utf8"), 0) as "change_hash"
  from "cdp_internal"."incoming_panel__view" as "source_rows"
  offset 0
), "read" as (
  -- Values cast to their types, identifiers trimmed.
  select
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    case when nullif((case
      when pg_typeof("raw__household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__household")::text like '%[]' then cast(to_json("raw__household") as text)
      else cast("raw__household" as text)
    end) collate "pg_c_utf8", '') is not null
      and nullif((case
      when pg_typeof("raw__person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__person")::text like '%[]' then cast(to_json("raw__person") as text)
      else cast("raw__person" as text)
    end) collate "pg_c_utf8", '') is not null then cast(to_json(array[nullif((case
      when pg_typeof("raw__household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__household")::text like '%[]' then cast(to_json("raw__household") as text)
      else cast("raw__household" as text)
    end) collate "pg_c_utf8", ''), nullif((case
      when pg_typeof("raw__person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__person")::text like '%[]' then cast(to_json("raw__person") as text)
      else cast("raw__person" as text)
    end) collate "pg_c_utf8", '')]) as text) end as "record_key",
    nullif(btrim(nullif((case
      when pg_typeof("raw__mail") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__mail" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__mail")::text like '%[]' then cast(to_json("raw__mail") as text)
      else cast("raw__mail" as text)
    end) collate "pg_c_utf8", ''), '	
              ​‌‍    ⁠　﻿'), '') as "read__id__customer__email__1",
    cast(case
      when nullif((case
        when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
        else cast("raw__income" as text)
      end) collate "pg_c_utf8", '') ~ '^[+-]?[0-9]{1,19}(?:[.][0-9]{1,9})?$' then cast(nullif((case
        when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
        else cast("raw__income" as text)
      end) collate "pg_c_utf8", '') as numeric(29,9))when abs(round(case when length(nullif((case
        when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
        else cast("raw__income" as text)
      end) collate "pg_c_utf8", '')) < 1000 then cast(substring(nullif((case
        when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
        else cast("raw__income" as text)
      end) collate "pg_c_utf8", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[              ​‌‍    ⁠　﻿\t-\r]*$') as numeric) end, 9)) < 1e20 then cast(round(case when length(nullif((case
        when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
        else cast("raw__income" as text)
      end) collate "pg_c_utf8", '')) < 1000 then cast(substring(nullif((case
        when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
        else cast("raw__income" as text)
      end) collate "pg_c_utf8", '') from '^[              ​‌‍    ⁠　﻿\t-\r]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[              ​‌‍    ⁠　﻿\t-\r]*$') as numeric) end, 9) as numeric(29,9))
    end as numeric(38,9)) as "read__attr__customer__income"
  from "source"
  offset 0
), "normal" as (
  -- Normal forms.
  select
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    "record_key",
    cast(null as timestamp) as "observed_at",
    "read__id__customer__email__1",
    nullif(regexp_substr(regexp_replace(lower(("read__id__customer__email__1") collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), '') as "normal__id__customer__email__1",
    "read__attr__customer__income"
  from "read"
  offset 0
), "judged" as (
  -- Which rule refuses a value, if any.
  select
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    "record_key",
    "observed_at",
    "read__id__customer__email__1",
    "normal__id__customer__email__1",
    case
      when (lower(("read__id__customer__email__1") collate "pg_c_utf8") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or lower(("read__id__customer__email__1") collate "pg_c_utf8") ~ '^[0\-]+\Z') then 'default'
      when "read__id__customer__email__1" is not null and "normal__id__customer__email__1" is null then 'email'
      when "normal__id__customer__email__1" in (coalesce(nullif(regexp_substr(regexp_replace(lower((btrim('noreply@example.com', '	
              ​‌‍    ⁠　﻿')) collate "pg_c_utf8"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\u000b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\u000b\f\r]+)+\Z'), ''), 'noreply@example.com')) then 'reject'
    end as "refused__id__customer__email__1",
    "read__attr__customer__income",
    case
      when nullif((case
        when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
        else cast("raw__income" as text)
      end) collate "pg_c_utf8", '') is not null and "read__attr__customer__income" is null then 'cast'
    end as "refused__attr__customer__income"
  from "normal"
  offset 0
), "accepted" as (
  -- What is left of values.
  select
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    "record_key",
    "observed_at",
    "refused__id__customer__email__1",
    case when "refused__id__customer__email__1" is null then "normal__id__customer__email__1" end as "id__customer__email__1",
    "refused__attr__customer__income",
    case when "refused__attr__customer__income" is null then "read__attr__customer__income" end as "attr__customer__income"
  from "judged"
  offset 0
)
-- The numbers of identifiers, and what is wrong with the row as a whole.
select
  "raw__household",
  "raw__person",
  "raw__mail",
  "raw__income",
  "change_hash",
  "record_key",
  "observed_at",
  "observed_at" as "first_seen_at",
  "observed_at" as "last_seen_at",
  "refused__id__customer__email__1",
  "id__customer__email__1",
  cast(cast('x' || substr(md5('email:' || "id__customer__email__1"), 1, 16) as bit(64)) as bigint) as "node__customer__email__1",
  "refused__attr__customer__income",
  "attr__customer__income",
  case
    when "record_key" is null then 'missing_key'
  end as "fault"
from "accepted";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rows_panel__next"');

-- Rows that are not kept, known by their hash: what is wrong with them.
create table "cdp_internal"."aside_panel__next" as
select
  "record_key",
  "change_hash",
  "fault" as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_panel__next"
where "fault" is not null
group by "record_key", "change_hash", "fault";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."aside_panel__next"');

-- How many rows were read, and how many of them are faulty.
create unlogged table "cdp_internal"."tally_panel__scratch" as
select
  cast(coalesce("fault", 'none') as text) as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_panel__next"
group by "fault";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."tally_panel__scratch"');

-- Rows of panel that are set aside.
create table "cdp_internal"."rejected_records_panel__next" as
select
  cast('panel' as text) as "source",
  "record_key",
  "fault" as "reason",
  case when "fault" = 'missing_key' then 'household, person' end as "column_name",
  cast(null as text) as "value"
from "cdp_internal"."rows_panel__next"
where "fault" in ('missing_key');
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_records_panel__next"');

-- Faulty and filtered rows leave.
delete from "cdp_internal"."rows_panel__next" where "fault" is not null;

-- Rows of panel whose key is not theirs alone, and what becomes of each.
create unlogged table "cdp_internal"."contested_panel__scratch" as
with "keys" as (
  select "record_key"
  from "cdp_internal"."rows_panel__next"
  group by "record_key"
  having count(*) > 1
), "hashed" as (
  select
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    "record_key",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "refused__attr__customer__income",
    "attr__customer__income",
    "fault",
    md5(cast(to_json(array[(case
      when pg_typeof("raw__household") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__household" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__household")::text like '%[]' then cast(to_json("raw__household") as text)
      else cast("raw__household" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("raw__person") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__person" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__person")::text like '%[]' then cast(to_json("raw__person") as text)
      else cast("raw__person" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("raw__mail") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__mail" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__mail")::text like '%[]' then cast(to_json("raw__mail") as text)
      else cast("raw__mail" as text)
    end) collate "pg_c_utf8", (case
      when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
      else cast("raw__income" as text)
    end) collate "pg_c_utf8"]) as text)) as "row_hash"
  from "cdp_internal"."rows_panel__next"
  where "record_key" in (select "record_key" from "keys")
), "ranked" as (
  select
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    "record_key",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "refused__attr__customer__income",
    "attr__customer__income",
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
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    "record_key",
    "observed_at",
    "first_seen_at",
    "last_seen_at",
    "refused__id__customer__email__1",
    "id__customer__email__1",
    "node__customer__email__1",
    "refused__attr__customer__income",
    "attr__customer__income",
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
  "raw__household",
  "raw__person",
  "raw__mail",
  "raw__income",
  "change_hash",
  "record_key",
  "observed_at",
  "first_seen_at",
  "last_seen_at",
  "refused__id__customer__email__1",
  "id__customer__email__1",
  "node__customer__email__1",
  "refused__attr__customer__income",
  "attr__customer__income",
  "fault",
  case
    when "place" = 1 then 'kept'
    when "row_hash" = "kept_hash" then 'repeated'
    when "recency" = 1 then 'duplicate_key'
    else 'superseded'
  end as "outcome"
from "compared";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."contested_panel__scratch"');

-- They leave …
delete from "cdp_internal"."rows_panel__next"
where "record_key" in (select "record_key" from "cdp_internal"."contested_panel__scratch");

-- … and the one that stays comes back.
insert into "cdp_internal"."rows_panel__next" ("raw__household", "raw__person", "raw__mail", "raw__income", "change_hash", "record_key", "observed_at", "first_seen_at", "last_seen_at", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "refused__attr__customer__income", "attr__customer__income", "fault")
select "raw__household", "raw__person", "raw__mail", "raw__income", "change_hash", "record_key", "observed_at", "first_seen_at", "last_seen_at", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "refused__attr__customer__income", "attr__customer__income", "fault"
from "cdp_internal"."contested_panel__scratch"
where "outcome" = 'kept';

-- The rows that gave way to another of their key.
insert into "cdp_internal"."aside_panel__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  "outcome" as "fault",
  count(*) as "row_count"
from "cdp_internal"."contested_panel__scratch"
where "outcome" in ('superseded', 'duplicate_key')
group by "record_key", "change_hash", "outcome";

-- The equals of a row that stays.
insert into "cdp_internal"."aside_panel__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  'repeated' as "fault",
  count(*) + 1 as "row_count"
from "cdp_internal"."contested_panel__scratch"
where "outcome" = 'repeated'
group by "record_key", "change_hash";

-- Rows of one key that time cannot order are rejected, but for one.
insert into "cdp_internal"."rejected_records_panel__next" ("source", "record_key", "reason", "column_name", "value")
select 'panel', "record_key", 'duplicate_key', 'household, person', "record_key"
from "cdp_internal"."contested_panel__scratch"
where "outcome" = 'duplicate_key';

-- Choice: All of rows_panel.

-- In a full run:

create or replace view "cdp_internal"."rows_panel__whole__view" as
select * from "cdp_internal"."rows_panel__next";

-- In an incremental run:

create or replace view "cdp_internal"."rows_panel__whole__view" as
select *
from "cdp_internal"."rows_panel" as "t"
where not (exists (select 1 from "cdp_internal"."changed_panel__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."rows_panel__next";

-- End of the choice.

-- Choice: All of aside_panel.

-- In a full run:

create or replace view "cdp_internal"."aside_panel__whole__view" as
select * from "cdp_internal"."aside_panel__next";

-- In an incremental run:

create or replace view "cdp_internal"."aside_panel__whole__view" as
select *
from "cdp_internal"."aside_panel" as "t"
where not ("t"."record_key" is null or exists (select 1 from "cdp_internal"."changed_panel__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."aside_panel__next";

-- End of the choice.

-- Choice: All of rejected_records_panel.

-- In a full run:

create or replace view "cdp_internal"."rejected_records_panel__whole__view" as
select * from "cdp_internal"."rejected_records_panel__next";

-- In an incremental run:

create or replace view "cdp_internal"."rejected_records_panel__whole__view" as
select *
from "cdp_internal"."rejected_records_panel" as "t"
where not ("t"."record_key" is null or exists (select 1 from "cdp_internal"."changed_panel__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."rejected_records_panel__next";

-- End of the choice.

-- Values of panel that were refused.
create table "cdp_internal"."rejected_values_panel__next" as
(
  select
    cast('panel' as text) as "source",
    "record_key",
    "refused__attr__customer__income" as "reason",
    cast('income' as text) as "column_name",
    nullif((case
      when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
      else cast("raw__income" as text)
    end) collate "pg_c_utf8", '') as "value"
  from "cdp_internal"."rows_panel__whole__view"
  where "refused__attr__customer__income" is not null
  order by "record_key", "value", "reason"
  limit 1000
);
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_values_panel__next"');

-- Identifiers of panel that were refused.
create table "cdp_internal"."rejected_identifiers_panel__next" as
select
  "source",
  "identifier",
  "value",
  "rule",
  count(*) as "row_count",
  min("record_key") as "sample_record_key"
from (
  select
    cast('panel' as text) as "source",
    cast('email' as text) as "identifier",
    nullif((case
      when pg_typeof("raw__mail") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__mail" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__mail")::text like '%[]' then cast(to_json("raw__mail") as text)
      else cast("raw__mail" as text)
    end) collate "pg_c_utf8", '') as "value",
    "refused__id__customer__email__1" as "rule",
    "record_key"
  from "cdp_internal"."rows_panel__whole__view"
  where "refused__id__customer__email__1" is not null
) as "refused"
group by "source", "identifier", "value", "rule";
select "cdp_internal"."cdp_finish_table"('"cdp_internal"."rejected_identifiers_panel__next"');

-- Choice: Rows that were read, counted as they were read or as they are known.

-- In a full run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of panel were rejected. Nothing was published.
select
  "reason",
  count(*) as "rejected",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_panel__scratch" where "fault" not in ('filtered', 'future')) as "of_rows",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "example"
from "cdp_internal"."rejected_records_panel__whole__view"
where (select count(*) from "cdp_internal"."rejected_records_panel__whole__view") > (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_panel__scratch" where "fault" not in ('filtered', 'future')) * 0.5
group by "reason"
order by "rejected" desc, "reason";

-- Figures for the summary: rows
select
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_panel__scratch" where true) as "read",
  (select count(*) from "cdp_internal"."rows_panel__next") as "kept",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_panel__scratch" where "fault" = 'filtered') as "filtered",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_panel__scratch" where "fault" = 'future') as "future",
  (select coalesce(sum("row_count"), 0) from "cdp_internal"."tally_panel__scratch" where "fault" = 'none') - (select count(*) from "cdp_internal"."contested_panel__scratch" where "outcome" = 'superseded') - (select count(*) from "cdp_internal"."contested_panel__scratch" where "outcome" = 'repeated') - (select count(*) from "cdp_internal"."contested_panel__scratch" where "outcome" = 'duplicate_key') - (select count(*) from "cdp_internal"."rows_panel__next") as "deleted",
  (select count(*) from "cdp_internal"."contested_panel__scratch" where "outcome" = 'superseded') as "superseded",
  (select count(*) from "cdp_internal"."contested_panel__scratch" where "outcome" = 'repeated') as "repeated",
  (select count(*) from "cdp_internal"."rejected_records_panel__next") as "rejected";

-- In an incremental run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of panel were rejected. Nothing was published.
select
  "reason",
  count(*) as "rejected",
  (
    (select count(*) from "cdp_internal"."rows_panel__whole__view")
    + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where "fault" not in ('filtered', 'future'))
    + (select count(*) from "cdp_internal"."rejected_records_panel__whole__view" where "reason" = 'malformed_row')
  ) as "of_rows",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "example"
from "cdp_internal"."rejected_records_panel__whole__view"
where (select count(*) from "cdp_internal"."rejected_records_panel__whole__view") > (
  (select count(*) from "cdp_internal"."rows_panel__whole__view")
  + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where "fault" not in ('filtered', 'future'))
  + (select count(*) from "cdp_internal"."rejected_records_panel__whole__view" where "reason" = 'malformed_row')
) * 0.5
group by "reason"
order by "rejected" desc, "reason";

-- Figures for the summary: rows
select
  (
    (select count(*) from "cdp_internal"."rows_panel__whole__view")
    + (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where true)
    + (select count(*) from "cdp_internal"."rejected_records_panel__whole__view" where "reason" = 'malformed_row')
  ) as "read",
  (select count(*) from "cdp_internal"."rows_panel__whole__view") as "kept",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where "fault" = 'filtered') as "filtered",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where "fault" = 'future') as "future",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where "fault" = 'deleted') as "deleted",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where "fault" = 'superseded') as "superseded",
  (select coalesce(sum(case when "fault" = 'repeated' then "row_count" - 1 else "row_count" end), 0) from "cdp_internal"."aside_panel__whole__view" where "fault" = 'repeated') as "repeated",
  (select count(*) from "cdp_internal"."rejected_records_panel__whole__view") as "rejected",
  (select count("record_key") from "cdp_internal"."changed_panel__scratch") as "changed";

-- End of the choice.

-- Figures for the summary: rejected
select
  "reason",
  count(*) as "row_count",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "sample_record_key"
from "cdp_internal"."rejected_records_panel__whole__view"
group by "reason"
order by "reason";

-- Figures for the summary: refused_values
select
  'income' as "column_name",
  "rule",
  count(*) as "row_count",
  (array_agg("value" order by "place") filter (where "value" is not null))[1] as "sample_value",
  min("record_key") as "sample_record_key"
from (
  select
    "refused__attr__customer__income" as "rule",
    "record_key",
    nullif((case
      when pg_typeof("raw__income") in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then regexp_replace(cast("raw__income" as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when pg_typeof("raw__income")::text like '%[]' then cast(to_json("raw__income") as text)
      else cast("raw__income" as text)
    end) collate "pg_c_utf8", '') as "value",
    row_number() over (
      partition by "refused__attr__customer__income"
      order by "record_key" nulls last
    ) as "place"
  from "cdp_internal"."rows_panel__whole__view"
  where "refused__attr__customer__income" is not null
) as "refused"
group by "rule";

-- Figures for the summary: refused_identifiers
select
  "identifier",
  "rule",
  sum("row_count") as "row_count",
  count(distinct "value") as "value_count"
from "cdp_internal"."rejected_identifiers_panel__next"
group by "identifier", "rule"
order by "identifier", "rule";

-- Not read any more.
drop table if exists "cdp_internal"."contested_panel__scratch" cascade;

-- Not read any more.
drop table if exists "cdp_internal"."tally_panel__scratch" cascade;
