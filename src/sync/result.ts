/**
 * What a run of a sync did, as plain JSON: `cdp sync --output json`, `target/sync_results.json`, and `sync_runs` hold it.
 *
 * source_rows = unchanged + invalid + suppressed + waiting + held + those of the plan that are still there;
 * planned = added + changed + removed + withdrawn + retried = ok + rejected + deferred.
 */
export interface SyncResult extends SyncCounts {
  readonly sync: string
  readonly destination: string
  readonly run_id: string
  /** `stopped`: by a guard, the destination or a lost lease, before the plan was done. */
  readonly status: SyncStatus
  readonly started_at: string
  readonly finished_at: string
  readonly elapsed_ms: number
  /** Why it did not succeed. */
  readonly message?: string
  readonly remedy?: string
  /** Present where the run began to fail, or works again, and somebody is to be told. */
  readonly notified?: Notified
  /** Rows that were refused, the first of them. */
  readonly samples: readonly SyncSample[]
}

/** A sync that worked fails, or one that failed works. */
export type StateChange = 'failing' | 'recovered'

/** What a notification came to, in the result of the run. */
export interface Notified {
  readonly about: StateChange
  /** Why nobody was told; the next run tries again. */
  readonly error?: string
}

export type SyncStatus = 'succeeded' | 'failed' | 'stopped' | 'interrupted'

export interface SyncCounts extends PlanFigures {
  readonly ok: number
  /** The destination said no. */
  readonly rejected: number
  /** Planned and not done: of unknown outcome, or never sent. */
  readonly deferred: number
}

export interface PlanFigures {
  readonly source_rows: number
  readonly unchanged: number
  /** Without a key, with one that several rows have, or not as the destination wants it: not sent. */
  readonly invalid: number
  /** Desired, but without consent. */
  readonly suppressed: number
  /** Rejected before, and their time has not come. */
  readonly waiting: number
  /** Sent before, of unknown outcome, and not to be repeated; or the destination still works on it. */
  readonly held: number
  readonly planned: number
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly withdrawn: number
  readonly retried: number
}

/** Before anything was planned. */
export const NO_COUNTS: SyncCounts = {
  source_rows: 0,
  unchanged: 0,
  invalid: 0,
  suppressed: 0,
  waiting: 0,
  held: 0,
  planned: 0,
  added: 0,
  changed: 0,
  removed: 0,
  withdrawn: 0,
  retried: 0,
  ok: 0,
  rejected: 0,
  deferred: 0,
}

export interface SyncSample {
  readonly row_key: string | null
  readonly outcome: 'rejected' | 'invalid'
  readonly code?: string
  readonly message: string
}
