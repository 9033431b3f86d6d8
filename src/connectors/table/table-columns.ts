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

/** By names of columns in lower case, what values are cast to. */
export type ColumnTypes = ReadonlyMap<string, string>

/** Of a table that is there; undefined where there is none. Texts of a limited length are not cut to it: the table refuses them. */
export async function columnTypes(
  { connection, dialect }: OpenedTarget,
  table: Relation,
): Promise<ColumnTypes | undefined> {
  const found = await connection.describeTable(table)
  if (!found) return undefined
  const text: LogicalType = { kind: 'string' }
  const castTo = (type: string) => (dialect.readType(type)?.kind === 'string' ? dialect.type(text) : type)
  return new Map(found.map(({ name, type }) => [name.toLowerCase(), castTo(type)]))
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
