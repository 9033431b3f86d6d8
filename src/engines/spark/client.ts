import { setTimeout as sleep } from 'node:timers/promises'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { Row } from '../connection.js'
import { HttpConnections } from '../http.js'
import { explainUnreached } from '../unreached.js'
import { explainAnswer, explainFault, THRIFT_SERVER } from './failures.js'
import {
  executeStatement,
  faultOf,
  fetchedColumns,
  fetchResults,
  type Handle,
  openSession,
  operationArgument,
  operationHandle,
  operationState,
  resultColumns,
  sessionArgument,
  sessionHandle,
} from './protocol.js'
import { plainRows } from './rows.js'
import type { SqlSession } from './session-connection.js'
import type { SparkTarget } from './target.js'
import { answerOf, call, type Encoded, type Struct } from './thrift.js'

/** So long a server that is starting is waited for. */
const PATIENCE_MS = 5_000
/** Rows of one answer. */
const FETCHED_ROWS = 10_000

/** Speaks with one server; sessions of it run statements at the same time. */
export class SparkClient {
  readonly #connections: HttpConnections
  readonly #headers: Readonly<Record<string, string>>
  readonly #user: string
  readonly #password: string

  constructor({ url, ca, user = 'cdp', password = 'none', token }: SparkTarget) {
    this.#connections = new HttpConnections(new URL(url), ca)
    this.#user = user
    this.#password = password
    this.#headers = {
      'Content-Type': 'application/x-thrift',
      Accept: 'application/x-thrift',
      'User-Agent': 'cdp',
      Authorization:
        token === undefined
          ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
          : `Bearer ${token}`,
    }
  }

  /** A server that is starting is waited for: nothing listens yet, so that nothing was sent. */
  async openSession(settings: Readonly<Record<string, string>>): Promise<SparkSession> {
    const request = openSession(this.#user, this.#password, settings)
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        return new SparkSession(this, sessionHandle(await this.call('OpenSession', request)))
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
        if (code !== 'ECONNREFUSED' || Date.now() > until) throw error
        await sleep(200)
      }
    }
  }

  /** Calls a method; rejects with what the server says where it fails. */
  async call(method: string, argument: Encoded, statement?: string): Promise<Struct> {
    const { url } = this.#connections
    const body = call(method, argument)
    const answer = await this.#connections
      .exchange('POST', url, this.#headers, { body })
      .catch((error: unknown) => {
        throw explainUnreached(THRIFT_SERVER, url, error)
      })
    if (answer.status !== 200) throw explainAnswer(url, answer)
    const read = answerOf(answer.body)
    if ('exception' in read)
      throw new WarehouseError(
        `Spark at ${url.origin} could not read a call: ${read.exception ?? 'no result'}`,
      )
    const fault = faultOf(read.result)
    if (fault) throw explainFault(fault, statement)
    return read.result
  }

  close(): void {
    this.#connections.close()
  }
}

/** A session: its settings, and its statements one after the other. */
export class SparkSession implements SqlSession {
  constructor(
    private readonly client: SparkClient,
    private readonly handle: Handle,
  ) {}

  async *rows(statement: string, signal: AbortSignal): AsyncGenerator<readonly Row[], void, undefined> {
    if (signal.aborted) throw stopped()
    const begun = await this.client.call(
      'ExecuteStatement',
      executeStatement(this.handle, statement),
      statement,
    )
    const operation = operationHandle(begun)
    const cancel = () => void this.#tell('CancelOperation', operation)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      if (signal.aborted) cancel()
      await this.#finished(operation, statement, signal)
      const columns = resultColumns(
        await this.client.call('GetResultSetMetadata', operationArgument(operation), statement),
      )
      for (;;) {
        if (signal.aborted) throw stopped()
        const response = await this.client.call(
          'FetchResults',
          fetchResults(operation, FETCHED_ROWS),
          statement,
        )
        const { columns: values, hasMore } = fetchedColumns(response)
        yield plainRows(columns, values)
        if (!hasMore && (values[0]?.length ?? 0) < FETCHED_ROWS) return
      }
    } finally {
      signal.removeEventListener('abort', cancel)
      await this.#tell('CloseOperation', operation)
    }
  }

  /** The server answers when the statement has ended, or after some seconds. */
  async #finished(operation: Handle, statement: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const response = await this.client.call('GetOperationStatus', operationArgument(operation), statement)
      const { state, fault } = operationState(response)
      if (state === 'finished') return
      if (signal.aborted && state !== 'running') throw stopped()
      if (state === 'cancelled') throw new WarehouseError('the statement was cancelled on the server')
      if (state === 'failed') throw explainFault(fault, statement)
    }
  }

  /** Where it fails nothing is lost: the server forgets the operation with its session. */
  async #tell(method: string, operation: Handle): Promise<void> {
    await this.client.call(method, operationArgument(operation)).catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.client.call('CloseSession', sessionArgument(this.handle)).catch(() => undefined)
  }
}

function stopped(): WarehouseError {
  return new WarehouseError('the statement was stopped')
}
