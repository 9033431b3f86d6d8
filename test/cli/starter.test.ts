import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ENGINE_OPTIONS } from '../../src/engines/registry.js'
import { FILE_KINDS, jsonSchemaText } from '../../src/language/json-schema.js'
import { cdp, folder, project, write } from './command-line.js'

describe('cdp init', () => {
  test('makes a project that validates without a word of complaint, runs, and shows Ann', async () => {
    const cwd = folder()
    const made = await cdp(['init', 'My Shop'], { cwd })
    expect(made).toMatchObject({ code: 0, out: '' })
    expect(made.err).toContain('cd "My Shop"')
    expect(made.err).toContain('cdp show email:ann@example.com')
    const shop = join(cwd, 'My Shop')
    expect(readFileSync(join(shop, 'profiles.yml'), 'utf8')).toContain('name: my_shop')
    expect(await cdp(['validate'], { cwd: shop })).toEqual({
      code: 0,
      out: '',
      err: 'my_shop: 3 sources, 1 entity, 1 model, 6 traits, 2 segments in 7 files, no mistakes\n',
    })
    expect((await cdp(['run'], { cwd: shop })).code).toBe(0)
    const shown = await cdp(['show', 'email:ann@example.com', '--reveal'], { cwd: shop })
    expect(shown.code).toBe(0)
    // Two accounts with one phone number, and the browser of one of them.
    expect(shown.out).toMatch(/shop_id +7 /)
    expect(shown.out).toMatch(/^ +1 /m)
    expect(shown.out).toMatch(/browser +browser-a1/)
    // 120 + 340 + 55; the refunded order does not count.
    expect(shown.out).toMatch(/lifetime_value +515/)
  })

  test('overwrites nothing: a folder with a profiles.yml is refused', async () => {
    const cwd = folder()
    write(cwd, { 'profiles.yml': 'shop:\n  outputs: {}\n' })
    const refused = await cdp(['init'], { cwd })
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('has a profiles.yml already')
    expect(readdirSync(cwd)).toEqual(['profiles.yml'])
  })

  test('keeps the README and .gitignore that are there, and refuses a folder with files of its names', async () => {
    const cwd = folder()
    write(cwd, { 'README.md': 'mine\n' })
    const made = await cdp(['init', '.'], { cwd })
    expect(made.code).toBe(0)
    expect(made.err).toContain('left as it was: README.md')
    expect(readFileSync(join(cwd, 'README.md'), 'utf8')).toBe('mine\n')
    const other = folder()
    write(other, { 'models/sources.yml': 'sources: []\n' })
    expect(await cdp(['init'], { cwd: other })).toMatchObject({ code: 2, out: '' })
    expect(existsSync(join(other, 'profiles.yml'))).toBe(false)
  })

  test('says as JSON what it wrote', async () => {
    const { code, out, err } = await cdp(['init', 'x', '--output', 'json'], { cwd: folder() })
    expect(code).toBe(0)
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({ kept: [], written: expect.arrayContaining(['profiles.yml']) })
  })
})

describe('cdp schema', () => {
  test('prints the schema of a kind of file, which is the one that a new project has', async () => {
    for (const kind of FILE_KINDS) {
      const { code, out, err } = await cdp(['schema', kind], { cwd: folder() })
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toBe(jsonSchemaText(kind, ENGINE_OPTIONS))
      expect(readFileSync(join(project(), `schemas/${kind}.schema.json`), 'utf8')).toBe(out)
    }
  })

  test('without a kind prints that of the declarations, and writes all', async () => {
    const cwd = folder()
    expect(JSON.parse((await cdp(['schema'], { cwd })).out)).toMatchObject({
      $id: 'urn:cdp:language:1:models',
    })
    const written = await cdp(['schema', '--write', 'a/b'], { cwd })
    expect(written).toEqual({
      code: 0,
      out: '',
      err: ['models', 'profiles', 'connector'].map((kind) => `wrote a/b/${kind}.schema.json\n`).join(''),
    })
    expect(readdirSync(join(cwd, 'a/b'))).toEqual([
      'connector.schema.json',
      'models.schema.json',
      'profiles.schema.json',
    ])
  })
})
