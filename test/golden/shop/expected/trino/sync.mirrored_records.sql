-- sync.mirrored_records: mirror to crm (HubSpot CRM).
-- After: segment.vip
-- $run_id and $now are of the run, $fence of its lease; $first, $last and $limit number rows; $job is a job of the destination.

-- == With the lease, first of all

-- The ledger is kept: made once, never dropped.
create table if not exists "cdp_internal"."ledger_mirrored_records" (
  "audience" varchar,
  "row_key" varchar,
  "customer_id" varchar,
  "destination_id" varchar,
  "acked_hash" varchar,
  "acked_at" timestamp(6),
  "created" boolean,
  "dirty_run" varchar,
  "held" boolean,
  "failed_hash" varchar,
  "failures" bigint,
  "retry_at" timestamp(6),
  "error_code" varchar,
  "error_message" varchar,
  "job" varchar,
  "job_operation" varchar,
  "job_hash" varchar
);

-- == What the destination was given as a job by runs before, and settled as below

-- What the destination still works on.
select distinct "job"
from "cdp_internal"."ledger_mirrored_records"
where "job" is not null;

drop table if exists "cdp_internal"."plan_mirrored_records_run__sync";

-- The rows of a job.
create table "cdp_internal"."plan_mirrored_records_run__sync" as
select
  row_number() over (order by "audience", "row_key") as "seq",
  case
    when "job_operation" = 'upsert' and "job_hash" is not null then 1
    else 3
  end as "phase",
  "job_operation" as "operation",
  'retried' as "reason",
  "audience",
  "row_key",
  "customer_id",
  "destination_id",
  cast(null as varchar) as "previous_key",
  cast(null as varchar) as "previous_id",
  true as "was_dirty",
  "job_hash" as "row_hash",
  cast(null as varchar) as "v_1"
from "cdp_internal"."ledger_mirrored_records"
where "job" = $job;

-- == With `cdp sync retry`

-- Rejected rows are tried again, and held ones repeated.
update "cdp_internal"."ledger_mirrored_records"
set "failed_hash" = null, "retry_at" = null, "held" = false
where "failed_hash" is not null or "held";

-- == With `cdp sync resync`

-- Rejected rows are tried again, and held ones repeated.
update "cdp_internal"."ledger_mirrored_records"
set "failed_hash" = null, "retry_at" = null, "held" = false
where "failed_hash" is not null or "held";

-- What the destination has is not known any more.
update "cdp_internal"."ledger_mirrored_records"
set "acked_hash" = '?'
where "acked_hash" is not null;

-- == With `cdp sync resync --reconcile`

-- Rejected rows are tried again, and held ones repeated.
update "cdp_internal"."ledger_mirrored_records"
set "failed_hash" = null, "retry_at" = null, "held" = false
where "failed_hash" is not null or "held";

-- What the destination has is not known any more.
update "cdp_internal"."ledger_mirrored_records"
set "acked_hash" = '?'
where "acked_hash" is not null;

-- Whatever was ever sent may still be there.
insert into "cdp_internal"."ledger_mirrored_records" ("audience", "row_key", "customer_id", "destination_id", "acked_hash", "acked_at", "created", "dirty_run", "held", "failed_hash", "failures", "retry_at", "error_code", "error_message", "job", "job_operation", "job_hash")
select
  "r"."audience",
  "r"."row_key",
  max("r"."customer_id"),
  cast(null as varchar),
  '?',
  cast(null as timestamp(6)),
  sum(case when "r"."operation" = 'delete' then 1 else 0 end) > 0,
  cast(null as varchar),
  false,
  cast(null as varchar),
  0,
  cast(null as timestamp(6)),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar)
from "cdp_internal"."cdp_sync_rows" as "r"
where "r"."sync_name" = 'mirrored_records'
  and "r"."outcome" = 'ok'
  and "r"."row_key" is not null
  and not exists (
    select 1
    from "cdp_internal"."ledger_mirrored_records" as "l"
    where "l"."audience" = "r"."audience"
      and "l"."row_key" = "r"."row_key"
  )
group by
  "r"."audience",
  "r"."row_key";

