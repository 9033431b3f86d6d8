-- model.visits: The model visits.
-- After: identity.customer

-- The model visits, for this run.
create or replace view "cdp_internal"."visits__next" as
select customer_id, count(*) as visits
from (
  select
    "i1"."customer_id" as "customer_id",
    'web' as "source",
    "r"."event",
    "r"."occurred_at",
    "r"."record_key"
  from "cdp_internal"."rows_web__whole__view" as "r"
  left join "cdp_internal"."identifiers_customer__whole__view" as "i1" on "i1"."node" = coalesce("r"."node__customer__email__1", "r"."node__customer__anonymous_id__1")
)
where occurred_at < $as_of and event <> 'paid'
group by customer_id
with no schema binding;
