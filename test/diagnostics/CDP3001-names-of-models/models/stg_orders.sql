select * from {{source "order"}}
union all
select * from {{source "stg_visits"}}
