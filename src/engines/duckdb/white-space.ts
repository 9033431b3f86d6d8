import { type Sql, sql } from '../../sql/fragment.js'
import { RE2_SPACE as SPACE } from '../../sql/white-space.js'

/** At the end of a pattern. */
export const SPACES_TO_END = `${SPACE}*$`

/** DuckDB's own trim with a set of characters takes ten times as long. */
export function trim(text: Sql): Sql {
  return sql`regexp_replace(${text}, ${`^${SPACE}+|${SPACE}+$`}, '', 'g')`
}

/** The text without white space around it where it is of a form, an RE2 pattern without groups that capture; else null. */
export function ofForm(text: Sql, form: string): Sql {
  return sql`nullif(regexp_extract(${text}, ${`^${SPACE}*(${form})${SPACES_TO_END}`}, 1), '')`
}
