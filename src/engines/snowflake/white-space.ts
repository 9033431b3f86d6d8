import { type Sql, sql } from '../../sql/fragment.js'
import { WHITE_SPACE } from '../../sql/white-space.js'

const SPACE = `[${WHITE_SPACE}]`

export function trim(text: Sql): Sql {
  return sql`trim(${text}, ${WHITE_SPACE})`
}

/** The text without white space around it where it is of a form, a pattern without groups that capture; else null. */
export function ofForm(text: Sql, form: string): Sql {
  // Every group captures here; that of the form is the first.
  const pattern = `^${SPACE}*(${form.replaceAll('(?:', '(')})${SPACE}*$`
  return sql`regexp_substr(${text}, ${pattern}, 1, 1, 'e', 1)`
}
