import { describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import type { TimeFormat } from '../../src/sql/dialect.js'
import { type Sql, sql } from '../../src/sql/fragment.js'
import type { LogicalType } from '../../src/sql/logical-type.js'
import { sqlOnDuckDb } from './on-duckdb.js'

const db = sqlOnDuckDb()
const { functions } = duckdb
const number = (precision = 38, scale = 9): LogicalType => ({ kind: 'number', precision, scale })

/** What each text reads as, shown as text; null where it does not read. */
function reads(
  type: LogicalType,
  cases: readonly (readonly [string | null, string | null])[],
  format?: TimeFormat,
) {
  return async () => {
    const given = cases.map(([text]) => text)
    const shown = (text: Sql) => functions.display(functions.parse(text, type, format), type)
    const results = await db.each(given, shown)
    expect(given.map((text, i) => [text, results[i]])).toEqual(cases)
  }
}

const nothing = (texts: readonly string[]) => texts.map((text) => [text, null] as const)

describe('numbers', () => {
  it(
    'integers have no decimal point and 64 bits',
    reads({ kind: 'integer' }, [
      ['17', '17'],
      [' +5 ', '5'],
      ['-0012', '-12'],
      ['9223372036854775807', '9223372036854775807'],
      ['-9223372036854775808', '-9223372036854775808'],
      ...nothing([
        '9223372036854775808',
        '12.5',
        '17.0',
        '17.',
        '1e3',
        '0x10',
        '1_000',
        '1,000',
        '٣',
        '--1',
        '',
        'x',
        '1 2',
      ]),
      [null, null],
    ]),
  )
  it(
    'decimals are exact, rounded half away from zero at their scale',
    reads(number(18, 2), [
      ['12.345', '12.35'],
      ['-12.345', '-12.35'],
      ['12.344999', '12.34'],
      ['0.005', '0.01'],
      ['-0.004', '0'],
      ['17.0', '17'],
      ['\u00a0 7.50 ', '7.5'],
      ['+1', '1'],
      ['9999999999999999.99', '9999999999999999.99'],
      ...nothing(['99999999999999999', '1e3', '0x10', 'inf', 'nan', '1,5', '1.2.3', '.', '-', '$5', '']),
    ]),
  )
  it(
    'decimals have nine digits behind the point unless said otherwise',
    reads(number(), [
      ['0.1234567895', '0.12345679'],
      ['-0.0000000005', '-0.000000001'],
      ['99999999999999999999.999999999', '99999999999999999999.999999999'],
      ['-99999999999999999999.999999999', '-99999999999999999999.999999999'],
      ['999999999.9999999995', '1000000000'],
      ['-1000000000.5', '-1000000000.5'],
      ['100', '100'],
      ['1200.00', '1200'],
      ...nothing(['100000000000000000000', '-100000000000000000000', '99999999999999999999.9999999999']),
    ]),
  )
  it(
    'floats read exponents up to 1e20, and never infinity',
    reads({ kind: 'float' }, [
      ['1e3', '1000'],
      ['-1.5E-3', '-0.0015'],
      ['17', '17'],
      ['0.1', '0.1'],
      ['-9.5e19', '-9.5e+19'],
      ...nothing([
        '1e20',
        '-1e20',
        '1e30',
        '1e999',
        '-1e999',
        'inf',
        '-Infinity',
        'nan',
        '0x10',
        '1_0',
        'e5',
      ]),
    ]),
  )
})

it('decimals have the type that is declared, whatever their size', async () => {
  for (const type of [number(), number(18, 2), number(38, 30), number(5, 0)]) {
    const value = functions.parse(sql`'1.5'`, type)
    expect(await db.value(sql`typeof(${value})`)).toBe(duckdb.type(type).toUpperCase())
  }
})

it(
  'booleans read six words for each, in any case',
  reads({ kind: 'boolean' }, [
    ...['true', 't', 'yes', 'y', 'on', '1', 'TRUE', 'Yes', ' On '].map((text) => [text, 'true'] as const),
    ...['false', 'f', 'no', 'n', 'off', '0', 'FALSE', 'No', '\toff'].map((text) => [text, 'false'] as const),
    ...nothing(['2', 'ja', 'true!', '1.0', '']),
    [null, null],
  ]),
)

describe('times', () => {
  it(
    'read ISO 8601, as UTC where nothing else is said',
    reads({ kind: 'timestamp' }, [
      ['2024-06-15T10:20:30Z', '2024-06-15T10:20:30.000000Z'],
      ['2024-06-15T10:20:30.5Z', '2024-06-15T10:20:30.500000Z'],
      ['2024-06-15T10:20:30', '2024-06-15T10:20:30.000000Z'],
      ['2024-06-15 10:20:30', '2024-06-15T10:20:30.000000Z'],
      ['2024-06-15t10:20:30z', '2024-06-15T10:20:30.000000Z'],
      ['2024-06-15 10:20', '2024-06-15T10:20:00.000000Z'],
      ['2024-06-15 10:20:30 -0500', '2024-06-15T15:20:30.000000Z'],
      ['2024-06-15 10:20:30.25 +02:00', '2024-06-15T08:20:30.250000Z'],
      ['2024-06-15 10:20 +02', '2024-06-15T08:20:00.000000Z'],
      ['2024-06-15 10:20:30 UTC', '2024-06-15T10:20:30.000000Z'],
      [' 2024-06-15T10:20:30UTC ', '2024-06-15T10:20:30.000000Z'],
      ['2024-06-15T10:20:30 z', '2024-06-15T10:20:30.000000Z'],
      ['2024-06-15 10:20Z', '2024-06-15T10:20:00.000000Z'],
      ['2024-06-15', '2024-06-15T00:00:00.000000Z'],
      [' 2024-06-15 \u00a0', '2024-06-15T00:00:00.000000Z'],
      ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
      ['1899-12-31T23:59:59Z', '1899-12-31T23:59:59.000000Z'],
    ]),
  )
  it(
    'with an offset in every spelling',
    reads({ kind: 'timestamp' }, [
      ['2024-06-15T10:00:00+05:30', '2024-06-15T04:30:00.000000Z'],
      ['2024-06-15T10:00:00+0530', '2024-06-15T04:30:00.000000Z'],
      ['2024-06-15T10:00:00-05', '2024-06-15T15:00:00.000000Z'],
      ['2024-06-15 10:00+05:30', '2024-06-15T04:30:00.000000Z'],
      ['2024-06-15 10:00-0500', '2024-06-15T15:00:00.000000Z'],
      ['2024-06-15 10:00-05', '2024-06-15T15:00:00.000000Z'],
      ['2024-06-15T10:00:00.25+02:00', '2024-06-15T08:00:00.250000Z'],
      ['2024-06-15T10:00:00-00:00', '2024-06-15T10:00:00.000000Z'],
      ['2024-06-15T10:00:00+14:00', '2024-06-14T20:00:00.000000Z'],
    ]),
  )
  it(
    'keep six digits of a fraction and cut the rest',
    reads({ kind: 'timestamp' }, [
      ['2024-06-15T10:00:00.123456789Z', '2024-06-15T10:00:00.123456Z'],
      ['2024-06-15T10:00:00.9999999', '2024-06-15T10:00:00.999999Z'],
      ['2024-06-15T10:00:00.9999999+01:00', '2024-06-15T09:00:00.999999Z'],
    ]),
  )
  it(
    'are nothing where no calendar or clock has them, or where only some engines would read them',
    reads(
      { kind: 'timestamp' },
      nothing([
        ...[
          '2024-02-30',
          '2023-02-29',
          '2024-13-01',
          '2024-00-10',
          '2024-06-15T24:00:00Z',
          '2024-06-15T10:60:00Z',
        ],
        ...[
          '2024-06-15T10:20:60Z',
          '2024-06-15T10:00:00+15:00',
          '20240615',
          '06/15/2024',
          '15.06.2024',
          '2024-6-5',
        ],
        ...[
          '2024-06',
          '2024',
          'now',
          'today',
          'epoch',
          'infinity',
          '1718445600',
          '2024-06-15T10',
          '2024-06-15T10:00:00.Z',
        ],
        ...[
          '2024-06-15T10:00:00  Z',
          '2024-06-15T10:00:00 EST',
          '2024-06-15 UTC',
          '2024-06-15x',
          '',
          '2024-06-15  10:00:00',
        ],
      ]),
    ),
  )
  const newYork: TimeFormat = { timezone: 'America/New_York' }
  it(
    'take the zone of the column where they have no offset, over the hour that is missing and the one that comes twice',
    reads(
      { kind: 'timestamp' },
      [
        ['2024-06-15 10:00:00', '2024-06-15T14:00:00.000000Z'],
        ['2024-01-15T10:00', '2024-01-15T15:00:00.000000Z'],
        ['2024-01-15', '2024-01-15T05:00:00.000000Z'],
        ['2024-03-10 01:59:59', '2024-03-10T06:59:59.000000Z'],
        ['2024-03-10 02:30:00', '2024-03-10T07:30:00.000000Z'],
        ['2024-03-10 03:00:00', '2024-03-10T07:00:00.000000Z'],
        ['2024-11-03 00:59:59', '2024-11-03T04:59:59.000000Z'],
        ['2024-11-03 01:30:00', '2024-11-03T06:30:00.000000Z'],
        ['2024-06-15T10:00:00Z', '2024-06-15T10:00:00.000000Z'],
        ['2024-06-15T10:00:00+02:00', '2024-06-15T08:00:00.000000Z'],
        ['2024-02-30', null],
      ],
      newYork,
    ),
  )
  it(
    'read seconds since 1970',
    reads(
      { kind: 'timestamp' },
      [
        ['0', '1970-01-01T00:00:00.000000Z'],
        [' 1718445600 ', '2024-06-15T10:00:00.000000Z'],
        ['-1', '1969-12-31T23:59:59.000000Z'],
        ['1718445600.5', '2024-06-15T10:00:00.500000Z'],
        ['1718445600.0', '2024-06-15T10:00:00.000000Z'],
        ['1718445600.000005', '2024-06-15T10:00:00.000005Z'],
        ['-1.25', '1969-12-31T23:59:58.750000Z'],
        ...nothing(['1718445600.', '.5', '1718445600,5', '2024-06-15', '', '171844560000000']),
      ],
      { format: 'epoch_s' },
    ),
  )
  it(
    'read milliseconds since 1970',
    reads(
      { kind: 'timestamp' },
      [
        ['1718445600123', '2024-06-15T10:00:00.123000Z'],
        ['1718445600123.25', '2024-06-15T10:00:00.123250Z'],
        ['0', '1970-01-01T00:00:00.000000Z'],
        ...nothing(['2024-06-15T10:00:00Z', 'x']),
      ],
      { format: 'epoch_ms' },
    ),
  )
  it(
    'dates are days as written, of a time with an offset the day in UTC',
    reads({ kind: 'date' }, [
      ['2024-06-15', '2024-06-15'],
      [' 2024-06-15 ', '2024-06-15'],
      ['2024-06-15T23:30:00', '2024-06-15'],
      ['2024-06-15T23:30:00-05:00', '2024-06-16'],
      ['2024-06-15T00:30:00+02:00', '2024-06-14'],
      ['2024-02-29', '2024-02-29'],
      ...nothing(['2024-02-30', '2023-02-29', '20240615', '15/06/2024', '']),
    ]),
  )
  it(
    'dates alone are the same day in every zone',
    reads({ kind: 'date' }, [['2024-06-15', '2024-06-15']], newYork),
  )
  it('dates read epochs', reads({ kind: 'date' }, [['1718445600', '2024-06-15']], { format: 'epoch_s' }))
})

it('text and JSON pass', async () => {
  for (const type of [{ kind: 'string' }, { kind: 'json' }] as const) {
    expect(await db.each([' a ', '{"a": 1.50}', ''], (text) => functions.parse(text, type))).toEqual([
      ' a ',
      '{"a": 1.50}',
      '',
    ])
  }
})

describe('literals of the language', () => {
  it.each<readonly [string, LogicalType, string, string]>([
    ["it's", { kind: 'string' }, 'VARCHAR', "it's"],
    ['007', { kind: 'integer' }, 'BIGINT', '7'],
    ['12.50', number(18, 2), 'DECIMAL(18,2)', '12.5'],
    ['1e3', { kind: 'float' }, 'DOUBLE', '1000'],
    ['YES', { kind: 'boolean' }, 'BOOLEAN', 'true'],
    ['false', { kind: 'boolean' }, 'BOOLEAN', 'false'],
    ['1900-01-01', { kind: 'date' }, 'DATE', '1900-01-01'],
    ['2024-06-15T10:00+02:00', { kind: 'timestamp' }, 'TIMESTAMP', '2024-06-15T08:00:00.000000Z'],
  ])('%s as %j', async (text, type, engineType, shown) => {
    const value = functions.typedLiteral(text, type)
    expect(await db.value(sql`typeof(${value})`)).toBe(engineType)
    expect(await db.value(functions.display(value, type))).toBe(shown)
  })
})

describe('values of native types as text', () => {
  it.each<readonly [Sql, string | null]>([
    [sql`cast(17 as double)`, '17'],
    [sql`cast(12.50 as decimal(10,2))`, '12.5'],
    [sql`100`, '100'],
    [sql`cast(100 as double)`, '100'],
    [sql`true`, 'true'],
    [sql`date '2024-06-15'`, '2024-06-15'],
    [sql`[1, 2]`, '[1,2]'],
    [sql`{'a': 'x'}`, '{"a":"x"}'],
    [sql`cast(null as double)`, null],
    [sql`'17.0'`, '17.0'],
  ])('%#', async (value, text) => {
    expect(await db.value(functions.nativeText(value))).toBe(text)
  })
  it('times read again as what they were', async () => {
    for (const value of [
      sql`timestamp '2024-06-15 10:00:00.5'`,
      sql`timestamptz '2024-06-15 12:00:00.5+02'`,
    ]) {
      const text = functions.nativeText(value)
      const again = functions.display(functions.parse(text, { kind: 'timestamp' }), { kind: 'timestamp' })
      expect(await db.value(again)).toBe('2024-06-15T10:00:00.500000Z')
    }
  })
})
