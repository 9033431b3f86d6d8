-- health.customer: How large each customer is, what holds the largest together, and what looks wrong.
-- After: identity.customer

-- Customers by how many identifiers they have.
create table "cdp_internal"."identity_sizes_customer__next" as
select
  cast(min("least") as bigint) as "min_identifiers",
  cast("most" as bigint) as "max_identifiers",
  cast(sum("customers") as bigint) as "customer_count",
  cast(sum("customers" * "identifier_count") as bigint) as "identifier_count"
from (
  select
    "identifier_count",
    case when "identifier_count" = 0 then 0 when "identifier_count" <= 1 then 1 when "identifier_count" <= 2 then 2 when "identifier_count" <= 4 then 4 when "identifier_count" <= 8 then 8 when "identifier_count" <= 16 then 16 when "identifier_count" <= 32 then 32 when "identifier_count" <= 64 then 64 when "identifier_count" <= 128 then 128 when "identifier_count" <= 256 then 256 when "identifier_count" <= 512 then 512 when "identifier_count" <= 1024 then 1024 when "identifier_count" <= 2048 then 2048 when "identifier_count" <= 4096 then 4096 when "identifier_count" <= 8192 then 8192 when "identifier_count" <= 16384 then 16384 when "identifier_count" <= 32768 then 32768 when "identifier_count" <= 65536 then 65536 when "identifier_count" <= 131072 then 131072 when "identifier_count" <= 262144 then 262144 when "identifier_count" <= 524288 then 524288 when "identifier_count" <= 1048576 then 1048576 when "identifier_count" <= 2097152 then 2097152 when "identifier_count" <= 4194304 then 4194304 when "identifier_count" <= 8388608 then 8388608 when "identifier_count" <= 16777216 then 16777216 when "identifier_count" <= 33554432 then 33554432 when "identifier_count" <= 67108864 then 67108864 when "identifier_count" <= 134217728 then 134217728 when "identifier_count" <= 268435456 then 268435456 when "identifier_count" <= 536870912 then 536870912 when "identifier_count" <= 1073741824 then 1073741824 when "identifier_count" <= 2147483648 then 2147483648 end as "most",
    case when "identifier_count" = 0 then 0 when "identifier_count" <= 1 then 1 when "identifier_count" <= 2 then 2 when "identifier_count" <= 4 then 3 when "identifier_count" <= 8 then 5 when "identifier_count" <= 16 then 9 when "identifier_count" <= 32 then 17 when "identifier_count" <= 64 then 33 when "identifier_count" <= 128 then 65 when "identifier_count" <= 256 then 129 when "identifier_count" <= 512 then 257 when "identifier_count" <= 1024 then 513 when "identifier_count" <= 2048 then 1025 when "identifier_count" <= 4096 then 2049 when "identifier_count" <= 8192 then 4097 when "identifier_count" <= 16384 then 8193 when "identifier_count" <= 32768 then 16385 when "identifier_count" <= 65536 then 32769 when "identifier_count" <= 131072 then 65537 when "identifier_count" <= 262144 then 131073 when "identifier_count" <= 524288 then 262145 when "identifier_count" <= 1048576 then 524289 when "identifier_count" <= 2097152 then 1048577 when "identifier_count" <= 4194304 then 2097153 when "identifier_count" <= 8388608 then 4194305 when "identifier_count" <= 16777216 then 8388609 when "identifier_count" <= 33554432 then 16777217 when "identifier_count" <= 67108864 then 33554433 when "identifier_count" <= 134217728 then 67108865 when "identifier_count" <= 268435456 then 134217729 when "identifier_count" <= 536870912 then 268435457 when "identifier_count" <= 1073741824 then 536870913 when "identifier_count" <= 2147483648 then 1073741825 end as "least",
    count(*) as "customers"
  from "cdp_internal"."sizes_customer__whole__view"
  group by "identifier_count"
) as "by_size"
group by "most";

