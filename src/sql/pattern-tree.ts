/**
 * The portable regular expressions: what matches alike in RE2 (DuckDB), ARE (Postgres), Joni (Trino) and Java (Spark).
 * Parsed into a tree, printed for each engine; what is outside the subset is an error that says so.
 */
export type Pattern =
  | { readonly kind: 'alternation'; readonly branches: readonly Pattern[] }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | {
      readonly kind: 'repeat'
      readonly item: Pattern
      readonly min: number
      readonly max: number | undefined
      readonly lazy: boolean
    }
  | { readonly kind: 'group'; readonly item: Pattern; readonly capturing: boolean }
  | {
      readonly kind: 'set'
      readonly negated: boolean
      readonly ranges: readonly (readonly [string, string])[]
    }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'any' | 'start' | 'end' }

/** The greatest number of times that repetitions within each other ask for something. */
export function repetitions(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'alternation':
      return Math.max(1, ...pattern.branches.map(repetitions))
    case 'sequence':
      return Math.max(1, ...pattern.items.map(repetitions))
    case 'group':
      return repetitions(pattern.item)
    case 'repeat':
      return repetitions(pattern.item) * Math.max(1, pattern.max ?? pattern.min)
    default:
      return 1
  }
}

/**
 * A pattern without regard to the case of ASCII letters, spelt out: with `(?i)`, RE2 lets `s` and `k` match the long s
 * (U+017F) and the Kelvin sign (U+212A) as well, and Java does not.
 */
export function inBothCases(pattern: Pattern): Pattern {
  switch (pattern.kind) {
    case 'alternation':
      return { ...pattern, branches: pattern.branches.map(inBothCases) }
    case 'sequence':
      return { ...pattern, items: pattern.items.map(inBothCases) }
    case 'repeat':
    case 'group':
      return { ...pattern, item: inBothCases(pattern.item) }
    case 'set':
      return { ...pattern, ranges: pattern.ranges.flatMap((range) => [range, ...otherCase(range)]) }
    case 'character': {
      const other = swapped(pattern.character)
      if (other === pattern.character) return pattern
      return { kind: 'set', negated: false, ranges: [pattern.character, other].map((c) => [c, c] as const) }
    }
    default:
      return pattern
  }
}

/** The letters of a range, in the other case. */
function otherCase([low, high]: readonly [string, string]): readonly (readonly [string, string])[] {
  return [
    ['a', 'z'],
    ['A', 'Z'],
  ].flatMap(([first = '', last = '']) => {
    const from = low > first ? low : first
    const to = high < last ? high : last
    return from <= to ? [[swapped(from), swapped(to)] as const] : []
  })
}

function swapped(letter: string): string {
  if (/[a-z]/.test(letter)) return letter.toUpperCase()
  return /[A-Z]/.test(letter) ? letter.toLowerCase() : letter
}
