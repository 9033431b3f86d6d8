import type { Connection, Row } from '../engines/connection.js'
import type { Dialect } from '../sql/dialect.js'
import { list, literal, name, type Sql, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from, relation } from '../sql/relation.js'
import type { StateTable } from './state-table.js'

/** Where a target keeps what cdp remembers. */
export interface StateStore {
  readonly connection: Connection
  readonly dialect: Dialect
  readonly publicSchema: string
  readonly internalSchema: string
}

/** A moment as the state tables hold it: UTC in whole seconds, `2026-11-01 00:00:00`. */
export type Moment = string

export type StateValue = string | number | null | { readonly moment: Moment }

/** The table in the internal schema, as it is written in a statement. */
export function stateTable(store: StateStore, table: StateTable): Sql {
  return from(relation(store.internalSchema, table.name))
}

export function stateLiteral(value: StateValue): Sql {
  return typeof value === 'object' && value !== null ? sql`timestamp ${value.moment}` : literal(value)
}

export async function execute(store: StateStore, statement: Sql): Promise<void> {
  await store.connection.execute(print(statement, store.dialect))
}

export function query(store: StateStore, statement: Sql): Promise<readonly Row[]> {
  return store.connection.query(print(statement, store.dialect))
}

/** One statement for all rows; none where there are none. */
export async function insert(
  store: StateStore,
  table: StateTable,
  rows: readonly (readonly StateValue[])[],
): Promise<void> {
  if (rows.length === 0) return
  const columns = list(table.columns.map((column) => name(column.name)))
  const values = list(
    rows.map((row) => sql`(${list(row.map(stateLiteral))})`),
    ',\n',
  )
  await execute(
    store,
    sql`
      insert into ${stateTable(store, table)} (${columns})
      values
        ${values}
    `,
  )
}
