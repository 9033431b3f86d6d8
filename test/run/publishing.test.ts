import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UsageError, WarehouseError } from '../../src/diagnostics/errors.js'
import type { Connection } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import type { Program } from '../../src/program/program.js'
import type { RunEvent } from '../../src/run/events.js'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { temporaryFolder } from '../temporary-folder.js'
import { program, tableNode } from './small-program.js'
import { refusal, smallRun, warehouse } from './small-run.js'

const tables = (names: readonly string[], value: number): Program =>
  program(names.map((name) => tableNode(name, `select ${value} as v from range(1000)`)))

const relations = async (c: Connection, schema: string) =>
  (await c.relations(schema)).map(({ name, kind }) => `${kind} ${name}`)

const own = async (c: Connection) =>
  (await relations(c, 'cdp_internal')).filter((relation) => !relation.includes('cdp_'))

/** The program with a statement more at the end of its publishing. */
function publishingAlso(what: Program, sql: string): Program {
  const statements = [...what.publish.statements, { kind: 'statement' as const, title: 'One more.', sql }]
  return { ...what, publish: { ...what.publish, statements } }
}

describe('readers', () => {
  it('see the old or the new set of tables, never a mixture', async () => {
    const c = await warehouse(join(temporaryFolder(), 'a.duckdb'))
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    await smallRun(c, tables(names, 0))
    const reader = await c.fork()
    const seen: string[] = []
    let publishing = true
    const columns = names.map(
      (name) => `(select min(v) || '-' || max(v) || '-' || count(*) from cdp."${name}")`,
    )
    const reading = (async () => {
      while (publishing) {
        const [row] = await reader.query(`select [${columns.join(', ')}] as all_tables`)
        seen.push(String(row?.all_tables))
      }
    })()
    for (let round = 1; round <= 15; round += 1) await smallRun(c, tables(names, round))
    publishing = false
    await reading
    const sets = new Set(seen)
    for (const set of sets) expect(new Set(JSON.parse(set) as string[]).size).toBe(1)
    expect(sets.size).toBeGreaterThan(5)
  })

  it('within one transaction see one set, though a run publishes meanwhile', async () => {
    const c = await warehouse()
    await smallRun(c, tables(['a', 'b'], 1))
    const reader = await c.fork()
    await reader.execute('begin transaction')
    expect(await reader.query('select distinct v from cdp.a')).toEqual([{ v: 1 }])
    await smallRun(c, tables(['a', 'b'], 2))
    expect(await reader.query('select distinct v from cdp.b')).toEqual([{ v: 1 }])
    await reader.execute('commit')
    expect(await reader.query('select distinct v from cdp.b')).toEqual([{ v: 2 }])
  })
})

describe('a publishing that fails', () => {
  it('leaves the old tables, says which statement it was, and the next run is right', async () => {
    const c = await warehouse()
    await smallRun(c, tables(['a', 'b'], 1), { runId: 'one' })
    const failed = await smallRun(c, publishingAlso(tables(['a', 'b', 'c'], 2), 'select 1 from nowhere'), {
      runId: 'two',
    })
    expect(failed.status).toBe('failed')
    expect(failed.error).toMatchObject({
      node: 'publish',
      step: 'One more.',
      file: 'target/compiled/publish.sql',
    })
    expect(failed.nodes.every(({ status }) => status === 'succeeded')).toBe(true)
    expect(await c.query('select distinct v from cdp.a')).toEqual([{ v: 1 }])
    expect(await own(c)).toEqual(['table a', 'table b'])
    expect(await c.query("select status from cdp_internal.cdp_runs where run_id = 'two'")).toEqual([
      { status: 'failed' },
    ])
    const next = await smallRun(c, tables(['a', 'b', 'c'], 3))
    expect(next).toMatchObject({ status: 'succeeded', previous: { run_id: 'one' } })
    expect(await c.query('select distinct v from cdp.c')).toEqual([{ v: 3 }])
  })
})

