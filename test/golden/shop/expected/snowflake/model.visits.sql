-- model.visits: The model visits.
-- After: identity.customer

-- The model visits, for this run.
create or replace view "CDP_INTERNAL"."VISITS__NEXT" copy grants as
select customer_id, count(*) as visits
from (
  select
    "I1"."CUSTOMER_ID" as "CUSTOMER_ID",
    'web' as "SOURCE",
    "R"."EVENT",
    "R"."OCCURRED_AT",
    "R"."RECORD_KEY"
  from "CDP_INTERNAL"."ROWS_WEB__WHOLE__VIEW" as "R"
  left join "CDP_INTERNAL"."IDENTIFIERS_CUSTOMER__WHOLE__VIEW" as "I1" on "I1"."NODE" = coalesce("R"."NODE__CUSTOMER__EMAIL__1", "R"."NODE__CUSTOMER__ANONYMOUS_ID__1")
)
where occurred_at < $as_of and event <> 'paid'
group by customer_id;
