-- One row an order, in its latest state. Times stay text here: the sources that read it say how to read them.
with versions as (
  select
    order_id,
    shop_customer_id,
    email,
    status,
    ordered_at,
    {{> to_decimal column="fx_to_usd"}} as fx_to_usd,
    {{> to_decimal column="total_usd"}} as total_usd,
    {{> latest_first key="order_id" at="updated_at" tie="status, coupon"}} as version
  from {{source "orders"}}
)
select
  order_id,
  shop_customer_id,
  email,
  status,
  ordered_at,
  fx_to_usd,
  total_usd
from versions
where version = 1
  and order_id is not null