-- The largest customers.
create table "cdp_scratch"."largest_customer__scratch" as
select
  row_number() over (order by "identifier_count" desc, "customer_id") as "place",
  "customer_id",
  "identifier_count",
  "node_count"
from (
  select "customer_id", "identifier_count", "node_count"
  from "cdp_internal"."sizes_customer__whole__view"
  order by "identifier_count" desc, "customer_id"
  limit 20
) as "first";

-- Identifiers of customers who hold so many that one may be suspicious.
create table "cdp_scratch"."busy_customer__scratch" as
select
  "i"."customer_id",
  "i"."node",
  "i"."strength"
from "cdp_internal"."sizes_customer__whole__view" as "s"
join "cdp_internal"."identifiers_customer__whole__view" as "i" on "i"."customer_id" = "s"."customer_id"
where (
  "s"."count_0" + "s"."count_1" >= 5
  or "s"."count_1" >= 5
  or "s"."count_0" + "s"."count_1" + "s"."count_2" >= 5
  or "s"."count_1" >= 25
  or "s"."node_count" > 250
);

-- Customers whose links are looked at.
create table "cdp_scratch"."noted_customer__scratch" as
select "customer_id" from "cdp_scratch"."busy_customer__scratch"
union distinct
select "customer_id" from "cdp_scratch"."largest_customer__scratch";

-- Choice: Of affected customers, or of all.

-- In a full run:

-- What holds these customers together.
create table "cdp_internal"."held_edges_customer__next" as
select
  "i"."customer_id",
  "e"."u",
  "e"."v",
  "e"."row_count",
  "e"."first_seen_at"
from "cdp_scratch"."noted_customer__scratch" as "n"
join "cdp_internal"."identifiers_customer__next" as "i" on "i"."customer_id" = "n"."customer_id"
join "cdp_scratch"."edges_customer__scratch" as "e" on "e"."u" = "i"."node";

-- In an incremental run:

-- Of these, whom nothing changed and the run before had not noted.
create table "cdp_scratch"."noticed_customer__scratch" as
select "i"."customer_id", "i"."node"
from "cdp_internal"."identifiers_customer" as "i"
where "i"."customer_id" in (
  select "n"."customer_id"
  from "cdp_scratch"."noted_customer__scratch" as "n"
  where not "n"."customer_id" in (select "customer_id" from "cdp_scratch"."affected_customers_customer__scratch")
    and "n"."customer_id" not in (select "customer_id" from "cdp_internal"."held_edges_customer")
);

-- What holds these customers together.
create table "cdp_internal"."held_edges_customer__next" as
select
  "i"."customer_id",
  "e"."u",
  "e"."v",
  "e"."row_count",
  "e"."first_seen_at"
from "cdp_scratch"."noted_customer__scratch" as "n"
join "cdp_internal"."identifiers_customer__next" as "i" on "i"."customer_id" = "n"."customer_id"
join "cdp_scratch"."edges_customer__scratch" as "e" on "e"."u" = "i"."node"
union all
select
  "h"."customer_id",
  "h"."u",
  "h"."v",
  "h"."row_count",
  "h"."first_seen_at"
from "cdp_internal"."held_edges_customer" as "h"
where "h"."customer_id" in (select "customer_id" from "cdp_scratch"."noted_customer__scratch")
  and not "h"."customer_id" in (select "customer_id" from "cdp_scratch"."affected_customers_customer__scratch");

-- When: Some are noted for the first time.

-- What follows is executed where this query gives another number than 0:
select count(*) as "rows" from "cdp_scratch"."noticed_customer__scratch";

-- What holds them together is found again.
insert into "cdp_internal"."held_edges_customer__next" ("customer_id", "u", "v", "row_count", "first_seen_at")
select
  "i"."customer_id",
  "e"."u",
  "e"."v",
  "e"."row_count",
  "e"."first_seen_at"
