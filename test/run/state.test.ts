import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UsageError, WarehouseError } from '../../src/diagnostics/errors.js'
import type { Connection } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { sql } from '../../src/sql/fragment.js'
import { MIGRATIONS } from '../../src/state/migrations.js'
import { openState } from '../../src/state/open-state.js'
import { isRunId, newRunId } from '../../src/state/run-id.js'
import { STATE_VERSION } from '../../src/state/tables.js'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { LIVE, syncIn } from '../sync/syncing.js'
import { temporaryFolder } from '../temporary-folder.js'
import { program, tableNode } from './small-program.js'
import { refusal, smallRun, warehouse } from './small-run.js'

/** A project with a sync, which has nothing to send. */
const SYNCED = {
  'profiles.yml': LIVE,
  'people.csv': 'id\n1\n',
  'models/all.yml': `sources:
  - { name: people_csv, file: people.csv, key: id }
models:
  - { name: people, materialized: table }
destinations:
  - { name: list, connector: file, config: { path: out/people.csv } }
syncs:
  - { name: people, from: { model: people }, to: list, mode: mirror, key: id, map: [id] }
`,
  'models/people.sql': 'select id from {{source "people_csv"}}\n',
}

const good = (value = 1) => program([tableNode('a', `select ${value} as a`)])
const bad = program([tableNode('a', 'select nope as a')])

const runs = (c: Connection) =>
  c.query('select run_id, status from cdp_internal.cdp_runs order by started_at, run_id')

