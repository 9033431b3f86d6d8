-- health.customer: How large each customer is, what holds the largest together, and what looks wrong.
-- After: identity.customer

-- Customers by how many identifiers they have.
create table "CDP_INTERNAL"."IDENTITY_SIZES_CUSTOMER__NEXT" as
select
  cast(min("LEAST") as number(19, 0)) as "MIN_IDENTIFIERS",
  cast("MOST" as number(19, 0)) as "MAX_IDENTIFIERS",
  cast(sum("CUSTOMERS") as number(19, 0)) as "CUSTOMER_COUNT",
  cast(sum("CUSTOMERS" * "IDENTIFIER_COUNT") as number(19, 0)) as "IDENTIFIER_COUNT"
from (
  select
    "IDENTIFIER_COUNT",
    case when "IDENTIFIER_COUNT" = 0 then 0 when "IDENTIFIER_COUNT" <= 1 then 1 when "IDENTIFIER_COUNT" <= 2 then 2 when "IDENTIFIER_COUNT" <= 4 then 4 when "IDENTIFIER_COUNT" <= 8 then 8 when "IDENTIFIER_COUNT" <= 16 then 16 when "IDENTIFIER_COUNT" <= 32 then 32 when "IDENTIFIER_COUNT" <= 64 then 64 when "IDENTIFIER_COUNT" <= 128 then 128 when "IDENTIFIER_COUNT" <= 256 then 256 when "IDENTIFIER_COUNT" <= 512 then 512 when "IDENTIFIER_COUNT" <= 1024 then 1024 when "IDENTIFIER_COUNT" <= 2048 then 2048 when "IDENTIFIER_COUNT" <= 4096 then 4096 when "IDENTIFIER_COUNT" <= 8192 then 8192 when "IDENTIFIER_COUNT" <= 16384 then 16384 when "IDENTIFIER_COUNT" <= 32768 then 32768 when "IDENTIFIER_COUNT" <= 65536 then 65536 when "IDENTIFIER_COUNT" <= 131072 then 131072 when "IDENTIFIER_COUNT" <= 262144 then 262144 when "IDENTIFIER_COUNT" <= 524288 then 524288 when "IDENTIFIER_COUNT" <= 1048576 then 1048576 when "IDENTIFIER_COUNT" <= 2097152 then 2097152 when "IDENTIFIER_COUNT" <= 4194304 then 4194304 when "IDENTIFIER_COUNT" <= 8388608 then 8388608 when "IDENTIFIER_COUNT" <= 16777216 then 16777216 when "IDENTIFIER_COUNT" <= 33554432 then 33554432 when "IDENTIFIER_COUNT" <= 67108864 then 67108864 when "IDENTIFIER_COUNT" <= 134217728 then 134217728 when "IDENTIFIER_COUNT" <= 268435456 then 268435456 when "IDENTIFIER_COUNT" <= 536870912 then 536870912 when "IDENTIFIER_COUNT" <= 1073741824 then 1073741824 when "IDENTIFIER_COUNT" <= 2147483648 then 2147483648 end as "MOST",
    case when "IDENTIFIER_COUNT" = 0 then 0 when "IDENTIFIER_COUNT" <= 1 then 1 when "IDENTIFIER_COUNT" <= 2 then 2 when "IDENTIFIER_COUNT" <= 4 then 3 when "IDENTIFIER_COUNT" <= 8 then 5 when "IDENTIFIER_COUNT" <= 16 then 9 when "IDENTIFIER_COUNT" <= 32 then 17 when "IDENTIFIER_COUNT" <= 64 then 33 when "IDENTIFIER_COUNT" <= 128 then 65 when "IDENTIFIER_COUNT" <= 256 then 129 when "IDENTIFIER_COUNT" <= 512 then 257 when "IDENTIFIER_COUNT" <= 1024 then 513 when "IDENTIFIER_COUNT" <= 2048 then 1025 when "IDENTIFIER_COUNT" <= 4096 then 2049 when "IDENTIFIER_COUNT" <= 8192 then 4097 when "IDENTIFIER_COUNT" <= 16384 then 8193 when "IDENTIFIER_COUNT" <= 32768 then 16385 when "IDENTIFIER_COUNT" <= 65536 then 32769 when "IDENTIFIER_COUNT" <= 131072 then 65537 when "IDENTIFIER_COUNT" <= 262144 then 131073 when "IDENTIFIER_COUNT" <= 524288 then 262145 when "IDENTIFIER_COUNT" <= 1048576 then 524289 when "IDENTIFIER_COUNT" <= 2097152 then 1048577 when "IDENTIFIER_COUNT" <= 4194304 then 2097153 when "IDENTIFIER_COUNT" <= 8388608 then 4194305 when "IDENTIFIER_COUNT" <= 16777216 then 8388609 when "IDENTIFIER_COUNT" <= 33554432 then 16777217 when "IDENTIFIER_COUNT" <= 67108864 then 33554433 when "IDENTIFIER_COUNT" <= 134217728 then 67108865 when "IDENTIFIER_COUNT" <= 268435456 then 134217729 when "IDENTIFIER_COUNT" <= 536870912 then 268435457 when "IDENTIFIER_COUNT" <= 1073741824 then 536870913 when "IDENTIFIER_COUNT" <= 2147483648 then 1073741825 end as "LEAST",
    count(*) as "CUSTOMERS"
  from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW"
  group by "IDENTIFIER_COUNT"
) as "BY_SIZE"
group by "MOST";

