import { InternalError } from '../diagnostics/errors.js'
import { raw, type Sql, sql } from './fragment.js'
import { unstorable } from './storable-text.js'

/** What engines that follow the SQL standard write alike; a dialect of another kind writes its own. */

export function doubleQuoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

/** NUL cannot be in the text of engines, a lone surrogate in nobody's: both were refused when the project was read. */
export function singleQuoted(text: string): string {
  if (unstorable(text)) throw new InternalError('text that no SQL literal can hold')
  return `'${text.replaceAll("'", "''")}'`
}

export function position(part: Sql, text: Sql): Sql {
  return sql`position(${part} in ${text})`
}

export function isDistinct(one: Sql, other: Sql): Sql {
  return sql`${one} is distinct from ${other}`
}

export function addSeconds(timestamp: Sql, seconds: number): Sql {
  const { count, unit } = inLargestUnit(Math.abs(seconds))
  return sql`${timestamp} ${raw(seconds < 0 ? '-' : '+')} interval ${String(count)} ${raw(unit)}`
}

/** In the largest unit that holds it, as a person would write it; a day is 24 hours, since timestamps are UTC. */
export function inLargestUnit(seconds: number): { readonly count: number; readonly unit: string } {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ] as const
  const [unit, size] = units.find(([, length]) => seconds % length === 0) ?? ['second', 1]
  return { count: seconds / size, unit }
}
