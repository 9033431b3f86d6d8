import { createHash } from 'node:crypto'

/**
 * A name that the engine would cut keeps its beginning and gets eight hex digits of its hash; `end`, with which it ends,
 * stays.
 */
export function shortName(name: string, maxBytes: number, end = ''): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const hash = `_${hashOf(name)}${end}`
  const characters = [...name]
  while (Buffer.byteLength(characters.join('')) > maxBytes - hash.length) characters.pop()
  return `${characters.join('')}${hash}`
}

/** A name that the engine would refuse has an underscore for each match of `refused`, a global pattern, and eight hex digits of its hash. */
export function nameWithout(refused: RegExp, name: string, maxBytes: number): string {
  const allowed = name.replaceAll(refused, '_')
  return shortName(allowed === name ? name : `${allowed}_${hashOf(name)}`, maxBytes)
}

function hashOf(name: string): string {
  return createHash('md5').update(name).digest('hex').slice(0, 8)
}