-- == The plan

drop table if exists "cdp_internal"."desired_mirrored_records_run__sync";

-- Every row that is desired, and whether it can be sent.
create table "cdp_internal"."desired_mirrored_records_run__sync" as
with "synced" as (
  select
    '' as "audience",
    "customer_id" as "customer_id",
    "customer_id" as "c_1",
    "first_name" as "c_2"
  from "cdp"."segment_vip"
), "valued" as (
  select
    "r"."audience",
    case when position('@' in nullif("r"."c_1", '')) > 0 then lower(nullif("r"."c_1", '')) else nullif("r"."c_1", '') end as "row_key",
    "r"."customer_id",
    true as "is_consented",
    "r"."c_2" as "v_1"
  from "synced" as "r"
), "rows" as (
  select
    "m"."audience",
    "m"."row_key",
    "m"."customer_id",
    "m"."is_consented",
    case when length("m"."row_key") > 256 then 'the key is longer than 256 characters' end as "invalid",
    lower(to_hex(md5(to_utf8('dca0562c6b79d9a7' || coalesce('v' || cast(length("m"."v_1") as varchar) || ':' || "m"."v_1", 'n'))))) as "row_hash",
    "m"."v_1"
  from "valued" as "m"
), "judged" as (
  select
    "audience",
    "row_key",
    "customer_id",
    "is_consented",
    "invalid",
    "row_hash"
  from "rows"
), "twice" as (
  select
    "audience",
    "row_key"
  from "judged"
  where "row_key" is not null
  group by
    "audience",
    "row_key"
  having count(*) > 1
)
select
  "j"."audience",
  "j"."row_key",
  "j"."customer_id",
  "j"."row_hash",
  case
    when "j"."row_key" is null then 'missing_key'
    when "t"."row_key" is not null then 'duplicate_key'
    when "j"."invalid" is not null then 'invalid'
    when not "j"."is_consented" then 'suppressed'
    else 'valid'
  end as "verdict",
  "j"."invalid" as "reason"
from "judged" as "j"
left join "twice" as "t"
  on "t"."audience" = "j"."audience"
  and "t"."row_key" = "j"."row_key";

drop table if exists "cdp_internal"."moves_mirrored_records_run__sync";

-- What is to be done: desired − acknowledged.
create table "cdp_internal"."moves_mirrored_records_run__sync" as
with "gone" as (
  select
    "l"."audience",
    "l"."row_key",
    coalesce("a"."customer_id", "l"."customer_id") as "customer_id",
    "l"."customer_id" as "former_id",
    "l"."destination_id",
    "l"."created",
    "l"."dirty_run" is not null as "was_dirty",
    case
      when row_number() over (
        partition by "n"."audience", "n"."row_key"
        order by "l"."row_key"
      ) = 1 then "n"."row_key"
    end as "new_key"
  from "cdp_internal"."ledger_mirrored_records" as "l"
  left join "cdp"."customer_id_aliases" as "a" on "a"."previous_id" = "l"."customer_id"
  left join "cdp_internal"."desired_mirrored_records_run__sync" as "d"
    on "d"."audience" = "l"."audience"
    and "d"."row_key" = "l"."row_key"
    left join (
      select
        "d"."audience",
        "d"."customer_id",
        min("d"."row_key") as "row_key"
      from "cdp_internal"."desired_mirrored_records_run__sync" as "d"
      left join "cdp_internal"."ledger_mirrored_records" as "l"
        on "l"."audience" = "d"."audience"
        and "l"."row_key" = "d"."row_key"
      where "d"."verdict" = 'valid'
        and not coalesce("l"."held", false) and "l"."job" is null
        and ("l"."dirty_run" is not null or (("l"."acked_hash" is null or "l"."acked_hash" <> "d"."row_hash") and not (coalesce("l"."failed_hash", '') = "d"."row_hash" and "l"."retry_at" > $now)))
        and "l"."acked_hash" is null
      group by
        "d"."audience",
        "d"."customer_id"
    ) as "n"
      on "n"."audience" = "l"."audience"
      and "n"."customer_id" = coalesce("a"."customer_id", "l"."customer_id")
  where "d"."row_key" is null
    and ("l"."acked_hash" is not null or "l"."dirty_run" is not null)
    and not coalesce("l"."held", false) and "l"."job" is null
    and not (coalesce("l"."failed_hash", '') = 'leave' and "l"."retry_at" > $now)
    and not exists (
    select 1
    from "cdp_internal"."desired_mirrored_records_run__sync" as "k"
    where "k"."verdict" = 'missing_key'
      and "k"."audience" = "l"."audience"
      and "k"."customer_id" = "l"."customer_id"
  )
)
select
  1 as "phase",
  'upsert' as "operation",
  case
    when "l"."dirty_run" is not null or "l"."failed_hash" is not null then 'retried'
    when "l"."acked_hash" is null then 'added'
    else 'changed'
  end as "reason",
  "d"."audience" as "audience",
  "d"."row_key" as "row_key",
  "d"."customer_id" as "customer_id",
  "l"."destination_id" as "destination_id",
  cast(null as varchar) as "previous_key",
  cast(null as varchar) as "previous_id",
  "l"."dirty_run" is not null as "was_dirty"
