import { raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { displayer, parser } from '../../sql/typed-values.js'
import { DAY, DECIMAL, FLOAT, INTEGER } from '../../sql/value-forms.js'
import { timestampOf } from './timestamps.js'
import { ofForm, trim } from './white-space.js'

const WHOLE_DAY = `^${DAY}$`

/** Only text of the forms of the language is cast: DuckDB would read `0x10`, `1_000`, `12.5` as 13, `inf`. */
export const parse = parser({
  trim,
  integer: (text) => sql`try_cast(${ofForm(text, INTEGER)} as bigint)`,
  decimal: (text, precision, scale) => decimalOf(ofForm(text, DECIMAL), precision, scale),
  decimalType: (precision, scale) => `decimal(${precision},${scale})`,
  float: (text) => {
    const value = sql`try_cast(${ofForm(text, FLOAT)} as double)`
    return sql`case when abs(${value}) < ${raw(RANGE)} then ${value} end`
  },
  timestamp: timestampOf,
  isDay: (text) => sql`regexp_matches(${text}, ${WHOLE_DAY})`,
  day: (text) => sql`try_cast(${text} as date)`,
})

/** Text to a decimal of more than 18 digits takes DuckDB hundreds of times as long: only numbers that need them go that way. */
function decimalOf(text: Sql, precision: number, scale: number): Sql {
  const exact = sql`try_cast(${text} as ${raw(decimal(precision, scale))})`
  if (precision <= 18 || scale >= 18) return exact
  return sql`coalesce(try_cast(${text} as ${raw(decimal(18, scale))}), ${exact})`
}

const decimal = (precision: number, scale: number) => `decimal(${precision},${scale})`

/** Decimals and floats without trailing zeros; what is no plain decimal stays. */
const plainNumber = (value: Sql) =>
  sql`regexp_replace(cast(${value} as varchar), '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$', '\\1\\2')`

export const displayed = displayer({
  timestamp: (value) => sql`strftime(${value}, '%Y-%m-%dT%H:%M:%S.%fZ')`,
  number: plainNumber,
  float: plainNumber,
  other: (value) => sql`cast(${value} as varchar)`,
})

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
