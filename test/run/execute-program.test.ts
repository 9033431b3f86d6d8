import { describe, expect, it, onTestFinished } from 'vitest'
import type { Connection } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import type { LoopStep, Program, Step } from '../../src/program/program.js'
import type { RunEvent } from '../../src/run/events.js'
import { type ExecuteOptions, executeProgram } from '../../src/run/execute-program.js'
import { program, tableNode } from './small-program.js'

const ENDLESS = 'select count(*) as n from range(10000000000) a, range(1000) b'

async function warehouse(): Promise<Connection> {
  const connection = await openDuckDb({ path: ':memory:', threads: 2 })
  onTestFinished(() => connection.close())
  await connection.execute('create schema cdp')
  await connection.execute('create schema cdp_internal')
  return connection
}

async function run(connection: Connection, what: Program, options: Partial<ExecuteOptions> = {}) {
  const events: RunEvent[] = []
  let tick = 0
  const executed = await executeProgram(what, {
    connection,
    dialect: duckdb,
    internalSchema: 'cdp_internal',
    runId: "it's",
    asOf: '2026-11-01 00:00:00',
    parallel: 1,
    clock: () => tick++,
    ...options,
    listener: (event) => {
      events.push(event)
      options.listener?.(event)
    },
  })
  return { ...executed, events, told: events.map(told) }
}

function told(event: RunEvent): string {
  return 'node' in event ? `${event.kind} ${event.node}` : event.kind
}

const rows = (connection: Connection, name: string) =>
  connection.query(`select * from cdp."${name}" order by all`)

async function names(connection: Connection): Promise<readonly string[]> {
  return (await connection.relations('cdp_internal')).map(({ name }) => name)
}

const check = (severity: 'error' | 'warning', sql: string, more: object = {}): Step => ({
  kind: 'check',
  title: 'No row is odd.',
  sql,
  message: 'there are odd rows',
  remedy: 'Mend them.',
  severity,
  ...more,
})

describe('a program', () => {
  it('runs nodes after their inputs, publishes, and tells of it in order', async () => {
    const c = await warehouse()
    const what = program([
      tableNode('c', 'select a + 1 as a from cdp_internal.b__next', ['b']),
      tableNode('b', 'select a + 1 as a from cdp_internal.a__next', ['a']),
      tableNode('a', 'select 1 as a union all select 2 as a'),
    ])
    const done = await run(c, what)
    expect(done.status).toBe('succeeded')
    expect(done.told.filter((line) => !line.startsWith('step'))).toEqual([
      'node started model.a',
      'node finished model.a',
      'node started model.b',
      'node finished model.b',
      'node started model.c',
      'node finished model.c',
      'publishing',
      'published',
    ])
    expect(done.events.filter((e) => e.kind === 'node finished')).toMatchObject([
      { node: 'model.a', status: 'succeeded', rows: 2, done: 1, total: 3 },
      { node: 'model.b', rows: 2, done: 2, total: 3 },
      { node: 'model.c', rows: 2, done: 3, total: 3 },
    ])
    expect(done.nodes.map(({ id, status, rows: n }) => [id, status, n])).toEqual([
      ['model.c', 'succeeded', 2],
      ['model.b', 'succeeded', 2],
      ['model.a', 'succeeded', 2],
    ])
    expect(await rows(c, 'c')).toEqual([{ a: 3 }, { a: 4 }])
    expect(await names(c)).toEqual(['a', 'b', 'c'])
  })

  it('runs independent nodes at the same time, as many as are allowed', async () => {
    const c = await warehouse()
    const what = program(['a', 'b', 'c'].map((name) => tableNode(name, 'select 1 as a')))
    const startedBefore = (told: readonly string[]) =>
      told
        .slice(
          0,
          told.findIndex((line) => line.startsWith('node finished')),
        )
        .filter((line) => line.startsWith('node started')).length
    expect(startedBefore((await run(c, what, { parallel: 2 })).told)).toBe(2)
    expect(startedBefore((await run(c, what, { parallel: 1 })).told)).toBe(1)
  })

  it('puts its parameters in place, never within quotes or comments', async () => {
    const c = await warehouse()
    const select = "select $as_of as at, $run_id as run, '$run_id' as text -- $as_of"
    await run(c, program([tableNode('a', select)]))
    expect(await rows(c, 'a')).toEqual([{ at: '2026-11-01 00:00:00', run: "it's", text: '$run_id' }])
  })

  it('collects measures by node and name', async () => {
    const c = await warehouse()
    const measure: Step = {
      kind: 'measure',
      name: 'sizes',
      sql: 'select count(*) as n from cdp_internal.a__next',
    }
    const done = await run(
      c,
      program([tableNode('a', 'select 1 as a', [], [measure]), tableNode('b', 'select 1 as a')]),
    )
    expect(done.measures).toEqual({ 'model.a': { sizes: [{ n: '1' }] } })
  })

  it('removes what a dead run left under construction, and nothing else', async () => {
    const c = await warehouse()
    await c.execute('create table cdp_internal.gone__next as select 1 as a')
    await c.execute('create view cdp_internal.seen__next as select 1 as a')
    await c.execute('create table cdp_internal.work__scratch as select 1 as a')
    await c.execute('create table cdp_internal.next__nextdoor as select 1 as a')
    await c.execute('create table cdp_internal.a__next as select 9 as a')
    await run(c, program([tableNode('a', 'select 1 as a')]))
    expect(await names(c)).toEqual(['a', 'next__nextdoor'])
    expect(await rows(c, 'a')).toEqual([{ a: 1 }])
  })
})

