import type { TimeFormat } from '../../sql/dialect.js'
import { raw, type Sql, sql } from '../../sql/fragment.js'
import { ADDABLE_DIGITS, isPlainNumber, type LogicalType, RANGE } from '../../sql/logical-type.js'
import { DECIMAL, FALSE, FLOAT, INTEGER, TRUE } from '../../sql/value-forms.js'
import { withoutZeros } from './json.js'
import { timestampOf, utc } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

/**
 * Text → value of the type by the rules of the language, null where it does not read. White space around it does not count.
 * Only text of the forms of the language is cast: Snowflake would read `NaN`, `inf`, and `12.5` as 13.
 */
export function parse(text: Sql, type: LogicalType, format: TimeFormat = {}): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return text
    case 'integer': {
      const value = sql`try_cast(${ofForm(text, INTEGER)} as number(38, 0))`
      return sql`cast(case when ${value} between -9223372036854775808 and 9223372036854775807 then ${value} end as ${raw(INTEGER_TYPE)})`
    }
    case 'number':
      return isPlainNumber(type)
        ? sql`cast(${decimalOf(text, ADDABLE_DIGITS, type.scale)} as ${raw(decimal(38, type.scale))})`
        : decimalOf(text, type.precision, type.scale)
    case 'float': {
      const value = sql`try_cast(${ofForm(text, FLOAT)} as float)`
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

export const INTEGER_TYPE = 'number(19, 0)'

export const decimal = (precision: number, scale: number) => `number(${precision}, ${scale})`

function decimalOf(text: Sql, precision: number, scale: number): Sql {
  return sql`try_cast(${ofForm(text, DECIMAL)} as ${raw(decimal(precision, scale))})`
}

function isOneOf(text: Sql, words: readonly string[]): Sql {
  return sql`lower(${trim(text)}) in (${raw(words.map((word) => `'${word}'`).join(', '))})`
}

const DAY = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'

/** A date alone is a day as it is written, whatever the zone; of a time with an offset it is the day in UTC. */
function dateOf(text: Sql, { format }: TimeFormat): Sql {
  const recipe = sql`to_date(${timestampOf(text, format ? { format } : {})})`
  return format
    ? recipe
    : sql`case when regexp_instr(${text}, ${DAY}) > 0 then try_to_date(${text}, 'YYYY-MM-DD') else ${recipe} end`
}

const ISO = 'YYYY-MM-DD"T"HH24:MI:SS.FF6"Z"'

/** A typed value as canonical text. */
export function displayed(value: Sql, type: LogicalType): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return value
    case 'timestamp':
      return sql`to_varchar(${value}, ${ISO})`
    case 'date':
      return sql`to_varchar(${value}, 'YYYY-MM-DD')`
    case 'number':
    case 'float':
      return withoutZeros(sql`to_varchar(${value})`)
    default:
      return sql`to_varchar(${value})`
  }
}

/** A value as text, of a type that only Snowflake knows. */
export function nativeText(value: Sql, type?: LogicalType, engineType?: string): Sql {
  if (type) return displayed(value, type)
  if (engineType === undefined) return anyText(value)
  if (/^(VARIANT|OBJECT|ARRAY)/.test(engineType)) return withoutZeros(sql`to_varchar(${value})`)
  if (/^TIMESTAMP_(TZ|LTZ)/.test(engineType)) return sql`to_varchar(${utc(value)}, ${ISO})`
  if (engineType.startsWith('BINARY')) return sql`lower(hex_encode(${value}))`
  return sql`to_varchar(${value})`
}

/** Nested values are JSON as they are. */
function anyText(value: Sql): Sql {
  return sql`
    case
      when typeof(to_variant(${value})) in ('DECIMAL', 'DOUBLE') then ${withoutZeros(sql`to_varchar(${value})`)}
      else to_varchar(to_variant(${value}))
    end
  `
}