-- The largest customers.
create transient table "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH" as
select
  row_number() over (order by "IDENTIFIER_COUNT" desc, "CUSTOMER_ID") as "PLACE",
  "CUSTOMER_ID",
  "IDENTIFIER_COUNT",
  "NODE_COUNT"
from (
  select "CUSTOMER_ID", "IDENTIFIER_COUNT", "NODE_COUNT"
  from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW"
  order by "IDENTIFIER_COUNT" desc, "CUSTOMER_ID"
  limit 20
) as "FIRST";

-- Identifiers of customers who hold so many that one may be suspicious.
create transient table "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH" as
select
  "I"."CUSTOMER_ID",
  "I"."NODE",
  "I"."STRENGTH"
from "CDP_INTERNAL"."SIZES_CUSTOMER__WHOLE__VIEW" as "S"
join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" as "I" on "I"."CUSTOMER_ID" = "S"."CUSTOMER_ID"
where (
  "S"."COUNT_0" + "S"."COUNT_1" >= 5
  or "S"."COUNT_1" >= 5
  or "S"."COUNT_0" + "S"."COUNT_1" + "S"."COUNT_2" >= 5
  or "S"."COUNT_1" >= 25
  or "S"."NODE_COUNT" > 250
);

-- Customers whose links are looked at.
create transient table "CDP_INTERNAL"."NOTED_CUSTOMER__SCRATCH" as
select "CUSTOMER_ID" from "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH"
union distinct
select "CUSTOMER_ID" from "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH";

-- Choice: Of affected customers, or of all.

-- In a full run:

-- What holds these customers together.
create table "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" as
select
  "I"."CUSTOMER_ID",
  "E"."U",
  "E"."V",
  "E"."ROW_COUNT",
  "E"."FIRST_SEEN_AT"
from "CDP_INTERNAL"."NOTED_CUSTOMER__SCRATCH" as "N"
join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT" as "I" on "I"."CUSTOMER_ID" = "N"."CUSTOMER_ID"
join "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH" as "E" on "E"."U" = "I"."NODE";

-- In an incremental run:

