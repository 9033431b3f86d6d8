select *
from {{ref "customer_events"}}
