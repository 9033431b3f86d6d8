import { raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { displayer, parser } from '../../sql/typed-values.js'
import { DAY, DECIMAL, FLOAT, INTEGER } from '../../sql/value-forms.js'
import { withoutZeros } from './json.js'
import { timestampOf, utc } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

const WHOLE_DAY = `^${DAY}$`

export const INTEGER_TYPE = 'number(19, 0)'

export const decimal = (precision: number, scale: number) => `number(${precision}, ${scale})`

/** Only text of the forms of the language is cast: Snowflake would read `NaN`, `inf`, and `12.5` as 13. */
export const parse = parser({
  trim,
  integer: (text) => {
    const value = sql`try_cast(${ofForm(text, INTEGER)} as number(38, 0))`
    return sql`cast(case when ${value} between -9223372036854775808 and 9223372036854775807 then ${value} end as ${raw(INTEGER_TYPE)})`
  },
  decimal: (text, precision, scale) =>
    sql`try_cast(${ofForm(text, DECIMAL)} as ${raw(decimal(precision, scale))})`,
  decimalType: decimal,
  float: (text) => {
    const value = sql`try_cast(${ofForm(text, FLOAT)} as float)`
    return sql`case when abs(${value}) < ${raw(RANGE)} then ${value} end`
  },
  timestamp: timestampOf,
  isDay: (text) => sql`regexp_instr(${text}, ${WHOLE_DAY}) > 0`,
  day: (text) => sql`try_to_date(${text}, 'YYYY-MM-DD')`,
  dayOf: (timestamp) => sql`to_date(${timestamp})`,
})

const ISO = 'YYYY-MM-DD"T"HH24:MI:SS.FF6"Z"'

const asText = (value: Sql) => sql`to_varchar(${value})`
const plainNumber = (value: Sql) => withoutZeros(asText(value))

export const displayed = displayer({
  timestamp: (value) => sql`to_varchar(${value}, ${ISO})`,
  number: plainNumber,
  float: plainNumber,
  date: (value) => sql`to_varchar(${value}, 'YYYY-MM-DD')`,
  other: asText,
})

/** As `2026-01-31 08:30:00.5`: six digits behind the second are cut to those that say something. */
function clockText(timestamp: Sql): Sql {
  return sql`regexp_replace(to_varchar(${timestamp}, 'YYYY-MM-DD HH24:MI:SS.FF6'), '[.]?0+$', '')`
}

/** A value as text, of a type that only Snowflake knows. */
export function nativeText(value: Sql, type?: LogicalType, engineType?: string): Sql {
  if (type?.kind === 'timestamp') return clockText(value)
  if (type) return displayed(value, type)
  if (engineType === undefined) return anyText(value)
  if (/^(VARIANT|OBJECT|ARRAY)/.test(engineType)) return plainNumber(value)
  if (/^TIMESTAMP_(TZ|LTZ)/.test(engineType)) return sql`${clockText(utc(value))} || '+00'`
  if (engineType.startsWith('BINARY')) return sql`lower(hex_encode(${value}))`
  return asText(value)
}

/** Nested values are JSON as they are. */
function anyText(value: Sql): Sql {
  return sql`
    case
      when typeof(to_variant(${value})) in ('DECIMAL', 'DOUBLE') then ${plainNumber(value)}
      else to_varchar(to_variant(${value}))
    end
  `
}
