import type { Sync } from '../language/sync.js'
import { name, sql } from '../sql/fragment.js'
import { from, relation } from '../sql/relation.js'
import { query, type StateStore, stateTable } from '../state/store.js'
import { ledgerName, syncRowsTable, syncRunsTable } from '../state/sync-tables.js'

/** How a sync is, as its ledger and its log say. */
export interface SyncState {
  readonly sync: string
  readonly destination: string
  /** Absent before the first run. */
  readonly last?: {
    readonly run_id: string
    readonly status: string
    readonly started_at: string
    readonly ok: number
    readonly rejected: number
    readonly deferred: number
    readonly message?: string
  }
  /** Rows that the destination has acknowledged. */
  readonly acknowledged: number
  /** Marked by a run that did not come to know what became of them: the next one sends them again. */
  readonly uncertain: number
  /** Of unknown outcome, and not to be repeated. */
  readonly held: number
  readonly rejected: number
}

export async function syncState(store: StateStore, sync: Sync): Promise<SyncState> {
  const table = relation(store.internalSchema, ledgerName(sync.name))
  const none = { acknowledged: 0, uncertain: 0, held: 0, rejected: 0 }
  const isThere = (await store.connection.describeTable(table)) !== undefined
  const last = isThere ? await lastRun(store, sync.name) : undefined
  return {
    sync: sync.name,
    destination: sync.to,
    ...(last && { last }),
    ...(isThere ? await ledgerCounts(store, sync.name) : none),
  }
}

async function ledgerCounts(
  store: StateStore,
  sync: string,
): Promise<Pick<SyncState, 'acknowledged' | 'uncertain' | 'held' | 'rejected'>> {
  const of = (condition: ReturnType<typeof sql>) =>
    sql`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`
  const [row] = await query(
    store,
    sql`
      select
        ${of(sql`${name('acked_hash')} is not null`)} as ${name('acknowledged')},
        ${of(sql`${name('dirty_run')} is not null and not coalesce(${name('held')}, false)`)} as ${name('uncertain')},
        ${of(sql`coalesce(${name('held')}, false)`)} as ${name('held')},
        ${of(sql`${name('failed_hash')} is not null`)} as ${name('rejected')}
      from ${from(relation(store.internalSchema, ledgerName(sync)))}
    `,
  )
  const number = (column: string): number => Number(row?.[column] ?? 0)
  return {
    acknowledged: number('acknowledged'),
    uncertain: number('uncertain'),
    held: number('held'),
    rejected: number('rejected'),
  }
}

async function lastRun(store: StateStore, sync: string): Promise<SyncState['last']> {
  const [row] = await query(
    store,
    sql`
      select *
      from ${stateTable(store, syncRunsTable)}
      where ${name('sync_name')} = ${sync}
      order by ${name('started_at')} desc, ${name('run_id')} desc
      limit 1
    `,
  )
  if (!row) return undefined
  return {
    run_id: String(row.run_id),
    status: String(row.status),
    started_at: String(row.started_at),
    ok: Number(row.ok ?? 0),
    rejected: Number(row.rejected ?? 0),
    deferred: Number(row.deferred ?? 0),
    ...(row.message !== null && row.message !== undefined && { message: String(row.message) }),
  }
}

/** A row of `sync_rows` that did not arrive. */
export interface LoggedRow {
  readonly sync: string
  readonly logged_at: string
  readonly row_key: string | null
  readonly operation: string | null
  readonly outcome: string
  readonly code: string | null
  readonly message: string | null
}

/** The last rows that were not ok, latest first. */
export async function troubledRows(
  store: StateStore,
  syncs: readonly string[],
  limit: number,
): Promise<readonly LoggedRow[]> {
  if (syncs.length === 0) return []
  const names = syncs.map((sync) => sql`${sync}`).reduce((all, one) => sql`${all}, ${one}`)
  const rows = await query(
    store,
    sql`
      select *
      from ${stateTable(store, syncRowsTable)}
      where ${name('outcome')} <> 'ok'
        and ${name('sync_name')} in (${names})
      order by ${name('logged_at')} desc, ${name('run_id')} desc, ${name('row_key')}
      limit ${limit}
    `,
  )
  const text = (value: unknown): string | null =>
    value === null || value === undefined ? null : String(value)
  return rows.map((row) => ({
    sync: String(row.sync_name),
    logged_at: String(row.logged_at),
    row_key: text(row.row_key),
    operation: text(row.operation),
    outcome: String(row.outcome),
    code: text(row.code),
    message: text(row.message),
  }))
}
