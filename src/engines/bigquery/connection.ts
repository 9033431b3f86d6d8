import type { BigQuery, Dataset, TableMetadata } from '@google-cloud/bigquery'
import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import type { Relation } from '../../sql/relation.js'
import type { Connection, ExistingRelation, FileDescription, Row, RowBatch } from '../connection.js'
import { describeDataFile } from '../data-files.js'
import { InTurn } from '../in-turn.js'
import { newClient } from './client.js'
import { bigquery } from './dialect.js'
import { explainFailure, isMissing } from './failures.js'
import { Jobs, type ResultPage } from './jobs.js'
import { loadRows } from './load-rows.js'
import { allowedName } from './quoting.js'
import { columnsOf, plainRows } from './rows.js'
import type { BigQueryTarget } from './target.js'

export { engineVersion } from './client.js'

/** Opens what the options of a target name. Rejects with a `WarehouseError` that says what is in the way. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): Promise<Connection> {
  const target = options as unknown as BigQueryTarget
  const warehouse = new Warehouse(target, await newClient(target, projectDir))
  const connection = warehouse.connect(true)
  // Whether the credentials count, and may run statements.
  await connection.query('select 1 as one')
  return connection
}

/** Tables whose columns are asked for at once. */
const AT_ONCE = 8

class Warehouse {
  readonly #open = new Set<BigQueryConnection>()
  readonly jobs: Jobs

  constructor(
    target: BigQueryTarget,
    readonly client: BigQuery,
  ) {
    this.jobs = new Jobs(client, target)
  }

  connect(isFirst: boolean): BigQueryConnection {
    const connection = new BigQueryConnection(this, isFirst)
    this.#open.add(connection)
    return connection
  }

  forget(connection: BigQueryConnection): void {
    this.#open.delete(connection)
  }

  close(): void {
    for (const connection of this.#open) connection.interrupt()
    this.#open.clear()
  }

  dataset(schema: string, project?: string): Dataset {
    return this.client.dataset(schema, project === undefined ? {} : { projectId: project })
  }
}

class BigQueryConnection implements Connection {
  readonly engine = 'BigQuery'
  readonly #turns = new InTurn()

  constructor(
    private readonly warehouse: Warehouse,
    private readonly isFirst: boolean,
  ) {}

  execute(statement: string): Promise<number | undefined> {
    return this.#inTurn(statement, async (found) => {
      for await (const { affected } of found) if (affected !== undefined) return affected
      return undefined
    })
  }

  query(statement: string, limit?: number): Promise<readonly Row[]> {
    const text = limit === undefined ? statement : `select * from (${statement}\n) as found limit ${limit}`
    return this.#inTurn(text, async (found) => {
      const rows: Row[] = []
      for await (const page of found) rows.push(...plainRows(page.fields, page.rows))
      return rows
    })
  }

  /** A transaction of BigQuery makes and replaces no tables: each statement is whole by itself. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  async fork(): Promise<Connection> {
    return this.warehouse.connect(false)
  }

  describeTable(table: Relation): Promise<readonly CatalogColumn[] | undefined> {
    return found(async () => {
      const [name = '', schema = '', project] = [...table.parts].reverse()
      const [metadata] = await this.warehouse.dataset(schema, project).table(allowedName(name)).getMetadata()
      return columnsOf((metadata as TableMetadata & { schema?: { fields?: [] } }).schema?.fields ?? [])
    })
  }

  async describeSchema(schema: string): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
    const names = (await this.relations(schema)).map(({ name }) => name)
    const described = new Map<string, readonly CatalogColumn[]>()
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE)
      const columns = await Promise.all(some.map((name) => this.describeTable({ parts: [schema, name] })))
      for (const [i, name] of some.entries()) described.set(name, columns[i] ?? [])
    }
    return described
  }

  async tableNames(): Promise<readonly string[]> {
    const datasets = await found(async () => (await this.warehouse.client.getDatasets())[0])
    const ids = (datasets ?? []).map(({ id }) => id ?? '')
    const tables = await Promise.all(
      ids.map(async (id) => (await this.relations(id)).map(({ name }) => `${id}.${name}`)),
    )
    return tables.flat().sort()
  }

  describeFile(file: FileInput, thorough = false): Promise<FileDescription> {
    return describeDataFile(file, thorough, bigquery)
  }

  async relations(schema: string): Promise<readonly ExistingRelation[]> {
    const tables = await found(async () => (await this.warehouse.dataset(schema).getTables())[0])
    return (tables ?? []).map(({ id, metadata }) => ({
      name: id ?? '',
      kind: /VIEW$/.test(String((metadata as { type?: string }).type)) ? 'view' : 'table',
    }))
  }

  insertRows = async (
    table: Relation,
    columns: readonly string[],
    batches: AsyncIterable<RowBatch>,
  ): Promise<number> => {
    const [name = '', schema = '', project] = [...table.parts].reverse()
    try {
      return await loadRows(
        this.warehouse.dataset(schema, project).table(allowedName(name)),
        columns,
        batches,
      )
    } catch (error) {
      throw explainFailure(error)
    }
  }

  interrupt(): void {
    this.#turns.interrupt()
  }

  async close(): Promise<void> {
    if (this.isFirst) this.warehouse.close()
    else this.warehouse.forget(this)
  }

  #inTurn<T>(statement: string, read: (pages: AsyncIterable<ResultPage>) => Promise<T>): Promise<T> {
    return this.#turns.run((signal) => read(this.warehouse.jobs.pages(statement, signal)))
  }
}

/** What the API answers; undefined where there is nothing of that name. */
async function found<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw explainFailure(error)
  }
}
