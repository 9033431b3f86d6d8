import type { TimeFormat } from '../../sql/dialect.js'
import { raw, type Sql, sql } from '../../sql/fragment.js'
import { ADDABLE_DIGITS, isPlainNumber, type LogicalType, RANGE } from '../../sql/logical-type.js'
import { DECIMAL, FALSE, FLOAT, INTEGER, TRUE } from '../../sql/value-forms.js'
import { timestampOf, WHOLE_DAY } from './timestamps.js'
import { COLLATION, ofForm, trim } from './white-space.js'

/**
 * Text → value of the type by the rules of the language, null where it does not read. White space around it does not count.
 * Only text of the forms of the language is cast: Postgres would read `0x10`, `1_000`, `NaN`.
 */
export function parse(text: Sql, type: LogicalType, format: TimeFormat = {}): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return text
    case 'integer':
      return integerOf(text)
    case 'number':
      return isPlainNumber(type)
        ? sql`cast(${decimalOf(text, ADDABLE_DIGITS, type.scale)} as ${raw(`numeric(38,${type.scale})`)})`
        : decimalOf(text, type.precision, type.scale)
    case 'float':
      return floatOf(text)
    case 'boolean':
      return sql`case when ${isOneOf(text, TRUE)} then true when ${isOneOf(text, FALSE)} then false end`
    case 'date':
      return dateOf(text, format)
    case 'timestamp':
      return timestampOf(text, format)
  }
}

/** Numbers of more digits than anybody writes are longer than what Postgres reads. */
function numericOf(text: Sql, form: string): Sql {
  return sql`case when length(${text}) < 1000 then cast(${ofForm(text, form)} as numeric) end`
}

function integerOf(text: Sql): Sql {
  const value = numericOf(text, INTEGER)
  return sql`
    case
      when ${text} ~ '^[+-]?[0-9]{1,18}$' then cast(${text} as bigint)
      when ${value} between -9223372036854775808 and 9223372036854775807 then cast(${value} as bigint)
    end
  `
}

/** Half away from zero; too large is null. */
function decimalOf(text: Sql, precision: number, scale: number): Sql {
  const value = sql`round(${numericOf(text, DECIMAL)}, ${scale})`
  const digits = precision - scale
  const type = raw(`numeric(${precision},${scale})`)
  const usual = `^[+-]?[0-9]{1,${digits - 1}}(?:[.][0-9]{1,9})?$`
  return sql`
    case
      ${digits > 1 ? sql`when ${text} ~ ${usual} then cast(${text} as ${type})\n` : raw('')}when abs(${value}) < ${raw(`1e${digits}`)} then cast(${value} as ${type})
    end
  `
}

/** What is too small for a float is 0; Postgres would refuse it. */
function floatOf(text: Sql): Sql {
  const value = numericOf(text, FLOAT)
  return sql`
    case
      when abs(${value}) < 2.4703282292062328e-324 then 0
      when abs(${value}) < ${raw(RANGE)} then cast(${value} as double precision)
    end
  `
}

function isOneOf(text: Sql, words: readonly string[]): Sql {
  return sql`lower(${trim(text)}) in (${raw(words.map((word) => `'${word}'`).join(', '))})`
}

/** A date alone is a day as it is written, whatever the zone; of a time with an offset it is the day in UTC. */
function dateOf(text: Sql, { format }: TimeFormat): Sql {
  const recipe = sql`cast(${timestampOf(text, format ? { format } : {})} as date)`
  return format ? recipe : sql`case when ${text} ~ ${WHOLE_DAY} then cast(${text} as date) else ${recipe} end`
}

/** Decimals and floats without trailing zeros; what is no plain decimal stays. */
const plainNumber = (value: Sql) =>
  sql`regexp_replace(cast(${value} as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')`

/** A typed value as canonical text. */
export function displayed(value: Sql, type: LogicalType): Sql {
  switch (type.kind) {
    case 'string':
    case 'json':
      return value
    case 'timestamp':
      return sql`to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    case 'number':
    case 'float':
      return plainNumber(value)
    default:
      return sql`cast(${value} as text)`
  }
}

/** A value as text, of a type that only Postgres knows. */
export function nativeText(value: Sql, type?: LogicalType): Sql {
  if (type?.kind === 'string' || type?.kind === 'json') return collated(sql`cast(${value} as text)`)
  if (type) return collated(type.kind === 'timestamp' ? sql`cast(${value} as text)` : displayed(value, type))
  return collated(sql`
    case
      when pg_typeof(${value}) in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) then ${plainNumber(value)}
      when pg_typeof(${value})::text like '%[]' then cast(to_json(${value}) as text)
      else cast(${value} as text)
    end
  `)
}

/** Text in our collation. */
export function collated(text: Sql): Sql {
  return sql`(${text}) collate ${COLLATION}`
}
