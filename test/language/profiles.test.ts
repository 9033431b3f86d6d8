import { describe, expect, test } from 'vitest'
import { UsageError } from '../../src/diagnostics/errors.js'
import { parse } from './project.js'

const profiles = `name: tiny
language: 1
timezone: Europe/Berlin
default_target: dev
vars: { raw: raw, region: "{{ env 'REGION' }}", day: "2025-01-01" }
targets:
  dev: { type: duckdb, path: "target/{{ var 'region' }}.duckdb", threads: "{{ env 'THREADS' }}", settings: { preserve_insertion_order: false } }
  prod: { type: duckdb, path: "{{ env 'UNSET' }}", schema: live, create_schema: false, syncs: live, vars: { raw: raw_prod } }
  later: { type: redshift, database: analytics, password: "{{ env 'UNSET' }}" }
`
const env = { REGION: 'us', THREADS: '2' }

describe('settings', () => {
  test('of the default target', () => {
    const parsed = parse({ 'profiles.yml': profiles }, { env })
    expect(parsed.diagnostics).toEqual([])
    expect(parsed.value.settings).toMatchObject({
      name: 'tiny',
      timezone: 'Europe/Berlin',
      targetNames: ['dev', 'prod', 'later'],
      vars: { raw: 'raw', region: 'us', day: '2025-01-01' },
      target: {
        name: 'dev',
        type: 'duckdb',
        schema: 'cdp',
        internalSchema: 'cdp_internal',
        createSchema: true,
        syncs: 'off',
        options: { path: 'target/us.duckdb', threads: 2, settings: { preserve_insertion_order: false } },
      },
    })
  })

  test('variables: of the project, of the target, of the command line', () => {
    const parsed = parse(
      { 'profiles.yml': profiles },
      { env: { ...env, UNSET: 'x.duckdb' }, target: 'prod', vars: { region: 'eu' } },
    )
    expect(parsed.diagnostics).toEqual([])
    expect(parsed.value.settings.vars).toEqual({ raw: 'raw_prod', region: 'eu', day: '2025-01-01' })
    expect(parsed.value.settings.target).toMatchObject({
      schema: 'live',
      internalSchema: 'live_internal',
      createSchema: false,
      syncs: 'live',
    })
  })

  test('variables of the command line are of the type that the project declares', () => {
    const declared = profiles.replace('vars: {', 'vars: { days: 30, strict: true, zip: "01234", rate: 1,')
    const given = { days: '7', strict: 'false', zip: '00123', rate: 'high', day: '7' }
    const parsed = parse({ 'profiles.yml': declared }, { env, vars: given })
    expect(parsed.value.settings.vars).toEqual({
      raw: 'raw',
      region: 'us',
      days: 7,
      strict: false,
      zip: '00123',
      rate: 'high',
      day: '7',
    })
  })

  test.each([
    'type: postgres, host: h',
    'type: redshift, host: h, database: d',
    "type: trino, url: 'https://h', catalog: c",
  ])('a password of digits is text, and in no message: %s', (target) => {
    const written = `name: tiny\nlanguage: 1\ntargets: { dev: { ${target}, user: "{{ env 'PIN' }}", password: "{{ env 'PIN' }}" } }\n`
    const parsed = parse({ 'profiles.yml': written }, { env: { PIN: '4711' } })
    expect(parsed.diagnostics).toEqual([])
    expect(parsed.value.settings.target.options).toMatchObject({ user: '4711', password: '4711' })
  })

  test('what the environment gave is in no message', () => {
    const target =
      'type: trino, url: "{{ env \'ADDRESS\' }}", catalog: c, settings: [1], syncs: "{{ env \'ADDRESS\' }}"'
    const parsed = parse(
      { 'profiles.yml': `name: tiny\nlanguage: 1\ntargets: { dev: { ${target} } }\n` },
      { env: { ADDRESS: 's3cret' } },
    )
    expect(parsed.diagnostics.map(({ code }) => code)).toContain('CDP2004')
    expect(JSON.stringify(parsed.diagnostics)).not.toContain('s3cret')
  })

  test('only the chosen target is rendered, unless all are', () => {
    const codes = (allTargets: boolean) =>
      parse({ 'profiles.yml': profiles }, { env, allTargets }).diagnostics.map((d) => d.code)
    expect(codes(false)).toEqual([])
    expect(codes(true)).toEqual(['CDP2009', 'CDP2009'])
  })

  test('a target of the command line that does not exist', () => {
    expect(() => parse({ 'profiles.yml': profiles }, { env, target: 'prdo' })).toThrow(UsageError)
  })

  test('a file with broken syntax still lets the rest be checked', () => {
    const parsed = parse({ 'profiles.yml': 'name: [', 'models/x.yml': 'segmens: []' })
    expect(parsed.diagnostics.map((d) => d.code)).toEqual(['CDP2001', 'CDP1003'])
  })
})
