/** The types of the language. `number` is an exact decimal, `timestamp` is UTC with microseconds, `json` is text. */
export type LogicalType =
  | { readonly kind: 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'timestamp' | 'json' }
  | { readonly kind: 'number'; readonly precision: number; readonly scale: number }

export type TypeKind = LogicalType['kind']

/** Digits that a value may have which is added up: nine of the 38 that decimals have are left for the sums, of up to 10^9 rows. */
export const ADDABLE_DIGITS = 29

/** Values of `float` and of plain `number` are less than this, 1e20, either side of 0, so that they can be added up. A decimal: no integer of Trino is so large. */
export const RANGE = '100000000000000000000.0'

/** A `number` whose digits are not declared: its decimals have 38, its values only so many that they can be added up. */
export function isPlainNumber(type: LogicalType): boolean {
  return type.kind === 'number' && type.precision === 38 && type.scale === 9
}

/** Digits that values of a numeric type have before the point. */
export function wholeDigits(type: LogicalType): number {
  if (type.kind === 'integer') return 19
  if (type.kind !== 'number' || isPlainNumber(type)) return ADDABLE_DIGITS - 9
  return type.precision - type.scale
}
