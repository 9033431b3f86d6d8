import { lines, list, name, raw, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation } from '../../sql/relation.js'
import type { RowBatch } from '../connection.js'
import { jsonBatches } from '../json-batches.js'
import { duckdb } from './dialect.js'

/** Characters of rows in a statement: more are no quicker, and take memory. */
const ROWS_LENGTH = 4_000_000

/** Statements that insert rows, each as one JSON text with as many rows as fit. */
export async function* insertStatements(
  table: Relation,
  columns: readonly string[],
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<string> {
  const names = list(columns.map((column) => name(column)))
  const values = lines(columns.map((_, i) => raw(`loaded[${i + 1}]`)))
  for await (const { json } of jsonBatches(batches, ROWS_LENGTH, ({ length }) => length + 1))
    yield print(
      sql`
        insert into ${from(table)} (${names})
        select
          ${values}
        from (select unnest(from_json(${json}, '[["VARCHAR"]]')) as loaded)
      `,
      duckdb,
    )
}
