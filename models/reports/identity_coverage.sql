-- By which identifiers customers are known: how many have each, and how many values there are.
select
  identifier,
  count(distinct customer_id) as customers,
  count(*) as identifier_values,
  max(last_seen_at) as last_seen_at
from {{ref "customer_identifiers"}}
group by identifier
