import { inZone } from '../../sql/dateadd.js'
import type { TimeFormat } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { ISO_TIME } from '../../sql/value-forms.js'
import { ofForm } from './white-space.js'

/**
 * Text → UTC timestamp. What Snowflake reads depends on the session: text is held against what the language reads (ISO
 * 8601), rewritten to the one form `2026-01-31 08:30:00.123456+01:00`, and read by that form.
 */

/** Each turns one of the other forms into the next. */
const REWRITES: readonly (readonly [pattern: string, by: string])[] = [
  [' ?(UTC|[Zz])$', '+00:00'],
  [' ([+-][0-9:]+)$', '\\1'],
  ['[Tt]', ' '],
  ['^(.{10})$', '\\1 00:00:00'],
  ['^(.{16})([+-].*)?$', '\\1:00\\2'],
  ['^(.{19})([+-].*)?$', '\\1.0\\2'],
  ['([.][0-9]{6})[0-9]+', '\\1'],
  ['^(.{19}.*[+-][0-9]{2})([0-9]{2})$', '\\1:\\2'],
  ['^(.{19}.*[+-][0-9]{2})$', '\\1:00'],
]

const HAS_OFFSET = '^.{19}.*[+-]'
const LOCAL = 'YYYY-MM-DD HH24:MI:SS.FF'

export function timestampOf(text: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(text, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(text, 14, 1000)
  const written = REWRITES.reduce(
    (form, [pattern, by]) => sql`regexp_replace(${form}, ${pattern}, ${by})`,
    ofForm(text, ISO_TIME),
  )
  return sql`
    case
      when regexp_instr(${written}, ${HAS_OFFSET}) > 0 then ${utc(sql`try_to_timestamp_tz(${written}, ${`${LOCAL}TZH:TZM`})`)}
      else ${inZone(sql`cast(try_to_timestamp_ntz(${written}, ${LOCAL}) as timestamp_ntz(6))`, timezone)}
    end
  `
}

/** A moment with its zone as a timestamp of UTC. */
export function utc(moment: Sql): Sql {
  return sql`cast(convert_timezone('UTC', ${moment}) as timestamp_ntz(6))`
}

/** Whole numbers, and those with a fraction as programs write that keep times as floating point: to the microsecond. */
function epoch(text: Sql, digits: number, microseconds: number): Sql {
  const number = ofForm(text, `-?[0-9]{1,${digits}}(?:[.][0-9]{1,9})?`)
  const count = sql`floor(try_cast(${number} as number(28, 9)) * ${microseconds})`
  return sql`cast(to_timestamp_ntz(cast(${count} as number(18, 0)), 6) as timestamp_ntz(6))`
}
