import { snapshotPage } from '../compile/syncs/pages.js'
import { snapshotSteps } from '../compile/syncs/snapshot.js'
import type { OutgoingRow } from '../connectors/connector.js'
import type { Acknowledger } from './acknowledge.js'
import { columnsOf } from './columns.js'
import type { Lease } from './lease.js'
import { rowReader } from './rows.js'
import { SyncStopped } from './stopped.js'
import type { SyncJob } from './sync-job.js'
import { type SyncWarehouse, withValues } from './warehouse.js'

const PAGE = 5_000

/** Writes all that the destination should have in the place of what it has, and acknowledges the whole plan. */
export async function sendSnapshot(
  job: SyncJob,
  warehouse: SyncWarehouse,
  lease: Lease,
  acknowledger: Acknowledger,
): Promise<void> {
  const { destination, scope, options } = job
  await warehouse.execute(snapshotSteps(scope))
  await lease.outlives(scope.connector.limits.timeoutMs)
  const written = await destination.write?.(pages(job, lease), columnsOf(scope), options.signal)
  if (written?.kind === 'stop') throw new SyncStopped('refused', written.message, written.remedy)
  await acknowledger.allDone()
}

async function* pages({ scope, reader }: SyncJob, lease: Lease): AsyncGenerator<readonly OutgoingRow[]> {
  const read = rowReader(scope)
  for (let first = 1; ; first += PAGE) {
    await lease.outlives(scope.connector.limits.timeoutMs)
    const range = { first: String(first), last: String(first + PAGE - 1) }
    const rows = await reader.query(withValues(scope, snapshotPage(scope), range))
    if (rows.length === 0) return
    yield rows.map((row, index) => ({ ...read(row).row, seq: index + 1 }))
  }
}
