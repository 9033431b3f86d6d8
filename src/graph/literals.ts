import { unreachable } from '../diagnostics/errors.js'
import type { Scalar } from '../language/declaration.js'
import type { LogicalType } from '../language/logical-type.js'

/** As semantics.md reads them from text. */
const BOOLEAN = /^(true|false|t|f|yes|no|y|n|on|off|1|0)$/i
const INTEGER = /^[+-]?\d+(\.0*)?$/
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/** What a literal of the type looks like, where the value written is none; undefined where it is one. */
export function literalMismatch(value: Scalar, type: LogicalType): string | undefined {
  const text = String(value)
  switch (type.kind) {
    case 'string':
    case 'json':
      return undefined
    case 'boolean':
      return BOOLEAN.test(text) ? undefined : 'true or false'
    case 'integer':
      return typeof value !== 'boolean' && INTEGER.test(text) ? undefined : 'a whole number'
    case 'number':
    case 'float':
      return typeof value !== 'boolean' && NUMBER.test(text) ? undefined : 'a number'
    case 'date':
      return isDate(text) ? undefined : 'a date such as 2025-01-31'
    case 'timestamp':
      return isTimestamp(text) ? undefined : 'a date or time such as 2025-01-31 or 2025-01-31T18:00:00Z'
    default:
      return unreachable(type)
  }
}

/** Whether the first literal is above the second; both fit the type. */
export function isAbove(low: Scalar, high: Scalar, type: LogicalType): boolean {
  switch (type.kind) {
    case 'integer':
    case 'number':
    case 'float':
      return Number(low) > Number(high)
    case 'timestamp':
      return instant(String(low)) > instant(String(high))
    default:
      return String(low) > String(high)
  }
}

function isDate(text: string): boolean {
  const match = DATE.exec(text)
  if (!match) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text)
  if (!match || !isDate(match[1] ?? '')) return false
  return Number(match[2] ?? 0) < 24 && Number(match[3] ?? 0) < 60 && Number(match[4] ?? 0) < 60
}

/** Milliseconds; without an offset as UTC, which orders two literals of one zone alike. */
function instant(text: string): number {
  const iso = text.replace(' ', 'T')
  return Date.parse(/T.*(Z|[+-]\d{2}(:?\d{2})?)$/i.test(iso) || !iso.includes('T') ? iso : `${iso}Z`)
}