-- Of these, whom nothing changed and the run before had not noted.
create transient table "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH" as
select "I"."CUSTOMER_ID", "I"."NODE"
from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER" as "I"
where "I"."CUSTOMER_ID" in (
  select "N"."CUSTOMER_ID"
  from "CDP_INTERNAL"."NOTED_CUSTOMER__SCRATCH" as "N"
  where not "N"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH")
    and "N"."CUSTOMER_ID" not in (select "CUSTOMER_ID" from "CDP_INTERNAL"."HELD_EDGES_CUSTOMER")
);

-- What holds these customers together.
create table "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" as
select
  "I"."CUSTOMER_ID",
  "E"."U",
  "E"."V",
  "E"."ROW_COUNT",
  "E"."FIRST_SEEN_AT"
from "CDP_INTERNAL"."NOTED_CUSTOMER__SCRATCH" as "N"
join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__NEXT" as "I" on "I"."CUSTOMER_ID" = "N"."CUSTOMER_ID"
join "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH" as "E" on "E"."U" = "I"."NODE"
union all
select
  "H"."CUSTOMER_ID",
  "H"."U",
  "H"."V",
  "H"."ROW_COUNT",
  "H"."FIRST_SEEN_AT"
from "CDP_INTERNAL"."HELD_EDGES_CUSTOMER" as "H"
where "H"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."NOTED_CUSTOMER__SCRATCH")
  and not "H"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "CDP_INTERNAL"."AFFECTED_CUSTOMERS_CUSTOMER__SCRATCH");

-- When: Some are noted for the first time.

-- What follows is executed where this query gives another number than 0:
select count(*) as "ROWS" from "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH";

-- What holds them together is found again.
insert into "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" ("CUSTOMER_ID", "U", "V", "ROW_COUNT", "FIRST_SEEN_AT")
select
  "I"."CUSTOMER_ID",
  "E"."U",
  "E"."V",
  "E"."ROW_COUNT",
  "E"."FIRST_SEEN_AT"
from "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH" as "I"
join (
  with "STARS" as (
    select
      coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
      "T"."NODE__CUSTOMER__EMAIL__1" as "SPOKE",
      "T"."ROW_COUNT",
      "T"."FIRST_SEEN_AT",
      "T"."LAST_SEEN_AT",
      cast(null as number(19, 0)) as "LINK"
    from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" as "T"
    left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
    where "T"."NODE__CUSTOMER__EMAIL__1" is not null
      and "T"."NODE__CUSTOMER__EMAIL__1" <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
      and coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") in (select "NODE" from "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH")
    union all
    select
      coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
      "T"."NODE__CUSTOMER__EMAIL__2" as "SPOKE",
      "T"."ROW_COUNT",
      "T"."FIRST_SEEN_AT",
      "T"."LAST_SEEN_AT",
      cast(null as number(19, 0)) as "LINK"
    from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" as "T"
    left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
    where "T"."NODE__CUSTOMER__EMAIL__2" is not null
      and "T"."NODE__CUSTOMER__EMAIL__2" <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
      and coalesce("T"."NODE__CUSTOMER__EMAIL__2" <> "T"."NODE__CUSTOMER__EMAIL__1", true)
      and coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") in (select "NODE" from "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH")
    union all
    select
      coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
      case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end as "SPOKE",
      "T"."ROW_COUNT",
      "T"."FIRST_SEEN_AT",
      "T"."LAST_SEEN_AT",
      cast(null as number(19, 0)) as "LINK"
    from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" as "T"
    left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
    where case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end is not null
      and case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
      and coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") in (select "NODE" from "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH")
    union all
    select
      coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") as "HUB",
      "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" as "SPOKE",
      "T"."ROW_COUNT",
      "T"."FIRST_SEEN_AT",
      "T"."LAST_SEEN_AT",
      cast(null as number(19, 0)) as "LINK"
    from "CDP_INTERNAL"."TUPLES_CUSTOMER_CRM" as "T"
    left join "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH" as "SHARED_4" on "SHARED_4"."NODE" = "T"."NODE__CUSTOMER__PHONE__1"
    where "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" is not null
      and "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1" <> coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1")
      and coalesce("T"."NODE__CUSTOMER__SHOP_ID__1", "T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__EMAIL__2", case when "SHARED_4"."NODE" is null then "T"."NODE__CUSTOMER__PHONE__1" end, "T"."NODE__CUSTOMER__SAME_PERSON_AT_ADDRESS__1") in (select "NODE" from "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH")
    union all
    select
      coalesce("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1") as "HUB",
      "T"."NODE__CUSTOMER__ANONYMOUS_ID__1" as "SPOKE",
      "T"."ROW_COUNT",
      "T"."FIRST_SEEN_AT",
      "T"."LAST_SEEN_AT",
      cast(null as number(19, 0)) as "LINK"
    from "CDP_INTERNAL"."TUPLES_CUSTOMER_WEB" as "T"
    where "T"."NODE__CUSTOMER__ANONYMOUS_ID__1" is not null
      and "T"."NODE__CUSTOMER__ANONYMOUS_ID__1" <> coalesce("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1")
      and coalesce("T"."NODE__CUSTOMER__EMAIL__1", "T"."NODE__CUSTOMER__ANONYMOUS_ID__1") in (select "NODE" from "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH")
  )
  select
    least("HUB", "SPOKE") as "U",
    greatest("HUB", "SPOKE") as "V",
    cast(sum("ROW_COUNT") as number(19, 0)) as "ROW_COUNT",
    min("FIRST_SEEN_AT") as "FIRST_SEEN_AT",
    max("LAST_SEEN_AT") as "LAST_SEEN_AT",
    min("LINK") as "LINK"
  from "STARS"
  group by
    least("HUB", "SPOKE"),
    greatest("HUB", "SPOKE")
) as "E" on "E"."U" = "I"."NODE"
where not exists (
  select 1
  from "CDP_INTERNAL"."REFUSED_EDGES_CUSTOMER" as "R"
  where "R"."U" = "E"."U" and "R"."V" = "E"."V"
);

