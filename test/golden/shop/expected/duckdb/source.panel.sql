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
create table "cdp_scratch"."changed_panel__scratch" as
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
    case when nullif(case
      when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
      else cast("household" as varchar)
    end, '') is not null
      and nullif(case
      when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
      else cast("person" as varchar)
    end, '') is not null then cast(to_json([nullif(case
      when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
      else cast("household" as varchar)
    end, ''), nullif(case
      when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
      else cast("person" as varchar)
    end, '')]) as varchar) end as "record_key",
    hash(case
      when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
      else cast("household" as varchar)
    end, case
      when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
      else cast("person" as varchar)
    end, case
      when regexp_matches(typeof("mail"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("mail" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("mail"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("mail") as varchar)
      else cast("mail" as varchar)
    end, case
      when regexp_matches(typeof("income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("income") as varchar)
      else cast("income" as varchar)
    end) as "change_hash"
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

-- Gate: Nothing to do where no row is new and none is gone.
-- The node ends here where this query gives 0:
select count(*) as "changes" from "cdp_scratch"."changed_panel__scratch";

create or replace view "cdp_internal"."incoming_panel__view" as
select
  "household",
  "person",
  "mail",
  "income"
from "partner"."panel" as "source_rows"
where case when nullif(case
  when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
  else cast("household" as varchar)
end, '') is not null
  and nullif(case
  when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
  else cast("person" as varchar)
end, '') is not null then cast(to_json([nullif(case
  when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
  else cast("household" as varchar)
end, ''), nullif(case
  when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
  else cast("person" as varchar)
end, '')]) as varchar) end is null or case when nullif(case
  when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
  else cast("household" as varchar)
end, '') is not null
  and nullif(case
  when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
  else cast("person" as varchar)
end, '') is not null then cast(to_json([nullif(case
  when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
  else cast("household" as varchar)
end, ''), nullif(case
  when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
  when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
  else cast("person" as varchar)
end, '')]) as varchar) end in (select "record_key" from "cdp_scratch"."changed_panel__scratch");

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
    hash(case
      when regexp_matches(typeof("household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("household") as varchar)
      else cast("household" as varchar)
    end, case
      when regexp_matches(typeof("person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("person") as varchar)
      else cast("person" as varchar)
    end, case
      when regexp_matches(typeof("mail"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("mail" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("mail"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("mail") as varchar)
      else cast("mail" as varchar)
    end, case
      when regexp_matches(typeof("income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("income") as varchar)
      else cast("income" as varchar)
    end) as "change_hash"
  from "cdp_internal"."incoming_panel__view" as "source_rows"
), "read" as (
  -- Values cast to their types, identifiers trimmed.
  select
    "raw__household",
    "raw__person",
    "raw__mail",
    "raw__income",
    "change_hash",
    case when nullif(case
      when regexp_matches(typeof("raw__household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__household") as varchar)
      else cast("raw__household" as varchar)
    end, '') is not null
      and nullif(case
      when regexp_matches(typeof("raw__person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__person") as varchar)
      else cast("raw__person" as varchar)
    end, '') is not null then cast(to_json([nullif(case
      when regexp_matches(typeof("raw__household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__household") as varchar)
      else cast("raw__household" as varchar)
    end, ''), nullif(case
      when regexp_matches(typeof("raw__person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__person") as varchar)
      else cast("raw__person" as varchar)
    end, '')]) as varchar) end as "record_key",
    nullif(regexp_replace(nullif(case
      when regexp_matches(typeof("raw__mail"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__mail" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__mail"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__mail") as varchar)
      else cast("raw__mail" as varchar)
    end, ''), '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+|[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+$', '', 'g'), '') as "read__id__customer__email__1",
    cast(coalesce(try_cast(nullif(regexp_extract(nullif(case
      when regexp_matches(typeof("raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__income") as varchar)
      else cast("raw__income" as varchar)
    end, ''), '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '') as decimal(18,9)), try_cast(nullif(regexp_extract(nullif(case
      when regexp_matches(typeof("raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__income") as varchar)
      else cast("raw__income" as varchar)
    end, ''), '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*([+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+))[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]*$', 1), '') as decimal(29,9))) as decimal(38,9)) as "read__attr__customer__income"
  from "source"
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
    nullif(regexp_extract(regexp_replace(lower("read__id__customer__email__1"), '^mailto:[              ​‌‍    ⁠　﻿\t\n\x0b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\x0b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\x0b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\x0b\f\r]+)+\z'), '') as "normal__id__customer__email__1",
    "read__attr__customer__income"
  from "read"
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
      when (lower("read__id__customer__email__1") in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_matches(lower("read__id__customer__email__1"), '^[0\-]+\z')) then 'default'
      when "read__id__customer__email__1" is not null and "normal__id__customer__email__1" is null then 'email'
      when "normal__id__customer__email__1" in (coalesce(nullif(regexp_extract(regexp_replace(lower(regexp_replace('noreply@example.com', '^[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+|[\pZ\t-\r\x{85}\x{200b}-\x{200d}\x{2060}\x{feff}]+$', '', 'g')), '^mailto:[              ​‌‍    ⁠　﻿\t\n\x0b\f\r]*', '', 'g'), '^[^@              ​‌‍    ⁠　﻿\t\n\x0b\f\r]+@[^@.              ​‌‍    ⁠　﻿\t\n\x0b\f\r]+(?:[.][^@.              ​‌‍    ⁠　﻿\t\n\x0b\f\r]+)+\z'), ''), 'noreply@example.com')) then 'reject'
    end as "refused__id__customer__email__1",
    "read__attr__customer__income",
    case
      when nullif(case
        when regexp_matches(typeof("raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
        when regexp_matches(typeof("raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__income") as varchar)
        else cast("raw__income" as varchar)
      end, '') is not null and "read__attr__customer__income" is null then 'cast'
    end as "refused__attr__customer__income"
  from "normal"
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
  cast(cast(('0x' || substr(md5('email:' || "id__customer__email__1"), 1, 16)) as ubigint)::bit as bigint) as "node__customer__email__1",
  "refused__attr__customer__income",
  "attr__customer__income",
  case
    when "record_key" is null then 'missing_key'
  end as "fault"
from "accepted";

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

-- How many rows were read, and how many of them are faulty.
create table "cdp_scratch"."tally_panel__scratch" as
select
  cast(coalesce("fault", 'none') as varchar) as "fault",
  count(*) as "row_count"
from "cdp_internal"."rows_panel__next"
group by "fault";

-- Rows of panel that are set aside.
create table "cdp_internal"."rejected_records_panel__next" as
select
  cast('panel' as varchar) as "source",
  "record_key",
  "fault" as "reason",
  case when "fault" = 'missing_key' then 'household, person' end as "column_name",
  cast(null as varchar) as "value"
from "cdp_internal"."rows_panel__next"
where "fault" in ('missing_key');

-- Faulty and filtered rows leave.
delete from "cdp_internal"."rows_panel__next" where "fault" is not null;

-- Rows of panel whose key is not theirs alone, and what becomes of each.
create table "cdp_scratch"."contested_panel__scratch" as
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
    md5(cast(to_json([case
      when regexp_matches(typeof("raw__household"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__household" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__household"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__household") as varchar)
      else cast("raw__household" as varchar)
    end, case
      when regexp_matches(typeof("raw__person"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__person" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__person"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__person") as varchar)
      else cast("raw__person" as varchar)
    end, case
      when regexp_matches(typeof("raw__mail"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__mail" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__mail"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__mail") as varchar)
      else cast("raw__mail" as varchar)
    end, case
      when regexp_matches(typeof("raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__income") as varchar)
      else cast("raw__income" as varchar)
    end]) as varchar)) as "row_hash"
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

-- They leave …
delete from "cdp_internal"."rows_panel__next"
where "record_key" in (select "record_key" from "cdp_scratch"."contested_panel__scratch");

-- … and the one that stays comes back.
insert into "cdp_internal"."rows_panel__next" ("raw__household", "raw__person", "raw__mail", "raw__income", "change_hash", "record_key", "observed_at", "first_seen_at", "last_seen_at", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "refused__attr__customer__income", "attr__customer__income", "fault")
select "raw__household", "raw__person", "raw__mail", "raw__income", "change_hash", "record_key", "observed_at", "first_seen_at", "last_seen_at", "refused__id__customer__email__1", "id__customer__email__1", "node__customer__email__1", "refused__attr__customer__income", "attr__customer__income", "fault"
from "cdp_scratch"."contested_panel__scratch"
where "outcome" = 'kept';

-- The rows that gave way to another of their key.
insert into "cdp_internal"."aside_panel__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  "outcome" as "fault",
  count(*) as "row_count"
from "cdp_scratch"."contested_panel__scratch"
where "outcome" in ('superseded', 'duplicate_key')
group by "record_key", "change_hash", "outcome";

-- The equals of a row that stays.
insert into "cdp_internal"."aside_panel__next" ("record_key", "change_hash", "fault", "row_count")
select
  "record_key",
  "change_hash",
  'repeated' as "fault",
  count(*) + 1 as "row_count"
from "cdp_scratch"."contested_panel__scratch"
where "outcome" = 'repeated'
group by "record_key", "change_hash";

-- Rows of one key that time cannot order are rejected, but for one.
insert into "cdp_internal"."rejected_records_panel__next" ("source", "record_key", "reason", "column_name", "value")
select 'panel', "record_key", 'duplicate_key', 'household, person', "record_key"
from "cdp_scratch"."contested_panel__scratch"
where "outcome" = 'duplicate_key';

-- Choice: All of rows_panel.

-- In a full run:

create or replace view "cdp_internal"."rows_panel__whole__view" as
select * from "cdp_internal"."rows_panel__next";

-- In an incremental run:

create or replace view "cdp_internal"."rows_panel__whole__view" as
select *
from "cdp_internal"."rows_panel" as "t"
where not (exists (select 1 from "cdp_scratch"."changed_panel__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
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
where not ("t"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_panel__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
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
where not ("t"."record_key" is null or exists (select 1 from "cdp_scratch"."changed_panel__scratch" as "changed" where "changed"."record_key" = "t"."record_key"))
union all
select * from "cdp_internal"."rejected_records_panel__next";

-- End of the choice.

-- Values of panel that were refused.
create table "cdp_internal"."rejected_values_panel__next" as
(
  select
    cast('panel' as varchar) as "source",
    "record_key",
    "refused__attr__customer__income" as "reason",
    cast('income' as varchar) as "column_name",
    nullif(case
      when regexp_matches(typeof("raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__income") as varchar)
      else cast("raw__income" as varchar)
    end, '') as "value"
  from "cdp_internal"."rows_panel__whole__view"
  where "refused__attr__customer__income" is not null
  order by "record_key", "value", "reason"
  limit 1000
);

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
    cast('panel' as varchar) as "source",
    cast('email' as varchar) as "identifier",
    nullif(case
      when regexp_matches(typeof("raw__mail"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__mail" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__mail"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__mail") as varchar)
      else cast("raw__mail" as varchar)
    end, '') as "value",
    "refused__id__customer__email__1" as "rule",
    "record_key"
  from "cdp_internal"."rows_panel__whole__view"
  where "refused__id__customer__email__1" is not null
) as "refused"
group by "source", "identifier", "value", "rule";

-- Choice: Rows that were read, counted as they were read or as they are known.

-- In a full run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of panel were rejected. Nothing was published.
select
  "reason",
  count(*) as "rejected",
  (select coalesce(sum("row_count"), 0) from "cdp_scratch"."tally_panel__scratch" where "fault" not in ('filtered', 'future')) as "of_rows",
  case when "reason" = 'malformed_row' then min("column_name") else min("record_key") end as "example"
from "cdp_internal"."rejected_records_panel__whole__view"
where (select count(*) from "cdp_internal"."rejected_records_panel__whole__view") > (select coalesce(sum("row_count"), 0) from "cdp_scratch"."tally_panel__scratch" where "fault" not in ('filtered', 'future')) * 0.5
group by "reason"
order by "rejected" desc, "reason";

-- Figures for the summary: rows
select
  (select coalesce(sum("row_count"), 0) from "cdp_scratch"."tally_panel__scratch" where true) as "read",
  (select count(*) from "cdp_internal"."rows_panel__next") as "kept",
  (select coalesce(sum("row_count"), 0) from "cdp_scratch"."tally_panel__scratch" where "fault" = 'filtered') as "filtered",
  (select coalesce(sum("row_count"), 0) from "cdp_scratch"."tally_panel__scratch" where "fault" = 'future') as "future",
  (select coalesce(sum("row_count"), 0) from "cdp_scratch"."tally_panel__scratch" where "fault" = 'none') - (select count(*) from "cdp_scratch"."contested_panel__scratch" where "outcome" = 'superseded') - (select count(*) from "cdp_scratch"."contested_panel__scratch" where "outcome" = 'repeated') - (select count(*) from "cdp_scratch"."contested_panel__scratch" where "outcome" = 'duplicate_key') - (select count(*) from "cdp_internal"."rows_panel__next") as "deleted",
  (select count(*) from "cdp_scratch"."contested_panel__scratch" where "outcome" = 'superseded') as "superseded",
  (select count(*) from "cdp_scratch"."contested_panel__scratch" where "outcome" = 'repeated') as "repeated",
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
  (select count("record_key") from "cdp_scratch"."changed_panel__scratch") as "changed";

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
  arg_min_null("value", "place") filter (where "value" is not null) as "sample_value",
  min("record_key") as "sample_record_key"
from (
  select
    "refused__attr__customer__income" as "rule",
    "record_key",
    nullif(case
      when regexp_matches(typeof("raw__income"), '^(DECIMAL|DOUBLE|FLOAT)') then regexp_replace(cast("raw__income" as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\1\2')
      when regexp_matches(typeof("raw__income"), '^(STRUCT|MAP|UNION)|\]$') then cast(to_json("raw__income") as varchar)
      else cast("raw__income" as varchar)
    end, '') as "value",
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
drop table if exists "cdp_scratch"."contested_panel__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."tally_panel__scratch";
