import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Datasets, type Outcome } from './bigquery-tables.js'
import { apiColumn, apiRow } from './bigquery-values.js'
import { startGoogleSql } from './googlesql.js'

/** BigQuery's REST API on loopback, over datasets in memory. */
export interface BigQueryServer {
  readonly url: string
  /** What was asked for, the newest last. */
  readonly jobs: readonly Job[]
  /** Headers of the last request. */
  readonly headers: () => IncomingMessage['headers']
  /** Answers so many of the next requests for results with this status and reason. */
  fail(times: number, status: number, reason: string, message: string): void
  /** From now on jobs take until they are cancelled. */
  hold(): void
  stop(): void
}

interface Job {
  readonly id: string
  readonly configuration: {
    readonly labels?: Readonly<Record<string, string>>
    readonly query?: { readonly query: string; readonly maximumBytesBilled?: string }
    readonly load?: object
  }
  readonly outcome: Promise<Outcome>
  isCancelled: boolean
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message)
  }
}

/** Rows of an answer, few, so that there are pages. */
const PAGE = 500

export async function startBigQuery(): Promise<BigQueryServer> {
  const sql = await startGoogleSql()
  const api = new Api(new Datasets(sql))
  const server = createServer((request, response) => void api.answer(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { readonly port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    jobs: api.jobs,
    headers: () => api.headers,
    fail: (times, status, reason, message) => {
      api.failures.push(...Array.from({ length: times }, () => new Refusal(status, reason, message)))
    },
    hold: () => {
      api.isHolding = true
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
      sql.stop()
    },
  }
}

class Api {
  readonly jobs: Job[] = []
  readonly failures: Refusal[] = []
  headers: IncomingMessage['headers'] = {}
  isHolding = false

  constructor(private readonly datasets: Datasets) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    this.headers = request.headers
    try {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
      const path = pathname
        .replace(/^.*\/projects\/[^/]+\//, '')
        .split('/')
        .map(decodeURIComponent)
      const found = await this.#route(request, path, searchParams, body)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(found))
    } catch (error) {
      const { status, reason, message } =
        error instanceof Refusal ? error : new Refusal(500, 'backendError', String(error))
      const said = { error: { code: status, message, errors: [{ reason, message }] } }
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(said))
    }
  }

  #route(request: IncomingMessage, path: readonly string[], query: URLSearchParams, body: string): unknown {
    const [first, id = '', then, table] = path
    if (first === 'jobs' && request.method === 'POST' && then === 'cancel') return this.#cancel(id)
    if (first === 'jobs' && request.method === 'POST')
      return request.url?.startsWith('/upload') ? this.#load(body) : this.#begin(JSON.parse(body))
    if (first === 'jobs') return this.#status(this.#job(id))
    if (first === 'queries') return this.#results(this.#job(id), query)
    if (first === 'datasets' && id === '')
      return {
        datasets: this.datasets
          .names()
          .map((datasetId) => ({ id: datasetId, datasetReference: { datasetId } })),
      }
    if (first === 'datasets' && then === 'tables') return this.#tables(id, table)
    throw new Refusal(404, 'notFound', `no such path: ${path.join('/')}`)
  }

  #begin({
    jobReference,
    configuration,
  }: {
    readonly jobReference: { readonly jobId: string }
    readonly configuration: Job['configuration']
  }) {
    const statement = configuration.query?.query ?? ''
    return this.#add(
      jobReference.jobId,
      configuration,
      this.isHolding ? new Promise(() => {}) : this.datasets.execute(statement),
    )
  }

  #add(id: string, configuration: Job['configuration'], outcome: Promise<Outcome>) {
    outcome.catch(() => undefined)
    const job: Job = { id, configuration, outcome, isCancelled: false }
    this.jobs.push(job)
    return { jobReference: { jobId: id }, status: { state: 'RUNNING' } }
  }

  async #load(body: string) {
    const [metadata = '', rows = ''] = parts(body)
    const { jobReference, configuration } = JSON.parse(metadata)
    const { datasetId, tableId } = configuration.load.destinationTable
    const lines = rows
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
    const loaded = this.datasets
      .load(datasetId, tableId, lines)
      .then(() => ({ columns: [], rows: [], affected: lines.length }))
    this.#add(jobReference.jobId, configuration, loaded)
    return this.#status(this.#job(jobReference.jobId))
  }

  async #status(job: Job) {
    const failed = await job.outcome.then(
      () => undefined,
      (error: Error) => ({ reason: 'invalid', message: error.message }),
    )
    const status = { state: 'DONE', ...(failed && { errorResult: failed, errors: [failed] }) }
    return { id: job.id, kind: 'bigquery#job', jobReference: { jobId: job.id }, status }
  }

  async #results(job: Job, query: URLSearchParams) {
    const failure = this.failures.shift()
    if (failure) throw failure
    if (job.isCancelled)
      throw new Refusal(499, 'stopped', 'Job execution was cancelled: User requested cancellation')
    const wait = new Promise<undefined>((done) => setTimeout(done, 200, undefined))
    const outcome = await (this.isHolding ? Promise.race([job.outcome, wait]) : job.outcome).catch(
      (error: Error) => {
        throw new Refusal(400, /^Not found/.test(error.message) ? 'notFound' : 'invalidQuery', error.message)
      },
    )
    if (!outcome) return { jobComplete: false, jobReference: { jobId: job.id } }
    const at = Number(query.get('pageToken') ?? 0)
    const { columns, rows, affected } = outcome
    return {
      jobComplete: true,
      jobReference: { jobId: job.id },
      totalRows: String(rows.length),
      ...(columns.length > 0 && { schema: { fields: columns.map(apiColumn) } }),
      ...(rows.length > 0 && { rows: rows.slice(at, at + PAGE).map((row) => apiRow(columns, row)) }),
      ...(at + PAGE < rows.length && { pageToken: String(at + PAGE) }),
      ...(affected !== undefined && { numDmlAffectedRows: String(affected) }),
    }
  }

  #cancel(id: string) {
    this.#job(id).isCancelled = true
    return { kind: 'bigquery#jobCancelResponse' }
  }

  #job(id: string): Job {
    const job = this.jobs.find((one) => one.id === id)
    if (!job) throw new Refusal(404, 'notFound', `Not found: Job ${id}`)
    return job
  }

  async #tables(dataset: string, table: string | undefined): Promise<object> {
    if (!this.datasets.has(dataset)) throw new Refusal(404, 'notFound', `Not found: Dataset ${dataset}`)
    if (table === undefined)
      return {
        tables: this.datasets
          .entries(dataset)
          .map(([tableId, type]) => ({ id: tableId, type, tableReference: { tableId } })),
      }
    const columns = await this.datasets.columns(dataset, table)
    if (!columns) throw new Refusal(404, 'notFound', `Not found: Table ${dataset}.${table}`)
    return { schema: { fields: columns.map(apiColumn) } }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

/** The bodies of a multipart message. */
function parts(body: string): readonly string[] {
  const boundary = /^--(\S+)/.exec(body)?.[1] ?? ''
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => part.slice(part.indexOf('\r\n\r\n') + 4).replace(/\r\n$/, ''))
}
