import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { paintFor } from '../../src/report/paint.js'
import { runSummary } from '../../src/report/run-summary.js'
import { staleLines } from '../../src/report/stale-lines.js'
import { type FinishedRun, packed, query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

/** What is recognised as changed since the last run, and what of it is built from all rows. */

const DECLARED = (more = '', policy = 'most_recent') => `entities:
  - name: customer
    identifiers: [{ name: email }, { name: card${more} }]
    attributes: [{ name: city, merge: ${policy} }]
  - { name: shop, identifiers: [{ name: shop_no }] }
sources:
  - { name: people, file: people.csv, key: id, entity: customer, identifiers: { email: email, card: card }, attributes: { city: city } }
  - { name: buys, file: buys.csv, key: id, entity: customer, event: { value: bought }, timestamp: at, identifiers: { email: email } }
  - { name: shops, file: shops.csv, key: id, entity: shop, identifiers: { shop_no: id } }
traits:
  - { name: buys_10d, entity: customer, from: buys, count: true, within: 10 days }
segments:
  - { name: active, entity: customer, where: { trait: buys_10d, gte: 1 } }
`

const FILES = {
  'models/all.yml': DECLARED(),
  'people.csv': 'id,email,card,city\n1,a@x.io,7,Oslo\n2,b@x.io,8,Bonn\n',
  'buys.csv': 'id,email,at\n1,a@x.io,2026-06-01\n',
  'shops.csv': 'id\ns1\n',
}

const modes = ({ result }: FinishedRun) =>
  Object.fromEntries(result?.nodes.map(({ id, mode }) => [id, mode]) ?? [])
const reasons = ({ result }: FinishedRun) => [
  ...new Set(result?.nodes.flatMap(({ full_because: because }) => because ?? [])),
]

async function ran(): Promise<string> {
  const folder = writeProject(FILES)
  await runProjectIn(folder, { asOf: '2026-06-05' })
  return folder
}

describe('a run after the first', () => {
  it('does nothing about anybody where nothing changed, and tells what there is', async () => {
    const folder = await ran()
    const run = await runProjectIn(folder, { asOf: '2026-06-05' })
    expect(modes(run)).toMatchObject({
      'source.people': 'incremental',
      'identity.customer': 'unchanged',
      'segment.active': 'unchanged',
      'identity.shop': 'unchanged',
    })
    const [figures] = run.result?.measures['identity.customer']?.identity ?? []
    expect(figures).toMatchObject({ customers: '2', created: 0 })
    expect(run.result?.measures['segment.active']?.segment).toMatchObject([{ members: '1', entered: 0 }])
  })

  it('is one after the first in a copy of the folder too', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "it's elsewhere "))
    cpSync(await ran(), elsewhere, { recursive: true })
    const run = await runProjectIn(elsewhere, { asOf: '2026-06-05' })
    expect(modes(run)).toMatchObject({ 'source.people': 'incremental', 'identity.customer': 'unchanged' })
  })

  it('works on the entity alone whose rows changed', async () => {
    const folder = await ran()
    writeFiles(folder, { 'people.csv': 'id,email,card,city\n1,a@x.io,7,Rome\n2,b@x.io,8,Bonn\n' })
    const run = await runProjectIn(folder, { asOf: '2026-06-05' })
    expect(modes(run)).toMatchObject({ 'identity.customer': 'incremental', 'identity.shop': 'unchanged' })
    expect(run.result?.measures['source.people']?.rows).toMatchObject([{ read: '2', changed: '1' }])
    expect(await query(folder, 'select city from customer_profiles order by city')).toEqual([
      { city: 'Bonn' },
      { city: 'Rome' },
    ])
  })

  it('works on whom time passes over', async () => {
    const folder = await ran()
    const run = await runProjectIn(folder, { asOf: '2026-06-11' })
    expect(modes(run)).toMatchObject({ 'identity.customer': 'incremental', 'identity.shop': 'unchanged' })
    expect(run.result?.nodes.find(({ id }) => id === 'profile.customer')?.rows).toBe(1)
    expect(await query(folder, 'select count(*) as n from customer_segments')).toEqual([{ n: '0' }])
    expect(
      await query(folder, 'select cast(exited_at as varchar) as exited_at from customer_segment_history'),
    ).toEqual([{ exited_at: '2026-06-11 00:00:00' }])
  })

  it('builds an entity from all rows where its rules changed, and reads its sources as before', async () => {
    const folder = await ran()
    writeFiles(folder, { 'models/all.yml': DECLARED(', max_per_profile: 1') })
    const run = await runProjectIn(folder, { asOf: '2026-06-05' })
    expect(modes(run)).toMatchObject({
      'source.people': 'incremental',
      'identity.customer': 'full',
      'profile.customer': 'full',
      'identity.shop': 'unchanged',
    })
    expect(reasons(run)).toEqual(['identity.customer has changed'])
    expect(run.result && staleLines(run.result)).toEqual([
      'identity.customer (changed since the last run)',
      'health.customer, profile.customer, traits.customer, segment.active (identity.customer has changed)',
    ])
    const next = await runProjectIn(folder, { asOf: '2026-06-05' })
    expect(modes(next)).toMatchObject({ 'identity.customer': 'unchanged' })
  })

  it('builds from all rows what the last run, of a selection, did not build', async () => {
    const folder = await ran()
    await runProjectIn(folder, { asOf: '2026-06-05', selection: ['source.people'] })
    const { result } = await runProjectIn(folder, { asOf: '2026-06-05' })
    if (!result) throw new Error('no result')
    expect(staleLines(result)[0]).toMatch(/^source.buys, source.shops, .*[(]not built by the last run[)]$/)
    // Who is in was in before: the segment is not new.
    expect(runSummary(result, paintFor(false), 80)).toMatch(/active +1 +±0/)
  })

  it('builds from all rows where a merge policy, a segment or a source is another', async () => {
    const folder = await ran()
    writeFiles(folder, { 'models/all.yml': DECLARED('', 'longest') })
    expect(reasons(await runProjectIn(folder, { asOf: '2026-06-05' }))).toEqual([
      'profile.customer has changed',
    ])
    writeFiles(folder, {
      'models/more.yml':
        'segments: [{ name: northern, entity: customer, where: { attribute: city, eq: Oslo } }]\n',
    })
    expect(reasons(await runProjectIn(folder, { asOf: '2026-06-05' }))).toEqual([
      'the last run did not build segment.northern',
    ])
    writeFiles(folder, { 'buys.csv': 'id,email,at,shop\n1,a@x.io,2026-06-01,s1\n' })
    expect(reasons(await runProjectIn(folder, { asOf: '2026-06-05' }))).toEqual([
      'source.buys has changed',
      'source.buys is built in full: source.buys has changed',
    ])
  })

  it('is a full one where it is asked to be, after a partial one, and where time goes backwards', async () => {
    const folder = await ran()
    const refreshed = await runProjectIn(folder, { asOf: '2026-06-05', fullRefresh: true })
    expect(reasons(refreshed)).toEqual(['--full-refresh'])
    const partial = await runProjectIn(folder, { asOf: '2026-06-05', selection: ['active'] })
    expect(reasons(partial)).toEqual(['--select'])
    const after = await runProjectIn(folder, { asOf: '2026-06-05' })
    expect(modes(after)).toMatchObject({ 'source.people': 'full', 'identity.customer': 'full' })
    const back = await runProjectIn(folder, { asOf: '2026-06-04', allowBackwards: true })
    expect(reasons(back)).toEqual(['time goes backwards'])
  })
})

