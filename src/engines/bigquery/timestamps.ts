import type { TimeFormat } from '../../sql/dialect.js'
import { raw, type Sql, sql } from '../../sql/fragment.js'
import { inLargestUnit } from '../../sql/standard-sql.js'
import { ISO_TIME } from '../../sql/value-forms.js'
import { ofForm } from './white-space.js'

/**
 * Text → UTC timestamp. BigQuery reads more than the language does and rounds nothing: text is held against what the
 * language reads (ISO 8601) and rewritten to the one form `2026-01-31 08:30:00.123456+01:00`.
 */

/** Each turns one of the other forms into the next. */
const REWRITES: readonly (readonly [pattern: string, by: string])[] = [
  [' ?(?:UTC|[Zz])$', '+00:00'],
  [' ([+-][0-9:]+)$', '\\1'],
  ['[Tt]', ' '],
  ['^(.{10})$', '\\1 00:00:00'],
  ['^(.{16})([+-].*)?$', '\\1:00\\2'],
  ['([.][0-9]{6})[0-9]+', '\\1'],
  ['^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'],
]

const HAS_OFFSET = '^.{19}.*[+-]'

export function timestampOf(text: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(text, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(text, 14, 1000)
  const written = REWRITES.reduce(
    (form, [pattern, by]) => sql`regexp_replace(${form}, ${pattern}, ${by})`,
    ofForm(text, ISO_TIME),
  )
  if (timezone === 'UTC') return sql`safe_cast(${written} as timestamp)`
  return sql`
    case
      when regexp_contains(${written}, ${HAS_OFFSET}) then safe_cast(${written} as timestamp)
      else ${fromZone(sql`safe_cast(${written} as datetime)`, timezone)}
    end
  `
}

/**
 * A time of a calendar and a clock in a zone as a moment. Of the hour that comes twice in autumn it is the second one,
 * where BigQuery takes the first.
 */
function fromZone(local: Sql, timezone: string): Sql {
  const first = sql`timestamp(${local}, ${timezone})`
  const second = sql`timestamp_add(${first}, interval 1 hour)`
  return sql`case when datetime(${second}, ${timezone}) = ${local} then ${second} else ${first} end`
}

/** A timestamp whose text is local time of a zone. */
export function inZone(timestamp: Sql, timezone: string): Sql {
  return timezone === 'UTC' ? timestamp : fromZone(sql`datetime(${timestamp}, 'UTC')`, timezone)
}

/** Whole numbers, and those with a fraction as programs write that keep times as floating point: to the microsecond. */
function epoch(text: Sql, digits: number, microseconds: number): Sql {
  const number = `-?[0-9]{1,${digits}}(?:[.][0-9]{1,9})?`
  const count = sql`floor(safe_cast(${ofForm(text, number)} as bignumeric) * ${microseconds})`
  return sql`timestamp_micros(safe_cast(${count} as int64))`
}

export function addSeconds(timestamp: Sql, seconds: number): Sql {
  const { count, unit } = inLargestUnit(Math.abs(seconds))
  return sql`${raw(seconds < 0 ? 'timestamp_sub' : 'timestamp_add')}(${timestamp}, interval ${count} ${raw(unit)})`
}