-- End of what is executed then.

-- End of the choice.

-- Links of the largest customers from both ends, and from each node to itself.
create transient table "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as
with "SEARCHED" as (
  select "H"."CUSTOMER_ID"
  from "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" as "H"
  join "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH" as "L" on "L"."CUSTOMER_ID" = "H"."CUSTOMER_ID"
  where "L"."IDENTIFIER_COUNT" > 10
  group by "H"."CUSTOMER_ID"
  having count(*) <= 200000
), "ENDS" as (
  select
    "E"."CUSTOMER_ID",
    "E"."U" as "HERE",
    "E"."V" as "THERE",
    1 as "LENGTH",
    "E"."ROW_COUNT",
    "E"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" as "E"
  where "E"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "SEARCHED")
  union all
  select
    "E"."CUSTOMER_ID",
    "E"."V" as "HERE",
    "E"."U" as "THERE",
    1 as "LENGTH",
    "E"."ROW_COUNT",
    "E"."FIRST_SEEN_AT"
  from "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" as "E"
  where "E"."CUSTOMER_ID" in (select "CUSTOMER_ID" from "SEARCHED")
)
select * from "ENDS"
union all
select distinct
  "N"."CUSTOMER_ID",
  "N"."HERE",
  "N"."HERE" as "THERE",
  0 as "LENGTH",
  cast(null as number(19, 0)) as "ROW_COUNT",
  cast(null as timestamp_ntz(6)) as "FIRST_SEEN_AT"
from "ENDS" as "N";

-- A walk through each: where it begins.
create transient table "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH" as
select
  min("HERE") as "NODE",
  cast(0 as number(19, 0)) as "DEPTH"
from "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH"
group by "CUSTOMER_ID";

-- Loop: Walk outwards.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "NODES"
from "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH"
where "DEPTH" = 5 * ($round - 1) and $round <= 6;

