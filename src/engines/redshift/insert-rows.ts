import { list, literal, name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation } from '../../sql/relation.js'
import type { RowBatch } from '../connection.js'
import { redshift } from './dialect.js'

/** Characters of a statement, well below the 16 MB that Redshift takes. */
const LONGEST = 4_000_000

/** Rows as literals, as many in a statement as fit. Gives their number. */
export async function insertRows(
  table: Relation,
  columns: readonly string[],
  batches: AsyncIterable<RowBatch>,
  execute: (statement: string) => Promise<unknown>,
): Promise<number> {
  const names = list(columns.map((column) => name(column)))
  const head = print(sql`insert into ${from(table)} (${names}) values`, redshift)
  let rows: string[] = []
  let length = 0
  let count = 0
  const flush = async () => {
    if (rows.length > 0) await execute(`${head}\n${rows.join(',\n')}`)
    count += rows.length
    rows = []
    length = 0
  }
  for await (const batch of batches) {
    for (const values of batch) {
      const row = print(rowOf(values), redshift)
      if (length + row.length > LONGEST) await flush()
      rows.push(row)
      length += row.length
    }
  }
  await flush()
  return count
}

const rowOf = (values: readonly (string | null)[]): Sql =>
  sql`(${list(values.map((value) => literal(value)))})`
