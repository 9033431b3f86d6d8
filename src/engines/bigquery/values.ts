import { raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { displayer, parser } from '../../sql/typed-values.js'
import { DAY, DECIMAL, FLOAT, INTEGER } from '../../sql/value-forms.js'
import { anyText, withoutZeros } from './json.js'
import { timestampOf } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

const WHOLE_DAY = `^${DAY}$`

/** Its `numeric` has nine digits behind the point and 29 before it: too few for quotients. */
export const decimal = (precision: number, scale: number) => `bignumeric(${precision}, ${scale})`

/** Only text of the forms of the language is cast: BigQuery would read `0x10`, `nan`, and decimals with an exponent. */
export const parse = parser({
  trim,
  integer: (text) => sql`safe_cast(${ofForm(text, INTEGER)} as int64)`,
  decimal: decimalOf,
  decimalType: decimal,
  float: (text) => {
    const value = sql`safe_cast(${ofForm(text, FLOAT)} as float64)`
    return sql`case when abs(${value}) < ${raw(RANGE)} then ${value} end`
  },
  timestamp: timestampOf,
  isDay: (text) => sql`regexp_contains(${text}, ${WHOLE_DAY})`,
  day: (text) => sql`safe_cast(${text} as date)`,
  dayOf: (timestamp) => sql`date(${timestamp}, 'UTC')`,
})

/** Half away from zero; too large is null, which a cast to digits would be an error for. */
function decimalOf(text: Sql, precision: number, scale: number): Sql {
  const value = sql`round(safe_cast(${ofForm(text, DECIMAL)} as bignumeric), ${scale})`
  const limit = `1e${precision - scale}`
  return sql`case when abs(${value}) < bignumeric ${limit} then cast(${value} as ${raw(decimal(precision, scale))}) end`
}

const asText = (value: Sql) => sql`cast(${value} as string)`
const plainNumber = (value: Sql) => withoutZeros(asText(value))

export const displayed = displayer({
  timestamp: (value) => sql`format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', ${value}, 'UTC')`,
  number: plainNumber,
  float: plainNumber,
  other: asText,
})

/** A value as text, of a type that only BigQuery knows: a `datetime` has no zone, and is read as one of the source's. */
export function nativeText(value: Sql, type?: LogicalType, engineType?: string): Sql {
  if (type?.kind === 'timestamp') return sql`format_timestamp('%E4Y-%m-%d %H:%M:%E*S', ${value}, 'UTC')`
  if (type) return displayed(value, type)
  if (engineType === 'BYTES') return sql`to_hex(${value})`
  if (engineType === 'GEOGRAPHY') return sql`st_astext(${value})`
  if (engineType === 'DATETIME') return sql`format_datetime('%E4Y-%m-%d %H:%M:%E*S', ${value})`
  if (engineType === 'TIME') return asText(value)
  return anyText(value)
}
