import { expect, test } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'

const DROP = `x'); drop table cdp.customer_profiles; --`

/** Quotes, comments, parameters and statements in every text and name that a user may choose freely. */
const FILES = {
  'models/sources.yml': `sources:
  - name: shop
    description: "it's; drop table x; -- \\" $as_of {x} /* 'q"
    file: data/shop.csv
    key: id
    updated_at: updated_at
    where: { column: "$run_id", ne: "${DROP}" }
    identifiers: { shop_id: id, email: { column: "e'mail\\"; --" } }
    attributes:
      first_name: { column: 'it''s" x' }
      birth_date: { column: "select", type: date }
  - name: orders
    file: "data/or'ders;$as_of.csv"
    key: id
    event: { value: "order'; completed $as_of" }
    timestamp: ordered at
    identifiers: { email: email }
    properties: { amount: { type: number } }
`,
  'models/entities.yml': `entities:
  - name: customer
    identifiers: [{ name: shop_id, reject: ["'; --"] }, { name: email, normalize: email, reject: ["no'body@x.com"] }]
    attributes:
      - { name: first_name, values: { "an'n": "An'n \\" $run_id" }, description: "*/ '" }
`,
  'models/traits.yml': `traits:
  - { name: orders, from: orders, event: "order'; completed $as_of", count: true }
segments:
  - name: tricky
    description: "a 'quoted' \\\\ text */ /* --"
    where:
      any:
        - { attribute: first_name, in: ["O'Neil", "\\\\", "$as_of", "a\\nb", "\\""] }
        - { attribute: first_name, contains: "%_'" }
        - { event: "order'; completed $as_of", from: orders, at_least: 2 }
  - { name: none, where: { attribute: first_name, starts_with: "${DROP}" } }
`,
  'data/shop.csv': [
    `id,"e'mail""; --","it's"" x",select,$run_id,updated_at`,
    `1,ann@x.com,O'Neil,1980-01-01,a,2026-01-01`,
    `2,bob@x.com,$as_of,1980-01-01,"${DROP}",2026-01-01`,
    `3,cy@x.com,$as_of,1980-01-01,,2026-01-01`,
    `4,di@x.com,an'n,1980-01-01,,2026-01-01`,
    `'; --,no'body@x.com,"${DROP}",1980-01-01,,2026-01-01`,
    '',
  ].join('\n'),
  "data/or'ders;$as_of.csv": [
    'id,email,ordered at,amount',
    '1,di@x.com,2026-01-01,1.5',
    '2,di@x.com,2026-01-02,2',
    '3,ann@x.com,2026-01-02,2',
    '',
  ].join('\n'),
}

test('what users write stays text, wherever it goes', async () => {
  const folder = writeProject(FILES)
  const run = await runProjectIn(folder, { runId: 'it:s' })
  expect(run.printed).toBe('')
  expect(run.result?.status).toBe('succeeded')
  expect(
    await query(folder, 'select email, first_name, orders from customer_profiles order by email'),
  ).toEqual([
    { email: 'ann@x.com', first_name: "O'Neil", orders: '1' },
    { email: 'cy@x.com', first_name: '$as_of', orders: '0' },
    { email: 'di@x.com', first_name: `An'n " $run_id`, orders: '2' },
  ])
  expect(await query(folder, 'select distinct event from customer_events')).toEqual([
    { event: "order'; completed $as_of" },
  ])
  expect(
    await query(
      folder,
      "select email from customer_segments join customer_profiles using (customer_id) where segment = 'tricky' order by email",
    ),
  ).toEqual([{ email: 'ann@x.com' }, { email: 'cy@x.com' }, { email: 'di@x.com' }])
  expect(
    await query(
      folder,
      "select comment from duckdb_views() where view_name = 'segment_tricky' and schema_name = 'cdp'",
    ),
  ).toEqual([{ comment: "a 'quoted' \\ text */ /* --" }])
  expect(await query(folder, 'select value, rule from rejected_identifiers order by value')).toMatchObject([
    { value: "'; --" },
    { value: "no'body@x.com" },
  ])
})
