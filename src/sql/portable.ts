import { InternalError } from '../diagnostics/errors.js'
import { type Pattern, parsePattern } from './pattern.js'

/** A pattern of our own, which is known to be in the portable subset. */
export function portable(text: string): Pattern {
  const parsed = parsePattern(text)
  if ('error' in parsed) throw new InternalError(`${text}: ${parsed.error.message}`)
  return parsed.pattern
}
