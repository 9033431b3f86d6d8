import { planPage } from '../compile/syncs/pages.js'
import type { Column, PreparedAudience } from '../connectors/connector.js'
import type { OperationName } from '../connectors/description.js'
import { momentOf } from '../run/moments.js'
import type { Acknowledger, Outcome } from './acknowledge.js'
import { cutBatches, type PlannedBatch } from './batches.js'
import { columnsOf } from './columns.js'
import { type Delivery, deliver, type RowResult } from './deliver.js'
import type { Lease } from './lease.js'
import type { SyncSample } from './result.js'
import { type PlannedRow, rowReader } from './rows.js'
import { SyncStopped } from './stopped.js'
import type { SyncJob } from './sync-job.js'
import { withValues } from './warehouse.js'

/** How many rows are read from the plan at a time: memory is flat however many there are. */
const PAGE = 5_000
/** Batches in a row of which nothing became known: the destination is not there. */
const SILENT_BATCHES = 3
const SAMPLES = 10

export interface Sending {
  readonly job: SyncJob
  readonly lease: Lease
  readonly acknowledger: Acknowledger
  /** Of the plan, from the first on. */
  readonly rows: number
  readonly audiences: ReadonlyMap<string, PreparedAudience>
  /** Marks the rows of a batch right before it is sent, where the plan was not marked as a whole. */
  readonly mark: ((batch: PlannedBatch) => Promise<void>) | undefined
  readonly isTooMany: (rejected: number, done: number) => SyncStopped | undefined
}

export interface Sent {
  readonly ok: number
  readonly rejected: number
  readonly unknown: number
  readonly samples: readonly SyncSample[]
  /** Of a batch whose outcome is not known. */
  readonly message?: string
  readonly stopped?: SyncStopped
}

/** Sends the plan in its order: batches of one phase side by side, phases one after the other. */
export async function sendChanges(sending: Sending): Promise<Sent> {
  return new Sender(sending).run()
}

class Sender {
  #ok = 0
  #rejected = 0
  #unknown = 0
  #pending = 0
  #silent = 0
  #message: string | undefined
  #stopped: SyncStopped | undefined
  #failure: unknown
  readonly #samples: SyncSample[] = []
  readonly #begun: number
  readonly #columns: readonly Column[]

  constructor(private readonly sending: Sending) {
    this.#columns = columnsOf(sending.job.scope)
    this.#begun = sending.job.options.timing.monotonic()
  }

