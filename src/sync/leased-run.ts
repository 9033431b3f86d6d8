import type { Lease } from './lease.js'
import type { Serial } from './serial.js'
import type { SyncJob } from './sync-job.js'
import type { SyncWarehouse } from './warehouse.js'

/** A run of a sync that has the lease. */
export class LeasedRun {
  constructor(
    readonly job: SyncJob,
    readonly warehouse: SyncWarehouse,
    readonly writer: Serial,
    readonly lease: Lease,
    /** Milliseconds since 1970. */
    readonly startedAt: number,
  ) {}

  /** Whatever is written is written under the lease. Rejects with `SyncStopped` where that is lost. */
  transaction(work: () => Promise<void>): Promise<void> {
    const { store } = this.job
    return this.writer.run(() =>
      store.connection.transaction(async () => {
        await this.lease.hold(store)
        await work()
      }),
    )
  }
}
