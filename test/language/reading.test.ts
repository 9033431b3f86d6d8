import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findProject } from '../../src/project/find-project.js'
import { readProject } from '../../src/project/read-project.js'

let folder = ''
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdp-project-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('finding a project', () => {
  test('upwards, past a profiles.yml of dbt', () => {
    write('profiles.yml', 'name: x\ntargets:\n  dev: {}\n')
    write('dbt/profiles.yml', 'shop:\n  outputs: {}\n  targets: no\n')
    expect(findProject(join(folder, 'dbt'))).toEqual({ folder })
  })

  test('in vain', () => {
    write('profiles.yml', 'shop: {}\n')
    const found = findProject(folder)
    expect('diagnostic' in found && found.diagnostic.message).toContain(
      `${join(folder, 'profiles.yml')} has no "targets"`,
    )
    expect(findProject(folder, 'nowhere')).toMatchObject({ diagnostic: { code: 'CDP1007' } })
  })
})

test('files are read in the byte order of their paths, without byte order marks', () => {
  write('profiles.yml', '\ufeffname: x')
  for (const path of [
    'models/b.yml',
    'models/a/z.sql',
    'models/B.yaml',
    'models/a.sql',
    'models/readme.md',
    'models/.hidden.yml',
    'macros/x/y.hbs',
  ]) {
    write(path, path)
  }
  const { value, diagnostics } = readProject(folder)
  expect(diagnostics).toEqual([])
  expect(value.map((file) => file.path)).toEqual([
    'macros/x/y.hbs',
    'models/B.yaml',
    'models/a.sql',
    'models/a/z.sql',
    'models/b.yml',
    'profiles.yml',
  ])
  expect(value.at(-1)?.text).toBe('name: x')
})
