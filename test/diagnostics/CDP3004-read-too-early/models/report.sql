select *
from {{ref "customer_profiles"}}
join {{ref "segment_vip"}} using (customer_id)
join {{ref "enriched_orders"}} using (customer_id)
