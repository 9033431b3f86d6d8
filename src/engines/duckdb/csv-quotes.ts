/**
 * What is wrong with the quotes of a line that DuckDB could not read. `open`: the last one is never closed. `stray`: text
 * follows a closing one, as in `"5" disk"`. `none`: nothing, so that DuckDB shows another line than the one it means.
 */
export type QuoteFault = 'open' | 'stray' | 'none'

export function quoteFault(text: string, delimiter: string): QuoteFault {
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start'
  let hasStray = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? ''
    if (state === 'quoted') {
      if (character !== '"') continue
      if (text[i + 1] === '"') i += 1
      else state = 'closed'
    } else if (text.startsWith(delimiter, i)) {
      state = 'start'
      i += delimiter.length - 1
    } else if (character === '\n' || character === '\r') state = 'start'
    else if (state === 'start' && character === '"') state = 'quoted'
    else if (character !== ' ') {
      if (state === 'closed') hasStray = true
      state = 'plain'
    }
  }
  if (state === 'quoted') return 'open'
  return hasStray ? 'stray' : 'none'
}
