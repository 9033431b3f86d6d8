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
import { columnsByTable } from '../columns-by-table.js'
import type { Connection, ExistingRelation, FileDescription, Row, RowBatch } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { postgres } from './dialect.js'
import { explainFailure } from './failures.js'
import { addressOf, clientConfig, type PostgresTarget, serverPlace } from './target.js'

/** Of the server: what the dialect needs came with it. */
const OLDEST = 17

/**
 * What the settings of a target may replace. Plans that are compiled to machine code cost more than they save in
 * statements that are executed once.
 */
const OURS = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  jit: 'off',
  work_mem: '64MB',
  client_min_messages: 'warning',
  // A client that is stopped, or whose machine is gone, must not keep its locks from others.
  idle_in_transaction_session_timeout: '60s',
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '6',
}

/** Connects. Rejects with a `WarehouseError` that says what is in the way. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): Promise<Connection> {
  const target = options as PostgresTarget
  const server = new Server(target, projectDir)
  return server.connect(true)
}

/** The version of the driver. */
export function engineVersion(): string {
  return `driver pg ${(pg.Client as unknown as { readonly version?: string }).version ?? ''}`.trim()
}

/** A database with its connections; the first one closes the others. */
class Server {
  readonly #open = new Set<pg.Client>()
  #version = ''

  constructor(
    private readonly target: PostgresTarget,
    private readonly projectDir: string,
  ) {}

