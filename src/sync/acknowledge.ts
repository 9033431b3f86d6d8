import { OUTCOME_COLUMNS, type Settlement, settlement } from '../compile/syncs/settle.js'
import { outcomesTable } from '../compile/syncs/sync-scope.js'
import { oneBatch } from '../engines/one-batch.js'
import { insert, type Moment, type StateValue } from '../state/store.js'
import { syncBatchesTable } from '../state/sync-tables.js'
import type { Lease } from './lease.js'
import type { Serial } from './serial.js'
import type { SyncWarehouse } from './warehouse.js'

/** What became of one move, as the ledger is told. */
export interface Outcome {
  readonly seq: number
  readonly batch: number
  readonly outcome: 'ok' | 'rejected' | 'unsent' | 'unknown' | 'held' | 'pending'
  readonly destinationId?: string
  readonly created?: boolean
  readonly previousStays?: boolean
  readonly uncertain: boolean
  readonly code?: string
  readonly message?: string
  readonly job?: string
  readonly payload?: string
}

/** A row of `sync_batches`. */
export interface BatchLog {
  readonly number: number
  readonly operation: string
  readonly audience: string
  readonly sentAt: Moment
  readonly elapsedMs: number
  readonly attempts: number
  readonly rows: number
  readonly ok: number
  readonly rejected: number
  readonly unknown: number
  readonly status?: number
  readonly message?: string
}

const FLUSH_ROWS = 10_000
const FLUSH_MS = 5_000
/** Writing takes at most this share of the time: the larger the ledger, the longer it takes, and the more is written at once. */
const FLUSH_SHARE = 0.2
/** What is in memory until it is written. */
const MOST_ROWS = 100_000

/**
 * Takes what became of moves and writes it into the ledger and the logs: not each row by itself, since the intent covers
 * what is not written yet. Whatever is written is written under the lease.
 */
export class Acknowledger {
  #outcomes: Outcome[] = []
  #batches: BatchLog[] = []
  #lastFlush: number
  /** What the last flush took. */
  #flushMs = 0
  readonly #settlement: Settlement

  constructor(
    private readonly warehouse: SyncWarehouse,
    private readonly writer: Serial,
    private readonly lease: Lease,
    private readonly runId: string,
    private readonly monotonic: () => number,
    /** Of the plan whose moves these are. */
    operations: readonly string[],
  ) {
    this.#settlement = settlement(warehouse.scope, operations)
    this.#lastFlush = monotonic()
  }

  /** Notes outcomes, and writes them when enough have come together. */
  async add(outcomes: readonly Outcome[], batch?: BatchLog): Promise<void> {
    this.#outcomes.push(...outcomes)
    if (batch) this.#batches.push(batch)
    const elapsed = this.monotonic() - this.#lastFlush
    const isRested = elapsed >= this.#flushMs / FLUSH_SHARE
    const isEnough = elapsed >= FLUSH_MS || this.#outcomes.length >= FLUSH_ROWS
    if ((isEnough && isRested) || this.#outcomes.length >= MOST_ROWS) await this.flush()
  }

  async flush(): Promise<void> {
    const outcomes = this.#outcomes
    const batches = this.#batches
    this.#outcomes = []
    this.#batches = []
    this.#lastFlush = this.monotonic()
    if (outcomes.length === 0 && batches.length === 0) return
    await this.writer.run(() => this.#write(outcomes, batches))
    this.#flushMs = this.monotonic() - this.#lastFlush
  }

  /** Outcomes that the warehouse can tell by itself: all moves of the plan were done at once. */
  async allDone(): Promise<void> {
    await this.writer.run(async () => {
      await this.warehouse.execute(this.#settlement.open)
      await this.warehouse.execute(this.#settlement.allDone)
      await this.#settle([])
    })
  }

  async #write(outcomes: readonly Outcome[], batches: readonly BatchLog[]): Promise<void> {
    // A run that took the lease may have its own tables under these names.
    const { store } = this.warehouse
    await store.connection.transaction(() => this.lease.hold(store))
    await this.warehouse.execute(this.#settlement.open)
    await this.#insertOutcomes(outcomes)
    await this.#settle(batches)
  }

  async #settle(batches: readonly BatchLog[]): Promise<void> {
    const { store, scope } = this.warehouse
    await this.warehouse.execute(this.#settlement.prepare)
    await store.connection.transaction(async () => {
      await this.lease.hold(store)
      await this.warehouse.execute(this.#settlement.apply, { fence: String(this.lease.fence) })
      await insert(
        store,
        syncBatchesTable,
        batches.map((batch) => batchRow(this.runId, scope.sync.name, batch)),
      )
    })
  }

  /** Most outcomes say little: columns in which none has anything are left out. */
  async #insertOutcomes(outcomes: readonly Outcome[]): Promise<void> {
    if (outcomes.length === 0) return
    const rows = outcomes.map(outcomeTexts)
    const names = OUTCOME_COLUMNS.map((column) => column.name)
    const columns = names.filter((column) => rows.some((row) => row[column] !== undefined))
    const { store, scope } = this.warehouse
    await store.connection.insertRows(
      outcomesTable(scope),
      columns,
      oneBatch(rows.map((row) => columns.map((column) => row[column] ?? null))),
    )
  }
}

function outcomeTexts(outcome: Outcome): Readonly<Record<string, string | undefined>> {
  const { destinationId, previousStays, ...said } = outcome
  const values = Object.entries({ ...said, destination_id: destinationId, previous_stays: previousStays })
  return Object.fromEntries(
    values.map(([column, value]) => [column, value === undefined ? undefined : storable(String(value))]),
  )
}

/** What no SQL text can hold may stand in an answer: NUL, and halves of characters. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

function batchRow(runId: string, sync: string, batch: BatchLog): readonly StateValue[] {
  return [
    runId,
    sync,
    batch.number,
    batch.operation,
    batch.audience,
    { moment: batch.sentAt },
    batch.elapsedMs,
    batch.attempts,
    batch.rows,
    batch.ok,
    batch.rejected,
    batch.unknown,
    batch.status ?? null,
    batch.message === undefined ? null : storable(batch.message),
  ]
}
