import { createHash } from 'node:crypto'
import type { SyncScope } from '../compile/syncs/sync-scope.js'
import type { Destination } from '../connectors/connector.js'
import type { ConnectorDescription } from '../connectors/description.js'
import type { Connection } from '../engines/connection.js'
import type { Destination as DeclaredDestination } from '../language/destination.js'
import type { Sync } from '../language/sync.js'
import type { StateStore } from '../state/store.js'
import type { SyncListener } from './events.js'
import type { LeaseOptions } from './lease.js'
import type { Notifier } from './notify.js'
import type { PersonalFields } from './personal-fields.js'
import type { Throttle } from './throttle.js'
import type { Timing } from './timing.js'

/** One sync that is ready to run: its destination is open, what it reads is known. */
export interface SyncJob {
  readonly scope: SyncScope
  /** Writes: its transactions come one after the other. */
  readonly store: StateStore
  /** Takes and renews leases while the others are busy. */
  readonly leases: StateStore
  /** Reads what is sent while acknowledgements are written. */
  readonly reader: Connection
  readonly destination: Destination
  /** Name of the destination in the project. */
  readonly to: string
  readonly throttle: Throttle
  /** Of the target: the ledger is of this one, and a copy of it is not. */
  readonly target: string
  /** When what is synced was built. */
  readonly builtAt?: number
  readonly notifier?: Notifier
  readonly personal: PersonalFields
  readonly options: SyncRunOptions
}

/**
 * `retry`: rejected and held rows are due. `resync`: everything is sent again. `reconcile`: and whatever was ever sent and is
 * not to be there is taken away again. `rebase`: nothing is sent, what the destination has is taken for what it should have.
 */
export type Mend = 'retry' | 'resync' | 'reconcile' | 'rebase'

export interface SyncRunOptions {
  readonly runId: string
  readonly timing: Timing
  readonly lease: Omit<LeaseOptions, 'monotonic'>
  /** What a guard or a changed mapping would stop is done all the same. */
  readonly accept: boolean
  /** What is done to the ledger before the plan is made. */
  readonly mend?: Mend
  /** At most so many of the planned rows are sent. */
  readonly limit?: number
  /** Results hold personal data as it is. */
  readonly reveal: boolean
  readonly listener: SyncListener
  readonly signal: AbortSignal
}

/** Changes when rows that are sent would be others though what is synced is the same. */
export function mappingOf(sync: Sync, destination: DeclaredDestination): string {
  const { from, mode, key, map, nulls, audience, ignore } = sync
  const fields = map.map(({ origin: _, ...field }) => field).sort((a, b) => (a.name < b.name ? -1 : 1))
  const { connector, config } = destination
  const text = JSON.stringify({ from, mode, key, fields, nulls, audience, ignore, connector, config })
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** A ledger says what one warehouse has sent: its copy in another would send what was sent already, or take it away. */
export function targetFingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Whether everything that is sent may be sent twice, so that the whole plan can be marked at once. */
export function isRepeatable(connector: ConnectorDescription, operations: readonly string[]): boolean {
  return operations.every(
    (operation) =>
      connector.operations[operation as keyof ConnectorDescription['operations']]?.idempotent !== false,
  )
}
