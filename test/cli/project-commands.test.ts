import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cdp, folder, project, write } from './command-line.js'

const MISTAKE = { 'models/more.yml': 'traits:\n  - { name: visits, form: web_visits, count: true }\n' }

describe('cdp validate', () => {
  test('shows a mistake with its place on standard error, and as data on standard output', async () => {
    const cwd = project(MISTAKE)
    const text = await cdp(['validate'], { cwd })
    expect(text).toMatchObject({ code: 1, out: '' })
    expect(text.err).toContain('models/more.yml:2:21')
    expect(text.err).toContain('1 error')
    const json = await cdp(['validate', '--output', 'json'], { cwd })
    expect(json).toMatchObject({ code: 1, err: '' })
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      diagnostics: [{ severity: 'error', file: 'models/more.yml', line: 2, column: 21 }],
    })
  })

  test('looks at the chosen target only, unless told to look at all', async () => {
    const cwd = project()
    const profiles = readFileSync(join(cwd, 'profiles.yml'), 'utf8')
    write(cwd, {
      'profiles.yml': `${profiles}  prod: { type: duckdb, path: "{{ env 'CDP_TEST_UNSET' }}" }\n`,
    })
    expect((await cdp(['validate'], { cwd })).code).toBe(0)
    const all = await cdp(['validate', '--all-targets'], { cwd })
    expect(all.code).toBe(1)
    expect(all.err).toContain('CDP_TEST_UNSET')
    expect((await cdp(['validate', '--target', 'prod'], { cwd })).code).toBe(1)
    expect(
      (await cdp(['validate', '--target', 'prod'], { cwd, env: { CDP_TEST_UNSET: 'target/prod.duckdb' } }))
        .code,
    ).toBe(0)
  })
})

describe('where a project is found', () => {
  test('from a folder within it, passing by the profiles.yml of dbt', async () => {
    const cwd = project()
    write(cwd, { 'analyses/dbt/profiles.yml': 'shop:\n  outputs: { dev: { type: duckdb } }\n' })
    mkdirSync(join(cwd, 'analyses/dbt/deep'))
    expect(await cdp(['ls'], { cwd: join(cwd, 'analyses/dbt/deep') })).toMatchObject({ code: 0, err: '' })
  })

  test('by --project-dir, which must be one itself', async () => {
    const cwd = project()
    const there = await cdp(['ls', '--project-dir', cwd], { cwd: folder() })
    expect(there.out).toBe((await cdp(['ls'], { cwd })).out)
    const within = await cdp(['ls', '--project-dir', join(cwd, 'models')], { cwd })
    expect(within).toMatchObject({ code: 1, out: '' })
    expect(within.err).toContain('there is no project in')
  })

  test('or not at all, which names the way on', async () => {
    const cwd = folder()
    const none = await cdp(['run'], { cwd })
    expect(none).toMatchObject({ code: 1, out: '' })
    expect(none.err).toContain('cdp init')
    expect(JSON.parse((await cdp(['ls', '--output', 'json'], { cwd })).out)).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'CDP1007' }],
    })
  })
})

describe('cdp ls', () => {
  test('lists nodes in the order in which they run', async () => {
    const { code, out, err } = await cdp(['ls'], { cwd: project() })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const nodes = out.trimEnd().split('\n')
    expect(nodes).toHaveLength(10)
    expect(nodes.indexOf('identity.customer')).toBeGreaterThan(nodes.indexOf('source.orders'))
    expect(nodes.indexOf('segment.best_customers')).toBeGreaterThan(nodes.indexOf('traits.customer'))
  })

  test('selects, as data too', async () => {
    const cwd = project()
    expect((await cdp(['ls', '--select', 'kind:source'], { cwd })).out.trimEnd().split('\n').sort()).toEqual([
      'source.orders',
      'source.shop_customers',
      'source.web_visits',
    ])
    const { out } = await cdp(['ls', '--select', 'best_customers', '--output', 'json'], { cwd })
    expect(JSON.parse(out)).toMatchObject([
      { id: 'segment.best_customers', kind: 'segment', inputs: expect.arrayContaining(['traits.customer']) },
    ])
    const unknown = await cdp(['ls', '--select', 'best_custmers'], { cwd })
    expect(unknown).toMatchObject({ code: 2, out: '' })
    expect(unknown.err).toContain('best_customers')
  })
})

