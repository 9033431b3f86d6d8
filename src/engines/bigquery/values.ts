import type { TimeFormat } from '../../sql/dialect.js'
import { raw, type Sql, sql } from '../../sql/fragment.js'
import { ADDABLE_DIGITS, isPlainNumber, type LogicalType, RANGE } from '../../sql/logical-type.js'
import { DECIMAL, FALSE, FLOAT, INTEGER, TRUE } from '../../sql/value-forms.js'
import { anyText, withoutZeros } from './json.js'
import { timestampOf } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

/**
 * Text → value of the type by the rules of the language, null where it does not read. White space around it does not count.
 * Only text of the forms of the language is cast: BigQuery would read `0x10`, `nan`, and decimals with an exponent.
 */
export function parse(text: Sql, type: LogicalType, format: TimeFormat = {}): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return text
    case 'integer':
      return sql`safe_cast(${ofForm(text, INTEGER)} as int64)`
    case 'number':
      return isPlainNumber(type)
        ? sql`cast(${decimalOf(text, ADDABLE_DIGITS, type.scale)} as ${raw(decimal(38, type.scale))})`
        : decimalOf(text, type.precision, type.scale)
    case 'float': {
      const value = sql`safe_cast(${ofForm(text, FLOAT)} as float64)`
      return sql`case when abs(${value}) < ${raw(RANGE)} then ${value} end`
    }
    case 'boolean':
      return sql`case when ${isOneOf(text, TRUE)} then true when ${isOneOf(text, FALSE)} then false end`
    case 'date':
      return dateOf(text, format)
    case 'timestamp':
      return timestampOf(text, format)
  }
}

/** Its `numeric` has nine digits behind the point and 29 before it: too few for quotients. */
export const decimal = (precision: number, scale: number) => `bignumeric(${precision}, ${scale})`

/** Half away from zero; too large is null, which a cast to digits would be an error for. */
function decimalOf(text: Sql, precision: number, scale: number): Sql {
  const value = sql`round(safe_cast(${ofForm(text, DECIMAL)} as bignumeric), ${scale})`
  const limit = `1e${precision - scale}`
  return sql`case when abs(${value}) < bignumeric ${limit} then cast(${value} as ${raw(decimal(precision, scale))}) end`
}

function isOneOf(text: Sql, words: readonly string[]): Sql {
  return sql`lower(${trim(text)}) in (${raw(words.map((word) => `'${word}'`).join(', '))})`
}

const DAY = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'

/** A date alone is a day as it is written, whatever the zone; of a time with an offset it is the day in UTC. */
function dateOf(text: Sql, { format }: TimeFormat): Sql {
  const recipe = sql`date(${timestampOf(text, format ? { format } : {})}, 'UTC')`
  return format
    ? recipe
    : sql`case when regexp_contains(${text}, ${DAY}) then safe_cast(${text} as date) else ${recipe} end`
}

/** A typed value as canonical text. */
export function displayed(value: Sql, type: LogicalType): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return value
    case 'timestamp':
      return sql`format_timestamp('%Y-%m-%dT%H:%M:%E6SZ', ${value}, 'UTC')`
    case 'number':
    case 'float':
      return withoutZeros(sql`cast(${value} as string)`)
    default:
      return sql`cast(${value} as string)`
  }
}

/** A value as text, of a type that only BigQuery knows: a `datetime` has no zone, and is read as one of the source's. */
export function nativeText(value: Sql, type?: LogicalType, engineType?: string): Sql {
  if (type) return displayed(value, type)
  if (engineType === 'BYTES') return sql`to_hex(${value})`
  if (engineType === 'GEOGRAPHY') return sql`st_astext(${value})`
  if (engineType === 'DATETIME' || engineType === 'TIME') return sql`cast(${value} as string)`
  return anyText(value)
}
