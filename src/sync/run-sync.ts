import { momentOf, shownMoment } from '../run/moments.js'
import { Lease } from './lease.js'
import { LeasedRun } from './leased-run.js'
import { thisProcess } from './process-identity.js'
import { NO_COUNTS, type SyncResult, type SyncStatus } from './result.js'
import { Serial } from './serial.js'
import { runStages, type Staged } from './stages.js'
import { SyncStopped } from './stopped.js'
import type { SyncJob } from './sync-job.js'
import { forgetLog, logBegin, logEnd } from './sync-state.js'
import { SyncWarehouse } from './warehouse.js'

/**
 * Runs one sync under its lease, and logs that. What stops it is told in its result; it rejects with a `WarehouseError`
 * where the warehouse fails, and for bugs.
 */
export async function runSync(job: SyncJob): Promise<SyncResult> {
  const { options, to, scope } = job
  const startedAt = options.timing.now()
  options.listener({ kind: 'sync started', sync: scope.sync.name, destination: to })
  const leased = await leasedRun(job, startedAt)
  const result =
    leased instanceof SyncStopped
      ? resultOf(job, startedAt, { counts: NO_COUNTS, samples: [], stopped: leased })
      : await loggedRun(leased)
  options.listener({ kind: 'sync finished', result })
  return result
}

async function leasedRun(job: SyncJob, startedAt: number): Promise<LeasedRun | SyncStopped> {
  const { store, leases, scope, options } = job
  const { runId, timing } = options
  const writer = new Serial()
  const warehouse = new SyncWarehouse(store, scope, { runId, now: momentOf(startedAt) })
  const leaseOptions = { ...options.lease, monotonic: timing.monotonic }
  try {
    const lease = await Lease.take(leases, writer, scope.sync.name, thisProcess(runId), leaseOptions)
    return new LeasedRun(job, warehouse, writer, lease, startedAt)
  } catch (error) {
    if (error instanceof SyncStopped) return error
    throw error
  }
}

/** Gives the lease back whatever happens. A run that throws stays in the log as running, until the next one begins. */
async function loggedRun(run: LeasedRun): Promise<SyncResult> {
  const { job, writer, lease, startedAt } = run
  const { store, scope, options, to } = job
  const sync = scope.sync.name
  const logged = { runId: options.runId, sync, destination: to, startedAt }
  try {
    await writer.run(() => logBegin(store, logged))
    const staged = await runStages(run)
    const result = resultOf(job, startedAt, staged)
    const { status, message } = result
    await writer.run(async () => {
      const finishedAt = options.timing.now()
      const { counts } = staged
      await logEnd(store, {
        ...logged,
        status,
        finishedAt,
        counts,
        ...(message !== undefined && { message }),
      })
      await forgetLog(store, sync, finishedAt - scope.sync.log.keep.seconds * 1000)
    })
    return result
  } finally {
    await lease.release()
  }
}

function resultOf(job: SyncJob, startedAt: number, { counts, samples, stopped }: Staged): SyncResult {
  const { options, to, scope } = job
  const finishedAt = options.timing.now()
  return {
    sync: scope.sync.name,
    destination: to,
    run_id: options.runId,
    status: statusOf(stopped),
    started_at: shownMoment(momentOf(startedAt)),
    finished_at: shownMoment(momentOf(finishedAt)),
    elapsed_ms: finishedAt - startedAt,
    ...counts,
    ...(stopped && { message: stopped.message }),
    ...(stopped?.remedy !== undefined && { remedy: stopped.remedy }),
    samples,
  }
}

function statusOf(stopped: SyncStopped | undefined): SyncStatus {
  if (!stopped) return 'succeeded'
  if (stopped.kind === 'interrupted') return 'interrupted'
  return stopped.kind === 'guard' ? 'stopped' : 'failed'
}
