select * from {{ref "visits"}}
join {{ref "stg_order"}} using (id)
join {{ref "customer_event"}} using (id)
