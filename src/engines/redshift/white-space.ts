import { type Sql, sql } from '../../sql/fragment.js'
import { WHITE_SPACE } from '../../sql/white-space.js'
import { extractGroup } from './patterns.js'

/** White space of any kind as a class of PCRE. */
const SPACE = `[${WHITE_SPACE.replaceAll(/[\t\n\v\f\r]/g, '')}\\t-\\r]`

export function trim(text: Sql): Sql {
  return sql`btrim(${text}, ${WHITE_SPACE})`
}

/** The text without white space around it where it is of a form, a pattern without groups that capture; else null. */
export function ofForm(text: Sql, form: string): Sql {
  return extractGroup(text, `^${SPACE}*(${form})${SPACE}*\\z`)
}
