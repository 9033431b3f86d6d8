-- Lines with the customer and the time of their order and the category of their product. Every currency becomes
-- US dollars at the rate of the order. Lines of unknown orders have no customer and are left out.
with lines as (
  select
    order_id,
    line,
    {{> to_code column="sku"}} as sku,
    {{> to_decimal column="quantity"}} as quantity,
    {{> to_decimal column="unit_price"}} as unit_price,
    warranty_until
  from {{source "order_lines_raw"}}
)
select
  lines.order_id,
  lines.line,
  orders.shop_customer_id,
  orders.email,
  orders.ordered_at,
  orders.status,
  lines.sku,
  products.product_name,
  coalesce(products.category, 'unknown') as category,
  products.brand,
  lines.quantity,
  cast(lines.quantity * lines.unit_price * orders.fx_to_usd as decimal(18, 2)) as revenue_usd,
  lines.warranty_until
from lines
inner join {{ref "stg_orders"}} as orders
  on orders.order_id = lines.order_id
left join {{ref "stg_products"}} as products
  on products.sku = lines.sku
