import { resolve } from 'node:path'
import { type DuckDBConnection, DuckDBInstance, version as duckdbVersion, type Json } from '@duckdb/node-api'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import { sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { Relation } from '../../sql/relation.js'
import { columnsByTable } from '../columns-by-table.js'
import type { Connection, ExistingRelation, FileDescription, Row, RowBatch } from '../connection.js'
import { insertJson } from '../insert-json.js'
import { claimDatabaseFile } from './database-file.js'
import { describeFile } from './describe-file.js'
import { duckdb } from './dialect.js'
import { explainFailure } from './failures.js'
import { PendingWork } from './pending-work.js'
import { type DuckDbTarget, memoryLimits, refusedSetting, type Setting, settingsOf } from './settings.js'

/** Of one statement that inserts rows: more are no quicker, and take memory. */
const ROWS_LIMIT = { length: 4_000_000, lengthOf: (row: string) => row.length }

/**
 * Opens a database file, which is made where it is missing, its folder too; one that may not be written can be looked into.
 * One process at a time may have it open,
 * readers included: close it. Rejects with a `WarehouseError` that says who has it, or what else is in the way.
 */
export async function openDuckDb(target: DuckDbTarget): Promise<Connection> {
  const file = claimDatabaseFile(target.path)
  let instance: DuckDBInstance | undefined
  try {
    instance = await DuckDBInstance.create(file.path, {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'false',
      ...(!file.isWritable && { access_mode: 'READ_ONLY' }),
    })
    return await new Database(instance, settingsOf(target), file.release).connect()
  } catch (error) {
    instance?.closeSync()
    file.release()
    throw explainFailure(error)
  }
}

/** Opens what the options of a target name; its paths are relative to the project. */
export function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): Promise<Connection> {
  const target = options as unknown as DuckDbTarget
  const { path, temp_directory } = target
  return openDuckDb({
    ...target,
    path: path === ':memory:' ? path : resolve(projectDir, path),
    ...(temp_directory !== undefined && { temp_directory: resolve(projectDir, temp_directory) }),
  })
}

/** The version of DuckDB itself. */
export function engineVersion(): string {
  return duckdbVersion()
}

/** An open database file with its connections; the first one closes the others. */
class Database {
  readonly #connections = new Set<PendingWork>()
  #name = ''
  #open = true

  constructor(
    readonly instance: DuckDBInstance,
    readonly settings: readonly Setting[],
    readonly release: () => void,
  ) {}

