import type { CatalogColumn } from '../../sql/catalog.js'
import type { Dialect, FileInput } from '../../sql/dialect.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation, relation } from '../../sql/relation.js'
import type { Connection, ExistingRelation, FileDescription, Row, RowBatch } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { InTurn } from '../in-turn.js'
import { insertJson } from '../insert-json.js'
import { MissingRelation } from './failures.js'

/** Of one statement, in characters: the server holds a statement several times over, and each one is a commit. */
const ROWS_LIMIT = { length: 4_000_000, lengthOf: (row: string) => row.length }

/** A session of a server that speaks Spark's SQL. */
export interface SqlSession {
  /** The rows of one statement, as they come. Where `signal` aborts, it is cancelled on the server and a `WarehouseError` thrown. */
  rows(statement: string, signal: AbortSignal): AsyncIterable<readonly Row[]>
  close(): Promise<void>
}

/** The sessions of one server: the connection that was opened first closes them all. */
export abstract class SessionHost {
  readonly #open: SessionConnection[] = []
  /** Of the server, once it was asked for. */
  protected version = ''

  protected constructor(
    readonly dialect: Dialect,
    private readonly engineName: string,
  ) {}

  /** The engine and its version. */
  get engine(): string {
    return `${this.engineName} ${this.version}`
  }

  abstract open(): Promise<Connection>
  /** After all sessions. */
  protected abstract disconnect(): Promise<void> | void

  protected add(session: SqlSession): SessionConnection {
    const connection = new SessionConnection(this, session)
    this.#open.push(connection)
    return connection
  }

  /** The first connection, once the server has told its version. */
  async openFirst(): Promise<Connection> {
    const connection = await this.open()
    const [row = {}] = await connection.query('select version() as version')
    this.version = String(row.version).replace(/ .*/, '')
    return connection
  }

  /** Called once by each connection: closes its session, or, by the first, all of them. */
  async closed(connection: Connection): Promise<void> {
    if (connection === this.#open[0]) return this.close()
    const [closed] = this.#open.splice(this.#open.indexOf(connection as SessionConnection), 1)
    await closed?.session.close()
  }

  /** A session that is not closed would stay on the server for days. */
  async close(): Promise<void> {
    for (const connection of this.#open) connection.interrupt()
    await Promise.all(this.#open.splice(0).map(({ session }) => session.close()))
    await this.disconnect()
  }
}

/** A connection of any engine that speaks Spark's SQL: one session. */
export class SessionConnection implements Connection {
  readonly #turns = new InTurn()

  constructor(
    private readonly host: SessionHost,
    readonly session: SqlSession,
  ) {}

  get engine(): string {
    return this.host.engine
  }

  execute(statement: string): Promise<number | undefined> {
    return this.#inTurn(statement, async (parts) => {
      let count: number | undefined
      for await (const rows of parts)
        for (const { num_affected_rows: affected } of rows)
          if (affected !== undefined) count = Number(affected)
      return count
    })
  }

  query(statement: string, limit?: number): Promise<readonly Row[]> {
    const text = limit === undefined ? statement : `select * from (${statement}\n) as found limit ${limit}`
    return this.#inTurn(text, async (parts) => {
      const all: Row[] = []
      for await (const rows of parts) all.push(...rows)
      return all
    })
  }

  /** Spark has none over several statements: each is whole by itself. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  fork(): Promise<Connection> {
    return this.host.open()
  }

  async describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    const rows = await this.#ifThere(sql`describe table ${from(table)}`)
    const end = rows?.findIndex(({ col_name: column }) => column === '' || String(column).startsWith('# '))
    return rows
      ?.slice(0, end === -1 ? undefined : end)
      .map((row) => ({ name: String(row.col_name), type: String(row.data_type) }))
  }

  async describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    const found = new Map<string, readonly CatalogColumn[]>()
    for (const { name: table } of await this.relations(schema))
      found.set(table, (await this.describeTable(relation(schema, table))) ?? [])
    return found
  }

  async tableNames(): Promise<readonly string[]> {
    const schemas = (await this.#ifThere(sql`show schemas`)) ?? []
    const names: string[] = []
    for (const { namespace } of schemas)
      for (const found of await this.relations(String(namespace))) names.push(`${namespace}.${found.name}`)
    return names.sort()
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeDataFile(file, thorough, this.host.dialect)
  }

  /** Catalogs differ in whether views are among the tables. */
  async relations(schema: string): Promise<readonly ExistingRelation[]> {
    const tables = await this.#ifThere(sql`show tables in ${name(schema)}`)
    if (!tables) return []
    const views = (await this.#ifThere(sql`show views in ${name(schema)}`)) ?? []
    const viewNames = new Set(views.map((row) => String(row.viewName)))
    const names = new Set([...tables.map((row) => String(row.tableName)), ...viewNames])
    return [...names].sort().map((found) => ({ name: found, kind: viewNames.has(found) ? 'view' : 'table' }))
  }

  insertRows = async (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => {
    const described = await this.describeTable(table)
    const types = new Map(described?.map((column) => [column.name.toLowerCase(), column.type]))
    return insertJson(this, this.host.dialect, { table, columns, types }, batches, ROWS_LIMIT)
  }

  interrupt(): void {
    this.#turns.interrupt()
  }

  async close(): Promise<void> {
    this.interrupt()
    await this.host.closed(this)
  }

  /** Undefined where there is no table or schema of the name. */
  async #ifThere(query: Sql): Promise<readonly Row[] | undefined> {
    try {
      return await this.query(print(query, this.host.dialect))
    } catch (error) {
      if (error instanceof MissingRelation) return undefined
      throw error
    }
  }

  #inTurn<T>(statement: string, read: (parts: AsyncIterable<readonly Row[]>) => Promise<T>): Promise<T> {
    return this.#turns.run((signal) => read(this.session.rows(statement, signal)))
  }
}