from "cdp_scratch"."noticed_customer__scratch" as "i"
join (
  with "stars" as (
    select
      coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") as "hub",
      "t"."node__customer__email__1" as "spoke",
      "t"."row_count",
      "t"."first_seen_at",
      "t"."last_seen_at",
      cast(null as bigint) as "link"
    from "cdp_internal"."tuples_customer_crm" as "t"
    left join "cdp_scratch"."shared_customer__scratch" as "shared_4" on "shared_4"."node" = "t"."node__customer__phone__1"
    where "t"."node__customer__email__1" is not null
      and "t"."node__customer__email__1" <> coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1")
      and coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") in (select "node" from "cdp_scratch"."noticed_customer__scratch")
    union all
    select
      coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") as "hub",
      "t"."node__customer__email__2" as "spoke",
      "t"."row_count",
      "t"."first_seen_at",
      "t"."last_seen_at",
      cast(null as bigint) as "link"
    from "cdp_internal"."tuples_customer_crm" as "t"
    left join "cdp_scratch"."shared_customer__scratch" as "shared_4" on "shared_4"."node" = "t"."node__customer__phone__1"
    where "t"."node__customer__email__2" is not null
      and "t"."node__customer__email__2" <> coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1")
      and coalesce("t"."node__customer__email__2" <> "t"."node__customer__email__1", true)
      and coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") in (select "node" from "cdp_scratch"."noticed_customer__scratch")
    union all
    select
      coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") as "hub",
      case when "shared_4"."node" is null then "t"."node__customer__phone__1" end as "spoke",
      "t"."row_count",
      "t"."first_seen_at",
      "t"."last_seen_at",
      cast(null as bigint) as "link"
    from "cdp_internal"."tuples_customer_crm" as "t"
    left join "cdp_scratch"."shared_customer__scratch" as "shared_4" on "shared_4"."node" = "t"."node__customer__phone__1"
    where case when "shared_4"."node" is null then "t"."node__customer__phone__1" end is not null
      and case when "shared_4"."node" is null then "t"."node__customer__phone__1" end <> coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1")
      and coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") in (select "node" from "cdp_scratch"."noticed_customer__scratch")
    union all
    select
      coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") as "hub",
      "t"."node__customer__same_person_at_address__1" as "spoke",
      "t"."row_count",
      "t"."first_seen_at",
      "t"."last_seen_at",
      cast(null as bigint) as "link"
    from "cdp_internal"."tuples_customer_crm" as "t"
    left join "cdp_scratch"."shared_customer__scratch" as "shared_4" on "shared_4"."node" = "t"."node__customer__phone__1"
    where "t"."node__customer__same_person_at_address__1" is not null
      and "t"."node__customer__same_person_at_address__1" <> coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1")
      and coalesce("t"."node__customer__shop_id__1", "t"."node__customer__email__1", "t"."node__customer__email__2", case when "shared_4"."node" is null then "t"."node__customer__phone__1" end, "t"."node__customer__same_person_at_address__1") in (select "node" from "cdp_scratch"."noticed_customer__scratch")
    union all
    select
      coalesce("t"."node__customer__email__1", "t"."node__customer__anonymous_id__1") as "hub",
      "t"."node__customer__anonymous_id__1" as "spoke",
      "t"."row_count",
      "t"."first_seen_at",
      "t"."last_seen_at",
      cast(null as bigint) as "link"
    from "cdp_internal"."tuples_customer_web" as "t"
    where "t"."node__customer__anonymous_id__1" is not null
      and "t"."node__customer__anonymous_id__1" <> coalesce("t"."node__customer__email__1", "t"."node__customer__anonymous_id__1")
      and coalesce("t"."node__customer__email__1", "t"."node__customer__anonymous_id__1") in (select "node" from "cdp_scratch"."noticed_customer__scratch")
  )
  select
    least("hub", "spoke") as "u",
    greatest("hub", "spoke") as "v",
    cast(sum("row_count") as bigint) as "row_count",
    min("first_seen_at") as "first_seen_at",
    max("last_seen_at") as "last_seen_at",
    min("link") as "link"
  from "stars"
  group by
    least("hub", "spoke"),
    greatest("hub", "spoke")
) as "e" on "e"."u" = "i"."node"
where not exists (
  select 1
  from "cdp_internal"."refused_edges_customer" as "r"
  where "r"."u" = "e"."u" and "r"."v" = "e"."v"
);

