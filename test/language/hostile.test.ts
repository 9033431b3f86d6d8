import { describe, expect, test } from 'vitest'
import { parse } from './project.js'

const codes = (files: Record<string, string>) => parse(files).diagnostics.map((d) => d.code)

describe('text that nobody writes', () => {
  test.each([
    ['nested very deeply', `segments: ${'['.repeat(50_000)}`],
    [
      'nested deeply',
      `segments: [{ name: a, meta: ${'{ a: '.repeat(500)} 1 ${'}'.repeat(500)}, where: { segment: b } }]`,
    ],
    [
      'with conditions nested deeply',
      `segments: [{ name: a, where: ${'{ not: '.repeat(500)} { segment: b } ${'}'.repeat(500)} }]`,
    ],
    [
      'of one line of 2 MB',
      `segments: [{ name: a, description: ${'x'.repeat(2_000_000)}, wher: { segment: b } }]`,
    ],
    ['that is one NUL', 'segments: "\u0000"'],
    ['that is no mapping', '42'],
  ])('%s', (_, text) => {
    expect(codes({ 'models/x.yml': text })).toHaveLength(1)
  })

  test.each([
    ['in a line', `segments: ${'['.repeat(50_000)}`],
    ['as a flow that is whole', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('nested beyond what the parser reads, %s, is told as that', (_, text) => {
    const [diagnostic] = parse({ 'models/x.yml': text }).diagnostics
    expect(diagnostic?.message).toBe('YAML: values are nested too deeply')
  })

  test('nothing at all', () => {
    expect(
      codes({ 'models/x.yml': '', 'models/y.yml': '# only a comment\n', 'models/z.yml': 'segments:\n' }),
    ).toEqual([])
  })

  test('Windows line ends', () => {
    expect(codes({ 'models/x.yml': 'segments:\r\n  - name: a\r\n    where: { segment: b }\r\n' })).toEqual([])
  })
})

test('one mistake of profiles.yml is said once', () => {
  const profiles = (vars: string) =>
    `name: tiny\nlanguage: 1\nvars: ${vars}\ntargets: { dev: { type: duckdb, path: x.duckdb } }\n`
  const source = `sources: [{ name: a, table: "{{ var 'raw' }}.t", key: id }]`
  expect(
    codes({ 'profiles.yml': profiles(`{ raw: "{{ env 'NOT_SET' }}" }`), 'models/x.yml': source }),
  ).toContain('CDP2009')
  expect(codes({ 'profiles.yml': 'name: [', 'models/x.yml': source })).toEqual(['CDP1003'])
})