-- Nodes up to 5 links from the last ones.
insert into "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH" ("NODE", "DEPTH")
with "MET_0" as (
  select
    "NODE",
    "DEPTH"
  from "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH"
  where "DEPTH" = 5 * ($round - 1)
), "MET_1" as (
  select
    "S"."THERE" as "NODE",
    min("M"."DEPTH" + "S"."LENGTH") as "DEPTH"
  from "MET_0" as "M"
  join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "M"."NODE"
  group by "S"."THERE"
), "MET_2" as (
  select
    "S"."THERE" as "NODE",
    min("M"."DEPTH" + "S"."LENGTH") as "DEPTH"
  from "MET_1" as "M"
  join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "M"."NODE"
  group by "S"."THERE"
), "MET_3" as (
  select
    "S"."THERE" as "NODE",
    min("M"."DEPTH" + "S"."LENGTH") as "DEPTH"
  from "MET_2" as "M"
  join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "M"."NODE"
  group by "S"."THERE"
), "MET_4" as (
  select
    "S"."THERE" as "NODE",
    min("M"."DEPTH" + "S"."LENGTH") as "DEPTH"
  from "MET_3" as "M"
  join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "M"."NODE"
  group by "S"."THERE"
), "MET_5" as (
  select
    "S"."THERE" as "NODE",
    min("M"."DEPTH" + "S"."LENGTH") as "DEPTH"
  from "MET_4" as "M"
  join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "M"."NODE"
  group by "S"."THERE"
)
select
  "NODE",
  "DEPTH"
from "MET_5" as "M"
where not exists (select 1 from "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH" as "K" where "K"."NODE" = "M"."NODE");

-- End of the round; more than 6 rounds are an error.

-- The tree of the walk: the least neighbour that was met before.
create transient table "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH" as
select
  "S"."CUSTOMER_ID",
  "W"."NODE",
  min(case when "O"."DEPTH" < "W"."DEPTH" then "O"."NODE" end) as "PARENT"
from "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH" as "W"
join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "W"."NODE"
join "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH" as "O" on "O"."NODE" = "S"."THERE"
group by "S"."CUSTOMER_ID", "W"."NODE";

-- What each node adds to those above it: itself, and the links beside the tree.
create transient table "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH" as
select
  "W"."NODE",
  "W"."PARENT" as "ABOVE",
  cast(1 as number(19, 0)) as "NODE_COUNT",
  cast(sum(case
    when "S"."LENGTH" = 0 or "W"."PARENT" = "S"."THERE" or "O"."PARENT" = "S"."HERE" then 0
    when "S"."HERE" < "S"."THERE" then cast(cast(case when md5_number_upper64(cast(least("S"."HERE", "S"."THERE") as varchar) || ' ' || cast(greatest("S"."HERE", "S"."THERE") as varchar)) > 9223372036854775807 then md5_number_upper64(cast(least("S"."HERE", "S"."THERE") as varchar) || ' ' || cast(greatest("S"."HERE", "S"."THERE") as varchar)) - 18446744073709551616 else md5_number_upper64(cast(least("S"."HERE", "S"."THERE") as varchar) || ' ' || cast(greatest("S"."HERE", "S"."THERE") as varchar)) end as number(19, 0)) as number(38, 0))
    else -cast(cast(case when md5_number_upper64(cast(least("S"."HERE", "S"."THERE") as varchar) || ' ' || cast(greatest("S"."HERE", "S"."THERE") as varchar)) > 9223372036854775807 then md5_number_upper64(cast(least("S"."HERE", "S"."THERE") as varchar) || ' ' || cast(greatest("S"."HERE", "S"."THERE") as varchar)) - 18446744073709551616 else md5_number_upper64(cast(least("S"."HERE", "S"."THERE") as varchar) || ' ' || cast(greatest("S"."HERE", "S"."THERE") as varchar)) end as number(19, 0)) as number(38, 0))
  end) as number(38, 0)) as "CROSSING"