  async run(): Promise<Sent> {
    const { job } = this.sending
    const { connector } = job.scope
    const flying = new Set<Promise<void>>()
    const { sizeOf } = job.destination
    const batches = cutBatches(planRows(job, this.sending.rows), {
      limitsOf: (operation: OperationName) => connector.operations[operation]?.batch ?? { maxRows: 1 },
      sizeOf: sizeOf && ((operation, row) => sizeOf.call(job.destination, operation, row)),
    })
    let phase: number | undefined
    for await (const batch of batches) {
      if (phase !== batch.phase) await Promise.all(flying)
      phase = batch.phase
      while (flying.size >= connector.limits.concurrency) await Promise.race(flying)
      if (this.#isOver()) break
      const flight: Promise<void> = this.#send(batch)
        .catch((error: unknown) => {
          this.#failure ??= error
        })
        .finally(() => flying.delete(flight))
      flying.add(flight)
    }
    await Promise.all(flying)
    if (this.#failure !== undefined && !(this.#failure instanceof SyncStopped)) throw this.#failure
    await this.sending.acknowledger.flush()
    const stopped = this.#stopped ?? (this.#failure as SyncStopped | undefined)
    return {
      ok: this.#ok,
      rejected: this.#rejected,
      unknown: this.#unknown,
      samples: this.#samples,
      ...(this.#message !== undefined && { message: this.#message }),
      ...(stopped && { stopped }),
    }
  }

  #isOver(): boolean {
    return (
      this.#stopped !== undefined || this.#failure !== undefined || this.sending.job.options.signal.aborted
    )
  }

  async #send(batch: PlannedBatch): Promise<void> {
    const { job, lease, acknowledger, audiences, mark } = this.sending
    const { options, scope, destination, throttle } = job
    await mark?.(batch)
    const sentAt = options.timing.now()
    const began = options.timing.monotonic()
    const delivery = await deliver(batch, {
      runId: options.runId,
      destination,
      connector: scope.connector,
      throttle,
      lease,
      timing: options.timing,
      signal: options.signal,
      columns: this.#columns,
      audienceOf: (audience) => audiences.get(audience),
      onJob: async (rows, work) => {
        await acknowledger.add(rows.map(({ seq }) => pending(seq, batch.number, work)))
        await acknowledger.flush()
      },
    })
    const elapsedMs = Math.round(options.timing.monotonic() - began)
    this.#count(batch, delivery)
    await acknowledger.add(
      delivery.rows.map((row) => this.#outcome(batch, row)),
      { ...batchLog(batch, delivery), sentAt: momentOf(sentAt), elapsedMs },
    )
    options.listener({
      kind: 'rows done',
      sync: scope.sync.name,
      done: this.#ok + this.#rejected + this.#unknown + this.#pending,
      planned: this.sending.rows,
      elapsed_ms: Math.round(options.timing.monotonic() - this.#begun),
    })
  }

  #count(batch: PlannedBatch, delivery: Delivery): void {
    const known = delivery.rows.filter(({ outcome }) => outcome !== 'unknown').length
    for (const { outcome, seq, code, message } of delivery.rows) {
      if (outcome === 'ok') this.#ok += 1
      else if (outcome === 'unknown') this.#unknown += 1
      else if (outcome === 'pending') this.#pending += 1
      else {
        this.#rejected += 1
        if (this.#samples.length < SAMPLES)
          this.#samples.push({
            row_key: batch.rows.find((row) => row.seq === seq)?.row.key ?? null,
            outcome: 'rejected',
            ...(code !== undefined && { code }),
            message: message ?? '',
          })
      }
    }
    this.#silent = known === 0 ? this.#silent + 1 : 0
    if (known < delivery.rows.length && delivery.message !== undefined) this.#message = delivery.message
    this.#stopped ??= delivery.stopped ?? this.#tooMuch(delivery)
  }

  #tooMuch({ message }: Delivery): SyncStopped | undefined {
    const done = this.#ok + this.#rejected
    if (this.#silent >= SILENT_BATCHES && !this.sending.job.options.signal.aborted)
      return new SyncStopped('refused', `the destination does not answer: ${message ?? 'no reason is known'}`)
    return this.sending.isTooMany(this.#rejected, done)
  }

  #outcome(batch: PlannedBatch, result: RowResult): Outcome {
    const { scope } = this.sending.job
    const { outcome, seq, ...rest } = result
    const isHeld =
      scope.sync.onUnknown === 'hold' && scope.connector.operations[batch.operation]?.idempotent === false
    const row = scope.sync.log.payload === 'full' && batch.rows.find((one) => one.seq === seq)
    return {
      ...rest,
      seq,
      batch: batch.number,
      outcome: outcome !== 'unknown' ? outcome : !result.uncertain ? 'unsent' : isHeld ? 'held' : 'unknown',
      ...(row && { payload: payloadOf(row) }),
    }
  }
}

function pending(seq: number, batch: number, job: string): Outcome {
  return { seq, batch, outcome: 'pending', uncertain: true, job }
}

function payloadOf({ row }: PlannedRow): string {
  return JSON.stringify({ ...row.keyFields, ...row.fields }, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
}

function batchLog(batch: PlannedBatch, delivery: Delivery) {
  const count = (outcome: RowResult['outcome']) =>
    delivery.rows.filter((row) => row.outcome === outcome).length
  return {
    number: batch.number,
    operation: batch.operation,
    audience: batch.audience,
    attempts: delivery.attempts,
    rows: batch.rows.length,
    ok: count('ok'),
    rejected: count('rejected'),
    unknown: count('unknown') + count('pending'),
    ...(delivery.status !== undefined && { status: delivery.status }),
    ...(delivery.message !== undefined && { message: delivery.message }),
  }
}

/** The plan, page by page. */
export async function* planRows({ scope, reader }: SyncJob, rows: number): AsyncGenerator<PlannedRow> {
  const read = rowReader(scope)
  for (let first = 1; first <= rows; first += PAGE) {
    const last = Math.min(first + PAGE - 1, rows)
    const page = withValues(scope, planPage(scope), { first: String(first), last: String(last) })
    for (const row of await reader.query(page)) yield read(row)
  }
}
