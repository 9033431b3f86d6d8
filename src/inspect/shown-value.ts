import type { LogicalType } from '../sql/logical-type.js'
import type { Shown } from './customer.js'

/** A value of a row as it is shown: what JSON can hold exactly as that, else as canonical text. */
export function shownValue(
  value: string | number | boolean | null | undefined,
  type: LogicalType | undefined,
): Shown {
  if (value === null || value === undefined) return null
  switch (type?.kind) {
    case 'integer':
    case 'float':
    case 'number':
      return exactNumber(String(value))
    case 'timestamp':
      return `${String(value).replace(' ', 'T')}Z`
    case 'json':
      return parsed(String(value))
    default:
      return value
  }
}

/** Decimals come with all their places: `12.500000000`. */
function exactNumber(text: string): number | string {
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  const number = Number(plain)
  return String(number) === plain ? number : plain
}

function parsed(text: string): Shown {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.map(element) : element(value)
  } catch {
    return text
  }
}

function element(value: unknown): Shown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Shown)
}

/** A moment of a row, `2026-11-01T00:00:00Z`, in whole seconds. */
export function shownTime(value: string | number | boolean | null | undefined): string | null {
  if (value === null || value === undefined) return null
  const text = String(value)
  return `${text.slice(0, 10)}T${text.slice(11, 19)}Z`
}
