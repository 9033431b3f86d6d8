import { expect, test } from 'vitest'
import { openTarget } from '../../src/cli/load-project.js'
import { load, query, runProjectIn, writeProject } from '../project-run.js'

/** Decisions that stand in a table of the warehouse, beside those of the project. */

const MODELS = `entities:
  - name: customer
    overrides_from: { table: mdm.decisions }
    identifiers:
      - { name: shop_id, max_per_profile: 1 }
      - { name: email, normalize: email, pii: direct }
      - { name: phone }
sources:
  - { name: shop, file: shop.csv, key: id, updated_at: day, identifiers: { shop_id: shop_id, email: email, phone: phone } }
`
const ROWS = `id,shop_id,email,phone,day
1,7,ann@x.com,555,2026-01-01
2,,ann.lee@x.com,,2026-01-01
3,,bob@x.com,555,2026-01-01
4,,cy@x.com,555,2026-01-01
`

async function execute(folder: string, ...statements: readonly string[]): Promise<void> {
  const connection = await openTarget(load(folder))
  try {
    for (const statement of statements) await connection.execute(statement)
  } finally {
    await connection.close()
  }
}

async function decide(folder: string, ...rows: readonly string[]): Promise<void> {
  await execute(
    folder,
    'create schema if not exists mdm',
    'create or replace table mdm.decisions (kind varchar, identifier varchar, other_identifier varchar, reason varchar, "by" varchar, expires date)',
    ...rows.map((row) => `insert into mdm.decisions values (${row})`),
  )
}

async function profiles(folder: string): Promise<readonly string[]> {
  const rows = await query(
    folder,
    `select string_agg(value, ' ' order by value) as held from customer_identifiers group by customer_id order by 1`,
  )
  return rows.map((row) => String(row.held))
}

const project = (more = '') => writeProject({ 'models/all.yml': MODELS + more, 'shop.csv': ROWS })

test('an empty table decides nothing, and a run after it has nothing to do', async () => {
  const folder = project()
  await decide(folder)
  expect((await runProjectIn(folder)).result?.warnings).toEqual([])
  expect(await profiles(folder)).toEqual(['555 7 ann@x.com bob@x.com cy@x.com', 'ann.lee@x.com'])
  const again = await runProjectIn(folder)
  expect(again.result?.nodes.find(({ id }) => id === 'identity.customer')?.mode).toBe('unchanged')
})

test('links, unlinks and blocks, in the normal form of their values; they hold over later runs and can be taken back', async () => {
  const folder = project()
  await decide(
    folder,
    "'link', 'shop_id:7', 'email: ANN.LEE@x.com', 'Called in', 'ann', null",
    "'Unlink', 'email:bob@x.com', 'shop_id:7', 'Father and son', 'ann', null",
    "'unlink', 'email:bob@x.com', 'email:cy@x.com', 'Father and son', 'ann', null",
  )
  await runProjectIn(folder)
  expect(await profiles(folder)).toEqual(['555 7 ann.lee@x.com ann@x.com cy@x.com', 'bob@x.com'])
  const again = await runProjectIn(folder)
  expect(await profiles(folder)).toEqual(['555 7 ann.lee@x.com ann@x.com cy@x.com', 'bob@x.com'])
  expect(again.result?.nodes.find(({ id }) => id === 'identity.customer')?.mode).toBe('unchanged')
  await decide(folder, "'block', 'phone:555', null, 'Store phone', 'ann', null")
  const blocked = await runProjectIn(folder)
  expect(await profiles(folder)).toEqual(['7 ann@x.com', 'ann.lee@x.com', 'bob@x.com', 'cy@x.com'])
  expect(blocked.result?.nodes.find(({ id }) => id === 'identity.customer')).toMatchObject({
    mode: 'full',
    full_because: 'identity.customer has changed',
  })
  expect(await query(folder, 'select identifier, value, rule, row_count from rejected_identifiers')).toEqual([
    { identifier: 'phone', value: '555', rule: 'block', row_count: '3' },
  ])
})

test('one expires on its day; what it did is undone, and told with personal values masked', async () => {
  const folder = project()
  await decide(folder, "'link', 'shop_id:7', 'email:ann.lee@x.com', null, null, date '2026-06-30'")
  await runProjectIn(folder, { asOf: '2026-06-29' })
  expect(await profiles(folder)).toEqual(['555 7 ann.lee@x.com ann@x.com bob@x.com cy@x.com'])
  const over = await runProjectIn(folder, { asOf: '2026-06-30' })
  expect(await profiles(folder)).toEqual(['555 7 ann@x.com bob@x.com cy@x.com', 'ann.lee@x.com'])
  expect(over.result?.warnings).toMatchObject([
    {
      message: 'Overrides have expired: rows alone decide again.',
      rows: [{ override: 'link shop_id:7, email:a…@x.com', expires: '2026-06-30', place: 'mdm.decisions' }],
    },
  ])
})

test('those of the project come first, and rows that decide nothing are told', async () => {
  const folder = project('overrides: [{ block: "phone:555" }]\n')
  await decide(
    folder,
    "'merge', 'shop_id:7', 'email:ann.lee@x.com', null, null, null",
    "'link', 'ann.lee@x.com', 'shop_id:7', null, null, null",
    "'link', 'email:nobody@x.com', 'shop_id:7', null, null, null",
  )
  const run = await runProjectIn(folder)
  expect(await profiles(folder)).toEqual(['7 ann@x.com', 'ann.lee@x.com', 'bob@x.com', 'cy@x.com'])
  expect(run.result?.warnings.map(({ message, rows }) => [message, rows.length])).toEqual([
    ['Rows of mdm.decisions are no overrides.', 2],
    ['Overrides do nothing: no row has the identifiers that they name, or their types refuse them.', 1],
  ])
  expect(run.result?.measures['identity.customer']?.overrides).toMatchObject([
    { override: 'block phone:555', effect: '3' },
    { override: 'link email:n…@x.com, shop_id:7', effect: '0' },
  ])
})

test('a table that is not there, or is not one of decisions, is told at its place before anything runs', async () => {
  const folder = project()
  await decide(folder)
  await execute(folder, 'alter table mdm.decisions drop column expires')
  expect((await runProjectIn(folder)).printed).toContain('the table mdm.decisions has no expires')
  await execute(folder, 'alter table mdm.decisions rename to decision')
  const run = await runProjectIn(folder)
  expect(run.result).toBeUndefined()
  expect(run.printed).toContain('models/all.yml:3:30 error CDP6001: there is no table mdm.decisions')
  expect(run.printed).toContain('did you mean "mdm.decision"')
})