describe('a node that fails', () => {
  it('is told with its step, what is after it is skipped, and nothing is published', async () => {
    const c = await warehouse()
    await run(c, program([tableNode('a', 'select 1 as a'), tableNode('b', 'select 1 as a', ['a'])]))
    const done = await run(
      c,
      program([
        tableNode('a', 'select nope as a'),
        tableNode('b', 'select 2 as a', ['a']),
        tableNode('z', 'select 2 as a'),
      ]),
    )
    expect(done.status).toBe('failed')
    expect(done.nodes.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'model.a failed',
      'model.b skipped',
      'model.z skipped',
    ])
    expect(done.error).toMatchObject({
      node: 'model.a',
      step: 'Make a.',
      file: 'target/compiled/model.a.sql',
      exit_code: 1,
      message: expect.stringContaining('Referenced column "nope"'),
    })
    expect(done.told).not.toContain('publishing')
    expect(await rows(c, 'b')).toEqual([{ a: 1 }])
    expect(await names(c)).toEqual(['a', 'b'])
  })

  it('lets what runs beside it end', async () => {
    const c = await warehouse()
    const slow = "select count(*) as n from range(3000000) r where md5(r.range::varchar) > 'f'"
    const done = await run(c, program([tableNode('bad', 'select nope'), tableNode('slow', slow)]), {
      parallel: 2,
    })
    expect(done.nodes.map(({ status }) => status)).toEqual(['failed', 'succeeded'])
    expect(await names(c)).toEqual([])
  })
})

describe('a check', () => {
  const odd = 'select a from range(25) as t(a) where a % 2 = 1 order by a'

  it('of severity error fails the run and shows ten of its rows', async () => {
    const c = await warehouse()
    const done = await run(c, program([tableNode('a', 'select 1 as a', [], [check('error', odd)])]))
    expect(done.status).toBe('failed')
    expect(done.error).toMatchObject({
      step: 'No row is odd.',
      message: 'there are odd rows',
      remedy: 'Mend them.',
      exit_code: 3,
    })
    expect(done.error?.rows.map(({ a }) => a)).toEqual([
      '1',
      '3',
      '5',
      '7',
      '9',
      '11',
      '13',
      '15',
      '17',
      '19',
    ])
  })

  it('with the code of a diagnostic says that the data is at fault', async () => {
    const c = await warehouse()
    const done = await run(
      c,
      program([tableNode('a', 'select 1 as a', [], [check('error', odd, { code: 'CDP6003' })])]),
    )
    expect(done.error).toMatchObject({ code: 'CDP6003', exit_code: 1 })
  })

  it('of severity warning is told, and the run goes on', async () => {
    const c = await warehouse()
    const done = await run(c, program([tableNode('a', 'select 1 as a', [], [check('warning', odd)])]))
    expect(done.status).toBe('succeeded')
    expect(done.warnings).toMatchObject([
      { node: 'model.a', message: 'there are odd rows', remedy: 'Mend them.' },
    ])
    expect(done.warnings[0]?.rows).toHaveLength(10)
  })

  it('that finds nothing says nothing', async () => {
    const c = await warehouse()
    const done = await run(
      c,
      program([tableNode('a', 'select 1 as a', [], [check('error', 'select 1 where false')])]),
    )
    expect(done).toMatchObject({ status: 'succeeded', warnings: [] })
  })
})

