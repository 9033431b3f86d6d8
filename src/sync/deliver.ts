import { createHash } from 'node:crypto'
import type { Answer, Batch, Column, Destination, PreparedAudience } from '../connectors/connector.js'
import type { ConnectorDescription } from '../connectors/description.js'
import { unreachable } from '../diagnostics/errors.js'
import { numbered, type PlannedBatch } from './batches.js'
import type { Lease } from './lease.js'
import type { PlannedRow } from './rows.js'
import { SyncStopped } from './stopped.js'
import type { Throttle } from './throttle.js'
import { backoff, type Timing } from './timing.js'

/**
 * What became of a row. `uncertain`: an attempt, though none that was answered, may have been processed. `pending`: the
 * destination still works on it, as the `job`.
 */
export interface RowResult {
  readonly seq: number
  readonly outcome: 'ok' | 'rejected' | 'unknown' | 'pending'
  readonly job?: string
  readonly destinationId?: string
  readonly created?: boolean
  readonly uncertain: boolean
  readonly code?: string
  readonly message?: string
}

export interface Delivery {
  readonly rows: readonly RowResult[]
  readonly attempts: number
  /** Of the last answer. */
  readonly status?: number
  readonly message?: string
  /** Nothing more can be sent at all. */
  readonly stopped?: SyncStopped
}

export interface DeliveryContext {
  readonly runId: string
  readonly destination: Destination
  readonly connector: ConnectorDescription
  readonly throttle: Throttle
  readonly lease: Pick<Lease, 'outlives'>
  readonly timing: Timing
  /** Aborts when the run is to end. */
  readonly signal: AbortSignal
  readonly columns: readonly Column[]
  readonly audienceOf: (name: string) => PreparedAudience | undefined
  /** Remembers that the destination works on these rows, before anybody asks how far it is. */
  readonly onJob: (rows: readonly PlannedRow[], job: string) => Promise<void>
}

/**
 * Sends a batch until something is known of each of its rows, or patience ends. Only the rows that are still open are sent
 * again: those that the destination asks for again, or a half of a batch that it refused as a whole. Rejects with
 * `SyncStopped` where the lease is lost.
 */
export async function deliver(batch: PlannedBatch, context: DeliveryContext): Promise<Delivery> {
  return new Attempts(batch, context).run()
}

/** Rows that are sent together, and what has happened to them so far. */
interface Open {
  readonly rows: readonly PlannedRow[]
  readonly attempt: number
  readonly uncertain: boolean
}

class Attempts {
  readonly #results: RowResult[] = []
  #attempts = 0
  #status: number | undefined
  #message: string | undefined
  #stopped: SyncStopped | undefined
  readonly #begun: number

  constructor(
    private readonly batch: PlannedBatch,
    private readonly context: DeliveryContext,
  ) {
    this.#begun = context.timing.monotonic()
  }

  async run(): Promise<Delivery> {
    const open: Open[] = [{ rows: this.batch.rows, attempt: 0, uncertain: false }]
    for (let next = open.shift(); next; next = open.shift()) {
      if (this.#stopped) this.#unknown(next, this.#stopped.message)
      else open.unshift(...(await this.#take(next, await this.#send(next))))
    }
    return {
      rows: this.#results,
      attempts: this.#attempts,
      ...(this.#status !== undefined && { status: this.#status }),
      ...(this.#message !== undefined && { message: this.#message }),
      ...(this.#stopped && { stopped: this.#stopped }),
    }
  }

  async #send(open: Open): Promise<Answer> {
    const { destination, connector, throttle, lease, signal } = this.context
    const { timeoutMs } = connector.limits
    const request = async (): Promise<Answer> => {
      await lease.outlives(timeoutMs)
      this.#attempts += 1
      return this.#attempt((within) => destination.send?.(this.#batch(open), within), signal)
    }
    const answer = await throttle.run(request, signal).catch((error: unknown): Answer => {
      // It was the run's turn to end before it was the request's to begin.
      if (error !== signal.reason) throw error
      return { kind: 'retry', message: 'the run was stopped', maybeProcessed: false }
    })
    this.#note(answer)
    return answer
  }

  /** One request within its time. What the signal cuts off may have been processed. */
  async #attempt(
    request: (signal: AbortSignal) => Promise<Answer> | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { timeoutMs } = this.context.connector.limits
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await request(AbortSignal.any([signal, timeout]))
      return answer ?? { kind: 'stop', message: 'the destination takes no batches' }
    } catch (error) {
      if (signal.aborted) return { kind: 'retry', message: 'the run was stopped', maybeProcessed: true }
      if (!timeout.aborted) throw error
      return { kind: 'retry', message: `no answer within ${timeoutMs / 1000} s`, maybeProcessed: true }
    }
  }

  #batch({ rows }: Open): Batch {
    const { operation, audience } = this.batch
    const prepared = this.context.audienceOf(audience)
    return {
      operation,
      rows: rows.map((row, index) => numbered(row, index + 1)),
      columns: this.context.columns,
      ...(prepared && { audience: prepared }),
      idempotencyKey: idempotencyKey(this.context.runId, rows),
    }
  }

  #note(answer: Answer): void {
    if (answer.status !== undefined) this.#status = answer.status
    if ('message' in answer) this.#message = answer.message
  }

  /** Settles what the answer settles; gives what is to be sent again. */
  async #take(open: Open, answer: Answer): Promise<readonly Open[]> {
    switch (answer.kind) {
      case 'results':
        return this.#takeResults(open, answer.rows)
      case 'throttle':
        return this.#leaveAlone(open, answer.waitMs)
      case 'retry':
        return this.#again(open, answer)
      case 'split':
        return this.#halve(open, answer)
      case 'stop':
        this.#stopped = new SyncStopped('refused', answer.message, answer.remedy)
        this.#unknown(open, answer.message)
        return []
      case 'pending':
        return this.#follow(open, answer.job, answer.waitMs)
      default:
        return unreachable(answer)
    }
  }

