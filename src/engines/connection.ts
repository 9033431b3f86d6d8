import { WarehouseError } from '../diagnostics/errors.js'
import type { CatalogColumn } from '../sql/catalog.js'
import type { CsvLayout, FileInput } from '../sql/dialect.js'
import type { Relation } from '../sql/relation.js'

/**
 * A row as an engine gives it, lossless: integers beyond 32 bits and decimals as text, times as ISO-like text,
 * null, boolean, small integers and floats as they are, nested values as JSON text.
 */
export type Row = Readonly<Record<string, string | number | boolean | null>>

/** Rows on their way into a table: of each its values in the order of the columns. */
export type RowBatch = readonly (readonly (string | null)[])[]

/** Takes a line about what an engine does unasked, such as trying something again. */
export type Tell = (line: string) => void

/** A relation that a schema holds. */
export interface ExistingRelation {
  readonly name: string
  readonly kind: 'table' | 'view'
}

/** What a data file holds. An empty file has no columns; one with a header only has columns but no rows. */
export interface FileDescription {
  readonly columns: readonly CatalogColumn[]
  readonly hasRows: boolean
  /** How to read CSV files with these columns. */
  readonly csv?: readonly CsvLayout[]
  /** The files on this machine that were looked at; none of those behind a URL. */
  readonly files?: readonly string[]
  /** False where only the beginning of a large JSON file was read: a key that comes later is not among the columns. */
  readonly complete: boolean
}

/**
 * A data file, not the warehouse, is at fault: exit code 1, and where the source is declared is known to the caller.
 * `missing`: no file of that name, or none that matches the glob. `unreadable`: not in the format that it should be.
 */
export class DataFileError extends WarehouseError {
  constructor(
    readonly reason: 'missing' | 'unreadable',
    message: string,
    remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, remedy, options)
  }
}

/** The engine refuses the statement itself (an unknown column, a value that does not cast): who wrote the SQL is at fault, exit code 1. */
export class StatementError extends WarehouseError {
  /** The character of the statement, from 0, that the engine points at; undefined where it points at none. */
  readonly offset: number | undefined

  constructor(message: string, remedy?: string, options: ErrorOptions & { readonly offset?: number } = {}) {
    super(message, remedy, options)
    this.offset = options.offset
  }
}

/**
 * One open warehouse. Statements on one connection run one after the other; `fork` gives a further connection to the
 * same database for work in parallel. Every method rejects with a `WarehouseError`.
 */
export interface Connection {
  /** The engine and its version, as `DuckDB v1.5.5`: its own hashes hold within one version. */
  readonly engine: string
  /** The database that names of two parts are of, where the engine could take their schema for another database; absent elsewhere. */
  readonly database?: string
  /** Executes one statement; gives the number of rows that it touched or made, where the engine tells. */
  execute(sql: string): Promise<number | undefined>
  /** All rows of a query, or its first `limit`. For small results. */
  query(sql: string, limit?: number): Promise<readonly Row[]>
  /**
   * Runs `work` in one transaction where the engine has them; rolls back when it throws. An engine that rolled it back for
   * the sake of another session may run it again.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>
  fork(): Promise<Connection>
  /**
   * Keeps other runs away from a schema until the connection is closed, or lost; rejects where one works on it. Absent
   * where only one process can open the database.
   */
  lock?(schema: string): Promise<void>
  /**
   * Until it is closed, commits write what is new and leave tables in the pieces that earlier ones made; merging them is
   * left to a later process. Absent where a commit does not merge.
   */
  postponeMerging?(): Promise<void>
  /**
   * Until it is closed, statements spill what does not fit into half a gigabyte, where the target does not say how much
   * they may use. Absent where the engine is another process.
   */
  limitMemory?(): Promise<void>
  /**
   * Does a piece of work on a schema while no other session does such a piece, and waits for its turn. Absent where only one
   * process can open the database.
   */
  exclusively?<T>(schema: string, work: () => Promise<T>): Promise<T>
  /** Columns of a table or view, or undefined where there is none of that name. */
  describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined>
  /** Columns of every table and view of a schema, by its name as the engine spells it; empty where there is no such schema. */
  describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>>
  /** `schema.name` of all tables and views that can be read, to name the nearest one where there is none. */
  tableNames(): Promise<readonly string[]>
  /**
   * Columns of a file, and whether it has rows; rejects with a `DataFileError` that says what is wrong with the file.
   * `thorough` reads large JSON files to their end.
   */
  describeFile(file: FileInput, thorough?: boolean): Promise<FileDescription>
  /** Tables and views of a schema by name; none where there is no such schema. */
  relations(schema: string): Promise<readonly ExistingRelation[]>
  /**
   * Adds rows to a table by the quickest way that the engine has, and gives their number: every value as text, which the
   * type of its column reads.
   */
  readonly insertRows: (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ) => Promise<number>
  /** Stops the statement that is running, from outside: it rejects. Nothing happens where none is running. */
  interrupt(): void
  /** Closes it, and, called on the connection that was opened first, every fork of it and the database. Never rejects. */
  close(): Promise<void>
}
