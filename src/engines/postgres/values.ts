import { raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { displayer, parser } from '../../sql/typed-values.js'
import { DECIMAL, FLOAT, INTEGER } from '../../sql/value-forms.js'
import { timestampOf, WHOLE_DAY } from './timestamps.js'
import { COLLATION, ofForm, trim } from './white-space.js'

/** Only text of the forms of the language is cast: Postgres would read `0x10`, `1_000`, `NaN`. */
export const parse = parser({
  trim,
  integer: integerOf,
  decimal: decimalOf,
  decimalType: (precision, scale) => `numeric(${precision},${scale})`,
  float: floatOf,
  timestamp: timestampOf,
  isDay: (text) => sql`${text} ~ ${WHOLE_DAY}`,
  day: (text) => sql`cast(${text} as date)`,
})

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

/** Decimals and floats without trailing zeros; what is no plain decimal stays. */
const plainNumber = (value: Sql) =>
  sql`regexp_replace(cast(${value} as text), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')`

export const displayed = displayer({
  timestamp: (value) => sql`to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  number: plainNumber,
  float: plainNumber,
  other: (value) => sql`cast(${value} as text)`,
})

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