from "cdp_internal"."desired_mirrored_records_run__sync" as "d"
left join "cdp_internal"."ledger_mirrored_records" as "l"
  on "l"."audience" = "d"."audience"
  and "l"."row_key" = "d"."row_key"
where "d"."verdict" = 'valid'
  and not coalesce("l"."held", false) and "l"."job" is null
  and ("l"."dirty_run" is not null or (("l"."acked_hash" is null or "l"."acked_hash" <> "d"."row_hash") and not (coalesce("l"."failed_hash", '') = "d"."row_hash" and "l"."retry_at" > $now)))
  and not exists (
  select 1
  from "gone" as "g"
  where "g"."new_key" = "d"."row_key"
    and "g"."audience" = "d"."audience"
)
union all
select
  0 as "phase",
  'rekey' as "operation",
  'changed' as "reason",
  "g"."audience" as "audience",
  "g"."new_key" as "row_key",
  "g"."customer_id" as "customer_id",
  "g"."destination_id" as "destination_id",
  "g"."row_key" as "previous_key",
  "g"."destination_id" as "previous_id",
  "g"."was_dirty" as "was_dirty"
from "gone" as "g"
where "g"."new_key" is not null
union all
select
  2 as "phase",
  'merge' as "operation",
  'removed' as "reason",
  "g"."audience" as "audience",
  "s"."row_key" as "row_key",
  "g"."customer_id" as "customer_id",
  cast(null as varchar) as "destination_id",
  "g"."row_key" as "previous_key",
  "g"."destination_id" as "previous_id",
  "g"."was_dirty" as "was_dirty"
from "gone" as "g"
join (
  select
    "audience",
    "customer_id",
    min("row_key") as "row_key"
  from "cdp_internal"."desired_mirrored_records_run__sync"
  where "verdict" = 'valid'
  group by
    "audience",
    "customer_id"
) as "s"
  on "s"."audience" = "g"."audience"
  and "s"."customer_id" = "g"."customer_id"
where "g"."new_key" is null and "g"."former_id" <> "g"."customer_id"
union all
select
  3 as "phase",
  'delete' as "operation",
  'removed' as "reason",
  "g"."audience" as "audience",
  "g"."row_key" as "row_key",
  "g"."former_id" as "customer_id",
  "g"."destination_id" as "destination_id",
  cast(null as varchar) as "previous_key",
  cast(null as varchar) as "previous_id",
  "g"."was_dirty" as "was_dirty"
from "gone" as "g"
where "g"."new_key" is null
  and coalesce("g"."created", false)
  and not exists (
  select 1
  from (
    select
      "audience",
      "customer_id",
      min("row_key") as "row_key"
    from "cdp_internal"."desired_mirrored_records_run__sync"
    where "verdict" = 'valid'
    group by
      "audience",
      "customer_id"
  ) as "s"
  where "g"."new_key" is null and "g"."former_id" <> "g"."customer_id"
    and "s"."audience" = "g"."audience"
    and "s"."customer_id" = "g"."customer_id"
);