describe('what cdp did not make', () => {
  it.each([
    ['create table cdp.b as select 42 as mine', 'table cdp.b'],
    ['create view cdp.b as select 42 as mine', 'view cdp.b'],
    ['create table cdp."B" as select 42 as mine', 'table cdp.b'],
    ['create table cdp_internal.b as select 42 as mine', 'table cdp_internal.b'],
  ])('%s: stops the run by its name before anything is built', async (statement, named) => {
    const c = await warehouse()
    await smallRun(c, tables(['a'], 1))
    await c.execute(statement)
    const events: RunEvent[] = []
    const error = await refusal(smallRun(c, tables(['a', 'b'], 2), { listener: (e) => events.push(e) }))
    expect(error).toBeInstanceOf(WarehouseError)
    expect(error.message).toBe(`cdp would replace what it did not make: ${named}`)
    expect(error.remedy).toBe('Rename or drop it, or choose another `schema` for the target.')
    expect(events).toEqual([])
    expect(await c.query('select distinct v from cdp.a')).toEqual([{ v: 1 }])
    expect(await c.query(`select mine from ${named.split(' ')[1]}`)).toEqual([{ mine: 42 }])
    await c.execute(`drop ${named}`)
    expect((await smallRun(c, tables(['a', 'b'], 3))).status).toBe('succeeded')
  })

  it('in the place of a view of ours stops the run too', async () => {
    const c = await warehouse()
    await smallRun(c, tables(['a'], 1))
    await c.execute('drop view cdp.a')
    await c.execute('create table cdp.a as select 42 as mine')
    const error = await refusal(smallRun(c, tables(['a'], 2)))
    expect(error.message).toBe('cdp would replace what it did not make: table cdp.a')
    expect(await c.query('select mine from cdp.a')).toEqual([{ mine: 42 }])
    await c.execute('drop table cdp.a')
    expect((await smallRun(c, tables(['a'], 3))).status).toBe('succeeded')
    expect(await c.query('select distinct v from cdp.a')).toEqual([{ v: 3 }])
  })

  it('stays when it has no name of ours, and goes with nothing that we drop', async () => {
    const c = await warehouse()
    await smallRun(c, tables(['a', 'b'], 1))
    await c.execute('create table cdp.notes as select 1 as mine')
    await c.execute('create table cdp_internal.notes as select 1 as mine')
    await smallRun(c, tables(['a'], 2))
    expect(await relations(c, 'cdp')).toEqual(['view a', 'table notes'])
    expect(await own(c)).toEqual(['table a', 'table notes'])
  })

  it('of a run that died before publishing is ours all the same', async () => {
    const c = await warehouse()
    await smallRun(c, publishingAlso(tables(['a'], 1), 'select 1 from nowhere'))
    await c.execute('create table cdp_internal.a as select 1 as v')
    expect((await smallRun(c, tables(['a'], 2))).status).toBe('succeeded')
  })
})

