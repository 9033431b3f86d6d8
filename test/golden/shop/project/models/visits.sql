select customer_id, count(*) as visits
from {{ref "customer_events"}}
where occurred_at < {{as_of}} and event <> {{var "paid"}}
group by customer_id;