  async connect(isFirst: boolean): Promise<Connection> {
    const client = await this.newClient()
    this.#open.add(client)
    try {
      if (isFirst) this.#version = await versionOf(client)
      for (const [setting, value] of Object.entries({ ...OURS, ...this.target.settings }))
        await client.query('select set_config($1, $2, false)', [setting, String(value)])
      return new PostgresConnection(this, client, isFirst, await processOf(client), this.#version)
    } catch (error) {
      await this.close(client)
      throw explainFailure(error)
    }
  }

  async newClient(): Promise<pg.Client> {
    const client = new pg.Client({ ...clientConfig(this.target, this.projectDir), types: { getTypeParser } })
    // What ends a connection rejects the statement that runs on it, or the next one.
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (error) {
      const { user } = addressOf(this.target)
      throw explainFailure(error, `cannot connect to ${serverPlace({ ...this.target }).place} as ${user}`)
    }
    return client
  }

  async close(client: pg.Client): Promise<void> {
    if (this.#open.delete(client)) await client.end().catch(() => undefined)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((client) => this.close(client)))
  }
}

async function versionOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major, getdatabaseencoding() as encoding`,
  )
  const [{ version, major, encoding }] = rows as [{ version: string; major: number; encoding: string }]
  if (major < OLDEST)
    throw new WarehouseError(
      `the server is PostgreSQL ${version}, which is too old`,
      `cdp needs PostgreSQL ${OLDEST} or later.`,
    )
  if (encoding !== 'UTF8')
    throw new WarehouseError(
      `the database is encoded in ${encoding}`,
      'cdp needs one in UTF8: create database … encoding UTF8 template template0.',
    )
  return version
}

async function processOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select pg_backend_pid() as id')
  return Number(rows[0]?.id)
}

/** Text as the server writes it, but for what JavaScript holds without loss. */
function getTypeParser(type: number): (text: string) => unknown {
  switch (type) {
    case pg.types.builtins.BOOL:
      return (text) => text === 't'
    case pg.types.builtins.INT2:
    case pg.types.builtins.INT4:
    case pg.types.builtins.OID:
    case pg.types.builtins.FLOAT4:
    case pg.types.builtins.FLOAT8:
      return (text) => (Number.isFinite(Number(text)) ? Number(text) : text)
    default:
      return (text) => text
  }
}

class PostgresConnection implements Connection {
  readonly engine: string
  #running = false

  constructor(
    private readonly server: Server,
    private readonly client: pg.Client,
    private readonly isFirst: boolean,
    private readonly process: number,
    version: string,
  ) {
    this.engine = `PostgreSQL ${version}`
  }

  async execute(statement: string): Promise<number | undefined> {
    const result = await this.#run(() => this.client.query(statement))
    // Several statements give a result each; the first is the one that is meant.
    const [first] = Array.isArray(result) ? (result as pg.QueryResult[]) : [result]
    return first?.rowCount ?? undefined
  }

  async query(statement: string, limit?: number): Promise<readonly Row[]> {
    const text = limit === undefined ? statement : `select * from (${statement}\n) as "found" limit ${limit}`
    const result = await this.#run(() => this.client.query<Row>(text))
    return result.rows
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.execute('begin')
    try {
      const result = await work()
      await this.execute('commit')
      return result
    } catch (error) {
      await this.execute('rollback').catch(() => undefined)
      throw error
    }
  }

  fork(): Promise<Connection> {
    return this.server.connect(false)
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

  async describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    const rows = await this.query(
      print(
        sql`
          select attname as name, format_type(atttypid, atttypmod) as type
          from pg_attribute
          where attrelid = to_regclass(${print(from(table), postgres)}) and attnum > 0 and not attisdropped
          order by attnum
        `,
        postgres,
      ),
    )
    if (rows.length === 0) return undefined
    return rows.map((row) => ({ name: String(row.name), type: String(row.type) }))
  }

  async describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    const rows = await this.query(
      print(
        sql`
          select
            c.relname as table_name,
            a.attname as column_name,
            format_type(a.atttypid, a.atttypmod) as data_type
          from pg_attribute as a
          join pg_class as c on c.oid = a.attrelid
          join pg_namespace as n on n.oid = c.relnamespace
          where n.nspname = ${schema} and c.relkind in ('r', 'v', 'm', 'p', 'f') and a.attnum > 0 and not a.attisdropped
          order by c.relname, a.attnum
        `,
        postgres,
      ),
    )
    return columnsByTable(rows)
  }

  async tableNames(): Promise<readonly string[]> {
    const rows = await this.query(`
      select n.nspname || '.' || c.relname as name
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where c.relkind in ('r', 'v', 'm', 'p', 'f')
        and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname not like 'pg\\_toast%'
        and has_schema_privilege(n.oid, 'usage')
      order by name
    `)
    return rows.map((row) => String(row.name))
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeDataFile(file, thorough, postgres)
  }

  async relations(schema: string): Promise<readonly ExistingRelation[]> {
    const rows = await this.query(
      print(
        sql`
          select c.relname as name, case when c.relkind = 'v' then 'view' else 'table' end as kind
          from pg_class as c
          join pg_namespace as n on n.oid = c.relnamespace
          where n.nspname = ${schema} and c.relkind in ('r', 'v', 'm', 'p', 'f')
          order by c.relname
        `,
        postgres,
      ),
    )
    return rows.map((row) => ({ name: String(row.name), kind: row.kind === 'view' ? 'view' : 'table' }))
  }

  insertRows = async (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => {
    const names = list(columns.map((column) => name(column)))
    const text = print(sql`copy ${from(table)} (${names}) from stdin`, postgres)
    return this.#run(async () => {
      const stream = this.client.query(copyFrom(text))
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
    else await this.server.close(this.client)
  }

  async #cancel(): Promise<void> {
    const client = await this.server.newClient()
    try {
      await client.query('select pg_cancel_backend($1)', [this.process])
    } finally {
      await client.end()
    }
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

/** Rows in the text format of COPY. */
async function* copyText(batches: AsyncIterable<RowBatch>): AsyncGenerator<string> {
  for await (const batch of batches) {
    yield batch.map((row) => `${row.map(copyValue).join('\t')}\n`).join('')
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function copyValue(value: string | null): string {
  if (value === null) return '\\N'
  return /[\\\t\n\r]/.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (one) => ESCAPES[one] ?? one) : value
}