describe('a source in which nothing has changed', () => {
  const PEOPLE = 'id,email,city\n1,a@x.io,Oslo\n2,b@x.io,Bonn\n'
  const SHOP = 'id,email\n7,a@x.io\n'
  const declared = `entities:
  - { name: customer, identifiers: [{ name: email }], attributes: [{ name: city }] }
sources:
  - { name: people, file: data/people.parquet, key: id, identifiers: { email: email }, attributes: { city: city } }
  - { name: shop, file: data/shop.parquet, key: id, max_rejected: 100%, identifiers: { email: email } }
`
  const write = async (folder: string, people: string, shop: string) => {
    writeFiles(folder, { 'data/people.csv': people, 'data/shop.csv': shop })
    await packed(folder, ['people', 'shop'])
    return runProjectIn(folder, { asOf: '2026-06-05' })
  }
  const figures = (run: FinishedRun, source: string) => run.result?.measures[`source.${source}`]?.rows?.[0]

  it('is left as it is, and told as the last run told it', async () => {
    const folder = writeProject({ 'models/all.yml': declared })
    await write(folder, PEOPLE, SHOP)
    const run = await write(folder, PEOPLE.replace('Oslo', 'Rome'), SHOP)
    expect(modes(run)).toMatchObject({ 'source.people': 'incremental', 'source.shop': 'unchanged' })
    expect(figures(run, 'shop')).toMatchObject({ read: '1', kept: '1' })
    expect(await query(folder, 'select email, city, record_count from customer_profiles order by 1')).toEqual(
      [
        { email: 'a@x.io', city: 'Rome', record_count: '2' },
        { email: 'b@x.io', city: 'Bonn', record_count: '1' },
      ],
    )
    expect(await query(folder, 'select email from enriched_shop')).toEqual([{ email: 'a@x.io' }])
    expect(
      await query(
        folder,
        `select table_name from duckdb_tables() where table_name like '%\\_\\_%' escape '\\'`,
      ),
    ).toEqual([])
    const next = await write(folder, PEOPLE.replace('Oslo', 'Rome'), `${SHOP}8,c@x.io\n`)
    expect(modes(next)).toMatchObject({ 'source.people': 'unchanged', 'source.shop': 'incremental' })
    expect(await query(folder, 'select count(*) as n from customer_profiles')).toEqual([{ n: '3' }])
  })

  it('has changed where a row without a key comes or goes', async () => {
    const folder = writeProject({ 'models/all.yml': declared })
    await write(folder, PEOPLE, `${SHOP},x@x.io\n`)
    const another = await write(folder, PEOPLE, `${SHOP},x@x.io\n,y@x.io\n`)
    expect(modes(another)).toMatchObject({ 'source.shop': 'incremental' })
    expect(figures(another, 'shop')).toMatchObject({ read: '3', kept: '1', rejected: '2' })
    const same = await write(folder, PEOPLE, `${SHOP},x@x.io\n,y@x.io\n`)
    expect(modes(same)).toMatchObject({ 'source.shop': 'unchanged' })
    const gone = await write(folder, PEOPLE, SHOP)
    expect(figures(gone, 'shop')).toMatchObject({ read: '1', kept: '1', rejected: '0' })
  })
})

