/** The declarations of a new project. Each says in a comment what it is for, since they are read before the docs are. */
export const PROFILES_YML = (
  name: string,
): string => `# yaml-language-server: $schema=schemas/profiles.schema.json
# The project and the warehouses that it can run on.
name: ${name}
language: 1
timezone: UTC
default_target: dev
vars: { sale: paid } # the status of an order that counts as a sale
targets:
  dev: { type: duckdb, path: target/dev.duckdb, schema: cdp }
`

export const SOURCES_YML = `# yaml-language-server: $schema=../schemas/models.schema.json
# Where rows come from, what identifies them and what they say.
sources:
  - name: shop_customers
    description: Accounts of the shop.
    file: data/shop_customers.csv
    key: id
    created_at: created_at
    updated_at: updated_at
    identifiers: { shop_id: id, email: email, phone: phone }
    attributes: { first_name: first_name, last_name: last_name, country: country, email_consent: newsletter }

  - name: orders
    description: Orders, of guests too.
    file: data/orders.csv
    key: order_id
    event: { value: order_placed }
    timestamp: ordered_at
    identifiers: { shop_id: customer_id, email: email }
    properties: { status: status, amount: { type: "number(12,2)" }, ordered_at: { type: timestamp } }

  - name: web_visits
    description: Pages that browsers visited; a visitor has an e-mail address once signed in.
    file: data/web_visits.csv
    key: visit_id
    event: { value: page_viewed }
    timestamp: visited_at
    identifiers: { email: email, browser: visitor }
    properties: { page: page }
`

export const ENTITIES_YML = `# yaml-language-server: $schema=../schemas/models.schema.json
# Who the rows are about: identifiers, strongest first, and the golden values of a profile.
entities:
  - name: customer
    description: A person, over all accounts and browsers.
    identifiers:
      - name: shop_id
      - { name: email, normalize: email, pii: direct }
      - { name: phone, normalize: { phone: { region: US } }, pii: direct }
      - name: browser
        shared_above: { email: 3 } # a browser of more than three people joins nobody
    attributes:
      - { name: first_name, merge: most_recent, pii: direct }
      - { name: last_name, merge: most_recent, pii: direct }
      - { name: country, normalize: lower, values: { usa: us }, accept: "^[a-z]{2}$", merge: most_frequent }
      - { name: email_consent, type: boolean, merge: all_true }
      - { name: emails, from: email, merge: { collect: { limit: 5 } }, pii: direct }
`

export const TRAITS_YML = `# yaml-language-server: $schema=../schemas/models.schema.json
# What is computed about a customer: one column of customer_profiles each.
traits:
  - name: order_count
    description: Paid orders.
    from: orders
    count: true
    where: { property: status, eq: paid }
  - name: lifetime_value
    description: Sum of paid orders.
    from: orders
    sum: amount
    where: { property: status, eq: paid }
    default: 0
  - { name: last_order_at, description: Time of the last order., from: orders, max: ordered_at }
  - { name: page_views, description: Pages visited., from: web_visits, count: true }
  - { name: last_page, description: The page visited last., from: web_visits, last: page }
  - name: value_band
    description: High from 300 on.
    type: string
    sql: "case when lifetime_value >= 300 then 'high' else 'low' end"
`

export const SEGMENTS_YML = `# yaml-language-server: $schema=../schemas/models.schema.json
# Who is in: each becomes a view segment_<name>, with history over runs.
segments:
  - name: best_customers
    description: Much bought, and e-mail is welcome.
    where:
      all:
        - { trait: lifetime_value, gte: 300 }
        - { attribute: email_consent, eq: true }
  - name: only_looking
    description: Visited the site and never bought.
    where:
      all:
        - { trait: page_views, gte: 1 }
        - { trait: order_count, eq: 0 }
`

export const MODEL_SQL = `-- What each country buys: a table of your own, over the tables that cdp makes.
with sales as (
  select order_id, cast(amount as decimal(12,2)) as amount
  from {{source "orders"}}
  where status = {{var "sale"}}
)
select
  a.country,
  count(distinct a.customer_id) as customers,
  count(*) as orders,
  sum(s.amount) as revenue
from {{ref "customer_events"}} as e
join sales as s on e.source = 'orders' and e.record_key = s.order_id
join {{ref "customer_attributes"}} as a on a.customer_id = e.customer_id
group by a.country
`

export const MODELS_YML = `# yaml-language-server: $schema=../schemas/models.schema.json
# SQL models: described here, written in the .sql files beside.
models:
  - name: revenue_by_country
    description: Customers, orders and revenue of each country.
    materialized: table
    public: true
`

export const GITIGNORE = `target/
`

export const README = (name: string): string => `# ${name}

A cdp project: sources, identity rules, merge policies, traits and segments in \`models/\`, compiled to SQL and run
on the target of \`profiles.yml\`.

    cdp validate                      # all mistakes at once, no connection needed
    cdp run                           # builds target/dev.duckdb
    cdp show email:ann@example.com    # one customer, and where each value came from

Then query \`cdp.customer_profiles\` with any DuckDB client, or read \`target/compiled/\` to see the SQL.
`
