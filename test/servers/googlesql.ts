import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { type Client, credentials, loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

/**
 * The reference implementation of GoogleSQL, the language of BigQuery, by those who make it: it parses, checks the types
 * and computes queries over tables that are handed to it with each.
 */
export interface GoogleSql {
  query(sql: string, tables: readonly GivenTable[]): Promise<Result>
  /** INSERT, UPDATE and DELETE: the rows that the statement makes or takes away. */
  modify(sql: string, tables: readonly GivenTable[]): Promise<readonly Change[]>
  stop(): void
}

/** One of `ValueProto`: no key at all is null. */
export type Value = Readonly<Record<string, unknown>>

export interface GivenTable {
  /** One name, with a dot in it where it has two parts. */
  readonly name: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Value[])[]
  /** The number of a column that tells rows apart: needed of a table that is changed. */
  readonly key?: number
}

export interface Column {
  readonly name: string
  readonly type: Type
}

/** `TypeProto`: its kind, as `TYPE_INT64`, and what it is made of. */
export interface Type {
  readonly type_kind: string
}

export interface Result {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Value[])[]
}

export interface Change {
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly values: readonly Value[]
  readonly key: Value | undefined
}

const folder = join(dirname(createRequire(import.meta.url).resolve('@fivetrandevelopers/zetasql')), 'zetasql')
const isArm = process.arch.startsWith('arm')
const server = join(
  folder,
  `remote_server${isArm ? '_arm' : ''}${process.platform === 'darwin' ? '' : '.so'}`,
)

/** Why it cannot be started here; undefined where it can. */
export function whyNoGoogleSql(): string | undefined {
  if (process.platform === 'win32' || !existsSync(server))
    return `GoogleSQL has no program for ${process.platform} ${process.arch}`
  return undefined
}

export async function startGoogleSql(): Promise<GoogleSql> {
  const port = await freePort()
  const child = spawn(server, ['localhost', String(port)], { stdio: 'ignore' })
  const call = await connect(port)
  return new Evaluator(call, child, await call<object>('GetLanguageOptions', { maximum_features: true }))
}

type Call = <T>(method: string, request: object) => Promise<T>

async function connect(port: number): Promise<Call> {
  const options = { oneofs: false, longs: String, enums: String, keepCase: true }
  const protos = loadSync('local_service.proto', { ...options, includeDirs: [join(folder, 'protos')] })
  const { zetasql } = loadPackageDefinition(protos) as unknown as {
    readonly zetasql: { readonly local_service: { readonly ZetaSqlLocalService: typeof Client } }
  }
  const sizes = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 }
  const client = new zetasql.local_service.ZetaSqlLocalService(
    `localhost:${port}`,
    credentials.createInsecure(),
    sizes,
  )
  await new Promise<void>((done, failed) =>
    client.waitForReady(Date.now() + 20_000, (error) => (error ? failed(error) : done())),
  )
  const methods = client as unknown as Record<
    string,
    (request: object, answered: (error: { details: string } | null, answer: unknown) => void) => void
  >
  return <T>(method: string, request: object) =>
    new Promise<T>((done, failed) =>
      methods[method]?.call(client, request, (error, answer) =>
        error ? failed(new Error(error.details)) : done(answer as T),
      ),
    )
}

class Evaluator implements GoogleSql {
  readonly #options: object
  readonly #language: object

  constructor(
    private readonly call: Call,
    private readonly child: ChildProcess,
    language: object,
  ) {
    const kinds = ['QUERY', 'INSERT', 'UPDATE', 'DELETE'].map((kind) => `RESOLVED_${kind}_STMT`)
    this.#language = { ...language, supported_statement_kinds: kinds }
    this.#options = { language_options: this.#language, default_timezone: 'UTC' }
  }

  async query(sql: string, tables: readonly GivenTable[]): Promise<Result> {
    const answer = await this.call<{
      readonly content?: {
        readonly table_data?: { readonly row?: readonly { readonly cell?: readonly Value[] }[] }
      }
      readonly prepared?: { readonly columns?: readonly Column[] }
    }>('EvaluateQuery', this.#request(sql, tables))
    const rows = answer.content?.table_data?.row ?? []
    return { columns: answer.prepared?.columns ?? [], rows: rows.map(({ cell = [] }) => cell) }
  }

  async modify(sql: string, tables: readonly GivenTable[]): Promise<readonly Change[]> {
    const answer = await this.call<{
      readonly content?: readonly {
        readonly operation: Change['operation']
        readonly cell?: readonly Value[]
        readonly old_primary_key?: readonly Value[]
      }[]
    }>('EvaluateModify', this.#request(sql, tables))
    return (answer.content ?? []).map(({ operation, cell = [], old_primary_key: key = [] }) => ({
      operation,
      values: cell,
      key: key[0],
    }))
  }

  #request(sql: string, tables: readonly GivenTable[]): object {
    const table = tables.map(({ name, columns, key }, i) => ({
      name,
      serialization_id: i + 1,
      column: columns,
      ...(key !== undefined && { primary_key_column_index: [key] }),
    }))
    const content = tables.map(({ name, rows }) => [
      name,
      { table_data: { row: rows.map((cell) => ({ cell })) } },
    ])
    return {
      sql,
      options: this.#options,
      descriptor_pool_list: { definition: [{ builtin: {} }] },
      simple_catalog: {
        name: 'warehouse',
        builtin_function_options: { language_options: this.#language },
        table,
      },
      table_content: Object.fromEntries(content),
    }
  }

  stop(): void {
    this.child.kill()
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { readonly port: number }
      probe.close(() => done(port))
    })
  })
}
