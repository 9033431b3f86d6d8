import { raw, type Sql, sql } from '../../sql/fragment.js'
import { floatText, withoutZeros } from '../../sql/java-digits.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { displayer, parser } from '../../sql/typed-values.js'
import { DAY, DECIMAL, FLOAT, INTEGER } from '../../sql/value-forms.js'
import { jsonText, jsonValueText } from './json.js'
import { timestampOf, utc } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

const WHOLE_DAY = `^${DAY}\\z`

/** Only text of the forms of the language is cast: Trino would read `NaN`, `Infinity`, and decimals with an exponent. */
export const parse = parser({
  trim,
  integer: (text) => sql`try_cast(${ofForm(text, INTEGER)} as bigint)`,
  decimal: (text, precision, scale) =>
    sql`try_cast(${ofForm(text, DECIMAL)} as ${raw(`decimal(${precision},${scale})`)})`,
  decimalType: (precision, scale) => `decimal(${precision},${scale})`,
  float: (text) => {
    const value = sql`try_cast(${ofForm(text, FLOAT)} as double)`
    return sql`case when abs(${value}) < ${raw(RANGE)} then ${value} end`
  },
  timestamp: timestampOf,
  isDay: (text) => sql`regexp_like(${text}, ${WHOLE_DAY})`,
  day: (text) => sql`try_cast(${text} as date)`,
})

const asText = (value: Sql) => sql`cast(${value} as varchar)`

export const displayed = displayer({
  timestamp: (value) => sql`replace(cast(cast(${value} as timestamp(6)) as varchar), ' ', 'T') || 'Z'`,
  number: (value) => withoutZeros(asText(value)),
  float: (value) => floatText(asText(value), 'varchar'),
  other: asText,
})

/**
 * A value as text, of a type that is none of the language. Trino has no function that writes values of every type: where
 * the type is not known it must be a scalar.
 */
export function nativeText(value: Sql, type?: LogicalType, engineType?: string): Sql {
  if (type?.kind === 'string' || type?.kind === 'json') return sql`cast(${value} as varchar)`
  if (type?.kind === 'timestamp') return clockText(sql`cast(${value} as timestamp(6))`)
  if (type) return displayed(value, type)
  if (engineType === undefined) return scalarText(value)
  if (/^(array|map|row)\(/.test(engineType)) return jsonText(sql`cast(${value} as json)`)
  if (engineType === 'json') return jsonValueText(value)
  if (engineType === 'varbinary') return sql`lower(to_hex(${value}))`
  if (/with time zone$/.test(engineType)) return sql`${clockText(utc(value))} || '+00'`
  return sql`cast(${value} as varchar)`
}

/** As `2026-01-31 08:30:00.5`: six digits behind the second are cut to those that say something. */
function clockText(timestamp: Sql): Sql {
  return sql`regexp_replace(cast(${timestamp} as varchar), '[.]?0+$', '')`
}

/** Trino folds `typeof` when it plans. */
function scalarText(value: Sql): Sql {
  const text = sql`format('%s', ${value})`
  const plain = withoutZeros(sql`cast(try_cast(${text} as decimal(38,21)) as varchar)`)
  return sql`
    case
      when ${value} is null then null
      when typeof(${value}) like 'decimal%' then coalesce(${plain}, ${withoutZeros(text)})
      when typeof(${value}) in ('double', 'real') then ${floatText(text, 'varchar')}
      when typeof(${value}) like '%with time zone' then regexp_replace(${text}, '\\[.*$', '')
      else ${text}
    end
  `
}
