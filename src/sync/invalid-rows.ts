import { invalidRowsQuery } from '../compile/syncs/plan-figures.js'
import { momentOf } from '../run/moments.js'
import { insert } from '../state/store.js'
import { syncRowsTable } from '../state/sync-tables.js'
import type { LeasedRun } from './leased-run.js'
import type { SyncSample } from './result.js'
import type { SyncWarehouse } from './warehouse.js'

/** Invalid rows that a run logs; they are counted in full. */
const LOGGED = 1_000

/** Rows that cannot be sent, those without a key as one, the first of them. */
export async function invalidRows(warehouse: SyncWarehouse, limit: number): Promise<readonly SyncSample[]> {
  const rows = await warehouse.query(invalidRowsQuery(warehouse.scope).sql, { limit: String(limit) })
  return rows.map((row) => ({
    row_key: row.row_key === null || row.row_key === undefined ? null : String(row.row_key),
    outcome: 'invalid',
    code: String(row.verdict),
    message: whyInvalid(String(row.verdict), Number(row.rows), String(row.reason)),
  }))
}

function whyInvalid(verdict: string, rows: number, reason: string): string {
  if (verdict === 'missing_key') return rows === 1 ? 'a row has no key' : `${rows} rows have no key`
  return verdict === 'duplicate_key' ? `${rows} rows have this key` : reason
}

/** Part of the transaction that marks the plan. */
export async function logInvalid({ job, warehouse, startedAt }: LeasedRun): Promise<void> {
  const { store, scope, options } = job
  const rows = await invalidRows(warehouse, LOGGED)
  const at = { moment: momentOf(startedAt) }
  const { runId } = options
  await insert(
    store,
    syncRowsTable,
    rows.map(({ row_key, code, message }) => [
      ...[runId, scope.sync.name, null, null, null, '', row_key, null],
      ...['invalid', code ?? null, message, null, at],
    ]),
  )
}
