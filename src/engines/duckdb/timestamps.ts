import type { TimeFormat } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'

/**
 * Text → UTC timestamp. Engines read times so differently that text is first held against what the language reads (ISO
 * 8601), and cast only then. Most rows are in one form already and take one cast; `upper`, trimming and the repair of
 * offsets are for the others.
 */
const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const MINUTE = '([01][0-9]|2[0-3]):[0-5][0-9]'
const SECOND = ':[0-5][0-9]([.][0-9]{1,9})?'
const OFFSET = '(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)'

const ISO = `^${DAY}([T ]${MINUTE}(${SECOND})?${OFFSET}?)?$`
const UTC = `^${DAY}T${MINUTE}${SECOND}Z$`
const HAS_OFFSET = `^.{11}.*${OFFSET}$`
/** A time that ends in minutes: DuckDB reads no offset behind those. */
const NO_SECONDS = '^(.{16})([Z+-].*)$'

/** `trimmed` is the text without white space around it. */
export function timestampOf(text: Sql, trimmed: Sql, { format, timezone = 'UTC' }: TimeFormat): Sql {
  if (format === 'epoch_s') return epoch(trimmed, 11, 1_000_000)
  if (format === 'epoch_ms') return epoch(trimmed, 14, 1000)
  const written = sql`upper(${trimmed})`
  const local = sql`try_cast(${written} as timestamp)`
  const inZone = timezone === 'UTC' ? local : sql`timezone('UTC', timezone(${timezone}, ${local}))`
  return sql`
    case
      when regexp_matches(${text}, ${UTC}) then try_cast(${text} as timestamp)
      when not regexp_matches(${written}, ${ISO}) then null
      when regexp_matches(${written}, ${HAS_OFFSET})
        then timezone('UTC', try_cast(regexp_replace(${written}, ${NO_SECONDS}, '\\1:00\\2') as timestamptz))
      else ${inZone}
    end
  `
}

function epoch(text: Sql, digits: number, microseconds: number): Sql {
  return sql`case when regexp_matches(${text}, ${`^-?[0-9]{1,${digits}}$`}) then make_timestamp(cast(${text} as bigint) * ${microseconds}) end`
}