drop table if exists "cdp_internal"."plan_mirrored_records_run__sync";

-- The same in its order, with the values that are sent.
create table "cdp_internal"."plan_mirrored_records_run__sync" as
with "synced" as (
  select
    '' as "audience",
    "customer_id" as "customer_id",
    "customer_id" as "c_1",
    "first_name" as "c_2"
  from "cdp"."segment_vip"
), "valued" as (
  select
    "r"."audience",
    case when position('@' in nullif("r"."c_1", '')) > 0 then lower(nullif("r"."c_1", '')) else nullif("r"."c_1", '') end as "row_key",
    "r"."customer_id",
    true as "is_consented",
    "r"."c_2" as "v_1"
  from "synced" as "r"
), "rows" as (
  select
    "m"."audience",
    "m"."row_key",
    "m"."customer_id",
    "m"."is_consented",
    case when length("m"."row_key") > 256 then 'the key is longer than 256 characters' end as "invalid",
    lower(to_hex(md5(to_utf8('dca0562c6b79d9a7' || coalesce('v' || cast(length("m"."v_1") as varchar) || ':' || "m"."v_1", 'n'))))) as "row_hash",
    "m"."v_1"
  from "valued" as "m"
)
select
  row_number() over (
    order by "m"."phase", "m"."operation", "m"."audience", "m"."row_key", "m"."previous_key"
  ) as "seq",
  "m"."phase",
  "m"."operation",
  "m"."reason",
  "m"."audience",
  "m"."row_key",
  "m"."customer_id",
  "m"."destination_id",
  "m"."previous_key",
  "m"."previous_id",
  "m"."was_dirty",
  "v"."row_hash",
  "v"."v_1"
from "cdp_internal"."moves_mirrored_records_run__sync" as "m"
left join "rows" as "v"
  on "v"."audience" = "m"."audience"
  and "v"."row_key" = case when "m"."phase" <> 3 then "m"."row_key" end
where "m"."phase" = 3
  or "v"."row_key" is not null;

-- == What is told of it, and looked at by guards

-- Figures of the plan: what guards and people look at.
with "desired" as (
  select
    count(*) as "source_rows",
    coalesce(sum(case when "d"."verdict" in ('missing_key', 'duplicate_key', 'invalid') then 1 else 0 end), 0) as "invalid",
    coalesce(sum(case when "d"."verdict" = 'suppressed' then 1 else 0 end), 0) as "suppressed",
    coalesce(sum(case when "d"."verdict" = 'valid' and "d"."verdict" = 'valid'
      and not coalesce("l"."held", false) and "l"."job" is null
      and ("l"."dirty_run" is not null or (("l"."acked_hash" is null or "l"."acked_hash" <> "d"."row_hash") and not (coalesce("l"."failed_hash", '') = "d"."row_hash" and "l"."retry_at" > $now))) then 1 else 0 end), 0) as "sent",
    coalesce(sum(case when "d"."verdict" = 'valid' and (coalesce("l"."held", false) or "l"."job" is not null) then 1 else 0 end), 0) as "held",
    coalesce(sum(case when "d"."verdict" = 'valid' and "l"."dirty_run" is null and not coalesce("l"."held", false) and (coalesce("l"."failed_hash", '') = "d"."row_hash" and "l"."retry_at" > $now) then 1 else 0 end), 0) as "waiting"
  from "cdp_internal"."desired_mirrored_records_run__sync" as "d"
  left join "cdp_internal"."ledger_mirrored_records" as "l"
    on "l"."audience" = "d"."audience"
    and "l"."row_key" = "d"."row_key"
), "planned" as (
  select
    count(*) as "planned",
    coalesce(sum(case when "reason" = 'added' then 1 else 0 end), 0) as "added",
    coalesce(sum(case when "reason" = 'changed' then 1 else 0 end), 0) as "changed",
    coalesce(sum(case when "reason" = 'removed' then 1 else 0 end), 0) as "removed",
    coalesce(sum(case when "reason" = 'withdrawn' then 1 else 0 end), 0) as "withdrawn",
    coalesce(sum(case when "reason" = 'retried' then 1 else 0 end), 0) as "retried"
  from "cdp_internal"."plan_mirrored_records_run__sync"
), "known" as (
  select coalesce(sum(case when "acked_hash" is not null then 1 else 0 end), 0) as "acknowledged"
  from "cdp_internal"."ledger_mirrored_records"
)
select
  "d"."source_rows",
  "d"."invalid",
  "d"."suppressed",
  "d"."sent",
  "d"."held",
  "d"."waiting",
  "p"."planned",
  "p"."added",
  "p"."changed",
  "p"."removed",
  "p"."withdrawn",
  "p"."retried",
  "k"."acknowledged",
  (select count(*) from "cdp_internal"."desired_mirrored_records_run__sync") as "desired_rows"
