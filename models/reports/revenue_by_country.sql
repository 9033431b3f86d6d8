-- Revenue of the web shop by country and quarter, from unified customers: a person with three accounts counts once.
select
  coalesce(customers.country, 'unknown') as country,
  cast(date_trunc('quarter', events.occurred_at) as date) as quarter,
  count(distinct events.customer_id) as customers,
  count(*) as orders,
  sum(orders.total_usd) as revenue_usd
from {{ref "customer_events"}} as events
inner join {{ref "stg_orders"}} as orders
  on orders.order_id = events.record_key
inner join {{ref "customer_attributes"}} as customers
  on customers.customer_id = events.customer_id
where events.source = 'orders'
  and orders.status = {{var "revenue_status"}}
  and events.occurred_at >= cast({{var "report_from"}} as timestamp)
group by
  coalesce(customers.country, 'unknown'),
  cast(date_trunc('quarter', events.occurred_at) as date)
