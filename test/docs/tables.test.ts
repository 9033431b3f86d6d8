import { expect, test } from 'vitest'
import { REJECTED_FAULTS } from '../../src/staging/row-faults.js'
import { query, runProjectIn, writeProject } from '../project-run.js'
import { readPage } from './page.js'

const page = readPage('docs/tables.md')
const TYPES: Readonly<Record<string, string>> = {
  text: 'VARCHAR',
  timestamp: 'TIMESTAMP',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
}

/** Table → its documented columns with their types; of tables that differ by project, none. */
const documented = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string[]] => {
      const rows = [...section.matchAll(/^\| `(\w+)` \| (text|timestamp|integer|boolean) \|/gm)]
      return [
        section.split('\n')[0]?.replaceAll('\\', '') ?? '',
        rows.map(([, column, type = '']) => `${column} ${TYPES[type]}`),
      ]
    }),
)

const PROJECT = {
  'models/all.yml': `
entities:
  - name: customer
    identifiers: [{ name: shop_id }, { name: email, normalize: email }]
    attributes: [{ name: country }]
sources:
  - { name: accounts, file: accounts.csv, key: id, identifiers: { shop_id: id, email: email }, attributes: [country, city] }
  - name: orders
    file: orders.csv
    key: id
    event: { value: order }
    timestamp: at
    identifiers: { email: email }
    properties: { total: { type: number } }
traits:
  - { name: spend, from: orders, sum: total }
  - { name: order_count, from: orders, count: true }
segments:
  - { name: buyers, where: { trait: order_count, gte: 1 } }
purposes:
  - { name: email_marketing, applies_to: email }
destinations:
  - { name: drop, connector: file, config: { path: out/buyers.csv } }
syncs:
  - { name: buyers_to_file, from: { segment: buyers }, to: drop, map: [email] }
`,
  'accounts.csv': 'id,email,country,city,Customer_ID\n1,a@x.com,us,Ely,c1\n',
  'orders.csv': 'id,email,at,total\no1,a@x.com,2026-02-01,5\n',
}

test('the public tables have exactly the columns that the page says', async () => {
  const folder = writeProject(PROJECT)
  const run = await runProjectIn(folder)
  expect([run.printed, run.result?.status]).toEqual(['', 'succeeded'])
  const found = new Map<string, string[]>()
  const columns = await query(
    folder,
    "select table_name, column_name, data_type from information_schema.columns where table_schema = 'cdp' order by table_name, ordinal_position",
  )
  for (const { table_name, column_name, data_type } of columns) {
    const table = String(table_name)
    found.set(table, [...(found.get(table) ?? []), `${column_name} ${data_type}`])
  }
  const named = (table: string) => (found.get(table) ?? []).map((column) => column.split(' ')[0])
  for (const [table, expected] of documented) {
    if (expected.length > 0)
      expect({ table, columns: found.get(table) }).toEqual({ table, columns: expected })
  }
  const values = ['shop_id', 'email', 'country', 'city', 'spend', 'order_count']
  const counted = ['is_known', 'first_seen_at', 'last_seen_at', 'record_count', 'event_count']
  expect(named('customer_profiles')).toEqual(['customer_id', ...values, ...counted])
  expect(named('customer_attributes')).toEqual(['customer_id', 'country', 'city'])
  expect(named('segment_buyers')).toEqual(['customer_id', ...values, ...counted, 'entered_at'])
  expect(named('enriched_orders')).toEqual(['customer_id', 'id', 'email', 'at', 'total'])
  expect(named('enriched_accounts')).toEqual([
    'customer_id',
    'id',
    'email',
    'country',
    'city',
    'source_Customer_ID',
  ])
  const known = [...documented.keys()].filter((table) => !table.includes('<'))
  const views = ['enriched_accounts', 'enriched_orders', 'segment_buyers']
  expect([...found.keys()].sort()).toEqual([...known, ...views].sort())
})

test('the reasons for which rows are set aside are all named', () => {
  const section = page.slice(page.indexOf('### rejected_records'), page.indexOf('### rejected_values'))
  const named = [...(/\| `reason` \| text \| (.+) \|/.exec(section)?.[1] ?? '').matchAll(/`(\w+)`/g)]
  expect(named.map(([, reason]) => reason).sort()).toEqual([...REJECTED_FAULTS].sort())
})
