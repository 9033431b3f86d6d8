import { createHash } from 'node:crypto'

/**
 * A name that the engine would cut keeps its beginning and gets eight hex digits of its hash; `end`, with which it ends,
 * stays.
 */
export function shortName(name: string, maxBytes: number, end = ''): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const hash = `_${createHash('md5').update(name).digest('hex').slice(0, 8)}${end}`
  const characters = [...name]
  while (Buffer.byteLength(characters.join('')) > maxBytes - hash.length) characters.pop()
  return `${characters.join('')}${hash}`
}
