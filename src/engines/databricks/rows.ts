import type { Row } from '../connection.js'

type Plain = Row[string]

/** A row as the driver gives it, in the form that every engine gives. */
export function plainRow(row: object): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value)]))
}

/** Decimals, times and nested values are text already. */
function plainValue(value: unknown): Plain {
  switch (typeof value) {
    case 'bigint':
      return value.toString()
    case 'string':
    case 'number':
    case 'boolean':
      return value
  }
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return JSON.stringify(value)
}
