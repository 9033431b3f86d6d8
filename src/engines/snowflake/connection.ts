import { setTimeout as sleep } from 'node:timers/promises'
import type { Column, RowStatement, Connection as Session } from 'snowflake-sdk'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { Relation } from '../../sql/relation.js'
import { columnsByTable } from '../columns-by-table.js'
import type { Connection, ExistingRelation, FileDescription, Row, RowBatch } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { InTurn } from '../in-turn.js'
import { newSession, sessionStatements } from './client.js'
import { snowflake } from './dialect.js'
import { explainFailure, isTransient } from './failures.js'
import { loadRows } from './load-rows.js'
import { foldedName, unfoldedName } from './quoting.js'
import { plainRows } from './rows.js'
import type { SnowflakeTarget } from './target.js'

export { engineVersion } from './client.js'

/** Connects. Rejects with a `WarehouseError` that says what is in the way. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): Promise<Connection> {
  return new Account(options as unknown as SnowflakeTarget, projectDir).connect(true)
}

/** How often a statement is begun that failed for what passes by itself. */
const ATTEMPTS = 4

/** Sessions of one target; the first one closes the others. */
class Account {
  readonly #open = new Set<SnowflakeConnection>()

  constructor(
    readonly target: SnowflakeTarget,
    private readonly projectDir: string,
  ) {}

  async connect(isFirst: boolean): Promise<Connection> {
    const session = await newSession(this.target, this.projectDir)
    const connection = new SnowflakeConnection(this, session, isFirst)
    this.#open.add(connection)
    try {
      for (const statement of sessionStatements(this.target)) await connection.execute(statement)
      return connection
    } catch (error) {
      await this.close(connection)
      throw error
    }
  }

  async close(connection: SnowflakeConnection): Promise<void> {
    if (this.#open.delete(connection)) await connection.end()
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((connection) => this.close(connection)))
  }
}

interface Answer {
  readonly statement: RowStatement
  readonly rows: readonly unknown[]
}

class SnowflakeConnection implements Connection {
  readonly engine = 'Snowflake'
  readonly #turns = new InTurn()

  constructor(
    private readonly account: Account,
    private readonly session: Session,
    private readonly isFirst: boolean,
  ) {}

  async execute(statement: string): Promise<number | undefined> {
    const { statement: done } = await this.#inTurn(statement)
    return /^\s*(insert|update|delete|merge|copy)\b/i.test(statement) ? done.getNumUpdatedRows() : undefined
  }

  async query(statement: string, limit?: number): Promise<readonly Row[]> {
    const text = limit === undefined ? statement : `select * from (${statement}\n) as "found" limit ${limit}`
    const { statement: done, rows } = await this.#inTurn(text)
    return plainRows((done.getColumns() ?? []) as readonly Column[], rows)
  }

  /** What makes or replaces a table ends a transaction of Snowflake: each statement is whole by itself. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  fork(): Promise<Connection> {
    return this.account.connect(false)
  }

  async describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    const [tableName = '', schema = '', database = this.account.target.database] = [...table.parts].reverse()
    const rows = await this.#columns(
      database,
      sql`table_schema = ${foldedName(schema)} and table_name = ${foldedName(tableName)}`,
    )
    return columnsByTable(rows).get(unfoldedName(foldedName(tableName)))
  }

  async describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    return columnsByTable(
      await this.#columns(this.account.target.database, sql`table_schema = ${foldedName(schema)}`),
    )
  }

  async tableNames(): Promise<readonly string[]> {
    const rows = await this.#found(sql`
      select table_schema as ${name('schema')}, table_name as ${name('name')}
      from information_schema.tables
      where table_schema <> 'INFORMATION_SCHEMA'
      order by table_schema, table_name
    `)
    return rows.map((row) => `${unfoldedName(String(row.schema))}.${unfoldedName(String(row.name))}`)
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeDataFile(file, thorough, snowflake)
  }

  async relations(schema: string): Promise<readonly ExistingRelation[]> {
    const rows = await this.#found(sql`
      select table_name as ${name('name')}, table_type as ${name('kind')}
      from information_schema.tables
      where table_schema = ${foldedName(schema)}
      order by table_name
    `)
    return rows.map((row) => ({
      name: unfoldedName(String(row.name)),
      kind: /VIEW/.test(String(row.kind)) ? 'view' : 'table',
    }))
  }

  insertRows = (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => loadRows(table, columns, batches, (statement) => this.execute(statement))

  interrupt(): void {
    this.#turns.interrupt()
  }

  async close(): Promise<void> {
    if (this.isFirst) await this.account.closeAll()
    else await this.account.close(this)
  }

  /** Never rejects. */
  end(): Promise<void> {
    return new Promise((done) => this.session.destroy(() => done()))
  }

  /** Types with their digits, as `NUMBER(38,0)`: the catalog has those apart. */
  #columns(database: string, where: Sql): Promise<readonly Row[]> {
    return this.#found(sql`
      select
        table_name as ${name('table_name')},
        column_name as ${name('column_name')},
        data_type || coalesce('(' || numeric_precision || ',' || numeric_scale || ')', '') as ${name('data_type')}
      from ${name(foldedName(database), 'information_schema', 'columns')}
      where ${where}
      order by table_name, ordinal_position
    `).then((rows) =>
      rows.map((row) => ({
        ...row,
        table_name: unfoldedName(String(row.table_name)),
        column_name: unfoldedName(String(row.column_name)),
      })),
    )
  }

  #found(query: Sql): Promise<readonly Row[]> {
    return this.query(print(query, snowflake))
  }

  #inTurn(statement: string): Promise<Answer> {
    return this.#turns.run((signal) => this.#attempts(statement, signal))
  }

  async #attempts(statement: string, signal: AbortSignal): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        signal.throwIfAborted()
        return await this.#attempt(statement, signal)
      } catch (error) {
        if (signal.aborted) throw new WarehouseError('the statement was stopped', undefined, { cause: error })
        if (attempt === ATTEMPTS || !isTransient(error)) throw explainFailure(error, statement)
        await sleep(attempt * 500)
      }
    }
  }

  #attempt(sqlText: string, signal: AbortSignal): Promise<Answer> {
    return new Promise((done, failed) => {
      const cancel = () => running.cancel(() => undefined)
      const running = this.session.execute({
        sqlText,
        rowMode: 'array',
        fetchAsString: ['Number', 'Date', 'JSON', 'Buffer'],
        complete: (error, statement, rows = []) => {
          signal.removeEventListener('abort', cancel)
          if (error) failed(error)
          else done({ statement: statement as RowStatement, rows })
        },
      }) as RowStatement
      signal.addEventListener('abort', cancel, { once: true })
    })
  }
}