from "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH" as "W"
join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "W"."NODE"
join "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH" as "O" on "O"."NODE" = "S"."THERE"
group by "W"."NODE", "W"."PARENT";

-- Loop: Sum what is below, twice as deep each round.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "NODES" from "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH" where "ABOVE" is not null;

-- Each node adds its sum to the node above, and looks twice as far up from now on.
create transient table "CDP_INTERNAL"."BELOW_NEXT_CUSTOMER__SCRATCH" as
select
  "B"."NODE",
  "A"."ABOVE" as "ABOVE",
  cast("B"."NODE_COUNT" + coalesce("C"."NODE_COUNT", 0) as number(19, 0)) as "NODE_COUNT",
  cast("B"."CROSSING" + coalesce("C"."CROSSING", 0) as number(38, 0)) as "CROSSING"
from "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH" as "B"
left join "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH" as "A" on "A"."NODE" = "B"."ABOVE"
left join (
  select
    "ABOVE" as "NODE",
    sum("NODE_COUNT") as "NODE_COUNT",
    sum("CROSSING") as "CROSSING"
  from "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH"
  where "ABOVE" is not null
  group by "ABOVE"
) as "C" on "C"."NODE" = "B"."NODE";

-- The old gives way.
drop table if exists "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH";

-- The new takes its name.
alter table "CDP_INTERNAL"."BELOW_NEXT_CUSTOMER__SCRATCH" rename to "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH";

-- End of the round; more than 5 rounds are an error.

-- Links whose removal would split a customer.
create transient table "CDP_INTERNAL"."BRIDGES_FOUND_CUSTOMER__SCRATCH" as
select
  "W"."CUSTOMER_ID",
  "W"."NODE" as "NODE",
  "W"."PARENT" as "PARENT",
  least("B"."NODE_COUNT", "Z"."NODE_COUNT" - "B"."NODE_COUNT") as "SMALLER_COUNT",
  greatest("B"."NODE_COUNT", "Z"."NODE_COUNT" - "B"."NODE_COUNT") as "LARGER_COUNT",
  "S"."ROW_COUNT",
  "S"."FIRST_SEEN_AT"
from "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH" as "B"
join "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH" as "W" on "W"."NODE" = "B"."NODE"
join (
  select "K"."CUSTOMER_ID", count(*) as "NODE_COUNT"
  from "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH" as "K"
  join "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH" as "Z" on "Z"."CUSTOMER_ID" = "K"."CUSTOMER_ID"
  group by "K"."CUSTOMER_ID", "Z"."NODE_COUNT"
  having count(*) = "Z"."NODE_COUNT"
) as "Z" on "Z"."CUSTOMER_ID" = "W"."CUSTOMER_ID"
join "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH" as "S" on "S"."HERE" = "W"."NODE" and "S"."THERE" = "W"."PARENT"
where "B"."CROSSING" = 0
  and least("B"."NODE_COUNT", "Z"."NODE_COUNT" - "B"."NODE_COUNT") >= 2;

