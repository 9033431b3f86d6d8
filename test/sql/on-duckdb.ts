import { afterAll } from 'vitest'
import type { Connection, Row } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { lines, literal, name, type Sql, sql } from '../../src/sql/fragment.js'
import { print } from '../../src/sql/printer.js'

/** A database in memory for the tests of one file. */
export interface SqlOnDuckDb {
  /** Rows of a query that is put together from fragments. */
  readonly rows: (query: Sql) => Promise<readonly Row[]>
  /** What an expression gives for each text, which it sees as a column: nothing is folded before the row is there. */
  readonly each: (
    inputs: readonly (string | null)[],
    expression: (text: Sql) => Sql,
  ) => Promise<readonly Row[string][]>
  /** The one value of an expression without columns. */
  readonly value: (expression: Sql) => Promise<Row[string]>
}

export function sqlOnDuckDb(): SqlOnDuckDb {
  const opening: Promise<Connection> = openDuckDb({ path: ':memory:' })
  afterAll(async () => (await opening).close())
  const rows = async (query: Sql) => (await opening).query(print(query, duckdb))
  return {
    rows,
    each: async (inputs, expression) => {
      const tuples = inputs.map((text, n) => sql`(${n}, cast(${literal(text)} as varchar))`)
      const found = await rows(sql`
        select ${expression(name('text'))} as ${name('result')}
        from (
          values
            ${lines(tuples)}
        ) as ${name('inputs')} (${name('n')}, ${name('text')})
        order by ${name('n')}
      `)
      return found.map((row) => row.result ?? null)
    },
    value: async (expression) =>
      (await rows(sql`select ${expression} as ${name('result')}`))[0]?.result ?? null,
  }
}
