import type { TimeFormat } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { MINUTE, OFFSET } from '../../sql/value-forms.js'
import { ofForm } from './white-space.js'

/**
 * Text → UTC timestamp. A cast that fails ends the statement, and one of a constant is made while the statement is planned:
 * text is cast only where a pattern says that it is a day of the calendar and a time of the clock.
 */
const MONTH_AND_DAY =
  '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])'
const LEAP_YEAR = '[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00'
const DAY = `(?!0000)(?:[0-9]{4}-(?:${MONTH_AND_DAY})|(?:${LEAP_YEAR})-02-29)`
const FRACTION = '(?:[.][0-9]{1,9})?'

/** A day, or a day and a time of the clock, with an offset or without. */
export const ISO = `${DAY}(?:[Tt ]${MINUTE}(?::[0-5][0-9]${FRACTION})?(?:${OFFSET})?)?`
const UTC = `^${DAY}T${MINUTE}:[0-5][0-9](?:[.][0-9]{1,6})?Z$`
/** Of a time that has an offset. */
export const HAS_OFFSET = `:[0-9]{2}(?:[.][0-9]+)?${OFFSET}[^0-9]*$`

/** A day alone, as it is written. */
export const WHOLE_DAY = `^${DAY}$`

export function timestampOf(text: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(text, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(text, 14, 1000)
  // Digits after the microsecond are cut off; Postgres would round.
  const iso = sql`regexp_replace(upper(${ofForm(text, ISO)}), '([.][0-9]{6})[0-9]+', '\\1')`
  const local = sql`cast(${iso} as timestamp)`
  const inZone = timezone === 'UTC' ? local : sql`${local} at time zone ${timezone} at time zone 'UTC'`
  return sql`
    case
      when ${text} ~ ${UTC} then cast(${text} as timestamp)
      when ${text} ~ ${HAS_OFFSET} then cast(${iso} as timestamptz) at time zone 'UTC'
      else ${inZone}
    end
  `
}

/** Whole numbers, and those with a fraction as programs write that keep times as floating point: to the microsecond. */
function epoch(text: Sql, digits: number, microseconds: number): Sql {
  const form = `-?[0-9]{1,${digits}}(?:[.][0-9]{1,9})?`
  return sql`timestamp '1970-01-01' + floor(cast(${ofForm(text, form)} as numeric) * ${microseconds}) * interval '1 microsecond'`
}