-- Those that would split most, for people.
create table "CDP_INTERNAL"."BRIDGES_CUSTOMER__NEXT" as
with "FIRST" as (
  select
    row_number() over (order by "SMALLER_COUNT" desc, "ROW_COUNT", "NODE") as "PLACE",
    "CUSTOMER_ID",
    "NODE",
    "PARENT",
    "SMALLER_COUNT",
    "LARGER_COUNT",
    "ROW_COUNT",
    "FIRST_SEEN_AT"
  from "CDP_INTERNAL"."BRIDGES_FOUND_CUSTOMER__SCRATCH"
  order by "SMALLER_COUNT" desc, "ROW_COUNT", "NODE"
  limit 100
), "ENDS" as (
  select
    "I"."NODE",
    "I"."IDENTIFIER",
    "I"."STRENGTH",
    "I"."VALUE"
  from "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" as "I"
  where "I"."NODE" in (select "NODE" from "FIRST" union distinct select "PARENT" from "FIRST")
)
select
  "B"."PLACE",
  "B"."CUSTOMER_ID",
  case when ("X"."STRENGTH" < "Y"."STRENGTH" or ("X"."STRENGTH" = "Y"."STRENGTH" and "X"."VALUE" <= "Y"."VALUE")) then "X"."IDENTIFIER" else "Y"."IDENTIFIER" end as "IDENTIFIER",
  case when ("X"."STRENGTH" < "Y"."STRENGTH" or ("X"."STRENGTH" = "Y"."STRENGTH" and "X"."VALUE" <= "Y"."VALUE")) then "X"."VALUE" else "Y"."VALUE" end as "VALUE",
  case when ("X"."STRENGTH" < "Y"."STRENGTH" or ("X"."STRENGTH" = "Y"."STRENGTH" and "X"."VALUE" <= "Y"."VALUE")) then "Y"."IDENTIFIER" else "X"."IDENTIFIER" end as "OTHER_IDENTIFIER",
  case when ("X"."STRENGTH" < "Y"."STRENGTH" or ("X"."STRENGTH" = "Y"."STRENGTH" and "X"."VALUE" <= "Y"."VALUE")) then "Y"."VALUE" else "X"."VALUE" end as "OTHER_VALUE",
  "B"."SMALLER_COUNT",
  "B"."LARGER_COUNT",
  "B"."ROW_COUNT",
  "B"."FIRST_SEEN_AT"
from "FIRST" as "B"
join "ENDS" as "X" on "X"."NODE" = "B"."NODE"
join "ENDS" as "Y" on "Y"."NODE" = "B"."PARENT";

-- The largest customers, for people.
create table "CDP_INTERNAL"."LARGEST_PROFILES_CUSTOMER__NEXT" as
select
  "L"."PLACE",
  "L"."CUSTOMER_ID",
  "L"."IDENTIFIER_COUNT",
  "C"."RECORD_COUNT",
  "C"."EVENT_COUNT",
  "B"."BRIDGE_COUNT" as "BRIDGE_COUNT"
from "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH" as "L"
left join (
  select
    "W"."CUSTOMER_ID",
    (select count(*) from "CDP_INTERNAL"."BRIDGES_FOUND_CUSTOMER__SCRATCH" as "B" where "B"."CUSTOMER_ID" = "W"."CUSTOMER_ID") as "BRIDGE_COUNT"
  from (
    select "K"."CUSTOMER_ID", count(*) as "NODE_COUNT"
    from "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH" as "K"
    join "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH" as "Z" on "Z"."CUSTOMER_ID" = "K"."CUSTOMER_ID"
    group by "K"."CUSTOMER_ID", "Z"."NODE_COUNT"
    having count(*) = "Z"."NODE_COUNT"
  ) as "W"
) as "B" on "B"."CUSTOMER_ID" = "L"."CUSTOMER_ID"
left join "CDP_INTERNAL"."CUSTOMERS_CUSTOMER__WHOLE__VIEW" as "C" on "C"."CUSTOMER_ID" = "L"."CUSTOMER_ID";