describe('the state of a schema', () => {
  it('is made by the first run, in the version that this cdp writes', async () => {
    const c = await warehouse()
    await smallRun(c, good(), { runId: 'first' })
    expect(await c.query('select state_version, cdp_version from cdp_internal.cdp_meta')).toEqual([
      { state_version: String(STATE_VERSION), cdp_version: '0.1.0' },
    ])
    expect(await runs(c)).toEqual([{ run_id: 'first', status: 'succeeded' }])
    expect(
      await c.query(
        'select schema_name, relation_name, kind, node, run_id from cdp_internal.cdp_relations order by all',
      ),
    ).toEqual([
      { schema_name: 'cdp', relation_name: 'a', kind: 'view', node: 'publish', run_id: 'first' },
      { schema_name: 'cdp_internal', relation_name: 'a', kind: 'table', node: 'model.a', run_id: 'first' },
    ])
  })

  it('of a newer cdp is refused, with what to do, and left as it is', async () => {
    const c = await warehouse()
    await smallRun(c, good(1))
    await c.execute(
      `update cdp_internal.cdp_meta set state_version = ${STATE_VERSION + 1}, cdp_version = '7.0.0'`,
    )
    const error = await refusal(smallRun(c, good(2)))
    expect(error).toBeInstanceOf(WarehouseError)
    expect(error.message).toBe(
      `the schema cdp_internal was last used by a newer cdp (7.0.0): its state has version ${STATE_VERSION + 1}, this cdp knows ${STATE_VERSION}`,
    )
    expect(error.remedy).toBe('Use cdp 7.0.0 or later, or another schema.')
    expect(await c.query('select a from cdp.a')).toEqual([{ a: 1 }])
    expect(await runs(c)).toHaveLength(1)
  })

  it.each(['null', '0', '-1'])(
    'whose version was set to %s by hand is refused, with what to do',
    async (version) => {
      const c = await warehouse()
      await smallRun(c, good(1))
      await c.execute(`update cdp_internal.cdp_meta set state_version = ${version}`)
      const error = await refusal(smallRun(c, good(2)))
      expect(error).toBeInstanceOf(WarehouseError)
      expect(error.message).toBe(`cdp_internal.cdp_meta was changed by hand: its state_version is ${version}`)
      expect(error.remedy).toContain(`this cdp writes ${STATE_VERSION}`)
      expect(await c.query('select a from cdp.a')).toEqual([{ a: 1 }])
    },
  )

  it('that is somebody else’s table of the same name is left alone', async () => {
    const c = await warehouse()
    await c.execute('create schema cdp_internal')
    await c.execute('create table cdp_internal.cdp_meta as select 1 as mine')
    const error = await refusal(smallRun(c, good()))
    expect(error.message).toBe('cdp_internal.cdp_meta exists, but cdp did not make it')
    expect(error.remedy).toContain('internal_schema')
    expect(await c.query('select mine from cdp_internal.cdp_meta')).toEqual([{ mine: 1 }])
  })

  it('that was left without its version is completed', async () => {
    const c = await warehouse()
    await smallRun(c, good(1))
    await c.execute('delete from cdp_internal.cdp_meta')
    expect((await smallRun(c, good(2))).status).toBe('succeeded')
  })

  it('of an older cdp is migrated step by step, in one transaction', async () => {
    const c = await warehouse()
    const store = { connection: c, dialect: duckdb, publicSchema: 'cdp', internalSchema: 'cdp_internal' }
    const options = { cdpVersion: '0.2.0', project: 'small', createSchemas: true }
    await smallRun(c, good())
    await c.execute(`update cdp_internal.cdp_meta set state_version = ${STATE_VERSION - 2}`)
    const steps = (last: string) => [
      {
        to: STATE_VERSION - 1,
        statements: async () => [sql`alter table cdp_internal.cdp_runs add column one integer`],
      },
      {
        to: STATE_VERSION,
        statements: async () => [
          sql`alter table cdp_internal.cdp_runs rename one to two`,
          sql`select ${last}::integer`,
        ],
      },
    ]
    const columns = async () =>
      (await c.query("select column_name as n from duckdb_columns() where table_name = 'cdp_runs'")).map(
        ({ n }) => n,
      )
    await refusal(openState(store, { ...options, migrations: steps('no number') }))
    expect(await columns()).not.toContain('one')
    expect(await c.query('select state_version as v from cdp_internal.cdp_meta')).toEqual([
      { v: String(STATE_VERSION - 2) },
    ])
    await openState(store, { ...options, migrations: steps('1') })
    expect(await columns()).toContain('two')
    expect(await c.query('select state_version as v, cdp_version as by from cdp_internal.cdp_meta')).toEqual([
      { v: String(STATE_VERSION), by: '0.2.0' },
    ])
  })

  it('of another project is refused, also for syncs and by name, and left as it is', async () => {
    const folder = writeProject(SYNCED)
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    const tables = 'select relation_name, run_id from cdp_relations order by relation_name'
    const before = await query(folder, tables)
    writeFiles(folder, { 'profiles.yml': LIVE.replace('name: tiny', 'name: other') })
    for (const printed of [(await runProjectIn(folder)).printed, (await syncIn(folder)).printed])
      expect(printed).toContain('error CDP6007: the schema cdp_internal is of the project tiny, not of other')
    expect(await query(folder, tables)).toEqual(before)
    const [, statement = ''] = /(update .*)$/m.exec((await runProjectIn(folder)).printed) ?? []
    await query(folder, statement)
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    const moved = temporaryFolder()
    cpSync(folder, moved, { recursive: true })
    expect((await runProjectIn(moved)).result?.status).toBe('succeeded')
  })

  it('of an older cdp becomes that of the project which comes first', async () => {
    const folder = writeProject(SYNCED)
    await runProjectIn(folder)
    await query(folder, 'alter table cdp_internal.cdp_meta drop column project')
    await query(folder, 'update cdp_internal.cdp_meta set state_version = 3')
    expect((await runProjectIn(folder)).result?.status).toBe('succeeded')
    expect(await query(folder, 'select state_version, project from cdp_meta')).toEqual([
      { state_version: String(STATE_VERSION), project: 'tiny' },
    ])
  })

  it('has a migration for every version after the first', () => {
    expect(MIGRATIONS.map(({ to }) => to)).toEqual(Array.from({ length: STATE_VERSION - 1 }, (_, i) => i + 2))
  })
})

