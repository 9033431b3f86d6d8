import { LeafFault } from '../../template/leaf-template.js'

/** Decide where a request goes and where it ends: never for a connector to say. */
const RESERVED = ['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'te', 'trailer']

/** The name of a header in lower case. Throws a `LeafFault` where it is none, or not for a connector to say. */
export function headerName(name: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) throw new LeafFault('the name of a header is not one')
  const lower = name.toLowerCase()
  if (RESERVED.includes(lower)) throw new LeafFault(`the header "${lower}" cannot be set`)
  return lower
}

/** Line breaks would begin another header. Other characters that HTTP does not carry are refused too. */
export function headerValue(name: string, value: string): string {
  if (/[\r\n]/.test(value)) throw new LeafFault(`the header "${name}" would hold a line break`)
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    throw new LeafFault(`the header "${name}" would hold a character that headers cannot`)
  return value
}
