import type { Column } from 'snowflake-sdk'
import type { Row } from '../connection.js'
import { unfoldedName } from './quoting.js'

type Plain = Row[string]

/** Rows as the driver gives them where it is asked for text, in the form that every engine gives. */
export function plainRows(columns: readonly Column[], rows: readonly unknown[]): readonly Row[] {
  const readers = columns.map((column) => ({ name: unfoldedName(column.getName()), read: readerOf(column) }))
  return rows.map((row) => {
    const values = row as readonly unknown[]
    return Object.fromEntries(readers.map(({ name, read }, i) => [name, plain(values[i], read)]))
  })
}

function plain(value: unknown, read: (value: unknown) => Plain): Plain {
  return value === null || value === undefined ? null : read(value)
}

function readerOf(column: Column): (value: unknown) => Plain {
  if (column.isBoolean()) return (value) => value === true || /^(1|true)$/i.test(String(value))
  if (column.getType() === 'real')
    return (value) => (Number.isFinite(Number(value)) ? Number(value) : String(value))
  if (column.isTimestamp())
    return (value) =>
      String(value)
        .replace(/([.]\d*?)0*$/, '$1')
        .replace(/[.]$/, '')
  return (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
}
