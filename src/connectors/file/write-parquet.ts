import { rm } from 'node:fs/promises'
import { InternalError } from '../../diagnostics/errors.js'
import { ENGINES } from '../../engines/registry.js'
import { lines, list, literal, name, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { Column } from '../connector.js'
import type { FieldType } from '../description.js'

const TYPES: Readonly<Record<FieldType, string>> = {
  string: 'varchar',
  integer: 'bigint',
  number: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  json: 'varchar',
}

/** Writes a Parquet file by way of JSON lines: an engine in memory, of its own, makes the one of the other. Gives the number of rows. */
export async function writeParquet(
  path: string,
  columns: readonly Column[],
  writeLines: (path: string) => Promise<number>,
): Promise<number> {
  const linesPath = `${path}.jsonl`
  try {
    const count = await writeLines(linesPath)
    const engine = ENGINES.duckdb
    if (!engine) throw new InternalError('no engine writes Parquet')
    const connection = await engine.open({ path: ':memory:' }, '.')
    try {
      await connection.execute(print(copy(linesPath, path, columns), engine.dialect))
    } finally {
      await connection.close()
    }
    return count
  } finally {
    await rm(linesPath, { force: true })
  }
}

function copy(from: string, to: string, columns: readonly Column[]) {
  const types = list(columns.map(({ name: column, type }) => sql`${literal(column)}: ${TYPES[type]}`))
  return sql`
    copy (
      select
        ${lines(columns.map((column) => name(column.name)))}
      from read_json(${from}, format = 'newline_delimited', columns = {${types}})
    ) to ${to} (format parquet)
  `
}
