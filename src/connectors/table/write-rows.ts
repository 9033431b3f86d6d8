import { unreachable } from '../../diagnostics/errors.js'
import type { Connection } from '../../engines/connection.js'
import type { Dialect } from '../../sql/dialect.js'
import { allOf, anyOf, as, lines, list, name, raw, type Sql, sql, unionAll } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { print } from '../../sql/printer.js'
import { from, type Relation } from '../../sql/relation.js'
import { castableText } from '../../sql/typed-literal.js'
import type { Batch, Column, OutgoingRow, RowOutcome, Value } from '../connector.js'
import { type ColumnTypes, typeOfColumn } from './table-columns.js'

export interface WrittenTable {
  readonly connection: Connection
  readonly dialect: Dialect
  readonly table: Relation
  readonly types: ColumnTypes
}

/** Writes a batch in one transaction. */
export async function writeRows(to: WrittenTable, batch: Batch): Promise<readonly RowOutcome[]> {
  return to.connection.transaction(() => write(to, batch))
}

async function write(
  to: WrittenTable,
  { operation, rows, columns = [] }: Batch,
): Promise<readonly RowOutcome[]> {
  switch (operation) {
    case 'delete':
    case 'remove':
    case 'erase':
      await execute(to, deleteRows(to, columns, rows))
      return rows.map(() => ({ outcome: 'ok' }))
    case 'rekey':
      return rekey(to, columns, rows)
    case 'upsert':
    case 'update':
    case 'create':
    case 'append': {
      const there = await keysThere(to, columns, rows)
      const statement = merge(to, columns, rows, operation)
      if (statement) await execute(to, statement)
      return rows.map((row) => outcomeOf(row, operation, there.has(keyText(columns, row))))
    }
    case 'unsubscribe':
    case 'merge':
      return rows.map(() => ({
        outcome: 'rejected',
        code: 'not_possible',
        message: `a table cannot ${operation}`,
      }))
    default:
      return unreachable(operation)
  }
}

function outcomeOf(_: OutgoingRow, operation: string, isThere: boolean): RowOutcome {
  if (operation === 'update' && !isThere)
    return { outcome: 'rejected', code: 'not_there', message: 'the table has no such row' }
  return { outcome: 'ok', created: !isThere }
}

/**
 * The row of a former key is that of the new one. Where the table has a row under the new key already, that is written, and
 * the former one stays: what becomes of it is for the sync to say.
 */
async function rekey(
  to: WrittenTable,
  columns: readonly Column[],
  rows: readonly OutgoingRow[],
): Promise<readonly RowOutcome[]> {
  const outcomes: RowOutcome[] = []
  for (const row of rows) {
    const former = formerRow(columns, row)
    const isTaken = (await keysThere(to, columns, [row])).size > 0
    if (!isTaken)
      await execute(
        to,
        sql`
          update ${from(to.table)}
          set ${list(keysOf(columns).map((column) => sql`${name(column.name)} = ${typed(to, column, row)}`))}
          where ${isRow(to, columns, former)}
        `,
      )
    const statement = merge(to, columns, [row], 'upsert')
    if (statement) await execute(to, statement)
    const previousStays = isTaken && (await keysThere(to, columns, [former])).size > 0
    outcomes.push({ outcome: 'ok', ...(previousStays && { previousStays }) })
  }
  return outcomes
}

function formerRow(columns: readonly Column[], row: OutgoingRow): OutgoingRow {
  const keys = keysOf(columns)
  const key = row.previous?.key ?? row.key
  const texts = keys.length === 1 ? [key] : (JSON.parse(key) as readonly string[])
  return {
    ...row,
    key,
    keyFields: Object.fromEntries(keys.map((column, i) => [column.name, texts[i] ?? null])),
  }
}

const keysOf = (columns: readonly Column[]) => columns.filter((column) => column.isKey)

function keyText(columns: readonly Column[], row: OutgoingRow): string {
  return JSON.stringify(keysOf(columns).map(({ name: key }) => String(row.keyFields[key] ?? '')))
}

/** Which of the keys the table has already. */
async function keysThere(
  to: WrittenTable,
  columns: readonly Column[],
  rows: readonly OutgoingRow[],
): Promise<ReadonlySet<string>> {
  const keys = keysOf(columns)
  const query = sql`
    select
      ${lines(keys.map((column) => as(asText(to, name('t', column.name), typeOfColumn(column)), column.name)))}
    from ${from(to.table)} as ${name('t')}
    join (
      ${rowsOf(to, keys, rows)}
    ) as ${name('s')} on ${sameKey(keys)}
  `
  const found = await to.connection.query(print(query, to.dialect))
  return new Set(found.map((row) => JSON.stringify(keys.map((column) => String(row[column.name] ?? '')))))
}

