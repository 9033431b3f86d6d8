import type { LogicalType } from '../../sql/logical-type.js'
import { print } from '../../sql/printer.js'
import type { Relation } from '../../sql/relation.js'
import type { Column } from '../connector.js'
import type { FieldType } from '../description.js'
import type { OpenedTarget } from './opened-target.js'

const TYPES: Readonly<Record<FieldType, LogicalType>> = {
  string: { kind: 'string' },
  integer: { kind: 'integer' },
  number: { kind: 'number', precision: 38, scale: 9 },
  boolean: { kind: 'boolean' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp' },
  json: { kind: 'json' },
}

export function typeOfColumn({ type }: Column): LogicalType {
  return TYPES[type]
}

/** Columns that a table does not have; undefined where there is no such table. */
export async function missingColumns(
  { connection }: OpenedTarget,
  table: Relation,
  columns: readonly Column[],
): Promise<readonly string[] | undefined> {
  const found = await connection.describeTable(table)
  if (!found) return undefined
  const there = new Set(found.map(({ name }) => name.toLowerCase()))
  return columns.map(({ name }) => name).filter((name) => !there.has(name.toLowerCase()))
}

export async function makeTable(
  { connection, dialect }: OpenedTarget,
  table: Relation,
  columns: readonly Column[],
): Promise<void> {
  const { createSchema, createEmptyTable } = dialect.statements
  const schema = table.parts.at(-2)
  if (schema !== undefined) await connection.execute(print(createSchema(schema), dialect))
  const typed = columns.map((column) => ({ name: column.name, type: typeOfColumn(column) }))
  await connection.execute(print(createEmptyTable(table, typed), dialect))
}
