import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { literal, name, type Sql, sql } from '../../src/sql/fragment.js'
import { sqlOnDuckDb } from './on-duckdb.js'

const db = sqlOnDuckDb()
const { functions } = duckdb

describe('quotients', () => {
  const divided = (a: string, b: string) => {
    const exact = (text: string) => functions.typedLiteral(text, { kind: 'number', precision: 38, scale: 9 })
    return db.value(sql`cast(${functions.divide(exact(a), exact(b))} as varchar)`)
  }
  it.each([
    ['7', '2', '3.500000'],
    ['1', '3', '0.333333'],
    ['2', '3', '0.666667'],
    ['-2', '3', '-0.666667'],
    ['2', '-3', '-0.666667'],
    ['-2', '-3', '0.666667'],
    ['1', '2000000', '0.000001'],
    ['-1', '2000000', '-0.000001'],
    ['1', '2000001', '0.000000'],
    ['0', '-5', '0.000000'],
    ['0.000000001', '0.000000001', '1.000000'],
    ['123456789012345.67', '1', '123456789012345.670000'],
    ['99999999999999999999.999999999', '3', '33333333333333333333.333333'],
    ['-99999999999999999999', '0.000000001', '-99999999999999999999000000000.000000'],
    ['1', '99999999999999999999', '0.000000'],
    ['100000000000000000000', '1', null],
    ['1', '-100000000000000000000', null],
  ])('%s / %s = %s', async (a, b, quotient) => expect(await divided(a, b)).toBe(quotient))
  it('by zero or null are null', async () => {
    expect(await divided('1', '0')).toBe(null)
    expect(await db.value(functions.divide(sql`1`, sql`cast(null as bigint)`))).toBe(null)
    expect(await db.value(functions.divide(sql`cast(null as bigint)`, sql`1`))).toBe(null)
  })
  const inWholeNumbers = (a: bigint, b: bigint) => {
    const size = (n: bigint) => (n < 0n ? -n : n)
    const millionths = (2n * size(a) * 1_000_000n + size(b)) / (2n * size(b))
    const digits = String(millionths).padStart(7, '0')
    const sign = a < 0n !== b < 0n && millionths > 0n ? '-' : ''
    return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`
  }
  const asWholeNumbers = async (a: bigint, b: bigint) => {
    const quotient = functions.divide(sql`cast(${a} as bigint)`, sql`cast(${b} as bigint)`)
    expect(await db.value(sql`cast(${quotient} as varchar)`)).toBe(inWholeNumbers(a, b))
  }
  it('are those of whole numbers, half away from zero', () =>
    fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.bigInt({ min: -(10n ** 7n), max: 10n ** 7n }).filter((n) => n !== 0n),
        asWholeNumbers,
      ),
      { numRuns: 100 },
    ))
  it('also at halves of the sixth digit and right beside them', () =>
    fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
        fc.bigInt({ min: 1n, max: 10n ** 6n }),
        fc.bigInt({ min: -1n, max: 1n }),
        (halves, scale, beside) => asWholeNumbers((2n * halves + 1n) * scale + beside, 2_000_000n * scale),
      ),
      { numRuns: 100 },
    ))
})

describe('paths into JSON', () => {
  const at = (json: string | null, ...keys: string[]) =>
    db.each([json], (text) => functions.jsonPath(text, keys)).then(([value]) => value)
  it.each<readonly [string | null, readonly string[], string | null]>([
    ['{"a":{"b":"x"}}', ['a', 'b'], 'x'],
    ['{"a":{"b":null}}', ['a', 'b'], null],
    ['{"a":1}', ['a', 'b'], null],
    ['{"a":1}', ['b'], null],
    ['{"a":""}', ['a'], ''],
    ['{"a":true}', ['a'], 'true'],
    ['{"a":17.0}', ['a'], '17'],
    ['{"a":12345678901234567890}', ['a'], '12345678901234567890'],
    ['{"a":[1,{"b":"c"}]}', ['a'], '[1,{"b":"c"}]'],
    ['{"a":["x","y"]}', ['a', '1'], 'y'],
    ['{"a.b":"dot","a/b":"slash","a~b":"tilde","$":"dollar"}', ['a.b'], 'dot'],
    ['{"a.b":"dot","a/b":"slash","a~b":"tilde","$":"dollar"}', ['a/b'], 'slash'],
    ['{"a.b":"dot","a/b":"slash","a~b":"tilde","$":"dollar"}', ['a~b'], 'tilde'],
    ['{"a.b":"dot","a/b":"slash","a~b":"tilde","$":"dollar"}', ['$'], 'dollar'],
    [`{"it's \\"é\\"":"quoted"}`, [`it's "é"`], 'quoted'],
    ['{"A":"upper"}', ['a'], null],
    ['no json', ['a'], null],
    ['"a"', ['a'], null],
    [null, ['a'], null],
  ])('%j %j', async (json, keys, value) => expect(await at(json, ...keys)).toBe(value))
})

describe('aggregates', () => {
  const over = async (
    aggregate: Sql,
    rows: readonly (readonly [string | null, number | null, string | null])[],
  ) => {
    const found = await db.rows(sql`
      select ${aggregate} as ${name('result')}
      from (values ${sql`(cast(null as varchar), cast(null as bigint), cast(null as varchar), false)`}${rows
        .map(([v, rank, p]) => sql`, (${literal(v)}, ${literal(rank)}, ${literal(p)}, true)`)
        .reduce(
          (all, row) => sql`${all}${row}`,
          sql``,
        )}) as ${name('t')} (${name('v')}, ${name('rank')}, ${name('p')}, ${name('is_row')})
      where ${name('is_row')}
    `)
    return found[0]?.result ?? null
  }
  const first = functions.firstByRank(name('v'), name('rank'), name('p'), { kind: 'string' })
  it('take the value of the first row that has what is asked for, though it be null itself', async () => {
    expect(
      await over(first, [
        ['b', 2, 'x'],
        ['a', 1, 'x'],
        ['c', 3, 'x'],
      ]),
    ).toBe('a')
    expect(
      await over(first, [
        ['b', 2, 'x'],
        ['a', 1, null],
      ]),
    ).toBe('b')
    expect(
      await over(first, [
        ['b', 2, 'x'],
        [null, 1, 'x'],
      ]),
    ).toBe(null)
    expect(await over(first, [['b', 2, null]])).toBe(null)
    expect(await over(first, [])).toBe(null)
  })
  it('collect texts in order of rank, as JSON', async () => {
    const collected = functions.collectJson(name('v'), name('rank'), 2)
    expect(
      await over(collected, [
        ['b"', 2, ''],
        ['é', 1, ''],
        ['c', 3, ''],
      ]),
    ).toBe('["é","b\\""]')
    expect(await over(collected, [[null, 1, '']])).toBe(null)
    expect(await over(collected, [])).toBe(null)
  })
  it('make one key of several texts', async () => {
    expect(await db.value(functions.jsonArray([sql`'a"b'`, sql`cast(null as varchar)`, sql`'7'`]))).toBe(
      '["a\\"b",null,"7"]',
    )
  })
})

it('numbers texts by the first 64 bits of their md5', async () => {
  const texts = ['a', 'Zoë Müller', null]
  const results = await db.each(texts, (text) => sql`cast(${functions.fingerprint(text)} as varchar)`)
  expect(results).toEqual(['919145239626757800', '-7252078150514436034', null])
})