from "desired" as "d"
cross join "planned" as "p"
cross join "known" as "k";

-- Where rows count more than once: the keys that the ledger has more than once.
select count(*) as "found"
from (
  select
    "audience",
    "row_key"
  from "cdp_internal"."ledger_mirrored_records"
  group by
    "audience",
    "row_key"
  having count(*) > 1
) as "repeated";

-- Which operations it has …
select distinct "operation" as "one" from "cdp_internal"."plan_mirrored_records_run__sync" order by "one";

-- … for which audiences …
select distinct "audience" as "one" from "cdp_internal"."plan_mirrored_records_run__sync" order by "one";

-- … and which of them have rows already.
select distinct "audience" as "one" from "cdp_internal"."ledger_mirrored_records" where "acked_hash" is not null order by "one";

-- Rows that cannot be sent, for the log.
select
  "row_key",
  "verdict",
  "reason",
  count(*) as "rows"
from "cdp_internal"."desired_mirrored_records_run__sync"
where "verdict" in ('missing_key', 'duplicate_key', 'invalid')
group by
  "row_key",
  "verdict",
  "reason"
order by "verdict", "row_key"
limit $limit;

-- == With `cdp sync rebase`, and then nothing is sent

-- What the destination has is what it should have.
update "cdp_internal"."ledger_mirrored_records"
set "acked_hash" = (select max("d"."row_hash") from "cdp_internal"."desired_mirrored_records_run__sync" as "d" where "d"."audience" = "ledger_mirrored_records"."audience"
and "d"."row_key" = "ledger_mirrored_records"."row_key"
and "d"."verdict" = 'valid')
where "acked_hash" is not null
  and "dirty_run" is null
  and exists (select 1 from "cdp_internal"."desired_mirrored_records_run__sync" as "d" where "d"."audience" = "ledger_mirrored_records"."audience"
  and "d"."row_key" = "ledger_mirrored_records"."row_key"
  and "d"."verdict" = 'valid');

-- == The intent

-- What the ledger has of the plan is uncertain from here on …
update "cdp_internal"."ledger_mirrored_records"
set "dirty_run" = $run_id
where exists (
  select 1
  from "cdp_internal"."plan_mirrored_records_run__sync" as "p"
  where "p"."seq" between $first and $last
    and "p"."phase" <> 2
    and "p"."audience" = "ledger_mirrored_records"."audience"
    and "p"."row_key" = "ledger_mirrored_records"."row_key"
);

-- … and, where rows are re-keyed or merged, the keys that they had.
update "cdp_internal"."ledger_mirrored_records"
set "dirty_run" = $run_id
where exists (
  select 1
  from "cdp_internal"."plan_mirrored_records_run__sync" as "p"
  where "p"."seq" between $first and $last
    and "p"."audience" = "ledger_mirrored_records"."audience"
    and "p"."previous_key" = "ledger_mirrored_records"."row_key"
);

-- What is new to the ledger is noted as uncertain.
insert into "cdp_internal"."ledger_mirrored_records" ("audience", "row_key", "customer_id", "destination_id", "acked_hash", "acked_at", "created", "dirty_run", "held", "failed_hash", "failures", "retry_at", "error_code", "error_message", "job", "job_operation", "job_hash")
select
  "p"."audience",
  "p"."row_key",
  "p"."customer_id",
  cast(null as varchar),
  cast(null as varchar),
  cast(null as timestamp(6)),
  false,
  $run_id,
  false,
  cast(null as varchar),
  0,
  cast(null as timestamp(6)),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar),
  cast(null as varchar)
