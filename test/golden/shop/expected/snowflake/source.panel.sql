-- source.panel: The rows of panel, cleaned, one a key.

-- Choice: All rows are read, or those of keys that have changed.

-- In a full run:

create or replace view "CDP_INTERNAL"."INCOMING_PANEL__VIEW" copy grants as
select
  "HOUSEHOLD",
  "PERSON",
  "MAIL",
  "INCOME"
from "PARTNER"."PANEL" as "SOURCE_ROWS"
;

-- In an incremental run:

-- Keys of panel that have new rows, or rows that are gone; null where such a row has no key.
create transient table "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as
with "KNOWN" as (
  select
    "RECORD_KEY",
    "CHANGE_HASH",
    cast(null as number(19, 0)) as "ROW_COUNT"
  from "CDP_INTERNAL"."ROWS_PANEL"
  union all
  select
    "RECORD_KEY",
    "CHANGE_HASH",
    "ROW_COUNT" as "ROW_COUNT"
  from "CDP_INTERNAL"."ASIDE_PANEL"
), "FOUND" as (
  select
    case when nullif(case
      when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("HOUSEHOLD"))
    end, '') is not null
      and nullif(case
      when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("PERSON"))
    end, '') is not null then to_json(array_construct(coalesce(to_variant(nullif(case
      when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("HOUSEHOLD"))
    end, '')), parse_json('null')), coalesce(to_variant(nullif(case
      when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("PERSON"))
    end, '')), parse_json('null')))) end as "RECORD_KEY",
    hash(case
      when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("HOUSEHOLD"))
    end, case
      when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("PERSON"))
    end, case
      when typeof(to_variant("MAIL")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("MAIL"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("MAIL"))
    end, case
      when typeof(to_variant("INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("INCOME"))
    end) as "CHANGE_HASH"
  from "PARTNER"."PANEL" as "SOURCE_ROWS"
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
  from "CDP_INTERNAL"."ASIDE_PANEL"
  where "FAULT" = 'future'
)
select distinct "RECORD_KEY"
from "CHANGED";

-- Gate: Nothing to do where no row is new and none is gone.
-- The node ends here where this query gives 0:
select count(*) as "CHANGES" from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH";

create or replace view "CDP_INTERNAL"."INCOMING_PANEL__VIEW" copy grants as
select
  "HOUSEHOLD",
  "PERSON",
  "MAIL",
  "INCOME"
from "PARTNER"."PANEL" as "SOURCE_ROWS"
where case when nullif(case
  when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("HOUSEHOLD"))
end, '') is not null
  and nullif(case
  when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("PERSON"))
end, '') is not null then to_json(array_construct(coalesce(to_variant(nullif(case
  when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("HOUSEHOLD"))
end, '')), parse_json('null')), coalesce(to_variant(nullif(case
  when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("PERSON"))
end, '')), parse_json('null')))) end is null or case when nullif(case
  when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("HOUSEHOLD"))
end, '') is not null
  and nullif(case
  when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("PERSON"))
