/** A run of a sync ended before its plan was done. What was sent is acknowledged; the rest stays marked and is planned again. */
export class SyncStopped extends Error {
  override readonly name = 'SyncStopped'
  constructor(
    readonly kind: StopKind,
    message: string,
    readonly remedy?: string,
  ) {
    super(message)
  }
}

/**
 * `busy`: another run has the lease. `guard`: more would change than is allowed. `refused`: the destination takes nothing.
 * `lost`: the lease went to another run. `interrupted`: by a person.
 */
export type StopKind = 'busy' | 'guard' | 'refused' | 'lost' | 'interrupted'
