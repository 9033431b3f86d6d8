import type { Row } from '../connection.js'
import type { ColumnValues, ResultColumn } from './protocol.js'

type Plain = Row[string]

/** Rows of columns as the protocol gives them, in the form that every engine gives. */
export function plainRows(columns: readonly ResultColumn[], values: readonly ColumnValues[]): readonly Row[] {
  const plain = columns.map(({ name, type }, i) => ({
    name,
    values: (values[i] ?? []).map((value) => (value === null ? null : plainValue(value, type))),
  }))
  return (plain[0]?.values ?? []).map((_, row) =>
    Object.fromEntries(plain.map((column) => [column.name, column.values[row] ?? null])),
  )
}

function plainValue(value: NonNullable<ColumnValues[number]>, type: ResultColumn['type']): Plain {
  if (typeof value === 'bigint') return value.toString()
  if (!Buffer.isBuffer(value)) return value
  return type === 'binary' ? value.toString('hex') : value.toString('utf8')
}