describe('a loop', () => {
  const insert = (value: string): Step => ({
    kind: 'statement',
    title: 'Note it.',
    sql: `insert into cdp_internal.a__next select ${value}`,
  })
  const loop = (limit: number): LoopStep => ({
    kind: 'loop',
    title: 'Until three.',
    until: 'select 3 - count(*) from cdp_internal.a__next where a < 100',
    limit,
    body: [insert('$round')],
    unwind: [insert('100 + $round')],
  })

  it('counts its rounds up, and unwinds them back', async () => {
    const c = await warehouse()
    const done = await run(c, program([tableNode('a', 'select 1 as a where false', [], [loop(3)])]))
    expect((await c.query('select a from cdp_internal.a order by rowid')).map(({ a }) => a)).toEqual([
      1, 2, 3, 103, 102, 101,
    ])
    expect(done.nodes[0]?.rounds).toBe(3)
    expect(done.events.filter((e) => e.kind === 'loop round')).toMatchObject([
      { round: 1 },
      { round: 2 },
      { round: 3 },
    ])
  })

  it('that has nothing to do does nothing', async () => {
    const c = await warehouse()
    const done = await run(c, program([tableNode('a', 'select a from range(1, 4) as t(a)', [], [loop(3)])]))
    expect(done.nodes[0]).toMatchObject({ status: 'succeeded', rounds: 0 })
    expect(await rows(c, 'a')).toEqual([{ a: '1' }, { a: '2' }, { a: '3' }])
  })

  it('beyond its limit is an error, never published', async () => {
    const c = await warehouse()
    const done = await run(c, program([tableNode('a', 'select 1 as a where false', [], [loop(2)])]))
    expect(done.status).toBe('failed')
    expect(done.error?.message).toContain('not done after 2 rounds')
    expect(await names(c)).toEqual([])
  })
})

describe('an interrupt', () => {
  it('stops the statement of a node, and publishes nothing', async () => {
    const c = await warehouse()
    const abort = new AbortController()
    const done = await run(
      c,
      program([tableNode('slow', ENDLESS), tableNode('after', 'select 1 as a', ['slow'])]),
      {
        signal: abort.signal,
        listener: (e) => {
          if (e.kind === 'step started' && e.title === 'Make slow.') setTimeout(() => abort.abort(), 50)
        },
      },
    )
    expect(done.status).toBe('interrupted')
    expect(done.error).toBeUndefined()
    expect(done.nodes.map(({ status }) => status)).toEqual(['interrupted', 'skipped'])
    expect(await names(c)).toEqual([])
  })

  it('before the first node begins none', async () => {
    const c = await warehouse()
    const done = await run(c, program([tableNode('a', 'select 1 as a')]), { signal: AbortSignal.abort() })
    expect(done.nodes.map(({ status }) => status)).toEqual(['skipped'])
    expect(done.status).toBe('interrupted')
  })

  it('while publishing leaves the last tables', async () => {
    const c = await warehouse()
    await run(c, program([tableNode('a', 'select 1 as a')]))
    const next = program([tableNode('a', 'select 2 as a')])
    const statements = [
      ...next.publish.statements,
      { kind: 'statement' as const, title: 'Slow.', sql: `create table cdp_internal.slow as ${ENDLESS}` },
    ]
    for (const delay of [0, 50]) {
      const abort = new AbortController()
      const done = await run(
        c,
        { ...next, publish: { ...next.publish, statements } },
        {
          signal: abort.signal,
          listener: (e) => {
            if (e.kind === 'publishing') setTimeout(() => abort.abort(), delay)
          },
        },
      )
      expect(done.status).toBe('interrupted')
      expect(await rows(c, 'a')).toEqual([{ a: 1 }])
      expect(await names(c)).toEqual(['a'])
    }
  })
})