describe('what the project no longer has', () => {
  it('goes when the next run publishes, not before; kept state stays', async () => {
    const c = await warehouse()
    const state = 'create table if not exists "cdp_internal"."memory" ("v" bigint)'
    const keeping = (what: Program): Program => ({
      ...publishingAlso(what, 'insert into "cdp_internal"."memory" select 1'),
      prepare: [{ kind: 'statement', title: 'Kept.', sql: state }],
    })
    await smallRun(c, keeping(tables(['a', 'b'], 1)))
    await smallRun(c, publishingAlso(tables(['a'], 2), 'select 1 from nowhere'))
    expect(await relations(c, 'cdp')).toEqual(['view a', 'view b'])
    await smallRun(c, tables(['a'], 2))
    expect(await relations(c, 'cdp')).toEqual(['view a'])
    expect(await own(c)).toEqual(['table a', 'table memory'])
    await smallRun(c, keeping(tables(['a', 'b'], 3)))
    expect(await c.query('select count(*) as n from cdp_internal.memory')).toEqual([{ n: '2' }])
  })

  it('stays in a run of a part', async () => {
    const c = await warehouse()
    await smallRun(c, tables(['a', 'b'], 1))
    await smallRun(c, tables(['a'], 2), { selection: new Set(['model.a']) })
    expect(await c.query('select (select min(v) from cdp.a) as a, (select min(v) from cdp.b) as b')).toEqual([
      { a: 2, b: 1 },
    ])
  })

  it('a view becomes a table, and a view again', async () => {
    const c = await warehouse()
    const statement = (sql: string) => ({ kind: 'statement' as const, title: '', sql })
    const asTable: Program = {
      ...program([]),
      publish: { statements: [statement('create table "cdp"."a" as select 1 as v')], cleanup: [] },
    }
    for (const expected of ['view a', 'table a', 'view a']) {
      const result = await smallRun(c, expected === 'table a' ? asTable : tables(['a'], 1))
      expect(result.status).toBe('succeeded')
      expect(await relations(c, 'cdp')).toEqual([expected])
    }
  })
})

describe('a run of a part of a project', () => {
  const files = {
    'data/people.csv': 'id,email,name\n1,ann@x.com,Ann\n2,bob@x.com,Bob\n',
    'models/all.yml': `sources:
  - name: people
    file: data/people.csv
    key: id
    identifiers: { email: email }
    attributes: { name: name }
entities:
  - { name: customer, identifiers: [{ name: email, normalize: email }] }
segments:
  - { name: anns, where: { attribute: name, eq: Ann } }
  - { name: bobs, where: { attribute: name, eq: Bob } }
`,
  }

  it('is refused where what it reads was never built', async () => {
    const folder = writeProject(files)
    const error = await refusal(runProjectIn(folder, { selection: ['anns'] }))
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toMatch(/never built, and segment\.anns reads/)
    expect(error.remedy).toContain('--select +segment.anns')
  })

  it('builds it over the tables of the last run and leaves the others', async () => {
    const folder = writeProject(files)
    await runProjectIn(folder)
    writeFiles(folder, {
      'data/people.csv': 'id,email,name\n1,ann@x.com,Bob\n2,bob@x.com,Bob\n',
      'models/all.yml': files['models/all.yml'].replace('eq: Ann', 'ne: Ann'),
    })
    await runProjectIn(folder, { selection: ['anns'] })
    const members =
      'select segment, count(*) as n from cdp.customer_segments group by segment order by segment'
    expect(await query(folder, members)).toEqual([
      { segment: 'anns', n: '1' },
      { segment: 'bobs', n: '1' },
    ])
    await runProjectIn(folder)
    expect(await query(folder, members)).toEqual([
      { segment: 'anns', n: '2' },
      { segment: 'bobs', n: '2' },
    ])
  })
})

it('a project that lost its models takes nothing away', async () => {
  const folder = writeProject({
    'data/people.csv': 'id,email\n1,ann@x.com\n',
    'models/all.yml': `sources:
  - { name: people, file: data/people.csv, key: id, identifiers: { email: email } }
entities:
  - { name: customer, identifiers: [{ name: email, normalize: email }] }
`,
  })
  await runProjectIn(folder)
  writeFiles(folder, { 'models/all.yml': '' })
  const error = await refusal(runProjectIn(folder))
  expect(error).toBeInstanceOf(UsageError)
  expect(error.message).toContain('there is nothing to build')
  expect(await query(folder, 'select email from customer_profiles')).toEqual([{ email: 'ann@x.com' }])
})

describe('two at once', () => {
  it('the database of another process is refused with its number and what to do', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-database.mjs'), path])
    onTestFinished(() => void holder.kill('SIGKILL'))
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const error = await refusal(openDuckDb({ path }))
    expect(error.message).toContain(`is in use by process ${holder.pid} `)
    expect(error.remedy).toContain('One process at a time may open a DuckDB file, readers included.')
  })
})
