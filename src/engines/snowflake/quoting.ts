import { shortName } from '../../sql/short-name.js'
import { doubleQuoted, singleQuoted } from '../../sql/standard-sql.js'

/** Characters of a name. */
export const MAX_NAME = 255

/**
 * Snowflake folds names without quotes to upper case: so are ours, that people read them without quotes. A name that is
 * not all lower case, or needs quotes, is meant as it is written.
 */
export function quotedName(name: string): string {
  return doubleQuoted(foldedName(name))
}

export function foldedName(name: string): string {
  return shortName(/^[a-z_][a-z0-9_$]*$/.test(name) ? name.toUpperCase() : name, MAX_NAME)
}

/** A name as Snowflake has it, in the case that we write it in. */
export function unfoldedName(name: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name.toLowerCase() : name
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Backslashes escape, besides doubled quotes. */
export function quotedText(text: string): string {
  return singleQuoted(text).replaceAll(/[\\\n\r\t]/g, (one) => ESCAPES[one] ?? one)
}
