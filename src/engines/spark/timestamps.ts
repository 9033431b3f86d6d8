import type { TimeFormat } from '../../sql/dialect.js'
import { raw, type Sql, sql } from '../../sql/fragment.js'
import { ISO_TIME } from '../../sql/value-forms.js'
import { ofForm } from './white-space.js'

/**
 * Text → UTC timestamp. Spark reads more than the language does (`2026-03`, `now`): text is held against ISO 8601 first.
 * What is finer than a microsecond it cuts. Sessions are of UTC, so that moments become times without a zone by a cast.
 */
/** Spark reads no offset behind minutes. */
const MINUTE_WITH_OFFSET = '^(.{16})([Z+-])'
const HAS_OFFSET = '^.{11}.*[Z+-]'

export function timestampOf(text: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(text, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(text, 14, 1000)
  const tight = sql`regexp_replace(replace(translate(${ofForm(text, ISO_TIME)}, 'tz', 'TZ'), 'UTC', 'Z'), ' ([Z+-])', '$1')`
  const written = sql`regexp_replace(${tight}, ${MINUTE_WITH_OFFSET}, '$1:00$2')`
  const moment = utc(sql`try_cast(${written} as timestamp_ltz)`)
  if (timezone === 'UTC') return moment
  return sql`
    case
      when regexp_like(${written}, ${HAS_OFFSET}) then ${moment}
      else ${inZone(sql`try_cast(${written} as timestamp)`, timezone)}
    end
  `
}

/** A moment as a timestamp of UTC. */
export function utc(moment: Sql): Sql {
  return sql`cast(${moment} as timestamp)`
}

/**
 * A time of a calendar and a clock in a zone as a timestamp of UTC. Of the hour that comes twice in autumn it is the second
 * one, where Spark takes the first.
 */
export function inZone(local: Sql, timezone: string): Sql {
  if (timezone === 'UTC') return local
  const first = sql`convert_timezone(${timezone}, 'UTC', ${local})`
  const second = sql`${first} + interval '1' hour`
  return utc(
    sql`case when convert_timezone('UTC', ${timezone}, ${second}) = ${local} then ${second} else ${first} end`,
  )
}

/** Whole numbers, and those with a fraction as programs write that keep times as floating point: to the microsecond. */
function epoch(text: Sql, digits: number, microseconds: number): Sql {
  const whole = `-?[0-9]{1,${digits}}`
  const times = raw(String(microseconds))
  return utc(sql`
    timestamp_micros(
      coalesce(
        try_cast(${ofForm(text, whole)} as bigint) * ${times},
        cast(floor(try_cast(${ofForm(text, `${whole}[.][0-9]{1,9}`)} as decimal(28,9)) * ${times}) as bigint)
      )
    )
  `)
}
