import { expect, test } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

const MODELS = `entities:
  - name: customer
    identifiers: [{ name: email }]
    match: [{ name: same_name_at_postcode, on: [last_name, postcode], action: propose }]
sources:
  - name: shop
    file: data/shop.csv
    key: id
    updated_at: day
    identifiers: { email: email }
    attributes: { last_name: last, postcode: zip }
`

test('a rule that proposes joins nobody, and lists who agrees', async () => {
  const folder = writeProject({
    'models/models.yml': MODELS,
    'data/shop.csv': `id,email,last,zip,day
1,ann@x.com,O'Neill,0123,2026-01-01
2,bob@x.com,o neill,0123,2026-01-01
3,cat@x.com,O’NEILL,0123,2026-01-01
4,dan@x.com,O'Neill,9999,2026-01-01
5,dan@x.com,O'Neill,9999,2026-01-02
6,eve@x.com,,0123,2026-01-01
7,,O'Neill,0123,2026-01-01
`,
  })
  const run = await runProjectIn(folder)
  expect(run.printed).toBe('')
  expect(run.result?.error).toBeUndefined()
  const ids = await query(folder, 'select email, customer_id from customer_profiles order by email')
  expect(ids).toHaveLength(5)
  const [least, ...others] = ids
    .slice(0, 3)
    .map((row) => String(row.customer_id))
    .sort()
  const value = '["o neill","0123"]'
  const found = await query(
    folder,
    'select rule, customer_id, other_id, value from customer_proposals order by other_id',
  )
  expect(found).toEqual(
    others.map((other) => ({ rule: 'same_name_at_postcode', customer_id: least, other_id: other, value })),
  )
})

test('customers of two partitions are no candidates: nobody could join them', async () => {
  const folder = writeProject({
    'models/models.yml': MODELS.replace('- name: customer', '- name: customer\n    partition: brand').replace(
      'key: id',
      'key: id\n    partition: brand',
    ),
    'data/shop.csv': `id,brand,email,last,zip,day
1,a,ann@x.com,Lee,1,2026-01-01
2,b,ann@x.com,Lee,1,2026-01-01
3,b,bob@x.com,Lee,1,2026-01-01
`,
  })
  const run = await runProjectIn(folder)
  expect(run.printed).toBe('')
  const brandB = await query(
    folder,
    `select customer_id from customer_records where record_key in ('2', '3') order by customer_id`,
  )
  expect(await query(folder, 'select customer_id, other_id from customer_proposals')).toEqual([
    { customer_id: brandB[0]?.customer_id, other_id: brandB[1]?.customer_id },
  ])
})