-- End of what is executed then.

-- End of the choice.

-- Links of the largest customers from both ends, and from each node to itself.
create table "cdp_scratch"."spans_customer__scratch" as
with "searched" as (
  select "h"."customer_id"
  from "cdp_internal"."held_edges_customer__next" as "h"
  join "cdp_scratch"."largest_customer__scratch" as "l" on "l"."customer_id" = "h"."customer_id"
  where "l"."identifier_count" > 10
  group by "h"."customer_id"
  having count(*) <= 200000
), "ends" as (
  select
    "e"."customer_id",
    "e"."u" as "here",
    "e"."v" as "there",
    1 as "length",
    "e"."row_count",
    "e"."first_seen_at"
  from "cdp_internal"."held_edges_customer__next" as "e"
  where "e"."customer_id" in (select "customer_id" from "searched")
  union all
  select
    "e"."customer_id",
    "e"."v" as "here",
    "e"."u" as "there",
    1 as "length",
    "e"."row_count",
    "e"."first_seen_at"
  from "cdp_internal"."held_edges_customer__next" as "e"
  where "e"."customer_id" in (select "customer_id" from "searched")
)
select * from "ends"
union all
select distinct
  "n"."customer_id",
  "n"."here",
  "n"."here" as "there",
  0 as "length",
  cast(null as bigint) as "row_count",
  cast(null as timestamp) as "first_seen_at"
from "ends" as "n";

-- A walk through each: where it begins.
create table "cdp_scratch"."walk_customer__scratch" as
select
  min("here") as "node",
  cast(0 as bigint) as "depth"
from "cdp_scratch"."spans_customer__scratch"
group by "customer_id";

-- Loop: Walk outwards.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "nodes"
from "cdp_scratch"."walk_customer__scratch"
where "depth" = 5 * ($round - 1) and $round <= 6;

-- Nodes up to 5 links from the last ones.
insert into "cdp_scratch"."walk_customer__scratch" ("node", "depth")
with "met_0" as (
  select
    "node",
    "depth"
  from "cdp_scratch"."walk_customer__scratch"
  where "depth" = 5 * ($round - 1)
), "met_1" as (
  select
    "s"."there" as "node",
    min("m"."depth" + "s"."length") as "depth"
  from "met_0" as "m"
  join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "m"."node"
  group by "s"."there"
), "met_2" as (
  select
    "s"."there" as "node",
    min("m"."depth" + "s"."length") as "depth"
  from "met_1" as "m"
  join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "m"."node"
  group by "s"."there"
), "met_3" as (
  select
    "s"."there" as "node",
    min("m"."depth" + "s"."length") as "depth"
  from "met_2" as "m"
  join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "m"."node"
  group by "s"."there"
), "met_4" as (
  select
    "s"."there" as "node",
    min("m"."depth" + "s"."length") as "depth"
  from "met_3" as "m"
  join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "m"."node"
  group by "s"."there"
), "met_5" as (
  select
    "s"."there" as "node",
    min("m"."depth" + "s"."length") as "depth"
  from "met_4" as "m"
  join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "m"."node"
  group by "s"."there"
)
select
  "node",
  "depth"
from "met_5" as "m"
where not exists (select 1 from "cdp_scratch"."walk_customer__scratch" as "k" where "k"."node" = "m"."node");

-- End of the round; more than 6 rounds are an error.

