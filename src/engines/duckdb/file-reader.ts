import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import type { FileInput } from '../../sql/dialect.js'
import { as, lines, name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { FileDescription, Row, RowBatch } from '../connection.js'
import { describeFile } from './describe-file.js'
import { duckdb } from './dialect.js'
import { explainFailure } from './failures.js'
import { readFile } from './files.js'
import { PendingWork } from './pending-work.js'

/** Reads data files for engines that cannot: by DuckDB in memory, so that a file means the same on every engine. */
export class FileReader {
  readonly #pending: PendingWork
  #isOpen = true

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {
    this.#pending = new PendingWork(connection)
  }

  static async open(): Promise<FileReader> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'false',
    })
    const connection = await instance.connect()
    await connection.run(`set TimeZone = 'UTC'`)
    return new FileReader(instance, connection)
  }

  /** Types of its columns are DuckDB's. Rejects with a `DataFileError`. */
  describe(file: FileInput, thorough: boolean): Promise<FileDescription> {
    return this.#explained(() => describeFile((text, limit) => this.#query(text, limit), file, thorough))
  }

  /** All rows, every value as text; of a column of a type that the language knows, in the form that `parse` reads. */
  async *rows(file: FileInput, columns: readonly string[]): AsyncGenerator<RowBatch> {
    const types = file.format === 'parquet' ? await this.#types(file) : new Map<string, string>()
    const values = columns.map((column) => as(asText(column, types.get(column)), column))
    const select = sql`select ${values.length === 0 ? sql`1` : lines(values)} from ${readFile(file, columns)}`
    const result = await this.#explained(() => this.connection.stream(print(select, duckdb)))
    while (this.#isOpen) {
      const chunk = await this.#explained(() => result.fetchChunk())
      if (!chunk || chunk.rowCount === 0) return
      yield chunk.getRows().map((row) => row.map(textOrNull))
    }
  }

  /** Lines that could not be read, as `place`, `value`, `message`; asked after all rows were read. */
  async malformed(file: FileInput): Promise<RowBatch> {
    const select = duckdb.statements.malformedLines(file)
    if (!select) return []
    const found = await this.#explained(() => this.#query(print(select, duckdb)))
    return found.map(({ place, value, message }) => [place, value, message].map((v) => textOrNull(v ?? null)))
  }

  /** Whoever reads its rows may have given up before it. */
  async close(): Promise<void> {
    this.#isOpen = false
    await this.#pending.close()
    this.instance.closeSync()
  }

  async #types(file: FileInput): Promise<ReadonlyMap<string, string>> {
    const { columns } = await this.describe(file, true)
    return new Map(columns.map(({ name: column, type }) => [column, type]))
  }

  async #query(text: string, limit?: number): Promise<readonly Row[]> {
    const limited = limit === undefined ? text : `select * from (${text}\n) as "found" limit ${limit}`
    const reader = await this.connection.runAndReadAll(limited)
    return reader.getRowObjectsJson() as readonly Row[]
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#pending.run(work)
    } catch (error) {
      throw explainFailure(error)
    }
  }
}

function asText(column: string, type: string | undefined): Sql {
  if (type === undefined) return name(column)
  return duckdb.functions.nativeText(name(column), duckdb.readType(type))
}

function textOrNull(value: DuckDBValue | Row[string]): string | null {
  return value === null || value === undefined ? null : String(value)
}
