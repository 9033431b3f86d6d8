import { type Sql, sql } from '../../sql/fragment.js'
import { WHITE_SPACE } from '../../sql/white-space.js'

/** White space of any kind as a class of Java's expressions. */
const SPACE = `[\\t\\n\\x0b\\f\\r${WHITE_SPACE.replaceAll(/[\t\n\v\f\r]/g, '')}]`

export function trim(text: Sql): Sql {
  return sql`trim(both ${WHITE_SPACE} from ${text})`
}

/** The text without white space around it where it is of a form, a pattern without groups that capture; else null. */
export function ofForm(text: Sql, form: string): Sql {
  return sql`nullif(regexp_extract(${text}, ${`^${SPACE}*(${form})${SPACE}*\\z`}, 1), '')`
}
