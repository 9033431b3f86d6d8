import type { ConnectorDescription, Operation, OperationName } from '../connectors/description.js'
import type { OnLeave, Sync, SyncMode } from '../language/sync.js'

/** What a sync does at its destination, in the words of the connector. */
export interface SyncOperations {
  /** With what is there: `upsert`, or what the mode says. */
  readonly main: OperationName
  /** With what left. */
  readonly leave: OnLeave
  /** With what was sent and may not be any more; absent: nothing. */
  readonly withdraw?: 'unsubscribe' | 'remove' | 'delete'
  /** The destination is written anew with all that it should have: what is not synced any more is not in it. */
  readonly isWhole: boolean
}

const MAIN: Readonly<Record<SyncMode, OperationName>> = {
  upsert: 'upsert',
  mirror: 'upsert',
  update_only: 'update',
  create_only: 'create',
  append: 'append',
  delete: 'delete',
}

/** Who left a list is removed from it, unless the sync says otherwise; of a record that must be said. */
export function operationsOf(sync: Sync, connector: ConnectorDescription): SyncOperations {
  const main = MAIN[sync.mode]
  const isMembership = connector.operations[main]?.kind === 'membership'
  const byMode: OnLeave = { kind: sync.mode === 'mirror' && isMembership ? 'remove' : 'nothing' }
  const { onWithdraw } = sync
  if (connector.delivery === 'snapshot' && main === 'upsert')
    return { main, leave: { kind: 'remove' }, ...(onWithdraw && { withdraw: 'remove' }), isWhole: true }
  const acts = onWithdraw === 'unsubscribe' || onWithdraw === 'remove' || onWithdraw === 'delete'
  return { main, leave: sync.onLeave ?? byMode, ...(acts && { withdraw: onWithdraw }), isWhole: false }
}

/** Whether deleting could reach records that the sync did not create, though it may not. */
export function deletesBlindly(sync: Sync, connector: ConnectorDescription, main: Operation): boolean {
  return (
    connector.operations.delete?.kind === 'record' &&
    connector.delivery === 'changes' &&
    !sync.allowDelete &&
    main.reportsCreated !== true
  )
}