-- The tree of the walk: the least neighbour that was met before.
create table "cdp_scratch"."tree_customer__scratch" as
select
  "s"."customer_id",
  "w"."node",
  min(case when "o"."depth" < "w"."depth" then "o"."node" end) as "parent"
from "cdp_scratch"."walk_customer__scratch" as "w"
join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "w"."node"
join "cdp_scratch"."walk_customer__scratch" as "o" on "o"."node" = "s"."there"
group by "s"."customer_id", "w"."node";

-- What each node adds to those above it: itself, and the links beside the tree.
create table "cdp_scratch"."below_customer__scratch" as
select
  "w"."node",
  "w"."parent" as "above",
  cast(1 as bigint) as "node_count",
  cast(sum(case
    when "s"."length" = 0 or "w"."parent" = "s"."there" or "o"."parent" = "s"."here" then 0
    when "s"."here" < "s"."there" then cast(cast(cast(('0x' || substr(md5(cast(least("s"."here", "s"."there") as varchar) || ' ' || cast(greatest("s"."here", "s"."there") as varchar)), 1, 16)) as ubigint)::bit as bigint) as decimal(38,0))
    else -cast(cast(cast(('0x' || substr(md5(cast(least("s"."here", "s"."there") as varchar) || ' ' || cast(greatest("s"."here", "s"."there") as varchar)), 1, 16)) as ubigint)::bit as bigint) as decimal(38,0))
  end) as decimal(38,0)) as "crossing"
from "cdp_scratch"."tree_customer__scratch" as "w"
join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "w"."node"
join "cdp_scratch"."tree_customer__scratch" as "o" on "o"."node" = "s"."there"
group by "w"."node", "w"."parent";

-- Loop: Sum what is below, twice as deep each round.

-- Repeat, with $round = 1, 2, …, until this query gives 0:
select count(*) as "nodes" from "cdp_scratch"."below_customer__scratch" where "above" is not null;

-- Each node adds its sum to the node above, and looks twice as far up from now on.
create table "cdp_scratch"."below_next_customer__scratch" as
select
  "b"."node",
  "a"."above" as "above",
  cast("b"."node_count" + coalesce("c"."node_count", 0) as bigint) as "node_count",
  cast("b"."crossing" + coalesce("c"."crossing", 0) as decimal(38,0)) as "crossing"
from "cdp_scratch"."below_customer__scratch" as "b"
left join "cdp_scratch"."below_customer__scratch" as "a" on "a"."node" = "b"."above"
left join (
  select
    "above" as "node",
    sum("node_count") as "node_count",
    sum("crossing") as "crossing"
  from "cdp_scratch"."below_customer__scratch"
  where "above" is not null
  group by "above"
) as "c" on "c"."node" = "b"."node";

-- The old gives way.
drop table if exists "cdp_scratch"."below_customer__scratch";

-- The new takes its name.
alter table "cdp_scratch"."below_next_customer__scratch" rename to "below_customer__scratch";

-- End of the round; more than 5 rounds are an error.

-- Links whose removal would split a customer.
create table "cdp_scratch"."bridges_found_customer__scratch" as
select
  "w"."customer_id",
  "w"."node" as "node",
  "w"."parent" as "parent",
  least("b"."node_count", "z"."node_count" - "b"."node_count") as "smaller_count",
  greatest("b"."node_count", "z"."node_count" - "b"."node_count") as "larger_count",
  "s"."row_count",
  "s"."first_seen_at"
