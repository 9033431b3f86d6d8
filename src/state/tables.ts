import type { LogicalType } from '../sql/logical-type.js'
import type { StateTable } from './state-table.js'
import { SYNC_TABLES } from './sync-tables.js'

const text: LogicalType = { kind: 'string' }
const integer: LogicalType = { kind: 'integer' }
const timestamp: LogicalType = { kind: 'timestamp' }

/** Of the tables below and of the kept state of entities. A change of their shape raises it and adds a migration. */
export const STATE_VERSION = 5

export const metaTable: StateTable = {
  name: 'cdp_meta',
  row: 'the version of these tables, the cdp that made it, and the name of the project whose they are',
  columns: [
    { name: 'state_version', type: integer },
    { name: 'cdp_version', type: text },
    { name: 'project', type: text },
  ],
}

export const runsTable: StateTable = {
  name: 'cdp_runs',
  row: 'one run: `status` is running, succeeded (its tables were published), failed or interrupted; `summary` is kept of the last that was published',
  columns: [
    { name: 'run_id', type: text },
    { name: 'as_of', type: timestamp },
    { name: 'started_at', type: timestamp },
    { name: 'finished_at', type: timestamp },
    { name: 'status', type: text },
    { name: 'cdp_version', type: text },
    { name: 'fingerprint', type: text },
    { name: 'summary', type: { kind: 'json' } },
  ],
}

export const relationsTable: StateTable = {
  name: 'cdp_relations',
  row: 'one table or view that cdp made, and the run that made it last; nothing else is ever replaced or dropped',
  columns: [
    { name: 'schema_name', type: text },
    { name: 'relation_name', type: text },
    { name: 'kind', type: text },
    { name: 'node', type: text },
    { name: 'run_id', type: text },
  ],
}

export const STATE_TABLES: readonly StateTable[] = [metaTable, runsTable, relationsTable, ...SYNC_TABLES]
