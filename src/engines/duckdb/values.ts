import type { TimeFormat } from '../../sql/dialect.js'
import { raw, type Sql, sql } from '../../sql/fragment.js'
import { ADDABLE_DIGITS, isPlainNumber, type LogicalType, RANGE } from '../../sql/logical-type.js'
import { DECIMAL, FALSE, FLOAT, INTEGER, TRUE } from '../../sql/value-forms.js'
import { timestampOf } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

const DAY = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'

/**
 * Text → value of the type by the rules of the language, null where it does not read. White space around it does not count.
 * Only text of the forms of the language is cast: DuckDB would read `0x10`, `1_000`, `12.5` as 13, `inf`.
 */
export function parse(text: Sql, type: LogicalType, format: TimeFormat = {}): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return text
    case 'integer':
      return sql`try_cast(${ofForm(text, INTEGER)} as bigint)`
    case 'number':
      return isPlainNumber(type)
        ? sql`cast(${decimalOf(ofForm(text, DECIMAL), ADDABLE_DIGITS, type.scale)} as ${raw(decimal(38, type.scale))})`
        : decimalOf(ofForm(text, DECIMAL), type.precision, type.scale)
    case 'float': {
      const value = sql`try_cast(${ofForm(text, FLOAT)} as double)`
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

/** Text to a decimal of more than 18 digits takes DuckDB hundreds of times as long: only numbers that need them go that way. */
function decimalOf(text: Sql, precision: number, scale: number): Sql {
  const exact = sql`try_cast(${text} as ${raw(decimal(precision, scale))})`
  if (precision <= 18 || scale >= 18) return exact
  return sql`coalesce(try_cast(${text} as ${raw(decimal(18, scale))}), ${exact})`
}

const decimal = (precision: number, scale: number) => `decimal(${precision},${scale})`

function isOneOf(text: Sql, words: readonly string[]): Sql {
  return sql`lower(${trim(text)}) in (${raw(words.map((word) => `'${word}'`).join(', '))})`
}

/** A date alone is a day as it is written, whatever the zone; of a time with an offset it is the day in UTC. */
function dateOf(text: Sql, { format }: TimeFormat): Sql {
  const recipe = sql`cast(${timestampOf(text, format ? { format } : {})} as date)`
  return format
    ? recipe
    : sql`case when regexp_matches(${text}, ${DAY}) then try_cast(${text} as date) else ${recipe} end`
}

/** Decimals and floats without trailing zeros; what is no plain decimal stays. */
const plainNumber = (value: Sql) =>
  sql`regexp_replace(cast(${value} as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')`

/** A typed value as canonical text. */
export function displayed(value: Sql, type: LogicalType): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return value
    case 'timestamp':
      return sql`strftime(${value}, '%Y-%m-%dT%H:%M:%S.%fZ')`
    case 'number':
    case 'float':
      return plainNumber(value)
    default:
      return sql`cast(${value} as varchar)`
  }
}

/** A value as text, of a type that only DuckDB knows: it folds `typeof` when it plans, so the branches cost nothing. */
export function nativeText(value: Sql, type?: LogicalType): Sql {
  if (type) return type.kind === 'timestamp' ? sql`cast(${value} as varchar)` : displayed(value, type)
  return sql`
    case
      when regexp_matches(typeof(${value}), '^(DECIMAL|DOUBLE|FLOAT)') then ${plainNumber(value)}
      when regexp_matches(typeof(${value}), '^(STRUCT|MAP|UNION)|\\]$') then cast(to_json(${value}) as varchar)
      else cast(${value} as varchar)
    end
  `
}
