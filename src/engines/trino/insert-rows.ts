import { lines, list, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation } from '../../sql/relation.js'
import type { RowBatch } from '../connection.js'
import { jsonBatches } from '../json-batches.js'
import { trino } from './dialect.js'

/** Trino takes statements of a million characters; the rest is for the statement around the rows. */
const ROWS_LENGTH = 950_000

/** Statements that insert rows, each as one JSON text with as many rows as fit. */
export async function* insertStatements(
  table: Relation,
  columns: readonly string[],
  types: ReadonlyMap<string, string>,
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<string> {
  const lengthOf = (row: string) => row.length + quotes(row) + 1
  for await (const { json } of jsonBatches(batches, ROWS_LENGTH, lengthOf))
    yield print(insertion(table, columns, types, json), trino)
}

/** Characters that are doubled in a literal. */
function quotes(text: string): number {
  let count = 0
  for (let at = text.indexOf("'"); at >= 0; at = text.indexOf("'", at + 1)) count += 1
  return count
}

function insertion(
  table: Relation,
  columns: readonly string[],
  types: ReadonlyMap<string, string>,
  json: string,
): Sql {
  const fields = columns.map((_, i) => `c${i}`)
  const typed = columns.map((column, i) => {
    const type = types.get(column.toLowerCase()) ?? 'varchar'
    return type === 'varchar' ? name(`c${i}`) : sql`cast(${name(`c${i}`)} as ${raw(type)})`
  })
  return sql`
    insert into ${from(table)} (${list(columns.map((column) => name(column)))})
    select
      ${lines(typed)}
    from unnest(cast(json_parse(${json}) as array(row(${raw(fields.map((field) => `${field} varchar`).join(', '))})))) as ${name('loaded')} (${list(fields.map((field) => name(field)))})
  `
}
