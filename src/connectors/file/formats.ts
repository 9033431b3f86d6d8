import type { Column, OutgoingRow, Value } from '../connector.js'

export const FORMATS = ['csv', 'jsonl', 'parquet'] as const
export type Format = (typeof FORMATS)[number]
/** Those that are lines of text. */
export type LineFormat = Exclude<Format, 'parquet'>

/** What stands before the first row. */
export function headOf(format: LineFormat, columns: readonly Column[]): string {
  return format === 'csv' ? csvLine(columns.map(({ name }) => name)) : ''
}

/** A row with its line end. In JSON lines every column is there, nulls too, so that all lines are alike. */
export function lineOf(format: LineFormat, columns: readonly Column[], row: OutgoingRow): string {
  const value = (column: Column): Value => row.keyFields[column.name] ?? row.fields[column.name] ?? null
  if (format === 'csv') return csvLine(columns.map((column) => csvText(value(column))))
  const named = columns.map((column) => [column.name, value(column)] as const)
  return `${JSON.stringify(Object.fromEntries(named), plain)}\n`
}

/** RFC 4180, with the line ends of Unix. */
function csvLine(texts: readonly string[]): string {
  return `${texts.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')}\n`
}

function csvText(value: Value): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value, plain) : String(value)
}

/** JSON has no integers beyond those of a double: as text they lose nothing. */
function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
