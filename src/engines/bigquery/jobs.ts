import { setTimeout as sleep } from 'node:timers/promises'
import type { BigQuery, Job, QueryResultsOptions, TableField } from '@google-cloud/bigquery'
import { WarehouseError } from '../../diagnostics/errors.js'
import { explainFailure, isTransient } from './failures.js'
import type { BigQueryTarget } from './target.js'

/** How often a statement is begun that failed for what passes by itself. */
const ATTEMPTS = 4
/** Rows of one answer; the API cuts answers at some ten megabytes besides. */
const PAGE = 20_000

export interface ResultPage {
  readonly fields: readonly TableField[]
  readonly rows: readonly unknown[]
  /** Rows that the statement inserted, updated or deleted; undefined for a query. */
  readonly affected?: number
}

/** Runs statements as jobs, any number at a time. */
export class Jobs {
  constructor(
    private readonly client: BigQuery,
    private readonly target: BigQueryTarget,
  ) {}

  /** The pages of one statement, as they come. Where `signal` aborts, the job is cancelled and a `WarehouseError` thrown. */
  async *pages(statement: string, signal: AbortSignal): AsyncGenerator<ResultPage, void, undefined> {
    const { job, first } = await this.#begun(statement, signal)
    let answer: Answer | undefined = first
    while (answer) {
      yield answer.page
      if (signal.aborted) throw stopped()
      answer = answer.next && (await askFor(job, answer.next).catch(explained))
    }
  }

  /** What fails for a moment is begun anew: nothing was handed on. */
  async #begun(statement: string, signal: AbortSignal): Promise<Begun> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (signal.aborted) throw stopped()
        return await this.#begin(statement, signal)
      } catch (error) {
        if (signal.aborted) throw stopped()
        if (attempt === ATTEMPTS || !isTransient(error)) throw explainFailure(error, statement)
        await sleep(attempt * 500, undefined, { signal }).catch(() => {
          throw stopped()
        })
      }
    }
  }

  /** Waits until the job is done: each answer comes then, or after some seconds. */
  async #begin(statement: string, signal: AbortSignal): Promise<Begun> {
    const job = await this.#create(statement)
    const cancel = () => void job.cancel().catch(() => undefined)
    signal.addEventListener('abort', cancel)
    if (signal.aborted) cancel()
    try {
      for (;;) {
        const first = await askFor(job, { maxResults: PAGE })
        if (first.isDone) return { job, first }
      }
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  async #create(statement: string): Promise<Job> {
    const { labels, priority, maximum_bytes_billed: bytes, job_timeout: seconds } = this.target
    const [job] = await this.client.createQueryJob({
      query: statement,
      labels: { tool: 'cdp', ...labels },
      priority: priority === 'batch' ? 'BATCH' : 'INTERACTIVE',
      ...(bytes !== undefined && { maximumBytesBilled: String(bytes) }),
      ...(seconds !== undefined && { jobTimeoutMs: seconds * 1000 }),
    })
    return job
  }
}

interface Begun {
  readonly job: Job
  readonly first: Answer
}

interface Answer {
  readonly isDone: boolean
  readonly page: ResultPage
  /** What asks for the next page; undefined after the last. */
  readonly next: QueryResultsOptions | undefined
}

/** Of the API's answer, what the driver hands on as it is. */
interface RawAnswer {
  readonly jobComplete?: boolean
  readonly schema?: { readonly fields?: readonly TableField[] }
  readonly numDmlAffectedRows?: string
}

async function askFor(job: Job, query: QueryResultsOptions): Promise<Answer> {
  const [rows, next, raw] = await job.getQueryResults({ ...query, skipParsing: true, autoPaginate: false })
  const { jobComplete, schema, numDmlAffectedRows: affected } = raw as RawAnswer
  return {
    isDone: jobComplete !== false,
    page: {
      fields: schema?.fields ?? [],
      rows,
      ...(affected !== undefined && { affected: Number(affected) }),
    },
    next: (next as QueryResultsOptions | null) ?? undefined,
  }
}

function explained(error: unknown): never {
  throw explainFailure(error)
}

function stopped(): WarehouseError {
  return new WarehouseError('the statement was stopped')
}
