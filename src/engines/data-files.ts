import type { Dialect, FileInput } from '../sql/dialect.js'
import type { Relation } from '../sql/relation.js'
import type { Connection, FileDescription } from './connection.js'
import { duckdb } from './duckdb/dialect.js'
import { oneBatch } from './one-batch.js'

/**
 * What a data file holds, for an engine that does not read files: columns of a type that the language knows have the
 * engine's own, all others are text. Rejects with a `DataFileError`.
 */
export async function describeDataFile(
  file: FileInput,
  thorough: boolean,
  dialect: Dialect,
): Promise<FileDescription> {
  const reader = await openReader()
  try {
    const described = await reader.describe(file, thorough)
    const columns = described.columns.map(({ name, type }) => ({
      name,
      type: dialect.type(duckdb.readType(type) ?? { kind: 'string' }),
    }))
    return { ...described, columns }
  } finally {
    await reader.close()
  }
}

export interface FileLoad {
  readonly file: FileInput
  readonly columns: readonly string[]
  readonly into: Relation
  /** For lines that are no rows: `place`, `value`, `message`. */
  readonly malformedInto?: Relation
}

/** Streams the rows of a file into a table, and its lines that are no rows into another. Gives the number of rows. */
export async function loadDataFile(
  insertRows: Connection['insertRows'],
  { file, columns, into, malformedInto }: FileLoad,
): Promise<number> {
  const reader = await openReader()
  try {
    const count = await insertRows(into, columns, reader.rows(file, columns))
    if (malformedInto) {
      const malformed = await reader.malformed(file)
      if (malformed.length > 0)
        await insertRows(malformedInto, ['place', 'value', 'message'], oneBatch(malformed))
    }
    return count
  } finally {
    await reader.close()
  }
}

async function openReader() {
  const { FileReader } = await import('./duckdb/file-reader.js')
  return FileReader.open()
}
