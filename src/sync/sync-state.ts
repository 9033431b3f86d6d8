import { momentOf } from '../run/moments.js'
import { name, sql } from '../sql/fragment.js'
import {
  execute,
  insert,
  query,
  type StateStore,
  type StateValue,
  stateLiteral,
  stateTable,
} from '../state/store.js'
import { syncRowsTable, syncRunsTable, syncsTable } from '../state/sync-tables.js'
import type { SyncCounts, SyncStatus } from './result.js'

/** What is remembered of a sync between its runs. */
export interface RememberedSync {
  /** Fingerprint of the target that the ledger is of; undefined before the first run. */
  readonly target?: string
  readonly mapping?: string
  readonly finishedRuns: number
  /** How the last run that says something about the sync ended: what changes from there on is told. */
  readonly lastStatus?: SyncStatus
}

export async function rememberedSync(store: StateStore, sync: string): Promise<RememberedSync> {
  const [row] = await query(
    store,
    sql`
      select
        ${name('target')},
        ${name('mapping')},
        ${name('finished_runs')},
        ${name('last_status')}
      from ${stateTable(store, syncsTable)}
      where ${name('sync_name')} = ${sync}
    `,
  )
  const { target, mapping, finished_runs: runs, last_status: status } = row ?? {}
  return {
    finishedRuns: Number(runs ?? 0),
    ...(typeof target === 'string' && { target }),
    ...(typeof mapping === 'string' && { mapping }),
    ...(typeof status === 'string' && { lastStatus: status as SyncStatus }),
  }
}

/** Part of the transaction that marks a plan: from here on the ledger is of this target and this mapping. */
export async function rememberPlan(
  store: StateStore,
  sync: string,
  { target, mapping }: { readonly target: string; readonly mapping: string },
): Promise<void> {
  await execute(
    store,
    sql`
      update ${stateTable(store, syncsTable)}
      set ${name('target')} = ${target}, ${name('mapping')} = ${mapping}
      where ${name('sync_name')} = ${sync}
    `,
  )
}

export interface LoggedRun {
  readonly runId: string
  readonly sync: string
  readonly destination: string
  readonly startedAt: number
}

/** Notes that a run has begun; it counts as running until it is ended. Runs of the same sync that never ended were interrupted. */
export async function logBegin(store: StateStore, run: LoggedRun): Promise<void> {
  await execute(
    store,
    sql`
      update ${stateTable(store, syncRunsTable)}
      set ${name('status')} = 'interrupted'
      where ${name('sync_name')} = ${run.sync} and ${name('status')} = 'running'
    `,
  )
  const known: Record<string, StateValue> = {
    run_id: run.runId,
    sync_name: run.sync,
    destination: run.destination,
    started_at: { moment: momentOf(run.startedAt) },
    status: 'running',
  }
  await insert(store, syncRunsTable, [syncRunsTable.columns.map((column) => known[column.name] ?? null)])
}

export interface EndedRun extends LoggedRun {
  readonly status: SyncStatus
  readonly finishedAt: number
  readonly counts: SyncCounts
  readonly message?: string
}

/** Notes how a run ended. */
export async function logEnd(store: StateStore, run: EndedRun): Promise<void> {
  const { counts, status, message, finishedAt } = run
  const numbers = Object.entries(counts).map(([column, count]) => sql`${name(column)} = ${Number(count)}`)
  const set = [
    sql`${name('status')} = ${status}`,
    sql`${name('finished_at')} = ${stateLiteral({ moment: momentOf(finishedAt) })}`,
    sql`${name('message')} = ${message ?? null}`,
    ...numbers,
  ]
  await execute(
    store,
    sql`
      update ${stateTable(store, syncRunsTable)}
      set ${set.reduce((all, one) => sql`${all}, ${one}`)}
      where ${name('run_id')} = ${run.runId} and ${name('sync_name')} = ${run.sync}
    `,
  )
}

/** Counts a run that came to its end, and remembers how it ended, where that says something about the sync. */
export async function rememberEnd(
  store: StateStore,
  sync: string,
  { status, isTold }: { readonly status: SyncStatus; readonly isTold: boolean },
): Promise<void> {
  const isDone = status === 'succeeded' ? 1 : 0
  const last = isTold ? sql`${status}` : name('last_status')
  await execute(
    store,
    sql`
      update ${stateTable(store, syncsTable)}
      set
        ${name('last_status')} = ${last},
        ${name('finished_runs')} = ${name('finished_runs')} + ${isDone}
      where ${name('sync_name')} = ${sync}
    `,
  )
}

/** Rows of the log older than that are forgotten. */
export async function forgetLog(store: StateStore, sync: string, before: number): Promise<void> {
  await execute(
    store,
    sql`
      delete from ${stateTable(store, syncRowsTable)}
      where ${name('sync_name')} = ${sync}
        and ${name('logged_at')} < ${stateLiteral({ moment: momentOf(before) })}
    `,
  )
}
