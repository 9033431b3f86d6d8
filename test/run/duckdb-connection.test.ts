import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WarehouseError } from '../../src/diagnostics/errors.js'
import { type Connection, DataFileError, StatementError } from '../../src/engines/connection.js'
import { type DuckDbTarget, openDuckDb } from '../../src/engines/duckdb/connection.js'
import { relation } from '../../src/sql/relation.js'
import { temporaryFolder } from '../temporary-folder.js'

async function open(target: DuckDbTarget): Promise<Connection> {
  const connection = await openDuckDb(target)
  onTestFinished(() => connection.close())
  return connection
}

async function failure(work: Promise<unknown>): Promise<WarehouseError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(WarehouseError)
  return error as WarehouseError
}

describe('a DuckDB connection', () => {
  it('makes the folders of its file', async () => {
    const path = join(temporaryFolder(), 'deep', 'er', 'a.duckdb')
    await open({ path })
    expect(existsSync(path)).toBe(true)
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

  it('is closed once it is closed, though a query was not read to its end', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const c = await openDuckDb({ path })
    await c.execute('create table t as select range as a from range(100000)')
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
})

describe('a database that cannot be opened', () => {
  it('says which process has it open', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-database.mjs'), path])
    onTestFinished(() => void holder.kill('SIGKILL'))
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const error = await failure(openDuckDb({ path }))
    expect(error.message).toBe(
      `the database ${path} is in use by process ${holder.pid} (${process.execPath})`,
    )
    expect(error.remedy).toContain(`stop it (kill ${holder.pid})`)
  })

  it('refuses a second connection within the process, and is free again once closed', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const first = await openDuckDb({ path })
    expect((await failure(openDuckDb({ path }))).message).toContain('already open in this process')
    await first.close()
    await open({ path })
  })

  it('is free for other processes once closed, also where a query was read in part', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const first = await openDuckDb({ path })
    expect(await first.query('select range as n from range(1000000) order by n', 2)).toEqual([
      { n: '0' },
      { n: '1' },
    ])
    expect(await first.query('select 42 as n')).toEqual([{ n: 42 }])
    await first.close()
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-database.mjs'), path])
    onTestFinished(() => void holder.kill('SIGKILL'))
    const said = await new Promise((resolve) => {
      holder.stdout.once('data', (data) => resolve(String(data).trim()))
      holder.stderr.once('data', (data) => resolve(String(data).trim()))
    })
    expect(said).toBe('open')
  })

  it('says that a newer DuckDB wrote it', async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    await (await openDuckDb({ path })).close()
    writeFileSync(path, withStorageVersion(readFileSync(path), 99n))
    const error = await failure(openDuckDb({ path }))
    expect(error.message).toContain('written by a newer DuckDB: its storage version is 99')
    expect(error.remedy).toContain('Upgrade cdp')
  })

  it.each([
    [
      'a file that is no database',
      (folder: string) => writeFileSync(join(folder, 'x'), 'junk '.repeat(5000)),
      'x',
      'is not a DuckDB database',
    ],
    [
      'a folder',
      (folder: string) => void mkdirSync(join(folder, 'x')),
      'x',
      'is a folder, not a database file',
    ],
    [
      'a path through a file',
      (folder: string) => writeFileSync(join(folder, 'x'), ''),
      'x/y',
      'a part of the path is a file',
    ],
  ])('%s', async (_, prepare, path, message) => {
    const folder = temporaryFolder()
    prepare(folder)
    expect((await failure(openDuckDb({ path: join(folder, path) }))).message).toContain(message)
  })

  it.skipIf(process.getuid?.() === 0)(
    'a folder without the right to write (skipped for root, who may)',
    async () => {
      const folder = temporaryFolder()
      chmodSync(folder, 0o500)
      expect((await failure(openDuckDb({ path: join(folder, 'x') }))).message).toContain('permission denied')
    },
  )

  it('a setting that DuckDB does not know, or a value that it refuses', async () => {
    expect((await failure(openDuckDb({ path: ':memory:', settings: { no_such: 1 } }))).message).toContain(
      'no_such',
    )
    expect((await failure(openDuckDb({ path: ':memory:', memory_limit: 'much' }))).message).toContain(
      'Memory',
    )
    expect(
      (await failure(openDuckDb({ path: ':memory:', settings: { 'threads; drop': 1 } }))).message,
    ).toContain('no setting')
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

describe('files', () => {
  const describing = async (
    name: string,
    text: string | Buffer,
    format: 'csv' | 'json' | 'jsonl' | 'parquet',
  ) => {
    const folder = temporaryFolder()
    const path = join(folder, name)
    writeFileSync(path, text)
    const c = await open({ path: ':memory:' })
    return c.describeFile({ path, format })
  }

  it('CSV: names from the header, everything text', async () => {
    expect(await describing('a.csv', '\ufeffid,zip\n1,0123\n', 'csv')).toEqual({
      columns: [
        { name: 'id', type: 'VARCHAR' },
        { name: 'zip', type: 'VARCHAR' },
      ],
      hasRows: true,
      complete: true,
      csv: [{ delimiter: ',', header: ['id', 'zip'] }],
    })
  })

  it('an empty file has no columns, one with a header no rows', async () => {
    expect(await describing('a.csv', '', 'csv')).toEqual({ columns: [], hasRows: false, complete: true })
    expect(await describing('a.json', '', 'json')).toEqual({ columns: [], hasRows: false, complete: true })
    expect(await describing('a.json', '[]', 'json')).toEqual({ columns: [], hasRows: false, complete: true })
    expect(await describing('a.csv', 'id,zip\n', 'csv')).toMatchObject({
      hasRows: false,
      columns: [{ name: 'id' }, { name: 'zip' }],
    })
  })

  it('JSON: top-level keys where objects have them, also those that come late', async () => {
    const lines = [...Array.from({ length: 30_000 }, () => '{"id":1,"p":{"x":"a"}}'), '{"late":true}'].join(
      '\n',
    )
    const { columns } = await describing('a.jsonl', lines, 'jsonl')
    expect(columns.map((c) => c.name)).toEqual(['id', 'late', 'p'])
    expect((await describing('a.json', '[{"a":1},{"b":[1]}]', 'json')).columns.map((c) => c.name)).toEqual([
      'a',
      'b',
    ])
  })

  it.each([
    [
      'invalid UTF-8 in CSV',
      'a.csv',
      Buffer.from('a,b\n\xff\xfe,1\n', 'latin1'),
      'csv',
      /a\.csv.* is not valid UTF-8/,
      /iconv/,
    ],
    [
      'invalid UTF-8 in JSON',
      'a.jsonl',
      Buffer.from('{"a":"\xff"}\n', 'latin1'),
      'jsonl',
      /a\.jsonl.* is not valid UTF-8/,
      /iconv/,
    ],
    ['broken JSON', 'a.json', '[{"a":1},{"a":', 'json', /a\.json is not valid JSON: at byte/, /Mend/],
    ['JSON that holds no objects', 'a.jsonl', '1\n2\n', 'jsonl', /does not hold JSON objects/, /object/],
    [
      'no Parquet',
      'a.parquet',
      'hello, this is no parquet file',
      'parquet',
      /a\.parquet is not a Parquet file/,
      /format/,
    ],
    ['an empty Parquet file', 'a.parquet', '', 'parquet', /a\.parquet is not a Parquet file/, /format/],
  ] as const)('%s', async (_, name, text, format, message, remedy) => {
    const error = await failure(describing(name, text, format))
    expect(error).toBeInstanceOf(DataFileError)
    expect(error.message).toMatch(message)
    expect(error.remedy).toMatch(remedy)
  })

  it('a file that does not exist, or a glob that matches nothing', async () => {
    const c = await open({ path: ':memory:' })
    for (const [path, message] of [
      ['/nowhere/a.csv', 'there is no file /nowhere/a.csv'],
      ['/nowhere/*.csv', 'no file matches /nowhere/*.csv'],
    ] as const) {
      const error = await failure(c.describeFile({ path, format: 'csv' }))
      expect(error).toMatchObject({ reason: 'missing', message })
    }
  })
})

/** The file as a DuckDB of that storage version would have begun it; the first block carries a checksum. */
function withStorageVersion(file: Buffer, version: bigint): Buffer {
  file.writeBigUInt64LE(version, 12)
  let checksum = 5381n
  for (let at = 8; at < 4096; at += 8) {
    checksum ^= BigInt.asUintN(64, file.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n)
  }
  file.writeBigUInt64LE(checksum, 0)
  return file
}