from "cdp_internal"."plan_mirrored_records_run__sync" as "p"
where "p"."seq" between $first and $last
  and "p"."phase" <> 2
  and not exists (
    select 1
    from "cdp_internal"."ledger_mirrored_records" as "l"
    where "l"."audience" = "p"."audience"
      and "l"."row_key" = "p"."row_key"
  );

-- == Sending

-- What leaves, page by page.
select *
from "cdp_internal"."plan_mirrored_records_run__sync"
where "seq" between $first and $last
order by "seq";

-- == Acknowledgement: the table of outcomes is filled with what the destination said

drop table if exists "cdp_internal"."outcomes_mirrored_records_run__sync";

-- What became of moves.
create table if not exists "cdp_internal"."outcomes_mirrored_records_run__sync" (
  "seq" bigint,
  "batch" bigint,
  "outcome" varchar,
  "destination_id" varchar,
  "created" boolean,
  "previous_stays" boolean,
  "uncertain" boolean,
  "code" varchar,
  "message" varchar,
  "job" varchar,
  "payload" varchar
);

drop table if exists "cdp_internal"."settled_mirrored_records_run__sync";

-- What the ledger will say of them.
create table "cdp_internal"."settled_mirrored_records_run__sync" as
select
  "l"."audience" as "audience",
  "l"."row_key" as "row_key",
  coalesce("p"."customer_id", "l"."customer_id") as "customer_id",
  case when "o"."outcome" in ('ok') then coalesce("o"."destination_id", "p"."destination_id", "l"."destination_id") when "o"."outcome" in ('rejected') then "l"."destination_id" else coalesce("o"."destination_id", "l"."destination_id") end as "destination_id",
  case when "o"."outcome" in ('ok') then "p"."row_hash" when "o"."outcome" in ('rejected') then case when ("p"."was_dirty" or "o"."uncertain") then '?' else "l"."acked_hash" end else "l"."acked_hash" end as "acked_hash",
  case when "o"."outcome" in ('ok') then $now when "o"."outcome" in ('rejected') then "l"."acked_at" else "l"."acked_at" end as "acked_at",
  (coalesce("l"."created", false) or coalesce("o"."created", false)) as "created",
  case
    when "o"."outcome" in ('ok', 'rejected') or ("o"."outcome" in ('unsent') and not "p"."was_dirty") then cast(null as varchar)
    else $run_id
  end as "dirty_run",
  "o"."outcome" in ('held') as "held",
  case when "o"."outcome" in ('ok') then cast(null as varchar) when "o"."outcome" in ('rejected') then case when "p"."phase" = 3 or "p"."phase" = 2 then 'leave' else "p"."row_hash" end else "l"."failed_hash" end as "failed_hash",
  case when "o"."outcome" in ('ok') then 0 when "o"."outcome" in ('rejected') then coalesce("l"."failures", 0) + 1 else "l"."failures" end as "failures",
  case when "o"."outcome" in ('ok') then cast(null as timestamp(6)) when "o"."outcome" in ('rejected') then case coalesce("l"."failures", 0) when 0 then $now + interval '1' hour when 1 then $now + interval '4' hour when 2 then $now + interval '12' hour else $now + interval '1' day end else "l"."retry_at" end as "retry_at",
  case when "o"."outcome" in ('ok') then cast(null as varchar) when "o"."outcome" in ('rejected') then "o"."code" else case when "o"."outcome" in ('unknown', 'held') then "o"."code" else "l"."error_code" end end as "error_code",
  case when "o"."outcome" in ('ok') then cast(null as varchar) when "o"."outcome" in ('rejected') then "o"."message" else case when "o"."outcome" in ('unknown', 'held') then "o"."message" else "l"."error_message" end end as "error_message",
  case when "o"."outcome" in ('pending') then "o"."job" end as "job",
  case when "o"."outcome" in ('pending') then "p"."operation" end as "job_operation",
  case when "o"."outcome" in ('pending') then "p"."row_hash" end as "job_hash"
