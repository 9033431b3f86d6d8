import { describe, expect, test } from 'vitest'
import { isAbove, literalMismatch } from '../../src/graph/literals.js'
import { commonType, typeOfTrait } from '../../src/graph/types.js'
import { type LogicalType, readType } from '../../src/language/logical-type.js'
import { SHOP, STG_ORDERS, said, tinyProject } from './tiny-project.js'

/** `number(38,6)` → the type. */
function type(text: string): LogicalType {
  const read = readType(text)
  if (!('value' in read)) throw new Error(text)
  return read.value
}

describe('the type of a trait', () => {
  test.each([
    ['count: true', 'integer'],
    ['count_distinct: status', 'integer'],
    ['exists: true', 'boolean'],
    ['sum: items', 'integer'],
    ['sum: amount', 'number'],
    ['sum: price', 'number(38,2)'],
    ['sum: weight', 'number'],
    ['avg: items', 'number(38,6)'],
    ['min: ships_on', 'date'],
    ['max: occurred_at', 'timestamp'],
    ['first: status', 'string'],
    ['last: is_gift', 'boolean'],
    ['most_frequent: price', 'number(12,2)'],
    ['collect: status', 'json'],
  ])('%s → %s', (definition, expected) => {
    const { parsed, diagnostics } = tinyProject(
      `${SHOP}\ntraits:\n  - { name: t, from: orders, ${definition} }`,
      STG_ORDERS,
    )
    expect(said(diagnostics)).toEqual([])
    const [trait] = parsed.value.traits
    expect(trait && typeOfTrait(trait, parsed.value)).toEqual(type(expected))
  })

  test('of a ratio and of an expression', () => {
    const yaml = `${SHOP}
traits:
  - { name: n, from: orders, count: true }
  - { name: r, ratio: [n, n] }
  - { name: s, type: date, sql: "birth_date + n" }
`
    const { parsed } = tinyProject(yaml, STG_ORDERS)
    const types = parsed.value.traits.map((trait) => typeOfTrait(trait, parsed.value))
    expect(types).toEqual([type('integer'), type('number(38,6)'), type('date')])
  })
})

test.each([
  ['number(12,2)', 'number(10,4)', 'number(14,4)'],
  ['integer', 'number(12,2)', 'number(38,2)'],
  ['float', 'integer', 'float'],
  ['date', 'date', 'date'],
  ['date', 'timestamp', undefined],
  ['string', 'integer', undefined],
])('%s and %s have in common %s', (a, b, expected) => {
  expect(commonType(type(a), type(b))).toEqual(expected && type(expected))
  expect(commonType(type(b), type(a))).toEqual(expected && type(expected))
})

describe('literals', () => {
  test.each([
    ['integer', 5, '-5', '0005', '17.0'],
    ['number', 5, 5.25, '17.10', '1e3', '.5'],
    ['boolean', true, 'yes', 'OFF', 'f', 1, '0'],
    ['date', '2024-02-29', '0999-12-31'],
    [
      'timestamp',
      '2024-02-29',
      '2024-02-29 23:59',
      '2024-02-29T23:59:59.123456Z',
      '2024-02-29T23:59:59+02:00',
    ],
    ['string', 'a', 5, true],
  ] as const)('of %s', (kind, ...values) => {
    for (const value of values) expect(literalMismatch(value, type(kind))).toBeUndefined()
  })

  test.each([
    ['integer', 'a', 1.5, '1.5', true, ''],
    ['number', 'a', '1,5', '0x10', false],
    ['boolean', 'maybe', 2],
    ['date', '2025-02-29', '2025-13-01', '2025-1-1', 'today', 2025, '2025-01-01T00:00:00Z'],
    ['timestamp', '2025-02-29', '2025-01-01T24:00', '2025-01-01T10', 'now', 20250101],
  ] as const)('not of %s', (kind, ...values) => {
    for (const value of values) expect(literalMismatch(value, type(kind))).toBeDefined()
  })

  test('are ordered by their type', () => {
    expect(isAbove('9', '10', type('integer'))).toBe(false)
    expect(isAbove('9', '10', type('string'))).toBe(true)
    expect(isAbove('2025-01-02', '2025-01-01', type('date'))).toBe(true)
    expect(isAbove('2025-01-01T01:00+02:00', '2025-01-01', type('timestamp'))).toBe(false)
  })
})
