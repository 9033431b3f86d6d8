import type { TimeFormat } from '../../sql/dialect.js'
import { raw, type Sql, sql } from '../../sql/fragment.js'
import { ADDABLE_DIGITS, isPlainNumber, type LogicalType, RANGE } from '../../sql/logical-type.js'
import { DECIMAL, FALSE, FLOAT, INTEGER, TRUE } from '../../sql/value-forms.js'
import { floatText, withoutZeros } from './digits.js'
import { jsonText } from './json.js'
import { timestampOf, utc } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

/**
 * Text → value of the type by the rules of the language, null where it does not read. White space around it does not count.
 * Only text of the forms of the language is cast: Spark would read `NaN`, `Infinity`, `1d`, and whole numbers with a fraction.
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
        ? sql`cast(${decimalOf(text, ADDABLE_DIGITS, type.scale)} as ${raw(`decimal(38,${type.scale})`)})`
        : decimalOf(text, type.precision, type.scale)
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

function decimalOf(text: Sql, precision: number, scale: number): Sql {
  return sql`try_cast(${ofForm(text, DECIMAL)} as ${raw(`decimal(${precision},${scale})`)})`
}

function isOneOf(text: Sql, words: readonly string[]): Sql {
  return sql`lower(${trim(text)}) in (${raw(words.map((word) => `'${word}'`).join(', '))})`
}

const DAY = '^[0-9]{4}-[0-9]{2}-[0-9]{2}\\z'

/** A date alone is a day as it is written, whatever the zone; of a time with an offset it is the day in UTC. */
function dateOf(text: Sql, { format }: TimeFormat): Sql {
  const recipe = sql`cast(${timestampOf(text, format ? { format } : {})} as date)`
  return format
    ? recipe
    : sql`case when regexp_like(${text}, ${DAY}) then try_cast(${text} as date) else ${recipe} end`
}

const ISO = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"

/** A typed value as canonical text. */
export function displayed(value: Sql, type: LogicalType): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return value
    case 'timestamp':
      return sql`date_format(${value}, ${ISO})`
    case 'number':
      return withoutZeros(sql`cast(${value} as string)`)
    case 'float':
      return floatText(value)
    default:
      return sql`cast(${value} as string)`
  }
}

/** A value as text, of a type that is none of the language. */
export function nativeText(value: Sql, type?: LogicalType, engineType?: string): Sql {
  if (type?.kind === 'string' || type?.kind === 'json') return sql`cast(${value} as string)`
  if (type?.kind === 'timestamp') return sql`cast(${utc(value)} as string)`
  if (type) return displayed(value, type)
  if (engineType === undefined) return textOfAny(value)
  if (/^(array|map|struct)</.test(engineType)) return jsonText(value)
  if (engineType === 'variant') return sql`to_json(${value})`
  if (engineType === 'binary') return sql`lower(hex(${value}))`
  return sql`cast(${value} as string)`
}

/** Spark folds `typeof` when it plans. */
function textOfAny(value: Sql): Sql {
  return sql`
    case
      when typeof(${value}) like 'decimal%' then ${withoutZeros(sql`cast(${value} as string)`)}
      when typeof(${value}) in ('double', 'float') then ${floatText(value)}
      when typeof(${value}) like '%<%' then ${jsonText(value)}
      else cast(${value} as string)
    end
  `
}
