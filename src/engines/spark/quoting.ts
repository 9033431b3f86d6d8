import { InternalError } from '../../diagnostics/errors.js'
import { unstorable } from '../../sql/storable-text.js'

export function backQuoted(identifier: string): string {
  return `\`${identifier.replaceAll('`', '``')}\``
}

/**
 * A backslash escapes in Spark's texts, and `${…}` would be replaced by a variable of the server, even inside of them,
 * where nobody switched that off.
 */
export function escaped(text: string): string {
  if (unstorable(text)) throw new InternalError('text that no SQL literal can hold')
  const body = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\u0024{')
  return `'${body}'`
}
