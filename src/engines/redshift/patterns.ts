import { type Sql, sql } from '../../sql/fragment.js'

/**
 * Regular expressions are those of PCRE (`p`), whose first alternative counts; the POSIX ones of Redshift have no groups
 * that do not capture. All take a pattern as text.
 */

export function matches(text: Sql, pattern: string): Sql {
  return sql`regexp_instr(${text}, ${pattern}, 1, 1, 0, 'p') > 0`
}

/** `$1` in the replacement is the first group. */
export function replaceAll(text: Sql, pattern: string, by: string): Sql {
  return sql`regexp_replace(${text}, ${pattern}, ${by}, 1, 'p')`
}

/** What the first match covers; null where nothing matches or the match is empty. */
export function extract(text: Sql, pattern: string): Sql {
  return sql`nullif(regexp_substr(${text}, ${pattern}, 1, 1, 'p'), '')`
}

/** The same, of the first group. */
export function extractGroup(text: Sql, pattern: string): Sql {
  return sql`nullif(regexp_substr(${text}, ${pattern}, 1, 1, 'ep'), '')`
}
