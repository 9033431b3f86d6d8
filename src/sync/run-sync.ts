import { momentOf, shownMoment } from '../run/moments.js'
import { Lease } from './lease.js'
import { LeasedRun } from './leased-run.js'
import { changeOf } from './notify.js'
import { maskKey } from './personal-fields.js'
import { thisProcess } from './process-identity.js'
import { NO_COUNTS, type Notified, type SyncResult, type SyncStatus } from './result.js'
import { dropAbandonedTables, dropRunTables } from './run-tables.js'
import { Serial } from './serial.js'
import { runStages, type Staged } from './stages.js'
import { SyncStopped } from './stopped.js'
import type { SyncJob } from './sync-job.js'
import { forgetLog, logBegin, logEnd, rememberEnd, rememberedSync } from './sync-state.js'
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
  const { job, warehouse, writer, lease, startedAt } = run
  const { store, scope, options, to } = job
  const logged = { runId: options.runId, sync: scope.sync.name, destination: to, startedAt }
  try {
    await writer.run(() => logBegin(store, logged))
    await writer.run(() => dropAbandonedTables(warehouse))
    return await ended(run, await runStages(run))
  } catch (error) {
    // Where the warehouse itself fails nothing may be left to remember it by: then it is told again.
    await toldOfError(run, error).catch(() => undefined)
    throw error
  } finally {
    await writer.run(() => dropRunTables(warehouse)).catch(() => undefined)
    await lease.release()
  }
}

/** Logs how a run ended, and tells those who are to know of it. A run that lost its lease says nothing about the sync. */
async function ended({ job, writer, startedAt }: LeasedRun, staged: Staged): Promise<SyncResult> {
  const { store, scope, options, to } = job
  const sync = scope.sync.name
  const isLost = staged.stopped?.kind === 'lost'
  const result = resultOf(job, startedAt, staged)
  const notified = isLost ? undefined : await told(job, result)
  const { status, message } = result
  const finishedAt = options.timing.now()
  await writer.run(async () => {
    await logEnd(store, {
      ...{ runId: options.runId, sync, destination: to, startedAt, finishedAt },
      ...{ status, counts: staged.counts, ...(message !== undefined && { message }) },
    })
    const isTold = !isLost && status !== 'interrupted' && notified?.error === undefined
    await rememberEnd(store, sync, { status, isTold })
    await forgetLog(store, sync, finishedAt - scope.sync.log.keep.seconds * 1000)
  })
  return { ...result, ...(notified && { notified }) }
}

async function toldOfError({ job, writer, startedAt }: LeasedRun, error: unknown): Promise<void> {
  if (!job.notifier) return
  const stopped = new SyncStopped('refused', error instanceof Error ? error.message : String(error))
  const result = resultOf(job, startedAt, { counts: NO_COUNTS, samples: [], stopped })
  const { status } = result
  const notified = await told(job, result)
  const isTold = notified?.error === undefined
  await writer.run(() => rememberEnd(job.store, job.scope.sync.name, { status, isTold }))
}

async function told({ store, scope, notifier }: SyncJob, result: SyncResult): Promise<Notified | undefined> {
  if (!notifier) return undefined
  const before = await rememberedSync(store, scope.sync.name)
  const about = changeOf(before.lastStatus, result.status)
  return about && notifier.tell(about, result)
}

function resultOf(job: SyncJob, startedAt: number, { counts, samples, stopped }: Staged): SyncResult {
  const { options, to, scope, personal } = job
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
    samples: options.reveal ? samples : samples.map((one) => maskKey(one, personal)),
  }
}

function statusOf(stopped: SyncStopped | undefined): SyncStatus {
  if (!stopped) return 'succeeded'
  if (stopped.kind === 'interrupted') return 'interrupted'
  return stopped.kind === 'guard' ? 'stopped' : 'failed'
}