from "cdp_internal"."outcomes_mirrored_records_run__sync" as "o"
join "cdp_internal"."plan_mirrored_records_run__sync" as "p" on "p"."seq" = "o"."seq"
join "cdp_internal"."ledger_mirrored_records" as "l"
  on "l"."audience" = "p"."audience"
  and "l"."row_key" = "p"."row_key"
where not "p"."phase" = 2
  and not ("p"."phase" = 3 and "o"."outcome" in ('ok'))
union all
select
  "l"."audience" as "audience",
  "l"."row_key" as "row_key",
  "l"."customer_id" as "customer_id",
  case when false then coalesce("o"."destination_id", "p"."destination_id", "l"."destination_id") when "o"."outcome" in ('rejected') then "l"."destination_id" else coalesce("o"."destination_id", "l"."destination_id") end as "destination_id",
  case when false then "p"."row_hash" when "o"."outcome" in ('rejected') then case when ("p"."was_dirty" or "o"."uncertain") then '?' else "l"."acked_hash" end else "l"."acked_hash" end as "acked_hash",
  case when false then $now when "o"."outcome" in ('rejected') then "l"."acked_at" else "l"."acked_at" end as "acked_at",
  (coalesce("l"."created", false) or coalesce("o"."created", false)) as "created",
  case
    when "o"."outcome" in ('ok', 'rejected') or ("o"."outcome" in ('unsent') and not "p"."was_dirty") then cast(null as varchar)
    else $run_id
  end as "dirty_run",
  "o"."outcome" in ('held') as "held",
  case when false then cast(null as varchar) when "o"."outcome" in ('rejected') then 'leave' else "l"."failed_hash" end as "failed_hash",
  case when false then 0 when "o"."outcome" in ('rejected') then coalesce("l"."failures", 0) + 1 else "l"."failures" end as "failures",
  case when false then cast(null as timestamp(6)) when "o"."outcome" in ('rejected') then case coalesce("l"."failures", 0) when 0 then $now + interval '1' hour when 1 then $now + interval '4' hour when 2 then $now + interval '12' hour else $now + interval '1' day end else "l"."retry_at" end as "retry_at",
  case when false then cast(null as varchar) when "o"."outcome" in ('rejected') then "o"."code" else case when "o"."outcome" in ('unknown', 'held') then "o"."code" else "l"."error_code" end end as "error_code",
  case when false then cast(null as varchar) when "o"."outcome" in ('rejected') then "o"."message" else case when "o"."outcome" in ('unknown', 'held') then "o"."message" else "l"."error_message" end end as "error_message",
  case when "o"."outcome" in ('pending') then "o"."job" end as "job",
  case when "o"."outcome" in ('pending') then "p"."operation" end as "job_operation",
  case when "o"."outcome" in ('pending') then "p"."row_hash" end as "job_hash"
from "cdp_internal"."outcomes_mirrored_records_run__sync" as "o"
join "cdp_internal"."plan_mirrored_records_run__sync" as "p" on "p"."seq" = "o"."seq"
join "cdp_internal"."ledger_mirrored_records" as "l"
  on "l"."audience" = "p"."audience"
  and "l"."row_key" = "p"."previous_key"
where "p"."previous_key" is not null
  and (not "o"."outcome" in ('ok') or coalesce("o"."previous_stays", false));

-- == Acknowledgement

