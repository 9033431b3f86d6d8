-- The household panel with incomes as US dollars: '67500', '67k' and words come in one column.
with answers as (
  select
    panel_id,
    email,
    lower(trim(income)) as income,
    household_size,
    upper(trim(home_owner)) as home_owner,
    life_stage,
    surveyed_on
  from {{source "household_panel"}}
)
select
  panel_id,
  email,
  case
    when income like '%k' then 1000 * {{> to_decimal column="replace(income, 'k', '')"}}
    else {{> to_decimal column="income"}}
  end as income_usd,
  household_size,
  case when home_owner in ('Y', 'N') then home_owner end as home_owner,
  life_stage,
  surveyed_on
from answers
