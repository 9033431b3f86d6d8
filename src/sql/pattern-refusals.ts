/** What is said of constructs that only some engines read alike, and what to write instead. */
export const FOREIGN_CASE = '(?i) works alike only on ASCII letters: lower the value first'

export function groupRefusal(rest: string): string {
  if (/^\?<?[=!]/.test(rest))
    return 'look-ahead and look-behind are not portable: use a second rule, or `sql`'
  if (/^\?(P?<)/.test(rest)) return 'named groups are not portable: write ( … )'
  if (rest.startsWith('?i')) return '(?i) must stand at the very start'
  return 'this kind of group is not portable: write (?: … )'
}

export function escapeRefusal(next: string): string {
  if (/[0-9]/.test(next)) return 'back references are not portable'
  if (next === 'b' || next === 'B')
    return '\\b is not portable: spell out what may stand there, as in (^|[^a-z])'
  if (next === 'p' || next === 'P') return '\\p is not portable: write the letters as a class'
  return `\\${next} is not portable`
}