describe('run ids', () => {
  it('are unique, sort by time, and are UUIDs of version 7', () => {
    const random = () => crypto.getRandomValues(new Uint8Array(10))
    const ids = [1, 2, 1_700_000_000_000, 1_900_000_000_000].map((now) => newRunId(now, random()))
    expect([...ids].sort()).toEqual(ids)
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(newRunId(5, random())).not.toBe(newRunId(5, random()))
  })

  it.each([
    ['nightly-2026.11.01', true],
    ['gh/123:4+1_a', true],
    ['', false],
    ['-x', false],
    ["it's", false],
    ['a b', false],
    ['x'.repeat(129), false],
  ])('%j: %s', (id, valid) => {
    expect(isRunId(id)).toBe(valid)
  })

  it('that are none are refused before anything is noted', async () => {
    const c = await warehouse()
    await smallRun(c, good(), { runId: 'one' })
    const error = await refusal(smallRun(c, good(), { runId: "x'); drop table y; --" }))
    expect(error).toBeInstanceOf(UsageError)
    expect(await runs(c)).toHaveLength(1)
  })

  it('of a published run are refused, also when later ones failed', async () => {
    const c = await warehouse()
    await smallRun(c, good(1), { runId: 'one' })
    await smallRun(c, bad, { runId: 'two' })
    const error = await refusal(smallRun(c, good(2), { runId: 'one' }))
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toBe('there was a run one already')
    expect(await c.query('select a from cdp.a')).toEqual([{ a: 1 }])
  })

  it('of a failed run may be used again', async () => {
    const c = await warehouse()
    expect((await smallRun(c, bad, { runId: 'one' })).status).toBe('failed')
    expect(await runs(c)).toEqual([{ run_id: 'one', status: 'failed' }])
    expect((await smallRun(c, good(), { runId: 'one' })).status).toBe('succeeded')
    expect(await runs(c)).toEqual([{ run_id: 'one', status: 'succeeded' }])
  })

  it('of runs that died count as interrupted from the next run on', async () => {
    const c = await warehouse()
    await smallRun(c, good(), { runId: 'one' })
    await c.execute(
      "insert into cdp_internal.cdp_runs select * replace ('dead' as run_id, 'running' as status) from cdp_internal.cdp_runs",
    )
    await smallRun(c, good(), { runId: 'two' })
    expect(await c.query('select run_id, status from cdp_internal.cdp_runs order by run_id')).toEqual([
      { run_id: 'dead', status: 'interrupted' },
      { run_id: 'one', status: 'succeeded' },
      { run_id: 'two', status: 'succeeded' },
    ])
  })
})

describe('time', () => {
  it('does not go backwards, unless that is allowed', async () => {
    const c = await warehouse()
    await smallRun(c, good(1), { asOf: '2026-06-30 12:00:00' })
    const error = await refusal(smallRun(c, good(2), { asOf: '2026-06-30 11:59:59' }))
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toBe(
      'as of 2026-06-30T11:59:59Z is earlier than the last published run, which was as of 2026-06-30T12:00:00Z',
    )
    expect(error.remedy).toContain('--allow-backwards')
    expect(await c.query('select a from cdp.a')).toEqual([{ a: 1 }])
    expect((await smallRun(c, good(2), { asOf: '2026-06-30 12:00:00' })).status).toBe('succeeded')
    const back = await smallRun(c, good(3), { asOf: '2026-06-30 11:59:59', allowBackwards: true })
    expect(back).toMatchObject({ status: 'succeeded', as_of: '2026-06-30T11:59:59Z' })
  })

  it('of a run that failed does not count', async () => {
    const c = await warehouse()
    await smallRun(c, good(), { asOf: '2026-06-30 00:00:00' })
    await smallRun(c, bad, { asOf: '2026-12-31 00:00:00' })
    expect((await smallRun(c, good(), { asOf: '2026-07-01 00:00:00' })).status).toBe('succeeded')
  })

  it('is the start of the run in whole seconds', async () => {
    const c = await warehouse()
    const result = await smallRun(c, program([tableNode('a', 'select $as_of as moment')]), {
      now: () => Date.UTC(2026, 10, 1, 2, 3, 4, 999),
    })
    expect(result.as_of).toBe('2026-11-01T02:03:04Z')
    expect(await c.query('select moment from cdp.a')).toEqual([{ moment: '2026-11-01 02:03:04' }])
  })
})

describe('the result of a run', () => {
  it('knows the run that was published before it, not the one that failed', async () => {
    const c = await warehouse()
    const measure = {
      kind: 'measure' as const,
      name: 'size',
      sql: 'select count(*) as n from cdp_internal.a__next',
    }
    const first = await smallRun(c, program([tableNode('a', 'select 1 as a', [], [measure])]), {
      runId: 'one',
    })
    expect(first.previous).toBeUndefined()
    await smallRun(c, bad, { runId: 'two' })
    const third = await smallRun(c, good(), { runId: 'three' })
    expect(third.previous).toMatchObject({ run_id: 'one', measures: { 'model.a': { size: [{ n: '1' }] } } })
  })
})

it('a database file keeps what it remembers when it is closed', async () => {
  const path = join(temporaryFolder(), 'a.duckdb')
  const first = await openDuckDb({ path })
  await smallRun(first, good(), { runId: 'one' })
  await first.close()
  const second = await openDuckDb({ path })
  onTestFinished(() => second.close())
  expect((await refusal(smallRun(second, good(), { runId: 'one' }))).message).toContain('already')
})