end, '') is not null then to_json(array_construct(coalesce(to_variant(nullif(case
  when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("HOUSEHOLD"))
end, '')), parse_json('null')), coalesce(to_variant(nullif(case
  when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
  else to_varchar(to_variant("PERSON"))
end, '')), parse_json('null')))) end in (select "RECORD_KEY" from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH");

-- End of the choice.

-- The rows of panel as they were read, with what is wrong with them.
create table "CDP_INTERNAL"."ROWS_PANEL__NEXT" as
with "SOURCE" as (
  -- The columns of the source.
  select
    "HOUSEHOLD" as "RAW__HOUSEHOLD",
    "PERSON" as "RAW__PERSON",
    "MAIL" as "RAW__MAIL",
    "INCOME" as "RAW__INCOME",
    hash(case
      when typeof(to_variant("HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("HOUSEHOLD"))
    end, case
      when typeof(to_variant("PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("PERSON"))
    end, case
      when typeof(to_variant("MAIL")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("MAIL"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("MAIL"))
    end, case
      when typeof(to_variant("INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("INCOME"))
    end) as "CHANGE_HASH"
  from "CDP_INTERNAL"."INCOMING_PANEL__VIEW" as "SOURCE_ROWS"
), "READ" as (
  -- Values cast to their types, identifiers trimmed.
  select
    "RAW__HOUSEHOLD",
    "RAW__PERSON",
    "RAW__MAIL",
    "RAW__INCOME",
    "CHANGE_HASH",
    case when nullif(case
      when typeof(to_variant("RAW__HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__HOUSEHOLD"))
    end, '') is not null
      and nullif(case
      when typeof(to_variant("RAW__PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__PERSON"))
    end, '') is not null then to_json(array_construct(coalesce(to_variant(nullif(case
      when typeof(to_variant("RAW__HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__HOUSEHOLD"))
    end, '')), parse_json('null')), coalesce(to_variant(nullif(case
      when typeof(to_variant("RAW__PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__PERSON"))
    end, '')), parse_json('null')))) end as "RECORD_KEY",
    nullif(trim(nullif(case
      when typeof(to_variant("RAW__MAIL")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__MAIL"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__MAIL"))
    end, ''), '\t\n\r              ​‌‍    ⁠　﻿'), '') as "READ__ID__CUSTOMER__EMAIL__1",
    cast(try_cast(regexp_substr(nullif(case
      when typeof(to_variant("RAW__INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__INCOME"))
    end, ''), '^[\t\n\r              ​‌‍    ⁠　﻿]*([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+))[\t\n\r              ​‌‍    ⁠　﻿]*$', 1, 1, 'e', 1) as number(29, 9)) as number(38, 9)) as "READ__ATTR__CUSTOMER__INCOME"
  from "SOURCE"
), "NORMAL" as (
  -- Normal forms.
  select
    "RAW__HOUSEHOLD",
    "RAW__PERSON",
    "RAW__MAIL",
    "RAW__INCOME",
    "CHANGE_HASH",
    "RECORD_KEY",
    cast(null as timestamp_ntz(6)) as "OBSERVED_AT",
    "READ__ID__CUSTOMER__EMAIL__1",
    nullif(regexp_substr(regexp_replace(lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), '') as "NORMAL__ID__CUSTOMER__EMAIL__1",
    "READ__ATTR__CUSTOMER__INCOME"
  from "READ"
), "JUDGED" as (
  -- Which rule refuses a value, if any.
  select
    "RAW__HOUSEHOLD",
    "RAW__PERSON",
    "RAW__MAIL",
    "RAW__INCOME",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "READ__ID__CUSTOMER__EMAIL__1",
    "NORMAL__ID__CUSTOMER__EMAIL__1",
    case
      when (lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')) in ('null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1') or regexp_instr(lower(translate("READ__ID__CUSTOMER__EMAIL__1", 'İΣ', 'iσ')), '^[0\\-]+$') > 0) then 'default'
      when "READ__ID__CUSTOMER__EMAIL__1" is not null and "NORMAL__ID__CUSTOMER__EMAIL__1" is null then 'email'
      when "NORMAL__ID__CUSTOMER__EMAIL__1" in (coalesce(nullif(regexp_substr(regexp_replace(lower(translate(trim('noreply@example.com', '\t\n\r              ​‌‍    ⁠　﻿'), 'İΣ', 'iσ')), '^mailto:[              ​‌‍    ⁠　﻿\\t\\n\\f\\r]*', ''), '^[^@              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+@[^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+([.][^@.              ​‌‍    ⁠　﻿\\t\\n\\f\\r]+)+$'), ''), 'noreply@example.com')) then 'reject'
    end as "REFUSED__ID__CUSTOMER__EMAIL__1",
    "READ__ATTR__CUSTOMER__INCOME",
    case
      when nullif(case
        when typeof(to_variant("RAW__INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
        else to_varchar(to_variant("RAW__INCOME"))
      end, '') is not null and "READ__ATTR__CUSTOMER__INCOME" is null then 'cast'
    end as "REFUSED__ATTR__CUSTOMER__INCOME"
  from "NORMAL"
), "ACCEPTED" as (
  -- What is left of values.
  select
    "RAW__HOUSEHOLD",
    "RAW__PERSON",
    "RAW__MAIL",
    "RAW__INCOME",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    case when "REFUSED__ID__CUSTOMER__EMAIL__1" is null then "NORMAL__ID__CUSTOMER__EMAIL__1" end as "ID__CUSTOMER__EMAIL__1",
    "REFUSED__ATTR__CUSTOMER__INCOME",
    case when "REFUSED__ATTR__CUSTOMER__INCOME" is null then "READ__ATTR__CUSTOMER__INCOME" end as "ATTR__CUSTOMER__INCOME"
  from "JUDGED"
)
-- The numbers of identifiers, and what is wrong with the row as a whole.
select
  "RAW__HOUSEHOLD",
  "RAW__PERSON",
  "RAW__MAIL",
  "RAW__INCOME",
  "CHANGE_HASH",
  "RECORD_KEY",
  "OBSERVED_AT",
  "OBSERVED_AT" as "FIRST_SEEN_AT",
  "OBSERVED_AT" as "LAST_SEEN_AT",
  "REFUSED__ID__CUSTOMER__EMAIL__1",
  "ID__CUSTOMER__EMAIL__1",
  cast(case when md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") > 9223372036854775807 then md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") - 18446744073709551616 else md5_number_upper64('email:' || "ID__CUSTOMER__EMAIL__1") end as number(19, 0)) as "NODE__CUSTOMER__EMAIL__1",
  "REFUSED__ATTR__CUSTOMER__INCOME",
  "ATTR__CUSTOMER__INCOME",
  case
    when "RECORD_KEY" is null then 'missing_key'
  end as "FAULT"
from "ACCEPTED";

-- Rows that are not kept, known by their hash: what is wrong with them.
create table "CDP_INTERNAL"."ASIDE_PANEL__NEXT" as
select
  "RECORD_KEY",
  "CHANGE_HASH",
  "FAULT" as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."ROWS_PANEL__NEXT"
where "FAULT" is not null
group by "RECORD_KEY", "CHANGE_HASH", "FAULT";

-- How many rows were read, and how many of them are faulty.
create transient table "CDP_INTERNAL"."TALLY_PANEL__SCRATCH" as
select
  cast(coalesce("FAULT", 'none') as varchar) as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."ROWS_PANEL__NEXT"
group by "FAULT";

-- Rows of panel that are set aside.
create table "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT" as
select
  cast('panel' as varchar) as "SOURCE",
  "RECORD_KEY",
  "FAULT" as "REASON",
  case when "FAULT" = 'missing_key' then 'household, person' end as "COLUMN_NAME",
  cast(null as varchar) as "VALUE"
from "CDP_INTERNAL"."ROWS_PANEL__NEXT"
where "FAULT" in ('missing_key');

-- Faulty and filtered rows leave.
delete from "CDP_INTERNAL"."ROWS_PANEL__NEXT" where "FAULT" is not null;

-- Rows of panel whose key is not theirs alone, and what becomes of each.
create transient table "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH" as
with "KEYS" as (
  select "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_PANEL__NEXT"
  group by "RECORD_KEY"
  having count(*) > 1
), "HASHED" as (
  select
    "RAW__HOUSEHOLD",
    "RAW__PERSON",
    "RAW__MAIL",
    "RAW__INCOME",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "REFUSED__ATTR__CUSTOMER__INCOME",
    "ATTR__CUSTOMER__INCOME",
    "FAULT",
    md5(to_json(array_construct(coalesce(to_variant(case
      when typeof(to_variant("RAW__HOUSEHOLD")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__HOUSEHOLD"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__HOUSEHOLD"))
    end), parse_json('null')), coalesce(to_variant(case
      when typeof(to_variant("RAW__PERSON")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__PERSON"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__PERSON"))
    end), parse_json('null')), coalesce(to_variant(case
      when typeof(to_variant("RAW__MAIL")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__MAIL"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__MAIL"))
    end), parse_json('null')), coalesce(to_variant(case
      when typeof(to_variant("RAW__INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__INCOME"))
    end), parse_json('null'))))) as "ROW_HASH"
  from "CDP_INTERNAL"."ROWS_PANEL__NEXT"
  where "RECORD_KEY" in (select "RECORD_KEY" from "KEYS")
), "RANKED" as (
  select
    "RAW__HOUSEHOLD",
    "RAW__PERSON",
    "RAW__MAIL",
    "RAW__INCOME",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "REFUSED__ATTR__CUSTOMER__INCOME",
    "ATTR__CUSTOMER__INCOME",
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
    "RAW__HOUSEHOLD",
    "RAW__PERSON",
    "RAW__MAIL",
    "RAW__INCOME",
    "CHANGE_HASH",
    "RECORD_KEY",
    "OBSERVED_AT",
    "FIRST_SEEN_AT",
    "LAST_SEEN_AT",
    "REFUSED__ID__CUSTOMER__EMAIL__1",
    "ID__CUSTOMER__EMAIL__1",
    "NODE__CUSTOMER__EMAIL__1",
    "REFUSED__ATTR__CUSTOMER__INCOME",
    "ATTR__CUSTOMER__INCOME",
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
  "RAW__HOUSEHOLD",
  "RAW__PERSON",
  "RAW__MAIL",
  "RAW__INCOME",
  "CHANGE_HASH",
  "RECORD_KEY",
  "OBSERVED_AT",
  "FIRST_SEEN_AT",
  "LAST_SEEN_AT",
  "REFUSED__ID__CUSTOMER__EMAIL__1",
  "ID__CUSTOMER__EMAIL__1",
  "NODE__CUSTOMER__EMAIL__1",
  "REFUSED__ATTR__CUSTOMER__INCOME",
  "ATTR__CUSTOMER__INCOME",
  "FAULT",
  case
    when "PLACE" = 1 then 'kept'
    when "ROW_HASH" = "KEPT_HASH" then 'repeated'
    when "RECENCY" = 1 then 'duplicate_key'
    else 'superseded'
  end as "OUTCOME"
from "COMPARED";

-- They leave …
delete from "CDP_INTERNAL"."ROWS_PANEL__NEXT"
where "RECORD_KEY" in (select "RECORD_KEY" from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH");

-- … and the one that stays comes back.
insert into "CDP_INTERNAL"."ROWS_PANEL__NEXT" ("RAW__HOUSEHOLD", "RAW__PERSON", "RAW__MAIL", "RAW__INCOME", "CHANGE_HASH", "RECORD_KEY", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "REFUSED__ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__1", "REFUSED__ATTR__CUSTOMER__INCOME", "ATTR__CUSTOMER__INCOME", "FAULT")
select "RAW__HOUSEHOLD", "RAW__PERSON", "RAW__MAIL", "RAW__INCOME", "CHANGE_HASH", "RECORD_KEY", "OBSERVED_AT", "FIRST_SEEN_AT", "LAST_SEEN_AT", "REFUSED__ID__CUSTOMER__EMAIL__1", "ID__CUSTOMER__EMAIL__1", "NODE__CUSTOMER__EMAIL__1", "REFUSED__ATTR__CUSTOMER__INCOME", "ATTR__CUSTOMER__INCOME", "FAULT"
from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH"
where "OUTCOME" = 'kept';

-- The rows that gave way to another of their key.
insert into "CDP_INTERNAL"."ASIDE_PANEL__NEXT" ("RECORD_KEY", "CHANGE_HASH", "FAULT", "ROW_COUNT")
select
  "RECORD_KEY",
  "CHANGE_HASH",
  "OUTCOME" as "FAULT",
  count(*) as "ROW_COUNT"
from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH"
where "OUTCOME" in ('superseded', 'duplicate_key')
group by "RECORD_KEY", "CHANGE_HASH", "OUTCOME";

-- The equals of a row that stays.
insert into "CDP_INTERNAL"."ASIDE_PANEL__NEXT" ("RECORD_KEY", "CHANGE_HASH", "FAULT", "ROW_COUNT")
select
  "RECORD_KEY",
  "CHANGE_HASH",
  'repeated' as "FAULT",
  count(*) + 1 as "ROW_COUNT"
from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH"
where "OUTCOME" = 'repeated'
group by "RECORD_KEY", "CHANGE_HASH";

-- Rows of one key that time cannot order are rejected, but for one.
insert into "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT" ("SOURCE", "RECORD_KEY", "REASON", "COLUMN_NAME", "VALUE")
select 'panel', "RECORD_KEY", 'duplicate_key', 'household, person', "RECORD_KEY"
from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH"
where "OUTCOME" = 'duplicate_key';

-- Choice: All of rows_panel.

-- In a full run:

create or replace view "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."ROWS_PANEL__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."ROWS_PANEL" as "T"
where not (exists (select 1 from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."ROWS_PANEL__NEXT";

-- End of the choice.

-- Choice: All of aside_panel.

-- In a full run:

create or replace view "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."ASIDE_PANEL__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."ASIDE_PANEL" as "T"
where not ("T"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."ASIDE_PANEL__NEXT";

-- End of the choice.

-- Choice: All of rejected_records_panel.

-- In a full run:

create or replace view "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW" copy grants as
select * from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT";

-- In an incremental run:

create or replace view "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW" copy grants as
select *
from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL" as "T"
where not ("T"."RECORD_KEY" is null or exists (select 1 from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH" as "CHANGED" where "CHANGED"."RECORD_KEY" = "T"."RECORD_KEY"))
union all
select * from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT";

-- End of the choice.

-- Values of panel that were refused.
create table "CDP_INTERNAL"."REJECTED_VALUES_PANEL__NEXT" as
(
  select
    cast('panel' as varchar) as "SOURCE",
    "RECORD_KEY",
    "REFUSED__ATTR__CUSTOMER__INCOME" as "REASON",
    cast('income' as varchar) as "COLUMN_NAME",
    nullif(case
      when typeof(to_variant("RAW__INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__INCOME"))
    end, '') as "VALUE"
  from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW"
  where "REFUSED__ATTR__CUSTOMER__INCOME" is not null
  order by "RECORD_KEY", "VALUE", "REASON"
  limit 1000
);

-- Identifiers of panel that were refused.
create table "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL__NEXT" as
select
  "SOURCE",
  "IDENTIFIER",
  "VALUE",
  "RULE",
  count(*) as "ROW_COUNT",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    cast('panel' as varchar) as "SOURCE",
    cast('email' as varchar) as "IDENTIFIER",
    nullif(case
      when typeof(to_variant("RAW__MAIL")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__MAIL"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__MAIL"))
    end, '') as "VALUE",
    "REFUSED__ID__CUSTOMER__EMAIL__1" as "RULE",
    "RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW"
  where "REFUSED__ID__CUSTOMER__EMAIL__1" is not null
) as "REFUSED"
group by "SOURCE", "IDENTIFIER", "VALUE", "RULE";

-- Choice: Rows that were read, counted as they were read or as they are known.

-- In a full run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of panel were rejected. Nothing was published.
select
  "REASON",
  count(*) as "REJECTED",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_PANEL__SCRATCH" where "FAULT" not in ('filtered', 'future')) as "OF_ROWS",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "EXAMPLE"
from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW"
where (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW") > (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_PANEL__SCRATCH" where "FAULT" not in ('filtered', 'future')) * 0.5
group by "REASON"
order by "REJECTED" desc, "REASON";

-- Figures for the summary: rows
select
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_PANEL__SCRATCH" where true) as "READ",
  (select count(*) from "CDP_INTERNAL"."ROWS_PANEL__NEXT") as "KEPT",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_PANEL__SCRATCH" where "FAULT" = 'filtered') as "FILTERED",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_PANEL__SCRATCH" where "FAULT" = 'future') as "FUTURE",
  (select coalesce(sum("ROW_COUNT"), 0) from "CDP_INTERNAL"."TALLY_PANEL__SCRATCH" where "FAULT" = 'none') - (select count(*) from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH" where "OUTCOME" = 'superseded') - (select count(*) from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH" where "OUTCOME" = 'repeated') - (select count(*) from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH" where "OUTCOME" = 'duplicate_key') - (select count(*) from "CDP_INTERNAL"."ROWS_PANEL__NEXT") as "DELETED",
  (select count(*) from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH" where "OUTCOME" = 'superseded') as "SUPERSEDED",
  (select count(*) from "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH" where "OUTCOME" = 'repeated') as "REPEATED",
  (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__NEXT") as "REJECTED";

-- In an incremental run:

-- Check: Not too many rows may be rejected.
-- A row here fails the run: More than 50 % of the rows of panel were rejected. Nothing was published.
select
  "REASON",
  count(*) as "REJECTED",
  (
    (select count(*) from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW")
    + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where "FAULT" not in ('filtered', 'future'))
    + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW" where "REASON" = 'malformed_row')
  ) as "OF_ROWS",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "EXAMPLE"
from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW"
where (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW") > (
  (select count(*) from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW")
  + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where "FAULT" not in ('filtered', 'future'))
  + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW" where "REASON" = 'malformed_row')
) * 0.5
group by "REASON"
order by "REJECTED" desc, "REASON";

-- Figures for the summary: rows
select
  (
    (select count(*) from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW")
    + (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where true)
    + (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW" where "REASON" = 'malformed_row')
  ) as "READ",
  (select count(*) from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW") as "KEPT",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where "FAULT" = 'filtered') as "FILTERED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where "FAULT" = 'future') as "FUTURE",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where "FAULT" = 'deleted') as "DELETED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where "FAULT" = 'superseded') as "SUPERSEDED",
  (select coalesce(sum(case when "FAULT" = 'repeated' then "ROW_COUNT" - 1 else "ROW_COUNT" end), 0) from "CDP_INTERNAL"."ASIDE_PANEL__WHOLE__VIEW" where "FAULT" = 'repeated') as "REPEATED",
  (select count(*) from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW") as "REJECTED",
  (select count("RECORD_KEY") from "CDP_INTERNAL"."CHANGED_PANEL__SCRATCH") as "CHANGED";

-- End of the choice.

-- Figures for the summary: rejected
select
  "REASON",
  count(*) as "ROW_COUNT",
  case when "REASON" = 'malformed_row' then min("COLUMN_NAME") else min("RECORD_KEY") end as "SAMPLE_RECORD_KEY"
from "CDP_INTERNAL"."REJECTED_RECORDS_PANEL__WHOLE__VIEW"
group by "REASON"
order by "REASON";

-- Figures for the summary: refused_values
select
  'income' as "COLUMN_NAME",
  "RULE",
  count(*) as "ROW_COUNT",
  case when count("VALUE") > 0 then min_by("VALUE", case when "VALUE" is not null then "PLACE" else 9223372036854775807 end) end as "SAMPLE_VALUE",
  min("RECORD_KEY") as "SAMPLE_RECORD_KEY"
from (
  select
    "REFUSED__ATTR__CUSTOMER__INCOME" as "RULE",
    "RECORD_KEY",
    nullif(case
      when typeof(to_variant("RAW__INCOME")) in ('DECIMAL', 'DOUBLE') then regexp_replace(to_varchar("RAW__INCOME"), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')
      else to_varchar(to_variant("RAW__INCOME"))
    end, '') as "VALUE",
    row_number() over (
      partition by "REFUSED__ATTR__CUSTOMER__INCOME"
      order by "RECORD_KEY" nulls last
    ) as "PLACE"
  from "CDP_INTERNAL"."ROWS_PANEL__WHOLE__VIEW"
  where "REFUSED__ATTR__CUSTOMER__INCOME" is not null
) as "REFUSED"
group by "RULE";

-- Figures for the summary: refused_identifiers
select
  "IDENTIFIER",
  "RULE",
  sum("ROW_COUNT") as "ROW_COUNT",
  count(distinct "VALUE") as "VALUE_COUNT"
from "CDP_INTERNAL"."REJECTED_IDENTIFIERS_PANEL__NEXT"
group by "IDENTIFIER", "RULE"
order by "IDENTIFIER", "RULE";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."CONTESTED_PANEL__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TALLY_PANEL__SCRATCH";
