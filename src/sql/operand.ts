import type { Dialect } from './dialect.js'
import type { Sql } from './fragment.js'
import type { LogicalType } from './logical-type.js'
import { plainDecimal } from './plain-decimal.js'

/**
 * A literal of YAML to compare values of a type with. A number has all its digits, whatever the scale of the values; days
 * and moments without an offset are of the project's zone.
 */
export function operand(
  dialect: Dialect,
  scalar: string | number | boolean,
  type: LogicalType,
  timezone: string,
): Sql {
  const text = String(scalar)
  return dialect.functions.typedLiteral(text, operandType(text, type), timezone)
}

function operandType(text: string, type: LogicalType): LogicalType {
  if (type.kind !== 'integer' && type.kind !== 'number') return type
  const [whole = '', fraction = ''] = plainDecimal(text).split('.')
  if (fraction === '' && whole.length <= 18) return { kind: 'integer' }
  return { kind: 'number', precision: 38, scale: Math.min(fraction.length, 37) }
}
