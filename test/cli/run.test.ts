import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cdp, project, spawned, start, write } from './command-line.js'

/** A model that keeps an engine busy for minutes. */
const SLOW = {
  'models/slow.sql': 'select sum(a.range * b.range % 7) as n from range(10000000) as a, range(100000) as b\n',
  'models/slow.yml': 'models: [{ name: slow, materialized: table }]\n',
}

const results = (cwd: string) => JSON.parse(readFileSync(join(cwd, 'target/run_results.json'), 'utf8'))

describe('cdp run', () => {
  test('says what happened on standard error, and nothing on standard output', async () => {
    const cwd = project()
    const { code, out, err } = await cdp(['run'], { cwd })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain('[10/10]')
    expect(err).toContain('Published 10 nodes')
    expect(err).toMatch(/shop_customers +11 +10 +1 rejected/)
    expect(err).not.toContain('\u001b')
  })

  test('says once what went wrong, at its place, and below it what was found', async () => {
    const cwd = project()
    const header = 'id,email,phone,first_name,last_name,country,newsletter,created_at,updated_at'
    const rows = [',a@x.com', ',b@x.com', '3,c@x.com']
    write(cwd, { 'data/shop_customers.csv': `${[header, ...rows].join('\n')}\n` })
    const { code, err } = await cdp(['run'], { cwd })
    expect(code).toBe(1)
    expect(err.match(/were rejected/g)).toHaveLength(1)
    expect(err).toContain('error CDP6003: More than 50 % of the rows of shop_customers were rejected.')
    expect(err).toMatch(/\nsource\.shop_customers failed\n/)
    expect(err).toContain('  SQL:  target/compiled/source.shop_customers.sql')
  })

  test('gives the same as data on standard output', async () => {
    const cwd = project()
    const { code, out } = await cdp(['run', '--output', 'json', '--run-id', 'one'], { cwd })
    expect(code).toBe(0)
    const { diagnostics, ...result } = JSON.parse(out)
    expect(diagnostics).toEqual([])
    expect(result).toEqual(results(cwd))
    expect(result).toMatchObject({ run_id: 'one', status: 'succeeded', target: 'dev' })
  })

  test('reads --as-of as a day, a time of UTC, and a time with an offset', async () => {
    const cwd = project()
    const asOf = async (text: string) => await cdp(['run', '--as-of', text], { cwd })
    for (const [text, moment] of [
      ['2026-01-01', '2026-01-01T00:00:00Z'],
      ['2026-01-02T10:30:00Z', '2026-01-02T10:30:00Z'],
      ['2026-01-03 10:30', '2026-01-03T10:30:00Z'],
      ['2026-01-04T10:30:00+02:00', '2026-01-04T08:30:00Z'],
    ] as const) {
      expect((await asOf(text)).code).toBe(0)
      expect(results(cwd).as_of).toBe(moment)
    }
    for (const wrong of ['yesterday', '2026-02-30', '2026-13-01', '']) {
      const refused = await asOf(wrong)
      expect(refused).toMatchObject({ code: 2, out: '' })
      expect(refused.err).toContain('--as-of')
    }
  })

  test('does not go back in time unless told to', async () => {
    const cwd = project()
    const run = async (...args: string[]) => await cdp(['run', ...args], { cwd })
    expect((await run('--as-of', '2026-01-02')).code).toBe(0)
    const back = await run('--as-of', '2026-01-01')
    expect(back).toMatchObject({ code: 2, out: '' })
    expect(back.err).toContain('--allow-backwards')
    expect((await run('--as-of', '2026-01-01', '--allow-backwards')).code).toBe(0)
  })

  test('runs on the target that is named, and knows no other', async () => {
    const cwd = project()
    const profiles = readFileSync(join(cwd, 'profiles.yml'), 'utf8')
    write(cwd, { 'profiles.yml': `${profiles}  other: { type: duckdb, path: target/other.duckdb }\n` })
    expect((await cdp(['run', '--target', 'other'], { cwd })).code).toBe(0)
    expect(existsSync(join(cwd, 'target/other.duckdb'))).toBe(true)
    expect(existsSync(join(cwd, 'target/dev.duckdb'))).toBe(false)
    const unknown = await cdp(['run', '--target', 'othr'], { cwd })
    expect(unknown).toMatchObject({ code: 2, out: '' })
    expect(unknown.err).toContain('"other"')
  })

  test('ends with 1 where project or data are wrong, also as data', async () => {
    const cwd = project()
    rmSync(join(cwd, 'data/orders.csv'))
    const missing = await cdp(['run'], { cwd })
    expect(missing).toMatchObject({ code: 1, out: '' })
    expect(missing.err).toContain('data/orders.csv')
    expect(JSON.parse((await cdp(['run', '--output', 'json'], { cwd })).out).diagnostics).toMatchObject([
      { file: 'models/sources.yml', severity: 'error' },
    ])
  })

  test('ends with 1 where the SQL of a model fails, naming it, and the tables of the last run stay', async () => {
    const cwd = project()
    expect((await cdp(['run', '--run-id', 'good'], { cwd })).code).toBe(0)
    write(cwd, { 'models/wrong.sql': 'select no_such_column from {{ref "customer_attributes"}}\n' })
    const failed = await cdp(['run'], { cwd })
    expect(failed).toMatchObject({ code: 1, out: '' })
    expect(failed.err).toContain('model.wrong')
    expect(failed.err).not.toMatch(/^ {4}at /m)
    expect((await cdp(['show', 'email:ann@example.com'], { cwd })).code).toBe(0)
  })

  test('ends with 3 where the database cannot be written', async () => {
    const cwd = project()
    write(cwd, {
      'target/dev.duckdb': 'this is no database, but long enough to look like a file of one'.repeat(99),
    })
    const failed = await cdp(['run'], { cwd })
    expect(failed).toMatchObject({ code: 3, out: '' })
    expect(failed.err).toContain('dev.duckdb is not a DuckDB database')
    expect(failed.err).toContain('hint:')
  })
})

