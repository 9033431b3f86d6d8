import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import { list, name, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation } from '../../sql/relation.js'
import type { Connection, ExistingRelation, FileDescription, Row, RowBatch, Tell } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { columnsOfSchema, columnsOfTable, namesOfTables, relationsOf } from './catalogue.js'
import { copyText } from './copy-text.js'
import { postgres } from './dialect.js'
import { explainFailure, isRolledBack } from './failures.js'
import { withRetries } from './retries.js'
import { Server, type Session } from './server.js'
import type { PostgresTarget } from './target.js'

/** Connects. Rejects with a `WarehouseError` that says what is in the way. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
  tell: Tell = () => {},
): Promise<Connection> {
  const target = options as PostgresTarget
  const server = new Server(target, projectDir, tell)
  return new PostgresConnection(server, await server.open(), true)
}

/** The version of the driver. */
export function engineVersion(): string {
  return `driver pg ${(pg.Client as unknown as { readonly version?: string }).version ?? ''}`.trim()
}

class PostgresConnection implements Connection {
  readonly engine: string
  #running = false
  #isInTransaction = false

  constructor(
    private readonly server: Server,
    private readonly session: Session,
    /** It closes the others. */
    private readonly isFirst: boolean,
  ) {
    this.engine = `PostgreSQL ${server.version}`
  }

  async execute(statement: string): Promise<number | undefined> {
    const result = await this.#ask(() => this.session.client.query(statement))
    // Several statements give a result each; the first is the one that is meant.
    const [first] = Array.isArray(result) ? (result as pg.QueryResult[]) : [result]
    return first?.rowCount ?? undefined
  }

  async query(statement: string, limit?: number): Promise<readonly Row[]> {
    const text = limit === undefined ? statement : `select * from (${statement}\n) as "found" limit ${limit}`
    const result = await this.#ask(() => this.session.client.query<Row>(text))
    return result.rows
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return withRetries(() => this.#inTransaction(work), isRolledBack, this.server.tell)
  }

  async fork(): Promise<Connection> {
    return new PostgresConnection(this.server, await this.server.open(), false)
  }

  async lock(schema: string): Promise<void> {
    const [row] = await this.query(`select pg_try_advisory_lock(${lockKey(`cdp ${schema}`)}) as is_ours`)
    if (row?.is_ours === true) return
    throw new WarehouseError(
      `another run works on the schema ${schema}`,
      'Wait until it is done. Its sessions are those of pg_stat_activity with the application_name cdp.',
    )
  }

  async exclusively<T>(schema: string, work: () => Promise<T>): Promise<T> {
    const key = lockKey(`cdp state of ${schema}`)
    await this.query(`select pg_advisory_lock(${key})`)
    try {
      return await work()
    } finally {
      await this.query(`select pg_advisory_unlock(${key})`).catch(() => undefined)
    }
  }

  describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    return columnsOfTable(this, table)
  }

  describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    return columnsOfSchema(this, schema)
  }

  tableNames(): Promise<readonly string[]> {
    return namesOfTables(this)
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeDataFile(file, thorough, postgres)
  }

  relations(schema: string): Promise<readonly ExistingRelation[]> {
    return relationsOf(this, schema)
  }

  insertRows = async (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => {
    const names = list(columns.map((column) => name(column)))
    const text = print(sql`copy ${from(table)} (${names}) from stdin`, postgres)
    return this.#run(async () => {
      const stream = this.session.client.query(copyFrom(text))
      await pipeline(Readable.from(copyText(batches)), stream)
      return stream.rowCount
    })
  }

  interrupt(): void {
    if (!this.#running) return
    void this.#cancel().catch(() => undefined)
  }

  async close(): Promise<void> {
    if (this.isFirst) await this.server.closeAll()
    else await this.server.close(this.session.client)
  }

  async #cancel(): Promise<void> {
    const client = await this.server.newClient()
    try {
      await client.query('select pg_cancel_backend($1)', [this.session.process])
    } finally {
      await client.end()
    }
  }

  async #inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.execute('begin')
    this.#isInTransaction = true
    try {
      const result = await work()
      await this.execute('commit')
      return result
    } catch (error) {
      await this.execute('rollback').catch(() => undefined)
      throw error
    } finally {
      this.#isInTransaction = false
    }
  }

  /** A statement by itself is a transaction: what was rolled back left nothing behind. */
  #ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isInTransaction) return this.#run(work)
    return withRetries(() => this.#run(work), isRolledBack, this.server.tell)
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#running = true
    try {
      return await work()
    } catch (error) {
      throw explainFailure(error)
    } finally {
      this.#running = false
    }
  }
}

/** The number under which the server knows an advisory lock. */
function lockKey(text: string): string {
  return print(sql`hashtextextended(${text}, 0)`, postgres)
}
