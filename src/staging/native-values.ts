import { raw, type Sql, sql } from '../sql/fragment.js'
import { isPlainNumber, type LogicalType, RANGE, wholeDigits } from '../sql/logical-type.js'

/**
 * How values of a column that has a type of its own become values of a declared type: `as they are`; `in range`, where what
 * is too large, infinite or no number is no value; or `by text`, read as in a file of text.
 */
export type Taken = 'as they are' | 'in range' | 'by text'

export function takenFrom(native: LogicalType | undefined, type: LogicalType): Taken {
  if (native?.kind !== type.kind) return 'by text'
  if (native.kind === 'float') return 'in range'
  if (native.kind !== 'number' || type.kind !== 'number') return 'as they are'
  // Where decimals are cut, rounding may need a digit more.
  const roundedUp = native.scale > type.scale ? 1 : 0
  if (native.precision - native.scale + roundedUp <= wholeDigits(type)) return 'as they are'
  return isPlainNumber(type) ? 'in range' : 'by text'
}

export function inRange(value: Sql, result: Sql): Sql {
  return sql`case when abs(${value}) < ${raw(RANGE)} then ${result} end`
}