describe('a source with a cursor', () => {
  const LOADED = `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, file: people.csv, key: id, loaded_at: { column: loaded, lookback: 1 days }, identifiers: { email: email } }
`
  const rows = (...lines: readonly string[]) => `id,email,loaded\n${lines.join('\n')}\n`
  const emails = (folder: string) => query(folder, 'select value from customer_identifiers order by value')

  it('is compared from its last value on, less the lookback; the rest by --reprocess', async () => {
    const folder = writeProject({
      'models/all.yml': LOADED,
      'people.csv': rows('1,a@x.io,2026-06-01', '2,b@x.io,2026-06-10'),
    })
    await runProjectIn(folder, { asOf: '2026-06-10' })
    // Late within the lookback; changed against the promise; new.
    writeFiles(folder, {
      'people.csv': rows('1,broken@x.io,2026-06-01', '2,b@x.io,2026-06-10', '3,late@x.io,2026-06-09'),
    })
    await runProjectIn(folder, { asOf: '2026-06-11' })
    expect(await emails(folder)).toEqual([{ value: 'a@x.io' }, { value: 'b@x.io' }, { value: 'late@x.io' }])
    await runProjectIn(folder, {
      asOf: '2026-06-11',
      reprocess: { source: 'people', from: '2026-06-01 00:00:00', to: '2026-06-02 00:00:00' },
    })
    expect(await emails(folder)).toEqual([
      { value: 'b@x.io' },
      { value: 'broken@x.io' },
      { value: 'late@x.io' },
    ])
  })

  it('holds to the microsecond, and compares everything while no row has a value', async () => {
    const folder = writeProject({
      'models/all.yml': LOADED.replace('{ column: loaded, lookback: 1 days }', 'loaded'),
      'people.csv': rows('1,a@x.io,', '2,b@x.io,'),
    })
    const run = async (...lines: readonly string[]) => {
      writeFiles(folder, { 'people.csv': rows(...lines) })
      await runProjectIn(folder, { asOf: '2026-06-10' })
      return (await emails(folder)).map((row) => row.value)
    }
    const first = '2026-06-01 10:00:00.000001'
    const last = '2026-06-01 10:00:00.000002'
    expect(await run('1,a@x.io,', '2,b@x.io,')).toEqual(['a@x.io', 'b@x.io'])
    expect(await run(`1,a@x.io,${first}`, `2,c@x.io,${last}`)).toEqual(['a@x.io', 'c@x.io'])
    // What was loaded before the last row is taken to be as it was.
    expect(await run(`1,new@x.io,${first}`, `2,new@x.io,${last}`)).toEqual(['a@x.io', 'new@x.io'])
  })

  it('stays where it is in runs that read nothing, and never goes beyond the time of the run', async () => {
    const folder = writeProject({
      'models/all.yml': LOADED,
      'people.csv': rows('1,a@x.io,2026-06-01', '2,b@x.io,9999-12-31'),
    })
    await runProjectIn(folder, { asOf: '2026-06-10' })
    writeFiles(folder, { 'people.csv': rows('1,a@x.io,2026-06-01', '2,b@x.io,9999-12-31') })
    await runProjectIn(folder, { asOf: '2026-06-20' })
    writeFiles(folder, {
      'people.csv': rows('1,a@x.io,2026-06-01', '2,b@x.io,9999-12-31', '3,c@x.io,2026-06-19T12:00:00Z'),
    })
    await runProjectIn(folder, { asOf: '2026-06-21' })
    expect(await emails(folder)).toEqual([{ value: 'a@x.io' }, { value: 'b@x.io' }, { value: 'c@x.io' }])
  })

  it('does not move where no row is read', async () => {
    const folder = writeProject({ 'models/all.yml': LOADED, 'people.csv': rows('1,a@x.io,2026-06-01') })
    await runProjectIn(folder, { asOf: '2026-06-10' })
    await runProjectIn(folder, { asOf: '2026-06-10' })
    writeFiles(folder, { 'people.csv': rows('1,a@x.io,2026-06-01', '2,b@x.io,2026-06-05') })
    await runProjectIn(folder, { asOf: '2026-06-10' })
    expect(await emails(folder)).toEqual([{ value: 'a@x.io' }, { value: 'b@x.io' }])
  })

  it('is read whole by a full refresh, and rows that were never loaded are always compared', async () => {
    const folder = writeProject({
      'models/all.yml': LOADED,
      'people.csv': rows('1,a@x.io,2026-06-10', '2,b@x.io,'),
    })
    await runProjectIn(folder, { asOf: '2026-06-10' })
    writeFiles(folder, { 'people.csv': rows('2,bb@x.io,', '3,c@x.io,2026-01-01') })
    await runProjectIn(folder, { asOf: '2026-06-11' })
    expect(await emails(folder)).toEqual([{ value: 'bb@x.io' }])
    await runProjectIn(folder, { asOf: '2026-06-11', fullRefresh: true })
    expect(await emails(folder)).toEqual([{ value: 'bb@x.io' }, { value: 'c@x.io' }])
  })
})

