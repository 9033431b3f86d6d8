import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { folder, spawned, write } from '../cli/command-line.js'
import { temporaryFolder } from '../temporary-folder.js'
import { published } from './public-tables.js'
import { program, tableNode } from './small-program.js'
import { smallRun } from './small-run.js'

const MAIN = join(import.meta.dirname, '../../dist/bin/main.js')

const PROJECT = {
  'profiles.yml': `name: tight
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }
`,
  'models/all.yml': `entities:
  - { name: customer, identifiers: [{ name: email, normalize: email }] }
sources:
  - name: people
    file: data/people.csv
    key: id
    identifiers: { email: email }
    attributes: { name: name }
`,
}

const people = (count: number): string =>
  `id,email,name\n${Array.from({ length: count }, (_, i) => `${i},p${i}@example.com,${'N'.repeat(20)}${i}\n`).join('')}`

/** `cdp run` in a shell that lets no file grow beyond so many KiB: what a full disk does, without being root. */
function runWithin(kibibytes: number, cwd: string): { code: number | null; err: string } {
  const script = `ulimit -f ${kibibytes}; exec "$0" "$@"`
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, MAIN, 'run'], {
    cwd,
    encoding: 'utf8',
  })
  return { code: status, err: stderr }
}

describe.skipIf(process.platform === 'win32')('a disk without room (skipped on Windows: no ulimit)', () => {
  it('for the database: the run fails and says why, the last tables stay, the next run is right', async () => {
    const cwd = join(folder(), 'shop')
    write(cwd, { ...PROJECT, 'data/people.csv': people(3) })
    expect(spawned(['run', '--run-id', 'one'], { cwd }).code).toBe(0)
    const before = await published(cwd)
    write(cwd, { 'data/people.csv': people(60_000) })
    const size = statSync(join(cwd, 'target/dev.duckdb')).size
    const failed = runWithin(Math.ceil(size / 1024) + 500, cwd)
    expect(failed.code).toBe(3)
    expect(failed.err).toMatch(/error in source\.people: a file may not grow any further: .*dev\.duckdb/)
    expect(failed.err).toContain('Free space on the disk of the database')
    expect(failed.err).toContain('nothing was published, readers see the last good tables')
    expect(await published(cwd)).toEqual(before)
    write(cwd, { 'data/people.csv': people(5) })
    expect(spawned(['run', '--run-id', 'two'], { cwd }).code).toBe(0)
    const after = await published(cwd)
    expect(after.tables.customer_profiles).toHaveLength(5)
    expect(after.runs).toEqual(['one', 'two'])
  })

  it('for target/: the run is not begun, and what was there stays whole', () => {
    const cwd = join(folder(), 'shop')
    write(cwd, { ...PROJECT, 'data/people.csv': people(3) })
    expect(spawned(['compile'], { cwd }).code).toBe(0)
    const script = 'ulimit -f 4; exec "$0" "$@"'
    const full = spawnSync('bash', ['-c', script, process.execPath, MAIN, 'compile'], {
      cwd,
      encoding: 'utf8',
    })
    expect(full.status).toBe(3)
    expect(full.stderr).toMatch(
      /^error: .*target\/.* cannot be written: a file may not grow that large\n {2}hint: /,
    )
    expect(readdirSync(join(cwd, 'target')).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(readdirSync(join(cwd, 'target/compiled')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('a database file', () => {
  it('does not grow without end, though every run builds everything anew', { timeout: 120_000 }, async () => {
    const path = join(temporaryFolder(), 'a.duckdb')
    const what = program(
      ['a', 'b', 'c'].map((name) =>
        tableNode(name, 'select range as v, md5(range::varchar) as t from range(50000)'),
      ),
    )
    const sizes: number[] = []
    for (let i = 0; i < 12; i += 1) {
      const connection = await openDuckDb({ path, threads: 2 })
      await smallRun(connection, what)
      await connection.close()
      sizes.push(statSync(path).size)
    }
    // What is dropped is used again, not at once: the size goes up and down. Without that, 12 runs would be 12 sizes.
    const early = Math.max(...sizes.slice(0, 4))
    expect(Math.max(...sizes.slice(4))).toBeLessThanOrEqual(early * 1.5)
  })

  it('with little memory spills to its temp_directory, and leaves nothing there', {
    timeout: 120_000,
  }, async () => {
    const spill = join(temporaryFolder(), 'spill')
    const connection = await openDuckDb({
      path: join(temporaryFolder(), 'a.duckdb'),
      threads: 2,
      memory_limit: '120MB',
      temp_directory: spill,
    })
    onTestFinished(() => connection.close())
    const [limit] = await connection.query("select current_setting('memory_limit') as l")
    expect(limit).toEqual({ l: '114.4 MiB' })
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, filesIn(spill))
    }, 5)
    await connection.execute(
      'create table t as select md5(range::varchar) || md5((range + 1)::varchar) as k from range(2500000) order by k',
    )
    clearInterval(watch)
    expect(most).toBeGreaterThan(0)
    await connection.close()
    expect(filesIn(spill)).toBe(0)
  })
})

function filesIn(folder: string): number {
  try {
    return readdirSync(folder).length
  } catch {
    return 0
  }
}