-- The ledger takes it all at once, as long as nobody else has the lease.
merge into "cdp_internal"."ledger_mirrored_records" as "ledger_mirrored_records"
using (
  select
    "touched"."audience" as "audience",
    "touched"."row_key" as "row_key",
    "settled"."customer_id" as "customer_id",
    "settled"."destination_id" as "destination_id",
    "settled"."acked_hash" as "acked_hash",
    "settled"."acked_at" as "acked_at",
    "settled"."created" as "created",
    "settled"."dirty_run" as "dirty_run",
    "settled"."held" as "held",
    "settled"."failed_hash" as "failed_hash",
    "settled"."failures" as "failures",
    "settled"."retry_at" as "retry_at",
    "settled"."error_code" as "error_code",
    "settled"."error_message" as "error_message",
    "settled"."job" as "job",
    "settled"."job_operation" as "job_operation",
    "settled"."job_hash" as "job_hash",
    "settled"."row_key" is not null as "stays"
  from (
    select
      "p"."audience" as "audience",
      "p"."row_key" as "row_key"
    from "cdp_internal"."outcomes_mirrored_records_run__sync" as "o"
    join "cdp_internal"."plan_mirrored_records_run__sync" as "p" on "p"."seq" = "o"."seq"
    where not "p"."phase" = 2
    union
    select
      "p"."audience" as "audience",
      "p"."previous_key" as "row_key"
    from "cdp_internal"."outcomes_mirrored_records_run__sync" as "o"
    join "cdp_internal"."plan_mirrored_records_run__sync" as "p" on "p"."seq" = "o"."seq"
    where "p"."previous_key" is not null
  ) as "touched"
  left join "cdp_internal"."settled_mirrored_records_run__sync" as "settled" on "touched"."audience" = "settled"."audience"
    and "touched"."row_key" = "settled"."row_key"
  where exists (
    select 1
    from "cdp_internal"."cdp_syncs"
    where "sync_name" = 'mirrored_records' and "fence" = $fence
  )
) as "now"
on "ledger_mirrored_records"."audience" = "now"."audience"
  and "ledger_mirrored_records"."row_key" = "now"."row_key"
when matched and not "now"."stays" then delete
when matched then update set
  "customer_id" = "now"."customer_id",
  "destination_id" = "now"."destination_id",
  "acked_hash" = "now"."acked_hash",
  "acked_at" = "now"."acked_at",
  "created" = "now"."created",
  "dirty_run" = "now"."dirty_run",
  "held" = "now"."held",
  "failed_hash" = "now"."failed_hash",
  "failures" = "now"."failures",
  "retry_at" = "now"."retry_at",
  "error_code" = "now"."error_code",
  "error_message" = "now"."error_message",
  "job" = "now"."job",
  "job_operation" = "now"."job_operation",
  "job_hash" = "now"."job_hash";

-- Where rows were merged, the destination may call what is left another name.
update "cdp_internal"."ledger_mirrored_records"
set "destination_id" = (
  select max("o"."destination_id")
  from "cdp_internal"."outcomes_mirrored_records_run__sync" as "o"
  join "cdp_internal"."plan_mirrored_records_run__sync" as "p" on "p"."seq" = "o"."seq"
  where "p"."phase" = 2
    and "o"."outcome" in ('ok')
    and "o"."destination_id" is not null
    and "p"."audience" = "ledger_mirrored_records"."audience"
    and "p"."row_key" = "ledger_mirrored_records"."row_key"
)
where exists (
  select 1
  from "cdp_internal"."outcomes_mirrored_records_run__sync" as "o"
  join "cdp_internal"."plan_mirrored_records_run__sync" as "p" on "p"."seq" = "o"."seq"
  where "p"."phase" = 2
    and "o"."outcome" in ('ok')
    and "o"."destination_id" is not null
    and "p"."audience" = "ledger_mirrored_records"."audience"
    and "p"."row_key" = "ledger_mirrored_records"."row_key"
);

-- Each row is logged.
insert into "cdp_internal"."cdp_sync_rows" ("run_id", "sync_name", "batch", "operation", "reason", "audience", "row_key", "customer_id", "outcome", "code", "message", "payload", "logged_at")
select
  $run_id,
  'mirrored_records',
  "o"."batch",
  "p"."operation",
  "p"."reason",
  "p"."audience",
  "p"."row_key",
  "p"."customer_id",
  "o"."outcome",
  "o"."code",
  "o"."message",
  "p"."row_hash",
  $now
from "cdp_internal"."outcomes_mirrored_records_run__sync" as "o"
join "cdp_internal"."plan_mirrored_records_run__sync" as "p" on "p"."seq" = "o"."seq"
where not "o"."outcome" in ('pending');