  #takeResults(open: Open, outcomes: Extract<Answer, { kind: 'results' }>['rows']): Open[] {
    const again: PlannedRow[] = []
    let why = ''
    open.rows.forEach((row, index) => {
      const outcome = outcomes[index] ?? { outcome: 'unknown', message: 'the destination does not say' }
      if (outcome.outcome === 'retry') {
        again.push(row)
        why = outcome.message
        return
      }
      const uncertain = open.uncertain || outcome.outcome === 'unknown'
      this.#results.push({ seq: row.seq, uncertain, ...outcome })
    })
    if (again.length === 0) return []
    const rest = { rows: again, attempt: open.attempt + 1, uncertain: open.uncertain }
    if (this.#hasPatience(rest.attempt)) return [rest]
    this.#unknown(rest, why)
    return []
  }

  /** Too many requests: no attempt was made, but patience ends all the same, and then nothing more is sent. */
  #leaveAlone(open: Open, waitMs: number | undefined): readonly Open[] {
    const { connector, timing, throttle } = this.context
    // "Now", and moments that have passed, say nothing about when there is room.
    const wait = waitMs || Math.max(1000, backoff(connector.retry, open.attempt, timing.random))
    if (this.#hasTime(wait)) {
      throttle.pause(wait)
      return [open]
    }
    const message = `the destination asks to be left alone for ${Math.ceil(wait / 1000)} s`
    this.#stopped = new SyncStopped('refused', message, 'Run again after that: the rest is planned anew.')
    this.#unknown(open, message)
    return []
  }

  async #again(
    open: Open,
    { message, maybeProcessed, waitMs }: Extract<Answer, { kind: 'retry' }>,
  ): Promise<readonly Open[]> {
    const { connector, timing, signal } = this.context
    const next = {
      rows: open.rows,
      attempt: open.attempt + 1,
      uncertain: open.uncertain || maybeProcessed,
    }
    const isRepeatable = !maybeProcessed || connector.operations[this.batch.operation]?.idempotent === true
    const wait = waitMs || backoff(connector.retry, open.attempt, timing.random)
    if (signal.aborted || !isRepeatable || !this.#hasPatience(next.attempt) || !this.#hasTime(wait)) {
      this.#unknown(next, message)
      return []
    }
    await timing.sleep(wait, signal).catch(() => undefined)
    return [next]
  }

  /** The batch was refused without a word about rows: the halves tell which of them it was. */
  #halve(open: Open, { code, message }: Extract<Answer, { kind: 'split' }>): readonly Open[] {
    const { rows, uncertain } = open
    if (rows.length > 1) {
      const middle = Math.ceil(rows.length / 2)
      return [rows.slice(0, middle), rows.slice(middle)].map((half) => ({ ...open, rows: half }))
    }
    for (const { seq } of rows) this.#results.push({ seq, outcome: 'rejected', uncertain, code, message })
    return []
  }

  /** The destination works on it: it is asked until it says how that went. */
  async #follow(open: Open, job: string, waitMs: number | undefined): Promise<readonly Open[]> {
    const { connector, timing, signal, destination, throttle, lease, onJob } = this.context
    await onJob(open.rows, job)
    const asking = { ...open, uncertain: true }
    let wait = waitMs || connector.retry.baseMs
    while (this.#hasTime(wait) && !signal.aborted) {
      await timing.sleep(wait, signal).catch(() => undefined)
      if (signal.aborted) break
      const answer = await throttle.run(async () => {
        await lease.outlives(connector.limits.timeoutMs)
        return this.#attempt((within) => destination.poll?.(job, this.#batch(open), within), signal)
      }, signal)
      this.#note(answer)
      if (answer.kind !== 'pending' && answer.kind !== 'throttle' && answer.kind !== 'retry')
        return this.#take(asking, answer)
      wait = answer.waitMs || Math.min(connector.retry.maxMs, wait * connector.retry.factor)
    }
    for (const { seq } of open.rows) this.#results.push({ seq, outcome: 'pending', uncertain: true, job })
    return []
  }

  #unknown({ rows, uncertain }: Open, message: string): void {
    for (const { seq } of rows) this.#results.push({ seq, outcome: 'unknown', uncertain, message })
  }

  #hasPatience(attempt: number): boolean {
    return attempt < this.context.connector.retry.maxAttempts && this.#hasTime(0)
  }

  /** Whether there is time left after a wait. */
  #hasTime(waitMs: number): boolean {
    const { connector, timing } = this.context
    return timing.monotonic() - this.#begun + waitMs < connector.retry.maxElapsedMs
  }
}

/** The same for every attempt at the same rows of a plan; another plan may hold other values. */
function idempotencyKey(runId: string, rows: readonly PlannedRow[]): string {
  const text = `${runId} ${rows[0]?.seq} ${rows.at(-1)?.seq} ${rows.length}`
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
