import { raw, type Sql, sql } from '../../sql/fragment.js'
import { floatText, withoutZeros } from '../../sql/java-digits.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { displayer, parser } from '../../sql/typed-values.js'
import { DAY, DECIMAL, FLOAT, INTEGER } from '../../sql/value-forms.js'
import { jsonText } from './json.js'
import { timestampOf, utc } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

const WHOLE_DAY = `^${DAY}\\z`

/** Only text of the forms of the language is cast: Spark would read `NaN`, `Infinity`, `1d`, and whole numbers with a fraction. */
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

const ISO = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"

const asText = (value: Sql) => sql`cast(${value} as string)`

export const displayed = displayer({
  timestamp: (value) => sql`date_format(${value}, ${ISO})`,
  number: (value) => withoutZeros(asText(value)),
  float: (value) => floatText(asText(value), 'string'),
  other: asText,
})

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
      when typeof(${value}) like 'decimal%' then ${withoutZeros(asText(value))}
      when typeof(${value}) in ('double', 'float') then ${floatText(asText(value), 'string')}
      when typeof(${value}) like '%<%' then ${jsonText(value)}
      else cast(${value} as string)
    end
  `
}
