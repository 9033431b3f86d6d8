import { type Sql, sql } from '../../sql/fragment.js'
import { RE2_SPACE, WHITE_SPACE } from '../../sql/white-space.js'

export function trim(text: Sql): Sql {
  return sql`trim(${text}, ${WHITE_SPACE})`
}

/** The text without white space around it where it is of a form, an RE2 pattern without groups that capture; else null. */
export function ofForm(text: Sql, form: string): Sql {
  return sql`regexp_extract(${text}, ${`^${RE2_SPACE}*(${form})${RE2_SPACE}*$`})`
}