describe('an override that expires', () => {
  const project = (timezone: string) => ({
    'profiles.yml': `name: tiny\nlanguage: 1\ntimezone: ${timezone}\ntargets:\n  dev: { type: duckdb, path: target/dev.duckdb }\n`,
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email }] }
overrides:
  - { link: ["email:a@x.io", "email:b@x.io"], expires: 2026-06-10 }
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email } }
`,
    'people.csv': 'id,email\n1,a@x.io\n2,b@x.io\n',
  })
  const customers = async (folder: string) =>
    (await query(folder, 'select count(*)::integer as n from customer_profiles'))[0]?.n

  it.each([
    ['UTC', '2026-06-09T23:59:59Z', '2026-06-10T00:00:00Z'],
    ['Pacific/Auckland', '2026-06-09T11:59:59Z', '2026-06-09T12:00:00Z'],
    ['America/Los_Angeles', '2026-06-10T06:59:59Z', '2026-06-10T07:00:00Z'],
  ])('in %s makes the first run of that day a full one, and no other', async (zone, last, first) => {
    const folder = writeProject(project(zone))
    await runProjectIn(folder, { asOf: '2026-06-01' })
    const before = await runProjectIn(folder, { asOf: last })
    expect(modes(before)).toMatchObject({ 'identity.customer': 'unchanged' })
    expect(await customers(folder)).toBe(1)
    const then = await runProjectIn(folder, { asOf: first })
    expect(reasons(then)).toEqual(['an override expires: models/all.yml:4'])
    expect(await customers(folder)).toBe(2)
    const after = await runProjectIn(folder, { asOf: first })
    expect(modes(after)).toMatchObject({ 'identity.customer': 'unchanged' })
  })
})
