import { describe, expect, test } from 'vitest'
import { parse, parseValid } from './project.js'

describe('what is written in YAML is not changed', () => {
  test('digits are kept where text is meant', () => {
    const { sources } = parseValid(
      `sources: [{ name: a, table: raw.0123, key: 007, properties: { p: { value: 0123 }, q: { value: 17.10 } } }]`,
    )
    expect(sources[0]?.input).toMatchObject({ parts: ['raw', '0123'] })
    expect(sources[0]?.key).toMatchObject([{ from: { column: '007' } }])
    expect(sources[0]?.properties.map((p) => p.from)).toEqual([
      { kind: 'value', value: '0123' },
      { kind: 'value', value: '17.10' },
    ])
  })

  test('numbers that are written as numbers are numbers', () => {
    const { segments } = parseValid(`segments:
  - { name: s, where: { all: [{ trait: a, gte: 500 }, { trait: a, in: [1, -2, 0.5, 12345678901234567890, 1e3] }] } }`)
    const where = segments[0]?.where
    expect(where).toMatchObject({
      conditions: [
        { tests: [{ op: 'gte', value: 500 }] },
        { tests: [{ op: 'in', values: [1, -2, 0.5, '12345678901234567890', '1e3'] }] },
      ],
    })
  })

  test('dates, off, yes and no are text; true is not', () => {
    const { segments } = parseValid(
      `segments: [{ name: s, where: { attribute: a, in: [2026-01-31, off, yes, no, true, "true"] } }]`,
    )
    expect(segments[0]?.where).toMatchObject({
      tests: [{ values: ['2026-01-31', 'off', 'yes', 'no', true, 'true'] }],
    })
  })

  test('null is a text among rejected values, and keys keep their spelling', () => {
    const { entities } = parse({
      'models/entities.yml': `entities:
  - name: customer
    identifiers: [{ name: email, reject: [null, 007, { pattern: ^x }] }]
    attributes: [{ name: code, values: { 01: one, null: none } }]`,
    }).value
    expect(entities[0]?.identifiers[0]?.cleaning.reject).toEqual([
      { kind: 'literal', value: 'null' },
      { kind: 'literal', value: '007' },
      { kind: 'pattern', pattern: '^x' },
    ])
    expect(entities[0]?.attributes[0]?.cleaning.values).toEqual({ '01': 'one', null: 'none' })
  })

  test('aliases are read, and their positions are those of the anchor', () => {
    const parsed = parse({
      'models/x.yml':
        'segments:\n  - { name: a, where: &paid { attribute: x, eq: 1 } }\n  - { name: b, where: { not: *paid } }\n',
    })
    expect(parsed.diagnostics).toEqual([])
    const span = parsed.positions.span({ file: 'models/x.yml', path: ['segments', 1, 'where', 'not', 'eq'] })
    expect(span).toEqual(
      parsed.positions.span({ file: 'models/x.yml', path: ['segments', 0, 'where', 'eq'] }),
    )
  })

  test('no key reaches the prototype of anything', () => {
    const parsed = parse({
      'models/x.yml': 'segments: [{ name: a, __proto__: { x: 1 }, constructor: y, where: { segment: b } }]',
    })
    expect(parsed.diagnostics.map((d) => d.message)).toEqual([
      'unknown key "__proto__"',
      'unknown key "constructor"',
    ])
  })
})

describe('positions inside of text', () => {
  const at = (text: string, yaml: string, sub: string) => {
    const parsed = parse({ 'models/x.yml': yaml })
    const from = text.indexOf(sub)
    const span = parsed.positions.inside(
      { file: 'models/x.yml', path: ['traits', 0, 'sql'] },
      from,
      from + sub.length,
    )
    return yaml.slice(span.start, span.end)
  }

  test('plain, quoted, and block', () => {
    expect(at('a + oops', 'traits: [{ name: t, type: number, sql: a + oops }]', 'oops')).toBe('oops')
    expect(at('a + oops', 'traits: [{ name: t, type: number, sql: "a + oops" }]', 'oops')).toBe('oops')
    expect(at('a\n+ oops\n', 'traits:\n  - name: t\n    sql: |\n      a\n      + oops\n', 'oops')).toBe(
      'oops',
    )
  })

  test('with escapes the whole value', () => {
    expect(at("it's oops", "traits: [{ name: t, type: number, sql: 'it''s oops' }]", 'oops')).toBe(
      "'it''s oops'",
    )
  })
})
