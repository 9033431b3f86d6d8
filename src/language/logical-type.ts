import { closest } from '../diagnostics/closest.js'
import type { LogicalType } from '../sql/logical-type.js'
import { didYouMean, oneOf, type Problem } from './problem.js'
import { spelled } from './shapes.js'

export type { LogicalType, TypeKind } from '../sql/logical-type.js'

const SIMPLE = ['string', 'integer', 'float', 'boolean', 'date', 'timestamp', 'json'] as const
const TYPES = ['string', 'integer', 'number', 'number(18,2)', 'float', 'boolean', 'date', 'timestamp', 'json']

/** What people write who come from SQL. */
const FOREIGN: Readonly<Record<string, string>> = {
  text: 'string',
  varchar: 'string',
  char: 'string',
  int: 'integer',
  bigint: 'integer',
  decimal: 'number',
  numeric: 'number',
  double: 'float',
  real: 'float',
  bool: 'boolean',
  datetime: 'timestamp',
  timestamptz: 'timestamp',
  jsonb: 'json',
  struct: 'json',
}

export const typeSchema = spelled<LogicalType>(readType, oneOf(TYPES)).meta({
  id: 'type',
  description:
    'The type of a value. `number` is an exact decimal, `number(18,2)` with its digits; `timestamp` is UTC; `json` is text.',
  examples: TYPES,
})

export function readType(written: string): { readonly value: LogicalType } | Omit<Problem, 'path'> {
  const kind = SIMPLE.find((name) => name === written)
  if (kind) return { value: { kind } }
  const match = /^number(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(written)
  if (match) {
    const precision = match[1] === undefined ? 38 : Number(match[1])
    const scale = match[1] === undefined ? 9 : Number(match[2] ?? 0)
    if (precision >= 1 && precision <= 38 && scale <= precision)
      return { value: { kind: 'number', precision, scale } }
    return {
      code: 'CDP2004',
      message: `${JSON.stringify(written)} is not possible`,
      expected: 'at most 38 digits, of which the second number are decimals',
    }
  }
  const base = written.toLowerCase().replace(/\(.*$/, '')
  const near = FOREIGN[base] ?? closest(written, TYPES)
  const hint = didYouMean(near)
  const message = `${JSON.stringify(written)} is not a type`
  return { code: 'CDP2004', message, ...(hint && { hint }), ...(near !== undefined && { near }) }
}
