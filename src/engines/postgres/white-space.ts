import { raw, type Sql, sql } from '../../sql/fragment.js'
import { WHITE_SPACE } from '../../sql/white-space.js'

/** White space of any kind as a class of Postgres' regular expressions. */
const SPACE = `[${WHITE_SPACE.replaceAll(/[\t\n\v\f\r]/g, '')}\\t-\\r]`

/** The name of our collation: by bytes in comparisons, by Unicode in `lower`, whatever the database is set to. */
export const COLLATION = raw('"pg_c_utf8"')

export function trim(text: Sql): Sql {
  return sql`btrim(${text}, ${WHITE_SPACE})`
}

/** The text without white space around it where it is of a form, a pattern without groups that capture; else null. */
export function ofForm(text: Sql, form: string): Sql {
  return sql`substring(${text} from ${`^${SPACE}*(${form})${SPACE}*$`})`
}
