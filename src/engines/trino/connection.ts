import { WarehouseError } from '../../diagnostics/errors.js'
import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { Relation } from '../../sql/relation.js'
import { columnsByTable } from '../columns-by-table.js'
import type { Connection, ExistingRelation, FileDescription, Row, RowBatch } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { checkedTarget } from '../http-target.js'
import { InTurn } from '../in-turn.js'
import { insertJson } from '../insert-json.js'
import { TrinoClient } from './client.js'
import { trino } from './dialect.js'
import type { StatementPage } from './protocol.js'
import { plainRows } from './rows.js'
import type { TrinoTarget } from './target.js'

/** Trino takes statements of a million characters; the rest is for the statement around the rows. Quotes are doubled. */
const ROWS_LIMIT = { length: 950_000, lengthOf: (row: string) => row.length + row.split("'").length }

/** Opens what the options of a target name; its file of certificates is relative to the project. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): Promise<Connection> {
  const given = options as unknown as TrinoTarget
  const cluster = new Cluster(
    checkedTarget(given, projectDir, 'Use https:// in `url` of the target: Trino takes neither over http.'),
  )
  try {
    return await cluster.open()
  } catch (error) {
    cluster.close()
    throw error
  }
}

/** The driver is our own. */
export function engineVersion(): string {
  return 'client protocol 1'
}

/** Of the server: what cdp is tested with is 476. */
const OLDEST = 450

class Cluster {
  readonly #client: TrinoClient
  readonly #open = new Set<TrinoConnection>()
  #version = ''

  constructor(readonly target: TrinoTarget) {
    this.#client = new TrinoClient(target)
  }

  async open(): Promise<Connection> {
    this.#version = await this.#client.serverVersion()
    if (Number.parseInt(this.#version, 10) < OLDEST)
      throw new WarehouseError(
        `the server is Trino ${this.#version}, which is too old`,
        `cdp needs Trino ${OLDEST} or later.`,
      )
    const connection = this.connect(true)
    await checkCatalog(connection, this.target.catalog)
    return connection
  }

  connect(isFirst: boolean): TrinoConnection {
    const connection = new TrinoConnection(this, this.#client, isFirst, this.#version)
    this.#open.add(connection)
    return connection
  }

  forget(connection: TrinoConnection): void {
    this.#open.delete(connection)
  }

  close(): void {
    for (const connection of this.#open) connection.interrupt()
    this.#open.clear()
    this.#client.close()
  }
}

/** A wrong name is told apart from a catalog that cannot hold what cdp makes. */
async function checkCatalog(connection: Connection, catalog: string): Promise<void> {
  const rows = await connection.query(
    'select catalog_name, connector_name from system.metadata.catalogs order by catalog_name',
  )
  const found = rows.find((row) => row.catalog_name === catalog)
  const remedy = `Mend \`catalog\` of the target: there are ${rows.map((row) => row.catalog_name).join(', ')}.`
  if (!found) throw new WarehouseError(`Trino has no catalog "${catalog}"`, remedy)
  if (found.connector_name !== 'iceberg')
    throw new WarehouseError(
      `the catalog "${catalog}" is of the connector ${found.connector_name}`,
      'cdp needs a catalog whose connector is iceberg.',
    )
}

class TrinoConnection implements Connection {
  readonly engine: string
  readonly #turns = new InTurn()

  constructor(
    private readonly cluster: Cluster,
    private readonly client: TrinoClient,
    private readonly isFirst: boolean,
    version: string,
  ) {
    this.engine = `Trino ${version}`
  }

  execute(statement: string): Promise<number | undefined> {
    return this.#inTurn(statement, async (pages) => {
      let count: number | undefined
      for await (const { updateCount } of pages) if (updateCount !== undefined) count = Number(updateCount)
      return count
    })
  }

  query(statement: string, limit?: number): Promise<readonly Row[]> {
    const text = limit === undefined ? statement : `select * from (${statement}\n) as "found" limit ${limit}`
    return this.#inTurn(text, async (pages) => {
      const rows: Row[] = []
      for await (const { columns = [], data = [] } of pages) rows.push(...plainRows(columns, data))
      return rows
    })
  }

  /** Trino has none over several statements of Iceberg: each is whole by itself. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  async fork(): Promise<Connection> {
    return this.cluster.connect(false)
  }

  async describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    const [tableName = '', schema = '', catalog = this.cluster.target.catalog] = [...table.parts].reverse()
    const rows = await this.#found(sql`
      select column_name, data_type
      from ${name(catalog, 'information_schema', 'columns')}
      where table_schema = ${schema.toLowerCase()} and table_name = ${tableName.toLowerCase()}
      order by ordinal_position
    `)
    if (rows.length === 0) return undefined
    return rows.map((row) => ({ name: String(row.column_name), type: String(row.data_type) }))
  }

  async describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    const rows = await this.#found(sql`
      select table_name, column_name, data_type
      from information_schema.columns
      where table_schema = ${schema.toLowerCase()}
      order by table_name, ordinal_position
    `)
    return columnsByTable(rows)
  }

  async tableNames(): Promise<readonly string[]> {
    const rows = await this.#found(sql`
      select table_schema || '.' || table_name as name
      from information_schema.tables
      where table_schema <> 'information_schema'
      order by name
    `)
    return rows.map((row) => String(row.name))
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeDataFile(file, thorough, trino)
  }

  async relations(schema: string): Promise<readonly ExistingRelation[]> {
    const rows = await this.#found(sql`
      select table_name, table_type
      from information_schema.tables
      where table_schema = ${schema.toLowerCase()}
      order by table_name
    `)
    return rows.map((row) => ({
      name: String(row.table_name),
      kind: row.table_type === 'VIEW' ? 'view' : 'table',
    }))
  }

  insertRows = async (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => {
    const types = new Map((await this.describeTable(table))?.map((column) => [column.name, column.type]))
    return insertJson(this, trino, { table, columns, types }, batches, ROWS_LIMIT)
  }

  interrupt(): void {
    this.#turns.interrupt()
  }

  async close(): Promise<void> {
    if (this.isFirst) this.cluster.close()
    else this.cluster.forget(this)
  }

  #found(query: Sql): Promise<readonly Row[]> {
    return this.query(print(query, trino))
  }

  #inTurn<T>(statement: string, read: (pages: AsyncIterable<StatementPage>) => Promise<T>): Promise<T> {
    return this.#turns.run((signal) => read(this.client.pages(statement, signal)))
  }
}