describe('cdp compile', () => {
  test('writes a file a node, without a connection', async () => {
    const cwd = project()
    const { code, out, err } = await cdp(['compile'], { cwd })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain('10 nodes in target/compiled/')
    expect(readdirSync(join(cwd, 'target/compiled'))).toContain('segment.best_customers.sql')
    expect(readdirSync(join(cwd, 'target')).sort()).toEqual(['compiled', 'manifest.json', 'program.json'])
  })

  test('prints the program that it wrote', async () => {
    const cwd = project()
    const { code, out, err } = await cdp(['compile', '--output', 'json'], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync(join(cwd, 'target/program.json'), 'utf8')))
  })

  test('takes variables as JSON and as pairs, and refuses what is neither', async () => {
    const cwd = project()
    const sale = async (...args: string[]): Promise<string> => {
      expect((await cdp(['compile', ...args], { cwd })).code).toBe(0)
      return readFileSync(join(cwd, 'target/compiled/model.revenue_by_country.sql'), 'utf8')
    }
    expect(await sale()).toContain("status = 'paid'")
    expect(await sale('--vars', '{"sale": "open"}')).toContain("status = 'open'")
    expect(await sale('--vars', 'sale=open, other=1')).toContain("status = 'open'")
    expect(await sale('--vars', '{"sale": "o\'clock"}')).toContain("status = 'o''clock'")
    for (const wrong of ['{"sale": ', '{"sale": [1]}', 'sale']) {
      const refused = await cdp(['compile', '--vars', wrong], { cwd })
      expect(refused).toMatchObject({ code: 2, out: '' })
      expect(refused.err).toContain('--vars')
    }
  })
})

describe('cdp clean', () => {
  test('removes what compile and run wrote, also what was left half-written, and never the database', async () => {
    const cwd = project()
    expect((await cdp(['run'], { cwd })).code).toBe(0)
    write(cwd, {
      'target/program.json.4711.tmp': '{',
      'target/compiled/source.orders.sql.4711.tmp': 'select',
      'target/notes.txt': 'mine',
    })
    const { code, out, err } = await cdp(['clean'], { cwd })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    for (const name of [
      'compiled/',
      'manifest.json',
      'run_results.json',
      'catalog.json',
      'program.json.4711.tmp',
    ])
      expect(err).toContain(`target/${name}`)
    expect(readdirSync(join(cwd, 'target')).sort()).toEqual(['dev.duckdb', 'notes.txt'])
    expect((await cdp(['show', 'email:ann@example.com'], { cwd })).code).toBe(0)
    expect((await cdp(['clean'], { cwd })).err).toBe('nothing to remove\n')
  })

  test('works on a project with mistakes, and removes a folder that is empty then', async () => {
    const cwd = project()
    await cdp(['compile'], { cwd })
    write(cwd, MISTAKE)
    const { out } = await cdp(['clean', '--output', 'json'], { cwd })
    expect(JSON.parse(out).removed).toEqual(
      expect.arrayContaining(['target/manifest.json', 'target/program.json']),
    )
    expect(existsSync(join(cwd, 'target'))).toBe(false)
  })
})

test('cdp sync of a project that declares no sync says so, whatever it is asked', async () => {
  const cwd = project()
  for (const words of [[], ['--dry-run'], ['status'], ['no_such']]) {
    const { code, out, err } = await cdp(['sync', ...words], { cwd })
    expect({ words, code, out }).toEqual({ words, code: 2, out: '' })
    expect(err).toContain('there is nothing to sync')
  }
})
