import type { LogicalType } from '../sql/logical-type.js'
import type { StateTable } from './state-table.js'

const text: LogicalType = { kind: 'string' }
const integer: LogicalType = { kind: 'integer' }
const boolean: LogicalType = { kind: 'boolean' }
const timestamp: LogicalType = { kind: 'timestamp' }

/** Of ledgers: a change of their shape raises it. Each ledger is brought up to date when its sync runs next. */
export const LEDGER_VERSION = 1

export const syncsTable: StateTable = {
  name: 'cdp_syncs',
  row: 'one sync: whose target its ledger is of, by which mapping its hashes were made, and who holds its lease',
  columns: [
    { name: 'sync_name', type: text },
    { name: 'ledger_version', type: integer },
    { name: 'target', type: text },
    { name: 'mapping', type: text },
    { name: 'fence', type: integer },
    { name: 'owner', type: text },
    { name: 'lease_until', type: integer },
    { name: 'finished_runs', type: integer },
    { name: 'last_status', type: text },
  ],
}

export const syncRunsTable: StateTable = {
  name: 'cdp_sync_runs',
  row: 'one run of a sync: `planned` is the sum of added, changed, removed, withdrawn and retried, and of ok, rejected and deferred',
  columns: [
    { name: 'run_id', type: text },
    { name: 'sync_name', type: text },
    { name: 'destination', type: text },
    { name: 'started_at', type: timestamp },
    { name: 'finished_at', type: timestamp },
    { name: 'status', type: text },
    { name: 'source_rows', type: integer },
    { name: 'unchanged', type: integer },
    { name: 'invalid', type: integer },
    { name: 'suppressed', type: integer },
    { name: 'waiting', type: integer },
    { name: 'held', type: integer },
    { name: 'planned', type: integer },
    { name: 'added', type: integer },
    { name: 'changed', type: integer },
    { name: 'removed', type: integer },
    { name: 'withdrawn', type: integer },
    { name: 'retried', type: integer },
    { name: 'ok', type: integer },
    { name: 'rejected', type: integer },
    { name: 'deferred', type: integer },
    { name: 'message', type: text },
  ],
}

export const syncBatchesTable: StateTable = {
  name: 'cdp_sync_batches',
  row: 'one batch that was sent: how often it was tried, how long that took, and what came of its rows',
  columns: [
    { name: 'run_id', type: text },
    { name: 'sync_name', type: text },
    { name: 'batch', type: integer },
    { name: 'operation', type: text },
    { name: 'audience', type: text },
    { name: 'sent_at', type: timestamp },
    { name: 'elapsed_ms', type: integer },
    { name: 'attempts', type: integer },
    { name: 'row_count', type: integer },
    { name: 'ok', type: integer },
    { name: 'rejected', type: integer },
    { name: 'unknown', type: integer },
    { name: 'http_status', type: integer },
    { name: 'message', type: text },
  ],
}

export const syncRowsTable: StateTable = {
  name: 'cdp_sync_rows',
  row: 'what became of one row of one run',
  columns: [
    { name: 'run_id', type: text },
    { name: 'sync_name', type: text },
    { name: 'batch', type: integer },
    { name: 'operation', type: text },
    { name: 'reason', type: text },
    { name: 'audience', type: text },
    { name: 'row_key', type: text },
    { name: 'customer_id', type: text },
    { name: 'outcome', type: text },
    { name: 'code', type: text },
    { name: 'message', type: text },
    { name: 'payload', type: text },
    { name: 'logged_at', type: timestamp },
  ],
}

export const syncAudiencesTable: StateTable = {
  name: 'cdp_sync_audiences',
  row: 'one audience of a sync, and what the destination called it when rows were put into it last',
  columns: [
    { name: 'sync_name', type: text },
    { name: 'audience', type: text },
    { name: 'audience_id', type: text },
  ],
}

export const SYNC_TABLES: readonly StateTable[] = [
  syncsTable,
  syncRunsTable,
  syncBatchesTable,
  syncRowsTable,
  syncAudiencesTable,
]

/**
 * The ledger of a sync, table `ledger_<sync>`, a row a key: what is believed of the destination. `acked_hash` is of the row
 * that it acknowledged last, null where it never did, `?` where something unknown is there. `dirty_run` is the write-ahead
 * intent: the run that was going to send something. `failed_hash` is of the row that was rejected last, `leave` where that
 * was taking it away; `retry_at` when it is tried again all the same. `held`: sent, of unknown outcome, and not to be
 * repeated. `job` is what the destination was asked to do and has not answered yet, `job_hash` the row that it was given.
 */
export const LEDGER_COLUMNS: StateTable['columns'] = [
  { name: 'audience', type: text },
  { name: 'row_key', type: text },
  { name: 'customer_id', type: text },
  { name: 'destination_id', type: text },
  { name: 'acked_hash', type: text },
  { name: 'acked_at', type: timestamp },
  { name: 'created', type: boolean },
  { name: 'dirty_run', type: text },
  { name: 'held', type: boolean },
  { name: 'failed_hash', type: text },
  { name: 'failures', type: integer },
  { name: 'retry_at', type: timestamp },
  { name: 'error_code', type: text },
  { name: 'error_message', type: text },
  { name: 'job', type: text },
  { name: 'job_operation', type: text },
  { name: 'job_hash', type: text },
]

export const ledgerName = (sync: string) => `ledger_${sync}`
