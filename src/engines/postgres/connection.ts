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
import type { Connection, ExistingRelation, FileDescription, RowBatch, Tell } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { columnsOfSchema, columnsOfTable, namesOfTables, relationsOf } from './catalogue.js'
import { copyText } from './copy-text.js'
import { postgres } from './dialect.js'
import { postgresServer } from './postgres-server.js'
import { Server } from './server.js'
import { ServerConnection } from './server-connection.js'
import type { PostgresTarget } from './target.js'

/** Connects. Rejects with a `WarehouseError` that says what is in the way. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
  tell: Tell = () => {},
): Promise<Connection> {
  const server = new Server(postgresServer(options as PostgresTarget, projectDir), tell)
  return new PostgresConnection(server, await server.open(), true)
}

/** The version of the driver. */
export function engineVersion(): string {
  return `driver pg ${(pg.Client as unknown as { readonly version?: string }).version ?? ''}`.trim()
}

class PostgresConnection extends ServerConnection implements Connection {
  readonly engine = `PostgreSQL ${this.server.version}`

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
    return this.run(async () => {
      const stream = this.session.client.query(copyFrom(text))
      await pipeline(Readable.from(copyText(batches)), stream)
      return stream.rowCount
    })
  }
}

/** The number under which the server knows an advisory lock. */
function lockKey(text: string): string {
  return print(sql`hashtextextended(${text}, 0)`, postgres)
}
