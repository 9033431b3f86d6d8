import { nameWithout } from '../../sql/short-name.js'
import { doubleQuoted, singleQuoted } from '../../sql/standard-sql.js'

/** Bytes of a name. */
export const MAX_NAME = 127

/** What no name may hold, and the names that no column may have. */
const REFUSED = /\p{C}|^(?:oid|tableoid|xmin|cmin|xmax|cmax|ctid)$/giu

export function quotedName(name: string): string {
  return doubleQuoted(nameWithout(REFUSED, name, MAX_NAME))
}

/** Backslashes escape, besides doubled quotes. */
export function quotedText(text: string): string {
  return singleQuoted(text).replaceAll('\\', '\\\\')
}
