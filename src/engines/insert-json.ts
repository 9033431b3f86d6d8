import { InternalError } from '../diagnostics/errors.js'
import type { Dialect } from '../sql/dialect.js'
import { lines, list, name, raw, type Sql, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from, type Relation } from '../sql/relation.js'
import type { Connection, RowBatch } from './connection.js'
import { jsonBatches } from './json-batches.js'

export interface LoadedTable {
  readonly table: Relation
  readonly columns: readonly string[]
  /** By names of columns in lower case, where the engine does not cast text by itself. */
  readonly types?: ReadonlyMap<string, string>
}

/** What a statement may take of rows, and what a row takes, as JSON. */
export interface StatementLimit {
  readonly length: number
  readonly lengthOf: (row: string) => number
}

/** Inserts rows by statements that hold as many as fit, as one JSON text each. Gives the number of rows. */
export async function insertJson(
  connection: Pick<Connection, 'execute'>,
  dialect: Dialect,
  into: LoadedTable,
  batches: AsyncIterable<RowBatch>,
  limit: StatementLimit,
): Promise<number> {
  let count = 0
  for await (const { json, rows } of jsonBatches(batches, limit.length, limit.lengthOf)) {
    await connection.execute(print(insertion(dialect, into, json), dialect))
    count += rows
  }
  return count
}

function insertion(dialect: Dialect, { table, columns, types }: LoadedTable, json: string): Sql {
  const { jsonRows } = dialect.statements
  if (!jsonRows) throw new InternalError(`${dialect.name} reads no rows of JSON`)
  const values = columns.map((_, i) => `c${i}`)
  const typed = columns.map((column, i) => {
    const type = types?.get(column.toLowerCase())
    const isText = type === undefined || type === dialect.type({ kind: 'string' })
    return isText ? name(`c${i}`) : sql`cast(${name(`c${i}`)} as ${raw(type)})`
  })
  return sql`
    insert into ${from(table)} (${list(columns.map((column) => name(column)))})
    select
      ${lines(typed)}
    from (
      ${jsonRows(json, values)}
    ) as ${name('loaded')}
  `
}
