import type { Origin } from '../language/origin.js'
import { parsePattern } from '../sql/pattern.js'
import type { Findings } from './findings.js'

/** A regular expression of the portable subset, or CDP2007 at the character that is outside of it. */
export function checkPattern(findings: Findings, place: Origin, pattern: string): void {
  const result = parsePattern(pattern)
  if ('pattern' in result) return
  const { message, offset } = result.error
  findings.error('CDP2007', place, message, { inside: { from: offset, to: offset + 1 } })
}
