import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { STATE_VERSION } from '../../src/state/tables.js'
import { cdp, folder, project, write } from './command-line.js'

/** The checks by name, from the JSON. */
function checks(out: string): Readonly<Record<string, { ok: boolean; message: string; remedy?: string }>> {
  const { checks: all } = JSON.parse(out) as { checks: { name: string; ok: boolean; message: string }[] }
  return Object.fromEntries(all.map((check) => [check.name, check]))
}

describe('cdp debug', () => {
  test('before the first run: everything is ready, and nothing is made', async () => {
    const cwd = project()
    const { code, out, err } = await cdp(['debug'], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^ok {6}cdp: \d+\.\d+\.\d+ on Node /)
    expect(out).toContain('dev.duckdb, not there yet: the first run makes it')
    expect(out).not.toContain('failed')
    expect(existsSync(join(cwd, 'target'))).toBe(false)
  })

  test('after a run: state, last run, schemas that can be written, and nothing left of the attempt', async () => {
    const cwd = project()
    await cdp(['run', '--run-id', 'first', '--as-of', '2026-01-01'], { cwd })
    const { code, out, err } = await cdp(['debug', '--output', 'json'], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out).ok).toBe(true)
    const found = checks(out)
    expect(found['last run']?.message).toMatch(/^first, as of 2026-01-01T00:00:00Z, published /)
    expect(found.state?.message).toContain(`version ${STATE_VERSION}`)
    expect(found['schema cdp']?.message).toBe('can be written')
    expect(found['schema cdp_internal']?.ok).toBe(true)
    const database = await openDuckDb({ path: join(cwd, 'target/dev.duckdb') })
    const tables = [...(await database.relations('cdp')), ...(await database.relations('cdp_internal'))]
    await database.close()
    expect(tables.map(({ name }) => name).filter((name) => name.includes('debug'))).toEqual([])
  })

  test('a database that is none: 3, with what to do', async () => {
    const cwd = project()
    write(cwd, { 'target/dev.duckdb': 'no database at all. '.repeat(200) })
    const { code, out } = await cdp(['debug'], { cwd })
    expect(code).toBe(3)
    expect(out).toMatch(/^failed {2}connection: .*is not a DuckDB database\n {8}hint: /m)
  })

  test('a file where the folder target/ should be: 3', async () => {
    const cwd = project({ target: 'a file' })
    const { code, out } = await cdp(['debug'], { cwd })
    expect(code).toBe(3)
    expect(out).toMatch(/^failed {2}target folder: .*target is a file\n {8}hint: /m)
  })

  test('a project with mistakes: 1, and the connection is looked at all the same', async () => {
    const cwd = project({ 'models/more.yml': 'trait: []\n' })
    const { code, out } = await cdp(['debug', '--output', 'json'], { cwd })
    expect(code).toBe(1)
    expect(checks(out).project).toMatchObject({ ok: false, remedy: '"cdp validate" shows them all.' })
    expect(checks(out).database?.ok).toBe(true)
  })

  test('no project: 1', async () => {
    const { code, out } = await cdp(['debug'], { cwd: folder() })
    expect(code).toBe(1)
    expect(out).toContain('failed  project: no project in')
  })

  test('a target whose variable is not set: 1, and no value of a variable is printed', async () => {
    const cwd = project()
    const profiles = readFileSync(join(cwd, 'profiles.yml'), 'utf8')
    write(cwd, {
      'profiles.yml': `${profiles}  prod: { type: duckdb, path: target/prod.duckdb, settings: { threads: "{{ env 'CDP_TEST_SECRET' }}" } }\n`,
    })
    expect((await cdp(['debug', '--target', 'prod'], { cwd })).code).toBe(1)
    const set = await cdp(['debug', '--target', 'prod'], { cwd, env: { CDP_TEST_SECRET: '3' } })
    expect(set.code).toBe(0)
    const wrong = await cdp(['debug', '--target', 'prod'], { cwd, env: { CDP_TEST_SECRET: 'hunter2' } })
    expect(wrong.out + wrong.err).not.toContain('hunter2')
  })

  test('the state of a newer cdp: 3, with the version that is needed', async () => {
    const cwd = project()
    await cdp(['run'], { cwd })
    const database = await openDuckDb({ path: join(cwd, 'target/dev.duckdb') })
    await database.execute("update cdp_internal.cdp_meta set state_version = 99, cdp_version = '9.9.9'")
    await database.close()
    const { code, out } = await cdp(['debug'], { cwd })
    expect(code).toBe(3)
    expect(out).toMatch(/^failed {2}state: version 99 of cdp 9\.9\.9/m)
    expect(out).not.toContain('none was published yet')
    for (const command of [['run'], ['show', 'email:ann@x.com'], ['identity'], ['verify']]) {
      const refused = await cdp(command, { cwd })
      expect({ command, code: refused.code }).toEqual({ command, code: 3 })
      expect(refused.err).toContain('was last used by a newer cdp (9.9.9)')
    }
  })
})
