import type { Dialect } from '../../sql/dialect.js'
import { lines, list, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation } from '../../sql/relation.js'
import type { RowBatch } from '../connection.js'
import { jsonBatches } from '../json-batches.js'

/** Of one statement, in characters: the server holds a statement several times over, and each one is a commit. */
const ROWS_LENGTH = 4_000_000

export interface LoadedTable {
  readonly table: Relation
  readonly columns: readonly string[]
  /** By names of columns in lower case. */
  readonly types: ReadonlyMap<string, string>
}

/** Statements that insert rows, each as one JSON text with as many rows as fit. */
export async function* insertStatements(
  dialect: Dialect,
  into: LoadedTable,
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<{ readonly text: string; readonly rows: number }> {
  for await (const { json, rows } of jsonBatches(batches, ROWS_LENGTH, (row) => row.length))
    yield { text: print(insertion(into, json), dialect), rows }
}

function insertion({ table, columns, types }: LoadedTable, json: string): Sql {
  const typed = columns.map((column, i) => {
    const value = sql`${name('row')}[${raw(String(i))}]`
    const type = types.get(column.toLowerCase()) ?? 'string'
    return type === 'string' ? value : sql`cast(${value} as ${raw(type)})`
  })
  return sql`
    insert into ${from(table)} (${list(columns.map((column) => name(column)))})
    select
      ${lines(typed)}
    from (select explode(from_json(${json}, 'array<array<string>>')) as ${name('row')})
  `
}
