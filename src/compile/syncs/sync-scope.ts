import type { ConnectorDescription } from '../../connectors/description.js'
import type { SyncOperations } from '../../graph/operations.js'
import type { Synced } from '../../graph/synced.js'
import type { Purpose } from '../../language/consent.js'
import type { Sync } from '../../language/sync.js'
import { type Scope, state, syncScratch } from '../../program/scope.js'
import { type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from, type Relation } from '../../sql/relation.js'
import { ledgerName } from '../../state/sync-tables.js'

/** Everything that the SQL of one sync is made from. */
export interface SyncScope {
  readonly scope: Scope
  readonly sync: Sync
  readonly connector: ConnectorDescription
  readonly operations: SyncOperations
  readonly synced: Synced
  /** Columns of what is synced, as the warehouse has them: name → type, undefined for types that the language has not. */
  readonly columns: ReadonlyMap<string, LogicalType | undefined>
  readonly purpose?: Purpose
  /** Changes when the rows would be other ones though their values are the same. */
  readonly mapping: string
  /** Letters and digits that tell this run from others of the sync. */
  readonly run: string
}

const ofRun = ({ scope, sync, run }: SyncScope, what: string): Relation =>
  syncScratch(scope, `${what}_${sync.name}`, run)

/** What a run of a sync knows and its text does not: written as parameters. */
export const syncRunId: Sql = sql`$run_id`
/** Of the lease that the run holds. */
export const fence: Sql = sql`$fence`
/** When the run began. */
export const now: Sql = sql`$now`

/** Every row of what is synced: audience, row_key, customer_id, row_hash, verdict, reason. */
export const desiredTable = (scope: SyncScope): Relation => ofRun(scope, 'desired')
/** What is to be done: phase, operation, reason, audience, row_key, customer_id, destination_id, previous_key, previous_id. */
export const movesTable = (scope: SyncScope): Relation => ofRun(scope, 'moves')
/** The moves in the order in which they are made, with the values that are sent: seq, row_hash, v_1, v_2, … */
export const planTable = (scope: SyncScope): Relation => ofRun(scope, 'plan')
/** What became of moves, until it is written into the ledger: seq, batch, outcome, … */
export const outcomesTable = (scope: SyncScope): Relation => ofRun(scope, 'outcomes')
/** Ledger rows as outcomes leave them. */
export const settledTable = (scope: SyncScope): Relation => ofRun(scope, 'settled')
/** All rows that the destination should have, in the shape of a plan. */
export const snapshotTable = (scope: SyncScope): Relation => ofRun(scope, 'snapshot')

/** Every table that a run of the sync may make. */
export const runTables = (scope: SyncScope): readonly Relation[] =>
  [desiredTable, movesTable, planTable, outcomesTable, settledTable, snapshotTable].map((table) =>
    table(scope),
  )

export const ledger = ({ scope, sync }: SyncScope): Sql => from(state(scope, ledgerName(sync.name)))
