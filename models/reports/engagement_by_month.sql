-- How many customers did what, month by month, over all channels, in the two years before the run.
select
  cast(date_trunc('month', occurred_at) as date) as month_start,
  source,
  event,
  count(distinct customer_id) as customers,
  count(*) as events
from {{ref "customer_events"}}
where occurred_at > {{as_of}} - interval '730' day
group by
  cast(date_trunc('month', occurred_at) as date),
  source,
  event