describe('two runs at once', () => {
  test('the second says who has the database, and ends with 3', async () => {
    const cwd = project(SLOW)
    const first = start(['run'], { cwd })
    await first.says(/^run .* nodes$/m)
    for (const command of [['run'], ['show', 'email:ann@example.com'], ['debug']]) {
      const second = spawned(command, { cwd })
      expect(second.code).toBe(3)
      expect(second.out + second.err).toContain(`process ${first.process.pid}`)
    }
    first.process.kill('SIGINT')
    expect((await first.ended).code).toBe(130)
  })
})

describe('Ctrl-C', () => {
  test('ends a run with 130, leaves nothing half-written, and the next run is right', async () => {
    const cwd = project()
    expect(spawned(['run', '--run-id', 'before'], { cwd }).code).toBe(0)
    write(cwd, SLOW)
    const run = start(['run', '--run-id', 'stopped'], { cwd })
    await run.says(/\[1\/11\]/)
    run.process.kill('SIGINT')
    const { code, out, err } = await run.ended
    expect({ code, out }).toEqual({ code: 130, out: '' })
    expect(err).toContain('Stopping')
    expect(results(cwd)).toMatchObject({ run_id: 'stopped', status: 'interrupted' })
    expect(leftovers(cwd)).toEqual([])
    expect(spawned(['debug'], { cwd }).out).toContain('last run: before')
    remove(cwd, SLOW)
    expect(spawned(['run', '--run-id', 'after'], { cwd }).code).toBe(0)
    expect(results(cwd)).toMatchObject({ status: 'succeeded', previous: { run_id: 'before' } })
  })

  test('twice stops at once, and the next run removes what was left', async () => {
    const cwd = project()
    expect(spawned(['run', '--run-id', 'before'], { cwd }).code).toBe(0)
    write(cwd, SLOW)
    const run = start(['run'], { cwd })
    await run.says(/\[1\/11\]/)
    run.process.kill('SIGINT')
    run.process.kill('SIGTERM')
    expect((await run.ended).code).toBe(130)
    remove(cwd, SLOW)
    expect(spawned(['show', 'email:ann@example.com'], { cwd }).code).toBe(0)
    expect(spawned(['run'], { cwd }).code).toBe(0)
    expect(results(cwd)).toMatchObject({ status: 'succeeded', previous: { run_id: 'before' } })
  })
})

function remove(cwd: string, files: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(files)) rmSync(join(cwd, name))
}

/** Files that a writer of whole files makes on its way. */
function leftovers(cwd: string): readonly string[] {
  return readdirSync(join(cwd, 'target'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tmp'),
  )
}
