import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StatementError } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { relation } from '../../src/sql/relation.js'
import { temporaryFolder } from '../temporary-folder.js'
import { failure, open } from './duckdb-open.js'

const ENDLESS = 'select count(*) as n from range(9000000000) as a(i), range(9) as b(j) where i % 7 = j'

describe('a DuckDB connection', () => {
  it('makes the folders of its file', async () => {
    const path = join(temporaryFolder(), 'deep', 'er', 'a.duckdb')
    await open({ path })
    expect(existsSync(path)).toBe(true)
  })

  it('may be closed while it and its forks work: what they do is stopped', async () => {
    const c = await openDuckDb({ path: ':memory:' })
    const fork = await c.fork()
    const work = [c.query(ENDLESS), fork.execute(`create table t as ${ENDLESS}`), c.fork()]
    const ended = Promise.allSettled(work)
    await c.close()
    const [query, statement] = await ended
    expect(query).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/nterrupt/) },
    })
    expect(statement?.status).toBe('rejected')
  })

  it('adds rows of texts as the types of their columns, nasty ones unchanged', async () => {
    const c = await open({ path: ':memory:' })
    await c.execute(
      'create table t (n bigint, "a ""b" varchar, "at" timestamp, yes boolean, exact decimal(20,6), other integer)',
    )
    const texts = [
      "it's",
      '"',
      '\\',
      '\n\t',
      '😀ä',
      '',
      '$$',
      '{"a": [1]}',
      '\u0007',
      "'); drop table t; --",
      null,
    ]
    const added = await c.insertRows(
      relation('t'),
      ['n', 'a "b', 'at', 'yes', 'exact'],
      (async function* () {
        yield texts.map((text, n) => [
          String(n),
          text,
          '2026-01-31 08:30:00.5',
          'true',
          '12345678901234.000001',
        ])
        yield [['9007199254740993', 'x'.repeat(5_000_000), null, null, null]]
        yield []
      })(),
    )
    expect(added).toBe(texts.length + 1)
    const rows = await c.query('select n, "a ""b" as text, "at", yes, exact, other from t order by n')
    expect(rows.slice(0, -1).map(({ text }) => text)).toEqual(texts)
    expect(rows[0]).toEqual({
      n: '0',
      text: "it's",
      at: '2026-01-31 08:30:00.5',
      yes: true,
      exact: '12345678901234.000001',
      other: null,
    })
    expect(rows.at(-1)).toMatchObject({ n: '9007199254740993', at: null, yes: null })
    const bad = c.insertRows(
      relation('t'),
      ['n'],
      (async function* () {
        yield [['many']]
      })(),
    )
    await expect(bad).rejects.toThrow(StatementError)
  })

  it('gives rows without loss', async () => {
    const c = await open({ path: ':memory:' })
    const [row] = await c.query(
      "select 1 as small, 9007199254740993 as big, 1.10::decimal(10,2) as exact, true as yes, null as nothing, 'ä' as text, timestamp '2026-01-02 03:04:05.000006' as at, date '2026-01-02' as day, [1, 2] as list, timestamptz '2026-01-02 03:04:05+02' as zoned",
    )
    expect(row).toEqual({
      small: 1,
      big: '9007199254740993',
      exact: '1.10',
      yes: true,
      nothing: null,
      text: 'ä',
      at: '2026-01-02 03:04:05.000006',
      day: '2026-01-02',
      list: '[1,2]',
      zoned: '2026-01-02 01:04:05+00',
    })
  })

  it('tells how many rows a statement made or touched', async () => {
    const c = await open({ path: ':memory:' })
    expect(await c.execute('create table t as select range as a from range(7)')).toBe(7)
    expect(await c.execute('delete from t where a < 3')).toBe(3)
    expect(await c.execute('insert into t select 1 where false')).toBe(0)
    expect(await c.execute('drop table t')).toBeUndefined()
  })

  it('gives the first rows of a large query without reading it all', async () => {
    const c = await open({ path: ':memory:' })
    expect(await c.query('select 1 as a from range(100000000000)', 2)).toEqual([{ a: 1 }, { a: 1 }])
    expect(await c.query('select 2 as a')).toEqual([{ a: 2 }])
  })

  it('keeps the order of a query of which it gives the first rows, and the lines of its mistakes', async () => {
    const c = await open({ path: ':memory:' })
    await c.execute('create table t as select range as a, md5(range::varchar) as b from range(100000)')
    const all = await c.query('select a from t order by b -- the order')
    expect(await c.query('select a from t order by b -- the order', 3)).toEqual(all.slice(0, 3))
    expect((await failure(c.query('select a\nfrom nope', 1))).message).toContain('(line 2: from nope')
  })

  it('merges the pieces of a table when it commits, unless that is postponed', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const piecesAfterChange = async (isPostponed: boolean) => {
      const c = await openDuckDb({ path })
      await c.execute('create or replace table t as select range as a from range(370000)')
      await c.execute('checkpoint')
      if (isPostponed) await c.postponeMerging?.()
      await c.execute('delete from t where a % 2 = 0')
      await c.execute('insert into t from range(1500)')
      await c.execute('checkpoint')
      const [row] = await c.query(
        "select count(distinct row_group_id) as pieces from pragma_storage_info('t')",
      )
      await c.close()
      return row?.pieces
    }
    expect(await piecesAfterChange(true)).toBe('5')
    expect(await piecesAfterChange(false)).toBe('3')
  })

  it('is closed once it is closed, though a query was not read to its end', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const c = await openDuckDb({ path })
    await c.execute('create table t as select range as a from range(370000)')
    await c.query('select a from t', 1)
    expect(existsSync(`${path}.wal`)).toBe(true)
    await c.close()
    // What closes a database writes its log into the file.
    expect(existsSync(`${path}.wal`)).toBe(false)
  })

  it('forks share the database, each with the settings', async () => {
    const c = await open({ path: ':memory:', threads: 1, settings: { TimeZone: 'Asia/Tokyo' } })
    const fork = await c.fork()
    await c.execute('create table t as select 1 as a')
    expect(
      await fork.query(
        "select a, current_setting('TimeZone') as zone, current_setting('threads') as threads from t",
      ),
    ).toEqual([{ a: 1, zone: 'Asia/Tokyo', threads: '1' }])
  })

  it('rolls a transaction back when its work throws', async () => {
    const c = await open({ path: ':memory:' })
    await c.execute('create table t (a integer)')
    const work = c.transaction(async () => {
      await c.execute('insert into t values (1)')
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await c.query('select * from t')).toEqual([])
  })

  it('interrupts a statement', async () => {
    const c = await open({ path: ':memory:' })
    const running = failure(c.query('select count(*) from range(10000000000) a, range(1000) b'))
    setTimeout(() => c.interrupt(), 100)
    expect((await running).message).toMatch(/interrupt/i)
    expect(await c.query('select 1 as a')).toEqual([{ a: 1 }])
  })

  it('describes tables and views, whatever the case, and lists them', async () => {
    const c = await open({ path: ':memory:' })
    await c.execute('create schema s')
    await c.execute('create table s."T" as select 1 as a, \'x\' as "B c"')
    await c.execute('create view s.v as select a from s."T"')
    expect(await c.describeTable(relation('S', 't'))).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'B c', type: 'VARCHAR' },
    ])
    expect(await c.describeTable(relation('memory', 's', 'v'))).toEqual([{ name: 'a', type: 'INTEGER' }])
    expect(await c.describeTable(relation('s', 'none'))).toBeUndefined()
    expect(await c.relations('s')).toEqual([
      { name: 'T', kind: 'table' },
      { name: 'v', kind: 'view' },
    ])
    expect(await c.relations('none')).toEqual([])
  })

  it('installs no extension by itself', async () => {
    const c = await open({ path: ':memory:' })
    const error = await failure(c.query("select * from read_csv('https://localhost:1/x.csv')"))
    expect(error.message).toContain('httpfs')
    expect(error.remedy).toContain('installs nothing')
  })

  it('gets along with little memory, unless the target says how much it may use', async () => {
    const limits = async (target: Readonly<Record<string, unknown>>) => {
      const c = await open({ path: ':memory:', ...target })
      await c.limitMemory?.()
      const forked = await c.fork()
      const setting = (name: string) => `current_setting('${name}') as ${name}`
      return forked.query(`select ${setting('memory_limit')}, ${setting('threads')}`)
    }
    expect(await limits({ threads: 8 })).toEqual([{ memory_limit: '488.2 MiB', threads: '8' }])
    expect(await limits({ settings: { max_memory: '3GiB' } })).toMatchObject([{ memory_limit: '3.0 GiB' }])
    expect(await limits({ memory_limit: '2GiB', threads: 8 })).toEqual([
      { memory_limit: '2.0 GiB', threads: '8' },
    ])
    const [{ threads } = {}] = await limits({})
    expect(Number(threads)).toBeLessThanOrEqual(4)
  })
})

describe('statements that fail', () => {
  it('keeps what the engine says, and where', async () => {
    const c = await open({ path: ':memory:' })
    const error = await failure(c.query('select\n  nope\nfrom (select 1 as nop)'))
    expect(error).toBeInstanceOf(StatementError)
    expect(error.message).toContain('Referenced column "nope" not found')
    expect(error.message).toContain('(line 2: nope)')
    expect(error.message).not.toContain('\n')
  })

  it('tells what to do when memory or disk run out', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder()
    const settings = { max_temp_directory_size: '1MB' }
    const c = await open({
      path: join(folder, 'a.duckdb'),
      memory_limit: '30MB',
      temp_directory: join(folder, 't'),
      settings,
    })
    const error = await failure(
      c.query(
        'select count(*) from (select md5(range::varchar) as b from range(3000000) group by 1 order by 1)',
      ),
    )
    expect(error).not.toBeInstanceOf(StatementError)
    expect(error.message).toMatch(/out of memory|disk is full/)
    expect(error.remedy).toMatch(/memory_limit|temp_directory/)
  })
})
