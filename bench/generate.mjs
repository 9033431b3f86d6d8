// @ts-check
/**
 * Makes N source rows as Parquet: 5 sources, 22 identifier occurrences to 10 rows, profiles of natural size, and the two
 * shapes that break naive resolution: hubs (one account with a tenth of all cookies between ten of them) and long chains
 * (an account's order carries the next account's e-mail). Everything follows from the row number, so it is the same every time.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

const CHAIN = 10_000

/**
 * `from`: rows that are there already; `people`: how many people all rows are about; `cursor`: sources say when rows were loaded.
 * @param {string} dir @param {number} rows @param {{ from?: number, people?: number, cursor?: boolean }} [options]
 */
export async function generate(dir, rows, options = {}) {
  mkdirSync(join(dir, 'data'), { recursive: true })
  mkdirSync(join(dir, 'models'), { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const people = options.people ?? Math.max(1, Math.floor(rows / 4))
  const from = options.from ?? 0
  /** @param {number} share */
  const range = (share) => `range(${Math.floor(from * share)}, ${Math.floor((from + rows) * share)}) as r(i)`
  const stamp = "timestamp '2024-01-01' + to_seconds(cast(hash(i) % 60000000 as bigint))"
  const person = `cast(hash(i, 7) % ${people} as bigint)`
  const email = (/** @type {string} */ p) =>
    `case when ${p} % 3 = 0 then ' User' || ${p} || '@Example.COM' else 'user' || ${p} || '@example.com' end`
  const phone = (/** @type {string} */ p) =>
    `'(650) ' || lpad(cast(${p} // 10000 % 900 + 100 as varchar), 3, '0') || '-' || lpad(cast(${p} % 10000 as varchar), 4, '0')`
  const isChain = `i < ${CHAIN}`
  const queries = {
    accounts: `
      select 'a' || i as id, 'acc' || p as account_id, ${email('p')} as email, ${phone('p')} as phone,
        'First' || p % 977 as first_name, 'Last' || p % 9973 as last_name, lpad(cast(p % 90000 as varchar), 5, '0') as postcode,
        'City ' || p % 499 as city, case when p % 5 = 0 then 'DE' else 'US' end as country,
        date '1950-01-01' + cast(p % 20000 as integer) as birth_date, p % 2 = 0 as consent, ts as updated_at
      from (select i, case when ${isChain} then i + 1000000000 else ${person} end as p, ${stamp} as ts from ${range(0.15)})`,
    web: `
      select 'w' || i as id, 'cookie' || case when i % 10 = 0 then i else p * 3 + i % 3 end as anonymous_id,
        case when i % 10 = 0 then 'hub' || i % 7 when i % 5 < 3 then 'acc' || p end as account_id,
        case when i % 10 <> 0 and i % 5 < 2 then ${email('p')} end as email,
        case when i % 4 = 0 then 'product_viewed' else 'page_viewed' end as event, 'page' || i % 97 as page, ts as occurred_at
      from (select i, ${person} as p, ${stamp} as ts from ${range(0.4)})`,
    orders: `
      select 'o' || i as id, 'acc' || p as account_id,
        case when ${isChain} then ${email('p + 1')} else ${email('p')} end as email, case when i % 2 = 0 and not ${isChain} then ${phone('p')} end as phone,
        cast(cast(hash(i, 3) % 50000 as decimal(10,2)) / 100 as decimal(10,2)) as amount, case when i % 9 = 0 then 'refunded' else 'paid' end as status,
        'category ' || i % 23 as category, ts as occurred_at
      from (select i, case when ${isChain} then i + 1000000000 else ${person} end as p, ${stamp} as ts from ${range(0.2)})`,
    app: `
      select 'd' || i as id, 'device' || p as device_id, 'acc' || p as account_id, case when i % 3 = 0 then 'ios' else 'android' end as os,
        'screen_viewed' as event, ts as occurred_at
      from (select i, ${person} as p, ${stamp} as ts from ${range(0.15)})`,
    pos: `
      select 'p' || i as id, 'card' || p as loyalty_card, case when i % 2 = 0 then ${phone('p')} end as phone, 'store ' || i % 131 as store, ts as updated_at
      from (select i, ${person} as p, ${stamp} as ts from ${range(0.1)})`,
  }
  for (const [source, query] of Object.entries(queries)) {
    const file = join(dir, 'data', `${source}_${from}.parquet`)
    // A row a second, in the order of their numbers: what comes later was loaded later.
    const loaded = `timestamp '2025-01-01' + to_seconds(cast(substr(id, 2) as bigint))`
    await connection.run(`copy (select *, ${loaded} as loaded from (${query})) to '${file}' (format parquet)`)
  }
  connection.closeSync()
  instance.closeSync()
  writeFileSync(join(dir, 'profiles.yml'), PROFILES)
  const models = options.cursor ? MODELS.replaceAll('key: id\n', 'key: id\n    loaded_at: loaded\n') : MODELS
  writeFileSync(join(dir, 'models', 'bench.yml'), models)
}

const PROFILES = `name: bench
language: 1
timezone: UTC
default_target: dev
targets:
  dev: { type: duckdb, path: target/bench.duckdb, schema: cdp, threads: 2, memory_limit: 3GB }
`

const MODELS = `entities:
  - name: customer
    max_profile_share: 100%
    identifiers:
      - { name: account_id }
      - { name: email, normalize: email }
      - { name: phone, normalize: { phone: { region: US } } }
      - { name: loyalty_card }
      - { name: device_id }
      - { name: anonymous_id }
    attributes:
      - { name: first_name }
      - { name: last_name }
      - { name: postcode }
      - { name: city }
      - { name: country, normalize: lower, accept: '^[a-z]{2}$' }
      - { name: birth_date, type: date, merge: most_frequent }
      - { name: consent, type: boolean, merge: all_true }
      - { name: mobile_os }
sources:
  - name: accounts
    file: data/accounts_*.parquet
    key: id
    updated_at: updated_at
    identifiers: { account_id: account_id, email: email, phone: phone }
    attributes: { first_name: first_name, last_name: last_name, postcode: postcode, city: city, country: country, birth_date: birth_date, consent: consent }
  - name: web
    file: data/web_*.parquet
    key: id
    event: event
    timestamp: occurred_at
    identifiers: { account_id: account_id, email: email, anonymous_id: anonymous_id }
    properties: { page: page }
  - name: orders
    file: data/orders_*.parquet
    key: id
    event: { value: order_completed }
    timestamp: occurred_at
    identifiers: { account_id: account_id, email: email, phone: phone }
    properties: { amount: { type: number }, status: status, category: category }
  - name: app
    file: data/app_*.parquet
    key: id
    event: event
    timestamp: occurred_at
    identifiers: { account_id: account_id, device_id: device_id }
    attributes: { mobile_os: os }
  - name: pos
    file: data/pos_*.parquet
    key: id
    updated_at: updated_at
    identifiers: { loyalty_card: loyalty_card, phone: phone }
traits:
  - { name: order_count, from: orders, count: true, where: { property: status, eq: paid } }
  - { name: lifetime_value, from: orders, sum: amount, where: { property: status, eq: paid }, default: 0 }
  - { name: last_order_at, from: orders, last: occurred_at }
  - { name: page_views_90d, from: web, event: page_viewed, count: true, within: 90 days }
  - { name: average_order_value, ratio: [lifetime_value, order_count] }
`
