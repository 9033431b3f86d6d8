import type { Code } from '../diagnostics/codes.js'

/** A mistake in a value, before it is known where the value stands: `path` starts at the value that was checked. */
export interface Problem {
  readonly code: Code
  readonly path: readonly (string | number)[]
  readonly which?: 'key' | 'value'
  /** The key that is not there, in the mapping at `path`. */
  readonly missing?: string
  readonly message: string
  readonly expected?: string
  readonly hint?: string
  /** The word of the language that was most likely meant by an unknown key or value. */
  readonly near?: string
}

/** What was written, in a few words: `the number 5`, `a list`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'string') return `the text ${shortened(value)}`
  return typeof value === 'number' ? `the number ${value}` : String(value)
}

/** A written text in quotes, cut where it is long. */
export function shortened(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)
}

/** `one of a, b, c`, cut where there are many. */
export function oneOf(names: readonly string[]): string {
  if (names.length === 1) return names[0] ?? ''
  return `one of ${names.slice(0, 14).join(', ')}${names.length > 14 ? ' …' : ''}`
}

/** The text of "did you mean", if something is near. */
export function didYouMean(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `did you mean ${JSON.stringify(name)}?`
}
