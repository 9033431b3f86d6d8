import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { temporaryFolder } from '../temporary-folder.js'
import { failure, open } from './duckdb-open.js'

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

  it('says that a file is damaged, and what is left to do', async () => {
    const path = join(temporaryFolder(), 'x.duckdb')
    await (await openDuckDb({ path })).close()
    const bytes = readFileSync(path)
    for (const header of [4096, 8192]) bytes.fill(7, header + 100, header + 200)
    writeFileSync(path, bytes)
    const error = await failure(openDuckDb({ path }))
    expect(error.message).toContain('the file of the database is damaged')
    expect(error.remedy).toContain('from a copy')
  })

  it('says so of a file that is cut off, too', async () => {
    const path = join(temporaryFolder(), 'x.duckdb')
    const whole = await openDuckDb({ path })
    await whole.execute('create table numbers as select range as n from range(200000)')
    await whole.close()
    writeFileSync(path, readFileSync(path).subarray(0, 300_000))
    const error = await failure(openDuckDb({ path }))
    expect(error.message).toContain('the file of the database is damaged')
    expect(error.remedy).toContain('from a copy')
  })

  it.each([
    [
      'a file that is no database',
      (folder: string) => writeFileSync(join(folder, 'x'), 'junk '.repeat(5000)),
      'x',
      'is not a DuckDB database',
    ],
    [
      'a database of SQLite',
      (folder: string) => writeFileSync(join(folder, 'x'), `SQLite format 3\0${'\0'.repeat(5000)}`),
      'x',
      'the database is a file of SQLite, not of DuckDB',
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

  it.skipIf(process.getuid?.() === 0)(
    'a file without the right to write can be looked into, and nothing else (skipped for root, who may)',
    async () => {
      const path = join(temporaryFolder(), 'a.duckdb')
      const writer = await openDuckDb({ path })
      await writer.execute('create table people as select 1 as id')
      await writer.close()
      chmodSync(path, 0o400)
      const reader = await openDuckDb({ path })
      onTestFinished(() => reader.close())
      expect(await reader.query('select id from people')).toEqual([{ id: 1 }])
      expect((await failure(reader.execute('insert into people values (2)'))).message).toBe(
        'the database a may be read, but not written',
      )
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
