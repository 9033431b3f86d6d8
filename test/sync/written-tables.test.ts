import { expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { LIVE, syncOne } from './syncing.js'

/** Customers by address in a table that has rows of its own: those of `others.csv`. */
function project(sync: string, table = 'crm.people'): string {
  return writeProject({
    'profiles.yml': LIVE,
    'others.csv': 'email,note\nold@x.com,by hand\nnew@x.com,by hand\n',
    'models/others.sql': 'select email, note from {{source "others_csv"}}\n',
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: card }, { name: email, normalize: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { card: card, email: email }, attributes: [city] }
  - { name: others_csv, file: others.csv, key: email }
models:
  - { name: others, materialized: table }
destinations:
  - { name: crm, connector: table, config: { table: ${table} } }
syncs:
  - { name: others, from: { model: others }, to: crm, key: email, map: { note: note, city: { value: none } } }
  - { name: people, from: { profiles: customer }, to: crm, key: email, mode: mirror, map: [city], ${sync} }
`,
  })
}

async function runWith(folder: string, people: readonly string[]): Promise<void> {
  writeFiles(folder, { 'people.csv': `id,card,email,city,at\n${people.join('\n')}\n` })
  const run = await runProjectIn(folder)
  if (run.result?.status !== 'succeeded') throw new Error(run.printed || JSON.stringify(run.result?.error))
}

test.each([
  ['nothing', ['new@x.com Ely by hand', 'old@x.com York by hand']],
  ['delete', ['new@x.com Ely by hand', 'old@x.com York by hand']],
  ['delete, allow_delete: true', ['new@x.com Ely by hand']],
])('a row whose new key is taken destroys none, with on_leave: %s', async (leaving, left) => {
  const folder = project(`on_leave: ${leaving}`)
  const sync = { only: ['people'] }
  await runWith(folder, ['1,c1,old@x.com,York,2026-01-01'])
  await syncOne(folder, 'succeeded', { only: ['others'] })
  await syncOne(folder, 'succeeded', sync)
  await runWith(folder, ['1,c1,new@x.com,Ely,2026-02-01'])
  expect(await syncOne(folder, 'succeeded', sync)).toMatchObject({ changed: 1, ok: 1 })
  await syncOne(folder, 'succeeded', sync)
  const rows = await query(
    folder,
    "select email || ' ' || city || ' ' || note as row from crm.people order by 1",
  )
  expect(rows.map(({ row }) => row)).toEqual(left)
  expect(await syncOne(folder, 'succeeded', sync)).toMatchObject({ planned: 0, unchanged: 1 })
})

test.each([
  ['delete', ['new@x.com', 'old@x.com']],
  ['delete, allow_delete: true', ['new@x.com']],
])('of a ledger that is lost nothing is deleted by guess, with on_leave: %s', async (leaving, left) => {
  const folder = project(`on_leave: ${leaving}, guards: { empty_source: allow }`)
  const sync = { only: ['people'] }
  await runWith(folder, ['1,c1,old@x.com,York,2026-01-01'])
  await syncOne(folder, 'succeeded', { only: ['others'] })
  await syncOne(folder, 'succeeded', sync)
  await query(folder, 'drop table cdp_internal.ledger_people')
  await runWith(folder, ['2,c2,new@x.com,Ely,2026-02-01'])
  await syncOne(folder, 'succeeded', { ...sync, mend: 'reconcile' })
  const rows = await query(folder, 'select email from crm.people order by 1')
  expect(rows.map(({ email }) => email)).toEqual(left)
})

test('a row that the sync made takes its new key along, with what others wrote', async () => {
  const folder = project('on_leave: delete')
  const sync = { only: ['people'] }
  await runWith(folder, ['1,c1,mine@x.com,York,2026-01-01'])
  await syncOne(folder, 'succeeded', { only: ['others'] })
  await syncOne(folder, 'succeeded', sync)
  await runWith(folder, ['1,c1,moved@x.com,Ely,2026-02-01'])
  await syncOne(folder, 'succeeded', sync)
  const rows = await query(folder, 'select email, city from crm.people where note is null')
  expect(rows).toEqual([{ email: 'moved@x.com', city: 'Ely' }])
})

test('a table without its schema is refused before a row is', async () => {
  const folder = project('on_leave: delete', 'people')
  await runWith(folder, ['1,c1,a@x.com,York,2026-01-01'])
  await expect(syncOne(folder)).rejects.toThrow('the destination crm names no table with its schema: people')
})

test('a field with only_if_empty is written where the table has nothing in it', async () => {
  const folder = writeProject({
    'profiles.yml': LIVE,
    'models/people.sql': 'select id, city, note from {{source "people_csv"}}\n',
    'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: crm, connector: table, config: { table: crm.people } }
syncs:
  - { name: people, from: { model: people }, to: crm, key: id, map: { city: city, note: { from: note, only_if_empty: true } } }
`,
  })
  const build = async (...people: readonly string[]) => {
    writeFiles(folder, { 'people.csv': `id,city,note\n${people.join('\n')}\n` })
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
  }
  await build('1,York,first', '2,York,')
  await syncOne(folder)
  await build('1,Ely,second', '2,Ely,second')
  expect(await syncOne(folder)).toMatchObject({ changed: 2, ok: 2 })
  const rows = await query(
    folder,
    "select id || ' ' || city || ' ' || note as row from crm.people order by 1",
  )
  expect(rows.map(({ row }) => row)).toEqual(['1 Ely first', '2 Ely second'])
})