from "cdp_scratch"."below_customer__scratch" as "b"
join "cdp_scratch"."tree_customer__scratch" as "w" on "w"."node" = "b"."node"
join (
  select "k"."customer_id", count(*) as "node_count"
  from "cdp_scratch"."tree_customer__scratch" as "k"
  join "cdp_scratch"."largest_customer__scratch" as "z" on "z"."customer_id" = "k"."customer_id"
  group by "k"."customer_id", "z"."node_count"
  having count(*) = "z"."node_count"
) as "z" on "z"."customer_id" = "w"."customer_id"
join "cdp_scratch"."spans_customer__scratch" as "s" on "s"."here" = "w"."node" and "s"."there" = "w"."parent"
where "b"."crossing" = 0
  and least("b"."node_count", "z"."node_count" - "b"."node_count") >= 2;

-- Those that would split most, for people.
create table "cdp_internal"."bridges_customer__next" as
with "first" as (
  select
    row_number() over (order by "smaller_count" desc, "row_count", "node") as "place",
    "customer_id",
    "node",
    "parent",
    "smaller_count",
    "larger_count",
    "row_count",
    "first_seen_at"
  from "cdp_scratch"."bridges_found_customer__scratch"
  order by "smaller_count" desc, "row_count", "node"
  limit 100
), "ends" as (
  select
    "i"."node",
    "i"."identifier",
    "i"."strength",
    "i"."value"
  from "cdp_internal"."identifiers_customer__whole__view" as "i"
  where "i"."node" in (select "node" from "first" union distinct select "parent" from "first")
)
select
  "b"."place",
  "b"."customer_id",
  case when ("x"."strength" < "y"."strength" or ("x"."strength" = "y"."strength" and "x"."value" <= "y"."value")) then "x"."identifier" else "y"."identifier" end as "identifier",
  case when ("x"."strength" < "y"."strength" or ("x"."strength" = "y"."strength" and "x"."value" <= "y"."value")) then "x"."value" else "y"."value" end as "value",
  case when ("x"."strength" < "y"."strength" or ("x"."strength" = "y"."strength" and "x"."value" <= "y"."value")) then "y"."identifier" else "x"."identifier" end as "other_identifier",
  case when ("x"."strength" < "y"."strength" or ("x"."strength" = "y"."strength" and "x"."value" <= "y"."value")) then "y"."value" else "x"."value" end as "other_value",
  "b"."smaller_count",
  "b"."larger_count",
  "b"."row_count",
  "b"."first_seen_at"
from "first" as "b"
join "ends" as "x" on "x"."node" = "b"."node"
join "ends" as "y" on "y"."node" = "b"."parent";

-- The largest customers, for people.
create table "cdp_internal"."largest_profiles_customer__next" as
select
  "l"."place",
  "l"."customer_id",
  "l"."identifier_count",
  "c"."record_count",
  "c"."event_count",
  "b"."bridge_count" as "bridge_count"
from "cdp_scratch"."largest_customer__scratch" as "l"
left join (
  select
    "w"."customer_id",
    (select count(*) from "cdp_scratch"."bridges_found_customer__scratch" as "b" where "b"."customer_id" = "w"."customer_id") as "bridge_count"
  from (
    select "k"."customer_id", count(*) as "node_count"
    from "cdp_scratch"."tree_customer__scratch" as "k"
    join "cdp_scratch"."largest_customer__scratch" as "z" on "z"."customer_id" = "k"."customer_id"
    group by "k"."customer_id", "z"."node_count"
    having count(*) = "z"."node_count"
  ) as "w"
) as "b" on "b"."customer_id" = "l"."customer_id"
left join "cdp_internal"."customers_customer__whole__view" as "c" on "c"."customer_id" = "l"."customer_id";

