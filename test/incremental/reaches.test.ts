import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTarget } from '../../src/cli/load-project.js'
import { type FinishedRun, load, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { published } from '../run/public-tables.js'

/** Changes that reach further than the rows that changed: an incremental run must leave what a full one leaves. */

type Files = Readonly<Record<string, string>>

/** Runs the first files, then those of the change, incrementally and in full on two copies, and compares what is published. */
async function equalRuns(
  before: Files,
  change: Files,
  options: { readonly between?: (folder: string) => Promise<void> } = {},
): Promise<FinishedRun> {
  const one = writeProject(before)
  const first = await runProjectIn(one, { asOf: '2026-06-01', runId: 'first' })
  expect(first.printed).toBe('')
  await options.between?.(one)
  writeFiles(one, change)
  const other = writeProject({ ...before, ...change })
  mkdirSync(join(other, 'target'), { recursive: true })
  cpSync(join(one, 'target/dev.duckdb'), join(other, 'target/dev.duckdb'))
  const next = { asOf: '2026-06-02', runId: 'second', allowEmpty: true }
  const run = await runProjectIn(one, next)
  expect(run.result?.error).toBeUndefined()
  const full = await runProjectIn(other, { ...next, fullRefresh: true })
  expect(full.result?.status).toBe('succeeded')
  expect((await published(one)).tables).toEqual((await published(other)).tables)
  return run
}

async function execute(folder: string, ...statements: readonly string[]): Promise<void> {
  const connection = await openTarget(load(folder))
  try {
    for (const statement of statements) await connection.execute(statement)
  } finally {
    await connection.close()
  }
}

const modeOf = (run: FinishedRun, node: string) => run.result?.nodes.find(({ id }) => id === node)?.mode

describe('a row that attaches', () => {
  const models = (more = '') => `entities:
  - name: customer
    identifiers: [{ name: account }, { name: email }, { name: phone${more} }]
    attributes: [{ name: city }]
sources:
  - { name: people, file: people.csv, key: id, identifiers: { account: account, email: email, phone: phone } }
  - { name: panel, file: panel.csv, key: id, party: third, identifiers: { email: email, phone: phone }, attributes: { city: city } }
traits:
  - { name: looked_up, from: panel, count: true }
`
  const people = (...rows: readonly string[]) => ({
    'people.csv': `id,account,email,phone\n${rows.join('\n')}\n`,
  })
  const panel = (...rows: readonly string[]) => ({ 'panel.csv': `id,email,phone,city\n${rows.join('\n')}\n` })

  it('falls to somebody whom nothing else reaches', async () => {
    const before = { 'models/all.yml': models(), ...panel('p,a@x.io,1,Rome') }
    const run = await equalRuns({ ...before, ...people('1,,a@x.io,', '2,,b@x.io,1') }, people('2,,b@x.io,1'))
    expect(modeOf(run, 'identity.customer')).toBe('incremental')
  })

  it('is taken from somebody whom nothing else reaches', async () => {
    const before = { 'models/all.yml': models(), ...panel('p,a@x.io,1,Rome') }
    await equalRuns({ ...before, ...people('2,,b@x.io,1') }, people('2,,b@x.io,1', '1,,a@x.io,'))
  })

  it('goes where a value leads that becomes shared, and back', async () => {
    const declared = { 'models/all.yml': models(', shared_above: { account: 1 }'), ...panel('p,,1,Rome') }
    const alone = people('1,a1,,1', '3,,c@x.io,')
    const shared = people('1,a1,,1', '2,a2,,1', '3,,c@x.io,')
    await equalRuns({ ...declared, ...alone }, shared)
    await equalRuns({ ...declared, ...shared }, alone)
  })
})

describe('a link', () => {
  const models = (identifiers: string) => ({
    'models/all.yml': `entities:
  - { name: customer, identifiers: [${identifiers}] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, identifiers: { account: account, email: email, phone: phone } }
`,
  })
  const people = (...rows: readonly string[]) => ({
    'people.csv': `id,account,email,phone,at\n${rows.join('\n')}\n`,
  })
  const LIMITED = models('{ name: account, max_per_profile: 1 }, { name: email }, { name: phone }')
  const SHARED = models('{ name: account }, { name: email }, { name: phone, shared_above: { account: 1 } }')

  it('that was refused holds once what it was refused for has gone, and what follows from it', async () => {
    const chain = ['2,a2,,p,2026-01-02', '3,a2,b@x.io,,2026-01-03', '4,a4,b@x.io,,2026-01-04']
    await equalRuns({ ...LIMITED, ...people('1,a1,,p,2026-01-01', ...chain) }, people(...chain))
    await equalRuns({ ...LIMITED, ...people(...chain) }, people('1,a1,,p,2026-01-01', ...chain))
  })

  it('by a value comes and goes with its being shared', async () => {
    const two = ['1,a1,b@x.io,p,2026-01-01', '2,,c@x.io,p,2026-01-02']
    const third = '3,a3,,p,2026-01-03'
    await equalRuns({ ...SHARED, ...people(...two, third) }, people(...two))
    await equalRuns({ ...SHARED, ...people(...two) }, people(...two, third))
  })
})

describe('rows that are set aside', () => {
  const PEOPLE = `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, file: people.csv, key: id, updated_at: at, max_rejected: 10%, identifiers: { email: email } }
`
  const people = (...rows: readonly string[]) => ({ 'people.csv': `id,email,at\n${rows.join('\n')}\n` })
  const copies = (row: string, n: number) => Array.from({ length: n }, () => row)

  it('are listed as often as they are there', async () => {
    const good = Array.from({ length: 60 }, (_, i) => `g${i},g${i}@x.io,2026-01-01`)
    const bad = ['x,x@x.io,rubbish', 'y,y@x.io,2026-01-01', 'y,z@x.io,2026-01-01']
    const before = { 'models/all.yml': PEOPLE, ...people(...good, ...bad) }
    await equalRuns(before, people(...good, ...bad, ...bad))
  })

  it('are measured against all rows, copies of one row included', async () => {
    const rows = [...copies('1,a@x.io,2026-01-01', 15), '2,b@x.io,rubbish']
    const run = await equalRuns({ 'models/all.yml': PEOPLE, ...people(...rows) }, {})
    expect(run.result?.measures['source.people']?.rows).toMatchObject([{ read: '16', repeated: '14' }])
  })
})

describe('a source', () => {
  const TABLE = `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, table: raw.people, key: id, identifiers: { email: email } }
`

  async function withTable(columns: string, rows: string): Promise<string> {
    const folder = writeProject({ 'models/all.yml': TABLE })
    await execute(
      folder,
      'create schema raw',
      `create table raw.people (id bigint, email varchar, ${columns})`,
    )
    await execute(folder, `insert into raw.people values ${rows}`)
    await runProjectIn(folder, { asOf: '2026-06-01' })
    return folder
  }

  const rows = async (folder: string) => (await published(folder)).tables.enriched_people

  it('is read anew where the type of a column is another, though nothing names it', async () => {
    const folder = await withTable('amount decimal(10,0)', "(1, 'a@x.io', 2)")
    await execute(
      folder,
      'alter table raw.people alter amount type decimal(10,2)',
      'update raw.people set amount = 1.6',
    )
    const run = await runProjectIn(folder, { asOf: '2026-06-01' })
    expect(modeOf(run, 'source.people')).toBe('full')
    expect(await rows(folder)).toMatchObject([{ amount: '1.60' }])
  })

  it('is read anew where the model that it reads is another', async () => {
    const model = (type: string) => ({
      'models/stg.sql': `select id, email, cast(amount as ${type}) as amount from {{source "raw_people"}}`,
    })
    const files = {
      'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: raw_people, file: people.csv, key: id }
  - { name: people, model: stg, key: id, identifiers: { email: email } }
`,
      'people.csv': 'id,email,amount\n1,a@x.io,1.6\n',
      ...model('decimal(10,0)'),
    }
    const run = await equalRuns(files, model('decimal(10,2)'))
    expect(run.result?.nodes.find(({ id }) => id === 'source.people')?.full_because).toBe(
      'source.people has changed',
    )
  })

  it('is told changes inside of nested values, which the engine hashes like nothing', async () => {
    const folder = await withTable(
      'tags varchar[], place struct(a integer)',
      "(1, 'a@x.io', null, {'a': null})",
    )
    await execute(folder, 'update raw.people set tags = [], place = null')
    await runProjectIn(folder, { asOf: '2026-06-01' })
    expect(await rows(folder)).toMatchObject([{ tags: '[]', place: null }])
  })
})

it('names of entities and sources that together look alike are kept apart', async () => {
  const files = {
    'models/all.yml': `entities:
  - { name: shop, identifiers: [{ name: shop_no }] }
  - { name: shop_owner, identifiers: [{ name: email }] }
  - { name: customers, identifiers: [{ name: phone }] }
sources:
  - { name: owner, file: a.csv, key: id, entity: shop, identifiers: { shop_no: id } }
  - { name: shop, file: b.csv, key: id, entity: customers, identifiers: { phone: id } }
  - { name: people, file: c.csv, key: id, entity: shop_owner, identifiers: { email: id } }
`,
    'a.csv': 'id\n1\n',
    'b.csv': 'id\n2\n',
    'c.csv': 'id\n3\n',
  }
  await equalRuns(files, { 'a.csv': 'id\n1\n4\n', 'b.csv': 'id\n2\n5\n', 'c.csv': 'id\n3\n6\n' })
})

it('warnings about what people decided are told in runs in which nothing else changed', async () => {
  const folder = writeProject({
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email }, { name: phone }] }
overrides:
  - { link: ["email:a@x.io", "phone:1"], expires: 2026-07-15 }
  - { block: "phone:9" }
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email, phone: phone } }
`,
    'people.csv': 'id,email,phone\n1,a@x.io,\n2,,1\n',
  })
  const first = await runProjectIn(folder, { asOf: '2026-06-01' })
  const [unseen] = first.result?.warnings ?? []
  expect(first.result?.warnings).toHaveLength(1)
  const quiet = await runProjectIn(folder, { asOf: '2026-06-20' })
  expect(modeOf(quiet, 'identity.customer')).toBe('unchanged')
  expect(quiet.result?.warnings.map(({ message }) => message)).toEqual([
    'Overrides expire within 30 days.',
    unseen?.message,
  ])
})

it('SQL of a trait cannot ask for the time of the run', async () => {
  const folder = writeProject({
    'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email }] }
sources:
  - { name: people, file: people.csv, key: id, identifiers: { email: email } }
traits:
  - { name: today, type: date, sql: "cast($as_of as date)" }
`,
    'people.csv': 'id,email\n1,a@x.io\n',
  })
  expect((await runProjectIn(folder)).printed).toContain('$as_of is not known here')
})

describe('a phone that was refused to many', () => {
  const models = (limit: string) => `entities:
  - name: customer
    max_profile_share: 100%
    ${limit.startsWith('size') ? 'max_profile_size: 3' : ''}
    identifiers: [{ name: account${limit === 'one' ? ', max_per_profile: 1' : ''} }, { name: email }, { name: phone }]
    attributes: [{ name: city }]
sources:
  - { name: people, file: people.csv, key: id, updated_at: day, identifiers: { account: account, email: email, phone: phone }, attributes: { city: city } }
traits:
  - { name: rows, from: people, count: true }
`
  const people = (...rows: readonly string[]) => ({
    'people.csv': `id,account,email,phone,city,day\n${rows.join('\n')}\n`,
  })
  const [first, ...others] = [1, 2, 3, 4].map((n) => `${n},a${n},,+1,Rome,2026-01-0${n}`) as [
    string,
    ...string[],
  ]
  const second = ['5,a4,,+2,Bonn,2026-01-05', '6,a6,,+2,Bonn,2026-01-06', '7,,f@x.io,+2,Bonn,2026-01-07']

  const changes: Readonly<Record<string, readonly string[]>> = {
    'and one of them gets an e-mail': [first, ...others, ...second, '8,a3,c@x.io,,Oslo,2026-02-01'],
    'and one of them is gone': [first, ...others.slice(1), ...second],
    'and who has it is gone': [...others, ...second],
    'and who has it is seen earlier elsewhere': [first, ...others, ...second, '8,a2,,+1,Oslo,2025-01-01'],
    'and another phone leads on from them': [first, ...others, ...second.slice(1)],
    'and one more comes': [first, ...others, ...second, '8,a8,g@x.io,+1,Oslo,2026-02-01'],
    'and who has it meets another who was refused': [
      first,
      ...others,
      ...second,
      '8,a1,f@x.io,,Oslo,2026-02-01',
    ],
  }
  it.each(['one', 'size'].flatMap((limit) => Object.keys(changes).map((what) => [limit, what] as const)))(
    'limited by %s, %s',
    async (limit, what) => {
      const declared = { 'models/all.yml': models(limit) }
      const run = await equalRuns(
        { ...declared, ...people(first, ...others, ...second) },
        people(...(changes[what] ?? [])),
      )
      expect(modeOf(run, 'identity.customer')).toBe('incremental')
    },
  )

  it('and of which changes reach whoever has it: not the others, but for the next in turn', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `${i},b${i},,+1,Rome,2026-02-${10 + (i % 10)}`)
    const holder = '99,b99,,+1,Rome,2026-01-01'
    const run = await equalRuns(
      { 'models/all.yml': models('one'), ...people(holder, ...many) },
      people(holder, ...many, '100,b99,new@x.io,,Oslo,2026-03-01'),
    )
    expect(run.result?.nodes.find(({ id }) => id === 'profile.customer')?.rows).toBe(2)
  })
})
