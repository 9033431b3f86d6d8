-- The catalogue as it is sold now: one row a product, codes in one spelling, prices as numbers.
with versions as (
  select
    {{> to_code column="sku"}} as sku,
    trim(name) as product_name,
    lower(trim(category)) as category,
    trim(brand) as brand,
    {{> to_decimal column="list_price"}} as list_price_usd,
    {{> latest_first key="upper(trim(sku))" at="updated_at" tie="brand, list_price"}} as version
  from {{source "products"}}
)
select
  sku,
  product_name,
  category,
  brand,
  list_price_usd
from versions
where version = 1
  and sku is not null
