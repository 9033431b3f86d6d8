import { expect, test } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

test('SQL in the condition of a trait or an event sees the fields of the rows', async () => {
  const folder = writeProject({
    'models/all.yml': `
entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - name: orders
    file: orders.csv
    key: id
    event: { value: order }
    timestamp: at
    identifiers: { email: email }
    properties: { customer_id: number, total: { type: number } }
traits:
  - { name: large, from: orders, count: true, where: { sql: "total > 10 -- a comment" } }
  - { name: largest, from: orders, max: total, where: { all: [{ property: total, lt: 40 }, { sql: '"total" > 10' }] } }
  - { name: early, from: orders, count: true, where: { sql: "occurred_at < timestamp '2026-02-02'" } }
  - { name: own_number, from: orders, most_frequent: customer_id, where: { sql: customer_id is not null } }
segments:
  - { name: large_buyers, where: { event: order, from: orders, at_least: 2, where: { sql: TOTAL >= 12.5 } } }
`,
    'orders.csv':
      'id,email,at,total,number\n1,ann,2026-02-01,12.5,n1\n2,ann,2026-02-03,50,n2\n3,ann,2026-02-04,20,n2\n4,bo,2026-02-01,2,n3\n',
  })
  const run = await runProjectIn(folder)
  expect([run.printed, run.result?.error?.message]).toEqual(['', undefined])
  const rows = await query(
    folder,
    'select email, large, cast(largest as integer) as largest, early, own_number from customer_profiles order by email',
  )
  expect(
    rows.map((row) => Object.values(row).map((value) => (value === null ? null : String(value)))),
  ).toEqual([
    ['ann', '3', '20', '1', 'n2'],
    ['bo', '0', null, '1', 'n3'],
  ])
  expect(await query(folder, 'select email from segment_large_buyers')).toEqual([{ email: 'ann' }])
})
