import { inZone } from '../../sql/dateadd.js'
import type { TimeFormat } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { HAS_OFFSET, ISO } from '../postgres/timestamps.js'
import { matches, replaceAll } from './patterns.js'
import { ofForm } from './white-space.js'

/**
 * Text → UTC timestamp. A cast that fails ends the statement: text is cast only where a pattern says that it is a day of the
 * calendar and a time of the clock, and in the one form `2026-01-31 08:30:00.123456+01`.
 */
export function timestampOf(text: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(text, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(text, 14, 1000)
  const written = ofForm(text, ISO)
  const withOffset = replaceAll(replaceAll(written, ' ?(?:UTC|[Zz])$', '+00'), ' ([+-])', '$1')
  // Digits after the microsecond are cut off.
  const iso = replaceAll(replaceAll(withOffset, '[Tt]', ' '), '([.][0-9]{6})[0-9]+', '$1')
  return sql`
    case
      when ${matches(text, HAS_OFFSET)} then ${utc(sql`cast(${iso} as timestamptz)`)}
      else ${inZone(sql`cast(${iso} as timestamp)`, timezone)}
    end
  `
}

/** A moment with its zone as a timestamp of UTC. */
export function utc(moment: Sql): Sql {
  return sql`(${moment} at time zone 'UTC')`
}

const DAY = 86_400_000_000

/**
 * Whole numbers, and those with a fraction as programs write that keep times as floating point: to the microsecond. In
 * three steps, since `dateadd` takes integers of 32 bits.
 */
function epoch(text: Sql, digits: number, microseconds: number): Sql {
  const number = ofForm(text, `-?[0-9]{1,${digits}}(?:[.][0-9]{1,9})?`)
  const count = sql`cast(floor(cast(${number} as numeric(28,9)) * ${microseconds}) as bigint)`
  const days = sql`dateadd(day, cast(${count} / ${DAY} as integer), timestamp '1970-01-01 00:00:00')`
  const seconds = sql`dateadd(second, cast(mod(${count}, ${DAY}) / 1000000 as integer), ${days})`
  return sql`dateadd(microsecond, cast(mod(${count}, cast(1000000 as bigint)) as integer), ${seconds})`
}
