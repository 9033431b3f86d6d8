import type { TimeFormat } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { DAY, ISO_TIME, MINUTE, OFFSET, SECOND } from '../../sql/value-forms.js'
import { ofForm, SPACES_TO_END } from './white-space.js'

/**
 * Text → UTC timestamp. Engines read times so differently that text is first held against what the language reads (ISO
 * 8601), and cast only then. Most rows are in one form already and take one cast; the rest, in white space, lower case
 * or with an offset, is for the others.
 */
const UTC = `^${DAY}T${MINUTE}${SECOND}Z$`
const HAS_OFFSET = `:[0-9]{2}(?:[.][0-9]+)?${OFFSET}${SPACES_TO_END}`
/** A time that ends in minutes: DuckDB reads no offset behind those. */
const NO_SECONDS = '^(.{16})([Z+-].*)$'

export function timestampOf(text: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(text, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(text, 14, 1000)
  const iso = sql`upper(${ofForm(text, ISO_TIME)})`
  const local = sql`try_cast(${iso} as timestamp)`
  const tight = sql`regexp_replace(replace(${iso}, 'UTC', 'Z'), ' ([Z+-])', '\\1')`
  const inZone = timezone === 'UTC' ? local : sql`timezone('UTC', timezone(${timezone}, ${local}))`
  return sql`
    case
      when regexp_matches(${text}, ${UTC}) then try_cast(${text} as timestamp)
      when regexp_matches(${text}, ${HAS_OFFSET})
        then timezone('UTC', try_cast(regexp_replace(${tight}, ${NO_SECONDS}, '\\1:00\\2') as timestamptz))
      else ${inZone}
    end
  `
}

/** Whole numbers, and those with a fraction as programs write that keep times as floating point: to the microsecond. */
function epoch(text: Sql, digits: number, microseconds: number): Sql {
  const whole = `-?[0-9]{1,${digits}}`
  return sql`
    make_timestamp(coalesce(
      cast(${ofForm(text, whole)} as bigint) * ${microseconds},
      cast(floor(cast(${ofForm(text, `${whole}[.][0-9]{1,9}`)} as decimal(28, 9)) * ${microseconds}) as bigint)
    ))
  `
}