-- Values that meet suspiciously many others.
create table "cdp_internal"."identity_suspects_customer__next" as
with "met" as (
  select
    "node",
    min("strength") as "strength",
    cast(sum("is_refused") as bigint) as "refused_count",
    count(case when "other_strength" = 0 then 1 end) as "met_0",
    count(case when "other_strength" = 1 then 1 end) as "met_1",
    count(case when "other_strength" = 2 then 1 end) as "met_2",
    count(case when "other_strength" = 3 then 1 end) as "met_3",
    count(case when "other_strength" = 4 then 1 end) as "met_4"
  from (
    select
      "x"."node",
      "x"."strength",
      "y"."strength" as "other_strength",
      0 as "is_refused"
    from "cdp_internal"."held_edges_customer__next" as "e"
    join "cdp_scratch"."busy_customer__scratch" as "x" on "x"."node" = "e"."u"
    join "cdp_scratch"."busy_customer__scratch" as "y" on "y"."node" = "e"."v"
    union all
    select
      "y"."node",
      "y"."strength",
      "x"."strength" as "other_strength",
      0 as "is_refused"
    from "cdp_internal"."held_edges_customer__next" as "e"
    join "cdp_scratch"."busy_customer__scratch" as "x" on "x"."node" = "e"."u"
    join "cdp_scratch"."busy_customer__scratch" as "y" on "y"."node" = "e"."v"
  ) as "meetings"
  group by "node"
  having count(*) >= 5
), "suspects" as (
  select
    "node",
    "refused_count",
    case when "met_0" * case when 0 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then 'shop_id' when "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then 'email' when "met_2" * case when 2 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then 'phone' when "met_3" * case when 3 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then 'anonymous_id' when "met_4" * case when 4 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then 'same_person_at_address' end as "met_identifier",
    case when "met_0" * case when 0 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then "met_0" when "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then "met_1" when "met_2" * case when 2 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then "met_2" when "met_3" * case when 3 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then "met_3" when "met_4" * case when 4 <= "strength" then 50 else 1 end = greatest("met_0" * case when 0 <= "strength" then 50 else 1 end, "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end, "met_2" * case when 2 <= "strength" then 50 else 1 end, "met_3" * case when 3 <= "strength" then 50 else 1 end, "met_4" * case when 4 <= "strength" then 50 else 1 end) then "met_4" end as "met_count",
    "met_0" * case when 0 <= "strength" then 50 else 1 end + "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end + "met_2" * case when 2 <= "strength" then 50 else 1 end + "met_3" * case when 3 <= "strength" then 50 else 1 end + "met_4" * case when 4 <= "strength" then 50 else 1 end as "weight"
  from "met"
  where "met_0" * case when 0 <= "strength" then 50 else 1 end + "met_1" * case when 1 <= "strength" then 50 when "strength" = 0 then 10 else 1 end + "met_2" * case when 2 <= "strength" then 50 else 1 end + "met_3" * case when 3 <= "strength" then 50 else 1 end + "met_4" * case when 4 <= "strength" then 50 else 1 end >= 250
)
select
  row_number() over (order by "s"."weight" desc, "s"."met_count" desc, "i"."strength", "i"."value", "i"."node") as "place",
  "i"."identifier",
  "i"."value",
  "s"."met_identifier",
  "s"."met_count",
  "s"."refused_count",
  "i"."row_count",
  "i"."customer_id"
from "suspects" as "s"
join "cdp_internal"."identifiers_customer__whole__view" as "i" on "i"."node" = "s"."node"
order by "s"."weight" desc, "s"."met_count" desc, "i"."strength", "i"."value", "i"."node"
limit 100;

-- Figures for the summary: suspect
select
  "identifier",
  case when "identifier" in ('email', 'same_person_at_address') then substring("value", 1, 1) || '…' || case when "value" like '%@%' then substring("value", position('@' in "value")) else '' end else "value" end as "value",
  "met_identifier",
  "met_count",
  "refused_count"
from "cdp_internal"."identity_suspects_customer__next"
where "place" = 1 and "met_count" >= 10;

-- Not read any more.
drop table if exists "cdp_scratch"."shared_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."edges_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."overrides_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."rulings_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."largest_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."busy_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."spans_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."walk_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."tree_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."below_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."below_next_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."bridges_found_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."noted_customer__scratch";

-- Not read any more.
drop table if exists "cdp_scratch"."noticed_customer__scratch";