-- Values that meet suspiciously many others.
create table "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER__NEXT" as
with "MET" as (
  select
    "NODE",
    min("STRENGTH") as "STRENGTH",
    cast(sum("IS_REFUSED") as number(19, 0)) as "REFUSED_COUNT",
    count(case when "OTHER_STRENGTH" = 0 then 1 end) as "MET_0",
    count(case when "OTHER_STRENGTH" = 1 then 1 end) as "MET_1",
    count(case when "OTHER_STRENGTH" = 2 then 1 end) as "MET_2",
    count(case when "OTHER_STRENGTH" = 3 then 1 end) as "MET_3",
    count(case when "OTHER_STRENGTH" = 4 then 1 end) as "MET_4"
  from (
    select
      "X"."NODE",
      "X"."STRENGTH",
      "Y"."STRENGTH" as "OTHER_STRENGTH",
      0 as "IS_REFUSED"
    from "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" as "E"
    join "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH" as "X" on "X"."NODE" = "E"."U"
    join "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH" as "Y" on "Y"."NODE" = "E"."V"
    union all
    select
      "Y"."NODE",
      "Y"."STRENGTH",
      "X"."STRENGTH" as "OTHER_STRENGTH",
      0 as "IS_REFUSED"
    from "CDP_INTERNAL"."HELD_EDGES_CUSTOMER__NEXT" as "E"
    join "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH" as "X" on "X"."NODE" = "E"."U"
    join "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH" as "Y" on "Y"."NODE" = "E"."V"
  ) as "MEETINGS"
  group by "NODE"
  having count(*) >= 5
), "SUSPECTS" as (
  select
    "NODE",
    "REFUSED_COUNT",
    case when "MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then 'shop_id' when "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then 'email' when "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then 'phone' when "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then 'anonymous_id' when "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then 'same_person_at_address' end as "MET_IDENTIFIER",
    case when "MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then "MET_0" when "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then "MET_1" when "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then "MET_2" when "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then "MET_3" when "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end = greatest("MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end, "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end, "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end, "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end, "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end) then "MET_4" end as "MET_COUNT",
    "MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end + "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end + "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end + "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end + "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end as "WEIGHT"
  from "MET"
  where "MET_0" * case when 0 <= "STRENGTH" then 50 else 1 end + "MET_1" * case when 1 <= "STRENGTH" then 50 when "STRENGTH" = 0 then 10 else 1 end + "MET_2" * case when 2 <= "STRENGTH" then 50 else 1 end + "MET_3" * case when 3 <= "STRENGTH" then 50 else 1 end + "MET_4" * case when 4 <= "STRENGTH" then 50 else 1 end >= 250
)
select
  row_number() over (order by "S"."WEIGHT" desc, "S"."MET_COUNT" desc, "I"."STRENGTH", "I"."VALUE", "I"."NODE") as "PLACE",
  "I"."IDENTIFIER",
  "I"."VALUE",
  "S"."MET_IDENTIFIER",
  "S"."MET_COUNT",
  "S"."REFUSED_COUNT",
  "I"."ROW_COUNT",
  "I"."CUSTOMER_ID"
from "SUSPECTS" as "S"
join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" as "I" on "I"."NODE" = "S"."NODE"
order by "S"."WEIGHT" desc, "S"."MET_COUNT" desc, "I"."STRENGTH", "I"."VALUE", "I"."NODE"
limit 100;

-- Figures for the summary: suspect
select
  "IDENTIFIER",
  case when "IDENTIFIER" in ('email', 'same_person_at_address') then substring("VALUE", 1, 1) || '…' || case when "VALUE" like '%@%' then substring("VALUE", position('@' in "VALUE")) else '' end else "VALUE" end as "VALUE",
  "MET_IDENTIFIER",
  "MET_COUNT",
  "REFUSED_COUNT"
from "CDP_INTERNAL"."IDENTITY_SUSPECTS_CUSTOMER__NEXT"
where "PLACE" = 1 and "MET_COUNT" >= 10;

-- Not read any more.
drop table if exists "CDP_INTERNAL"."SHARED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."EDGES_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."OVERRIDES_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."RULINGS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."LARGEST_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."BUSY_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."SPANS_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."WALK_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."TREE_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."BELOW_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."BELOW_NEXT_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."BRIDGES_FOUND_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."NOTED_CUSTOMER__SCRATCH";

-- Not read any more.
drop table if exists "CDP_INTERNAL"."NOTICED_CUSTOMER__SCRATCH";