  async connect(): Promise<Connection> {
    if (!this.#open) throw new WarehouseError('the database is closed')
    const connection = await this.instance.connect()
    const isFirst = this.#connections.size === 0
    const pending = new PendingWork(connection)
    this.#connections.add(pending)
    for (const { name, statement } of this.settings) {
      await pending
        .run(() => connection.run(statement))
        .catch((cause: unknown) => {
          throw refusedSetting(name, cause)
        })
    }
    if (isFirst) this.#name = await pending.run(() => nameOf(connection))
    return new DuckDbConnection(this, pending, isFirst, this.#name)
  }

  async closeOne(connection: PendingWork): Promise<void> {
    if (this.#connections.delete(connection)) await connection.close()
  }

  async closeAll(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    while (this.#connections.size > 0)
      await Promise.all([...this.#connections].map((connection) => this.closeOne(connection)))
    this.instance.closeSync()
    this.release()
  }
}

class DuckDbConnection implements Connection {
  readonly engine = `DuckDB ${engineVersion()}`
  readonly #database: Database
  readonly #connection: DuckDBConnection
  readonly #pending: PendingWork
  readonly #isFirst: boolean

  constructor(
    opened: Database,
    pending: PendingWork,
    isFirst: boolean,
    /** That of its file: a schema may be called the same. */
    readonly database: string,
  ) {
    this.#database = opened
    this.#connection = pending.connection
    this.#pending = pending
    this.#isFirst = isFirst
  }

  async execute(statement: string): Promise<number | undefined> {
    return this.#explained(statement, async () => {
      const result = await this.#connection.run(statement)
      if (result.rowsChanged > 0) return result.rowsChanged
      if (result.columnCount !== 1 || result.columnName(0) !== 'Count') return undefined
      const [row] = await result.getRowObjectsJson()
      return row === undefined ? undefined : Number(row.Count)
    })
  }

  async query(statement: string, limit?: number): Promise<readonly Row[]> {
    // Not a streamed result: one that is not read to its end keeps the database open until it is collected, and what is
    // then written goes into the file under the feet of whoever has opened it again.
    const text = limit === undefined ? statement : `select * from (${statement}\n) as "found" limit ${limit}`
    return this.#explained(text, async () => {
      const reader = await this.#connection.runAndReadAll(text)
      return reader.getRowObjectsJson().map(plainRow)
    })
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.execute('begin transaction')
    try {
      const result = await work()
      await this.execute('commit')
      return result
    } catch (error) {
      // A statement that fails may have ended the transaction already: then there is nothing left to roll back.
      await this.execute('rollback').catch(() => undefined)
      throw error
    }
  }

  async fork(): Promise<Connection> {
    return this.#explained('', () => this.#database.connect())
  }

  async postponeMerging(): Promise<void> {
    await this.execute('set global max_vacuum_tasks = 0')
  }

  async limitMemory(): Promise<void> {
    const [row] = await this.query("select current_setting('threads') as threads")
    const limits = memoryLimits(this.#database.settings, Number(row?.threads ?? 1))
    for (const statement of limits) await this.execute(statement)
  }

  async describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    const [name = '', schema = 'main', database] = [...table.parts].reverse()
    const inDatabase = database === undefined ? sql`current_database()` : sql`${database}`
    const rows = await this.query(
      print(
        sql`
          select column_name, data_type
          from duckdb_columns()
          where lower(table_name) = lower(${name})
            and lower(schema_name) = lower(${schema})
            and lower(database_name) = lower(${inDatabase})
          order by column_index
        `,
        duckdb,
      ),
    )
    if (rows.length === 0) return undefined
    return rows.map((row) => ({ name: String(row.column_name), type: String(row.data_type) }))
  }

  async describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    const rows = await this.query(
      print(
        sql`
          select table_name, column_name, data_type
          from duckdb_columns()
          where lower(schema_name) = lower(${schema}) and database_name = current_database()
          order by table_name, column_index
        `,
        duckdb,
      ),
    )
    return columnsByTable(rows)
  }

  async tableNames(): Promise<readonly string[]> {
    const rows = await this.query(`
      select schema_name || '.' || table_name as name
      from duckdb_tables()
      where not internal
      union
      select schema_name || '.' || view_name
      from duckdb_views()
      where not internal
      order by name
    `)
    return rows.map(({ name }) => String(name))
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeFile((statement, limit) => this.query(statement, limit), file, thorough)
  }

  async relations(schema: string): Promise<readonly ExistingRelation[]> {
    const here = sql`lower(schema_name) = lower(${schema}) and database_name = current_database() and not internal`
    const rows = await this.query(
      print(
        sql`
          select table_name as name, 'table' as kind from duckdb_tables() where ${here}
          union all
          select view_name as name, 'view' as kind from duckdb_views() where ${here}
          order by name
        `,
        duckdb,
      ),
    )
    return rows.map((row) => ({ name: String(row.name), kind: row.kind === 'view' ? 'view' : 'table' }))
  }

  insertRows = (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => insertJson(this, duckdb, { table, columns }, batches, ROWS_LIMIT)

  interrupt(): void {
    this.#connection.interrupt()
  }

  async close(): Promise<void> {
    if (this.#isFirst) await this.#database.closeAll()
    else await this.#database.closeOne(this.#pending)
  }

  async #explained<T>(statement: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#pending.run(work)
    } catch (error) {
      throw explainFailure(error, statement)
    }
  }
}

async function nameOf(connection: DuckDBConnection): Promise<string> {
  const reader = await connection.runAndReadAll('select current_database() as name')
  return String(reader.getRowObjectsJson()[0]?.name ?? '')
}

function plainRow(row: Readonly<Record<string, Json>>): Row {
  const plain: Record<string, string | number | boolean | null> = {}
  for (const [name, value] of Object.entries(row)) {
    plain[name] = typeof value === 'object' && value !== null ? JSON.stringify(value) : value
  }
  return plain
}
