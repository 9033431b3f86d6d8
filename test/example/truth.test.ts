import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { notInTheExample } from '../docs/readme-tables.js'
import { query, runProjectIn } from '../project-run.js'
import { temporaryFolder } from '../temporary-folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const truth = fileURLToPath(new URL('truth.csv', import.meta.url))

/** The example, run in a folder of its own. */
async function runExample() {
  const folder = temporaryFolder()
  for (const part of ['profiles.yml', 'models', 'macros', 'data']) {
    cpSync(`${root}/${part}`, `${folder}/${part}`, { recursive: true })
  }
  const run = await runProjectIn(folder, { asOf: '2026-11-01' })
  return { folder, run }
}

/**
 * Pairs of rows: of those that are one customer, how many are one person (precision), and of those that are one person,
 * how many are one customer (recall). A row without a customer is a customer of its own.
 */
const pairs = (rows: string) => `
  with labelled as (
    select t.person_id, coalesce(r.customer_id, t.source || '/' || t.record_key) as customer_id
    from read_csv('${truth}', all_varchar = true, header = true) as t
    join (${rows}) as r on r.source = t.source and r.record_key = t.record_key
  ),
  met as (select count(*) as n from labelled group by person_id, customer_id),
  people as (select count(*) as n from labelled group by person_id),
  customers as (select count(*) as n from labelled group by customer_id)
  select
    (select count(*) from labelled) as row_count,
    (select count(*) from people) as person_count,
    (select count(*) from customers) as customer_count,
    (select sum(n * (n - 1) / 2) from met) as together,
    (select sum(n * (n - 1) / 2) from people) as one_person,
    (select sum(n * (n - 1) / 2) from customers) as one_customer
`
const RECORDS = 'select source, record_key, customer_id from customer_records'
const ALL_ROWS = `${RECORDS} union all select source, record_key, customer_id from customer_events`

async function quality(folder: string, what: string, rows: string) {
  const [found] = await query(folder, pairs(rows))
  const figure = (name: string) => Number(found?.[name])
  const precision = figure('together') / figure('one_customer')
  const recall = figure('together') / figure('one_person')
  const f1 = (2 * precision * recall) / (precision + recall)
  console.log(
    `example, ${what}: ${figure('row_count')} rows of ${figure('person_count')} people in ${figure('customer_count')} customers: ` +
      `precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}, F1 ${f1.toFixed(4)}`,
  )
  return { precision, recall }
}

test('the example holds against its ground truth', async () => {
  const { folder, run } = await runExample()
  expect(run.printed).toBe('')
  expect(run.result?.status).toBe('succeeded')
  const records = await quality(folder, 'records', RECORDS)
  expect(records.precision).toBeGreaterThan(0.985)
  expect(records.recall).toBeGreaterThan(0.95)
  const all = await quality(folder, 'records and events', ALL_ROWS)
  expect(all.precision).toBeGreaterThan(0.985)
  expect(all.recall).toBeGreaterThan(0.94)
  const rows = await query(
    folder,
    `select source, count(*) as row_count, count(customer_id) as placed from (${ALL_ROWS}) group by source order by source`,
  )
  expect(rows.map((row) => String(row.source))).toEqual(SOURCES)
  for (const row of rows) expect(Number(row.placed)).toBeGreaterThan(Number(row.row_count) / 4)
  expect(await notInTheExample(folder)).toEqual([])
}, 120_000)

/** One or more of each kind of data that a customer data platform unifies; the catalogue joins in SQL. */
const SOURCES = [
  'app_events',
  'crm_contacts',
  'email_events',
  'household',
  'leads',
  'order_lines',
  'orders',
  'pos_receipts',
  'shop_customers',
  'support_tickets',
  'wearable_readings',
  'web_events',
]
