import { raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { displayer, parser } from '../../sql/typed-values.js'
import { INTEGER } from '../../sql/value-forms.js'
import { WHOLE_DAY } from '../postgres/timestamps.js'
import { matches, replaceAll } from './patterns.js'
import { timestampOf, utc } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

/** Bytes of a text, at most: VARCHAR without a length would have 256. */
export const TEXT = 'varchar(65535)'

export const decimal = (precision: number, scale: number) => `numeric(${precision},${scale})`

/** Digits of a decimal. */
const MOST_DIGITS = 38

/** Only text of the forms of the language is cast, and only where it fits: a cast that fails ends the statement. */
export const parse = parser({
  trim,
  integer: (text) => {
    const value = sql`cast(${ofForm(text, `${INTEGER.replace('[0-9]+', '0*[0-9]{1,38}')}`)} as numeric(38,0))`
    return sql`cast(case when ${value} between -9223372036854775808 and 9223372036854775807 then ${value} end as bigint)`
  },
  decimal: decimalOf,
  decimalType: decimal,
  float: floatOf,
  timestamp: timestampOf,
  isDay: (text) => matches(text, WHOLE_DAY),
  day: (text) => sql`cast(${text} as date)`,
})

/** Of more digits behind the point than the type has, one is left to round by. */
function decimalOf(text: Sql, precision: number, scale: number): Sql {
  const digits = precision - scale
  const whole = digits > 0 ? `0*[0-9]{1,${digits}}` : '0+'
  const written = ofForm(text, `[+-]?(?:${whole}(?:[.][0-9]*)?|[.][0-9]+)`)
  const kept = Math.min(scale + 1, MOST_DIGITS - digits)
  const cut = replaceAll(written, `([.][0-9]{${kept}})[0-9]+`, '$1')
  const value = sql`round(cast(${cut} as ${raw(decimal(MOST_DIGITS, kept))}), ${scale})`
  const largest = raw('9'.repeat(Math.max(digits, 1)) + (scale > 0 ? `.${'9'.repeat(scale)}` : ''))
  const fits = digits > 0 ? sql`abs(${value}) <= ${largest}` : sql`abs(${value}) < 1`
  return sql`cast(case when ${fits} then ${value} end as ${raw(decimal(precision, scale))})`
}

/** Of a size that a double has in any case; what is larger is not read anyway. */
const FLOAT =
  '[+-]?(?:[0-9]{1,100}(?:[.][0-9]{0,100})?|[.][0-9]{1,100})(?:[eE](?:[+-]?0*[0-9]{1,2}|-0*1[0-9]{2}))?'

function floatOf(text: Sql): Sql {
  const value = sql`cast(${ofForm(text, FLOAT)} as double precision)`
  return sql`case when abs(${value}) < ${raw(RANGE)} then ${value} end`
}

const asText = (value: Sql) => sql`cast(${value} as ${raw(TEXT)})`

/** Decimals without trailing zeros behind the point; what is no plain decimal stays. */
export function withoutZeros(digits: Sql): Sql {
  return replaceAll(digits, '^(-?[0-9]+)(?:([.][0-9]*[1-9])|[.])?0*$', '$1$2')
}

const plainNumber = (value: Sql) => withoutZeros(asText(value))

const ISO = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'

const displayedButBooleans = displayer({
  timestamp: (value) => sql`to_char(${value}, ${ISO})`,
  number: plainNumber,
  float: plainNumber,
  other: asText,
})

/** A boolean has no cast to text. */
export function displayed(value: Sql, type: LogicalType): Sql {
  return type.kind === 'boolean'
    ? sql`case when ${value} then 'true' when not ${value} then 'false' end`
    : displayedButBooleans(value, type)
}

/** As `2026-01-31 08:30:00.5`: six digits behind the second are cut to those that say something. */
function clockText(timestamp: Sql): Sql {
  return replaceAll(sql`to_char(${timestamp}, 'YYYY-MM-DD HH24:MI:SS.US')`, '[.]?0+$', '')
}

/** A value as text, of a type that only Redshift knows. */
export function nativeText(value: Sql, type?: LogicalType, engineType = ''): Sql {
  if (type?.kind === 'string' || type?.kind === 'json') return asText(value)
  if (type?.kind === 'timestamp') return clockText(value)
  if (type) return displayed(value, type)
  if (engineType === 'super')
    return sql`case when json_typeof(${value}) = 'string' then ${asText(value)} else json_serialize(${value}) end`
  if (engineType === 'timestamp with time zone') return sql`${clockText(utc(value))} || '+00'`
  return /^(binary varying|varbyte)/.test(engineType) ? sql`lower(to_hex(${value}))` : asText(value)
}
