/**
 * The first character of a text that no database stores, written as an escape; undefined where there is none. Engines refuse
 * NUL; half a surrogate pair has no form in UTF-8, so that a driver would send another character in its place.
 */
export function unstorable(text: string): string | undefined {
  const found = /\0|\p{Surrogate}/u.exec(text)?.[0]
  if (found === undefined) return undefined
  return found === '\0' ? '\\0' : `\\u${found.charCodeAt(0).toString(16)}`
}