function asText({ dialect }: WrittenTable, value: Sql, type: LogicalType): Sql {
  return dialect.functions.display(value, type)
}

function sameKey(keys: readonly Column[]): Sql {
  return allOf(keys.map(({ name: key }) => sql`${name('t', key)} = ${name('s', key)}`))
}

async function execute({ connection, dialect }: WrittenTable, statement: Sql): Promise<void> {
  await connection.execute(print(statement, dialect))
}

/** What a row does not have stays as it is; what it has as null becomes null. Undefined where nothing is to be written. */
function merge(
  to: WrittenTable,
  columns: readonly Column[],
  rows: readonly OutgoingRow[],
  operation: 'upsert' | 'update' | 'create' | 'append',
): Sql | undefined {
  const keys = keysOf(columns)
  const written = columns.filter(
    (column) => !column.isKey && rows.some((row) => row.fields[column.name] !== undefined),
  )
  const updates = operation === 'upsert' || operation === 'update'
  const set = written.map((column) => sql`${name(column.name)} = ${newValue(column, rows)}`)
  const all = [...keys, ...written]
  if (operation === 'update' && set.length === 0) return undefined
  const matched = updates && set.length > 0 ? sql`\nwhen matched then update set ${list(set)}` : sql``
  const notMatched =
    operation === 'update'
      ? sql``
      : sql`\nwhen not matched then insert (${list(all.map((column) => name(column.name)))}) values (${list(all.map((column) => name('s', column.name)))})`
  return sql`
    merge into ${from(to.table)} as ${name('t')}
    using (
      ${rowsOf(to, all, rows)}
    ) as ${name('s')}
    on ${sameKey(keys)}${matched}${notMatched}
  `
}

function newValue({ name: column }: Column, rows: readonly OutgoingRow[]): Sql {
  if (rows.some((row) => row.onlyIfEmpty?.includes(column)))
    return sql`coalesce(${name('t', column)}, ${name('s', column)})`
  if (rows.some((row) => row.fields[column] === null)) return name('s', column)
  return sql`coalesce(${name('s', column)}, ${name('t', column)})`
}

function deleteRows(to: WrittenTable, columns: readonly Column[], rows: readonly OutgoingRow[]): Sql {
  return sql`
    delete from ${from(to.table)}
    where ${isAnyOf(to, columns, rows)}
  `
}

function isAnyOf(to: WrittenTable, columns: readonly Column[], rows: readonly OutgoingRow[]): Sql {
  const [key, ...others] = keysOf(columns)
  if (key && others.length === 0)
    return sql`${name(key.name)} in (${list(rows.map((row) => typed(to, key, row)))})`
  return anyOf(rows.map((row) => sql`(${isRow(to, columns, row)})`))
}

function isRow(to: WrittenTable, columns: readonly Column[], row: OutgoingRow): Sql {
  return allOf(keysOf(columns).map((column) => sql`${name(column.name)} = ${typed(to, column, row)}`))
}

function rowsOf(to: WrittenTable, columns: readonly Column[], rows: readonly OutgoingRow[]): Sql {
  const { jsonRows } = to.dialect.statements
  if (!jsonRows)
    return unionAll(
      rows.map(
        (row) => sql`select ${list(columns.map((column) => as(typed(to, column, row), column.name)))}`,
      ),
    )
  const texts = rows.map((row) => columns.map((column) => textOf(column, row)))
  const names = columns.map((column) => column.name)
  return sql`
    select
      ${lines(columns.map((column) => as(ofType(to, name(column.name), column), column.name)))}
    from (
      ${jsonRows(JSON.stringify(texts), names)}
    ) as ${name('loaded')}
  `
}

/** A value as a literal of the column's type. */
function typed(to: WrittenTable, column: Column, row: OutgoingRow): Sql {
  const text = textOf(column, row)
  const { typedLiteral } = to.dialect.functions
  return ofType(to, text === null ? sql`null` : typedLiteral(text, typeOfColumn(column)), column)
}

/** A value as the table has it. */
function ofType({ dialect, types }: WrittenTable, value: Sql, column: Column): Sql {
  const type = types.get(column.name.toLowerCase()) ?? dialect.type(typeOfColumn(column))
  return sql`cast(${value} as ${raw(type)})`
}

/** A value as text that casts to the column's type. */
function textOf(column: Column, row: OutgoingRow): string | null {
  const value: Value = row.keyFields[column.name] ?? row.fields[column.name] ?? null
  if (value === null) return null
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return castableText(text, typeOfColumn(column))
}
