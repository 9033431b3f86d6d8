import { nameWithout } from '../../sql/short-name.js'
import { singleQuoted } from '../../sql/standard-sql.js'

/** Characters of a name of a column; those of tables and datasets are fewer, but they are declared names. */
export const MAX_NAME = 300

/** What no column may have in its name. */
const REFUSED = /[!"$()*,./;?@[\\\]^`{}~\p{C}]/gu

/** Names in backticks. */
export function quotedName(name: string): string {
  return `\`${allowedName(name)}\``
}

/** A name that BigQuery would refuse has an underscore for what it refuses, and eight digits of the hash of what it was. */
export function allowedName(name: string): string {
  return nameWithout(REFUSED, name, MAX_NAME)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r' }

/** Backslashes escape, and a literal ends with its line. */
export function quotedText(text: string): string {
  const checked = singleQuoted(text).slice(1, -1).replaceAll("''", "'")
  return `'${checked.replaceAll(/[\\'\n\r]/g, (one) => ESCAPES[one] ?? one)}'`
}
