import type { TableField } from '@google-cloud/bigquery'
import type { CatalogColumn } from '../../sql/catalog.js'
import type { Row } from '../connection.js'

type Plain = Row[string]

/** A row as the API gives it: every value is text, of nested ones there are more of the same. */
interface RawRow {
  readonly f: readonly { readonly v: RawValue }[]
}
type RawValue = null | string | RawRow | readonly { readonly v: RawValue }[]

/** Rows as the API gives them, by the types of their columns, in the form that every engine gives. */
export function plainRows(fields: readonly TableField[], rows: readonly unknown[]): readonly Row[] {
  return rows.map((row) => {
    const values = (row as RawRow).f
    return Object.fromEntries(
      fields.map((field, i) => [field.name ?? '', plain(field, values[i]?.v ?? null)]),
    )
  })
}

function plain(field: TableField, value: RawValue): Plain {
  if (value === null) return null
  if (field.mode === 'REPEATED' || typeof value !== 'string') return JSON.stringify(nested(field, value))
  switch (field.type) {
    case 'FLOAT':
    case 'FLOAT64':
      return Number.isFinite(Number(value)) ? Number(value) : value
    case 'BOOLEAN':
    case 'BOOL':
      return value === 'true'
    case 'TIMESTAMP':
      return momentText(BigInt(value))
    case 'DATETIME':
      return value.replace('T', ' ')
    default:
      return value
  }
}

function nested(field: TableField, value: RawValue): unknown {
  if (Array.isArray(value)) return value.map(({ v }) => nested({ ...field, mode: 'NULLABLE' }, v))
  if (typeof value !== 'object' || value === null) return plain({ ...field, mode: 'NULLABLE' }, value)
  const { fields = [] } = field
  const { f } = value as RawRow
  return Object.fromEntries(fields.map((one, i) => [one.name, nested(one, f[i]?.v ?? null)]))
}

/** Microseconds since 1970 as a time of UTC. */
function momentText(microseconds: bigint): string {
  const rest = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = new Date(Number((microseconds - rest) / 1000n)).toISOString().slice(0, 19).replace('T', ' ')
  return rest === 0n ? seconds : `${seconds}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`
}

const NAMES: Readonly<Record<string, string>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  RECORD: 'STRUCT',
}

/** Columns with their types as SQL names them. */
export function columnsOf(fields: readonly TableField[]): readonly CatalogColumn[] {
  return fields.map((field) => ({ name: field.name ?? '', type: typeOf(field) }))
}

function typeOf({ type = '', mode, precision, scale }: TableField): string {
  const name = NAMES[type] ?? type
  if (mode === 'REPEATED') return `ARRAY<${name}>`
  return precision === undefined ? name : `${name}(${precision}, ${scale ?? 0})`
}
