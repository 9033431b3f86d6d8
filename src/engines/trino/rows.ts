import type { Row } from '../connection.js'
import type { PageColumn } from './protocol.js'

type Plain = Row[string]

/** Rows as the protocol gives them, by the types of their columns, in the form that every engine gives. */
export function plainRows(
  columns: readonly PageColumn[],
  data: readonly (readonly unknown[])[],
): readonly Row[] {
  const readers = columns.map(({ name, type }) => ({ name, read: readerOf(type) }))
  return data.map((values) => {
    const row: Record<string, Plain> = {}
    readers.forEach(({ name, read }, i) => {
      const value = values[i]
      row[name] = value === null || value === undefined ? null : read(value)
    })
    return row
  })
}

function readerOf(type: string): (value: unknown) => Plain {
  if (/^(bigint|decimal)/.test(type)) return String
  if (/^timestamp\(\d+\)$/.test(type))
    return (value) =>
      String(value)
        .replace(/([.]\d*?)0*$/, '$1')
        .replace(/[.]$/, '')
  return (value) => (typeof value === 'object' ? JSON.stringify(value) : (value as Plain))
}
