import type { TimeFormat } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { DAY, ISO_TIME, MINUTE, SECOND } from '../../sql/value-forms.js'
import { ofForm } from './white-space.js'

/**
 * Text → UTC timestamp. Trino reads times in one form only (`2026-01-31 08:30:00.123456 +01:00`) and rounds what is
 * finer than a microsecond: text is held against what the language reads (ISO 8601) and rewritten to that form.
 */
/** As nearly all times are written; what follows the microseconds is cut. */
const UTC = '^([0-9-]{10})T([0-9:]{8}(?:[.][0-9]{1,6})?)[0-9]*Z\\z'
const IS_UTC = `^${DAY}T${MINUTE}${SECOND}Z\\z`

/** Each turns one of the other forms into the next. */
const REWRITES: readonly (readonly [pattern: string, by: string])[] = [
  [' ?(?:UTC|[Zz])\\z', '+00:00'],
  [' ([+-][0-9:]+)\\z', '$1'],
  ['[Tt]', ' '],
  ['^(.{10})\\z', '$1 00:00:00'],
  ['^(.{16})([+-].*)?\\z', '$1:00$2'],
  ['([.][0-9]{6})[0-9]+', '$1'],
  ['^(.{19}.*[+-][0-9]{2})([0-9]{2})\\z', '$1:$2'],
  ['^(.{19}[^+-]*[+-][0-9]{2})\\z', '$1:00'],
]

const HAS_OFFSET = '^.{19}.*[+-]'

export function timestampOf(text: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(text, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(text, 14, 1000)
  const written = REWRITES.reduce(
    (form, [pattern, by]) => sql`regexp_replace(${form}, ${pattern}, ${by})`,
    ofForm(text, ISO_TIME),
  )
  const zoned = (value: Sql) => utc(sql`try_cast(${value} as timestamp(6) with time zone)`)
  return sql`
    case
      when regexp_like(${text}, ${IS_UTC}) then try_cast(regexp_replace(${text}, ${UTC}, '$1 $2') as timestamp(6))
      when regexp_like(${written}, ${HAS_OFFSET}) then ${zoned(written)}
      else ${inZone(sql`try_cast(${written} as timestamp(6))`, timezone)}
    end
  `
}

/** A moment with its zone as a timestamp of UTC. */
export function utc(moment: Sql): Sql {
  return sql`cast(${moment} at time zone 'UTC' as timestamp(6))`
}

/**
 * A time of a calendar and a clock in a zone as a timestamp of UTC. Of the hour that comes twice in autumn it is the second
 * one, where Trino takes the first.
 */
export function inZone(local: Sql, timezone: string): Sql {
  if (timezone === 'UTC') return local
  const first = sql`with_timezone(${local}, ${timezone})`
  const second = sql`${first} + interval '1' hour`
  return sql`case when cast(${second} as timestamp(6)) = ${local} then ${utc(sql`(${second})`)} else ${utc(first)} end`
}

/** Whole numbers, and those with a fraction as programs write that keep times as floating point: to the microsecond. */
function epoch(text: Sql, digits: number, microseconds: number): Sql {
  const whole = `-?[0-9]{1,${digits}}`
  const nanoseconds = sql`
    coalesce(
      cast(${ofForm(text, whole)} as decimal(38,0)) * ${microseconds},
      floor(cast(${ofForm(text, `${whole}[.][0-9]{1,9}`)} as decimal(28,9)) * ${microseconds})
    ) * 1000
  `
  return utc(sql`from_unixtime_nanos(${nanoseconds})`)
}
