import { rebaseSteps, reconcileSteps, resyncSteps, retrySteps } from '../compile/syncs/mend.js'
import type { PreparedAudience } from '../connectors/connector.js'
import { state } from '../program/scope.js'
import { momentOf, shownMoment } from '../run/moments.js'
import { name, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { insert } from '../state/store.js'
import { ledgerName, syncRowsTable } from '../state/sync-tables.js'
import { Acknowledger } from './acknowledge.js'
import { checkAge, checkGuards, tooManyRejected } from './guards.js'
import { Lease } from './lease.js'
import { invalidRows, makeLedger, markRange, planRun, type RunPlan } from './plan-run.js'
import { thisProcess } from './process-identity.js'
import type { SyncCounts, SyncResult, SyncSample, SyncStatus } from './result.js'
import { resumeJobs } from './resume-jobs.js'
import { type Sent, sendChanges } from './send-changes.js'
import { sendSnapshot } from './send-snapshot.js'
import { Serial } from './serial.js'
import { SyncStopped } from './stopped.js'
import { isRepeatable, type SyncJob } from './sync-job.js'
import {
  forgetLog,
  logBegin,
  logEnd,
  type RememberedSync,
  rememberedSync,
  rememberPlan,
} from './sync-state.js'
import { SyncWarehouse } from './warehouse.js'

/** Invalid rows that a run logs; they are counted in full. */
const LOGGED_INVALID = 1_000

/**
 * Runs one sync: lease, plan, guards, intent, sending, acknowledgement. What stops it is told in its result; it rejects
 * with a `WarehouseError` where the warehouse fails, and for bugs.
 */
export async function runSync(job: SyncJob): Promise<SyncResult> {
  return new SyncRun(job).run()
}

const NOTHING: SyncCounts = {
  source_rows: 0,
  unchanged: 0,
  invalid: 0,
  suppressed: 0,
  waiting: 0,
  held: 0,
  planned: 0,
  added: 0,
  changed: 0,
  removed: 0,
  withdrawn: 0,
  retried: 0,
  ok: 0,
  rejected: 0,
  deferred: 0,
}

class SyncRun {
  readonly #writer = new Serial()
  readonly #warehouse: SyncWarehouse
  readonly #startedAt: number
  #counts = NOTHING
  #samples: readonly SyncSample[] = []

  constructor(private readonly job: SyncJob) {
    const { options, store, scope } = job
    this.#startedAt = options.timing.now()
    this.#warehouse = new SyncWarehouse(store, scope, {
      runId: options.runId,
      now: momentOf(this.#startedAt),
    })
  }

  async run(): Promise<SyncResult> {
    const { store, options, to, scope } = this.job
    const { name: sync } = scope.sync
    options.listener({ kind: 'sync started', sync, destination: to })
    let lease: Lease
    try {
      const leaseOptions = { ...options.lease, monotonic: options.timing.monotonic }
      lease = await Lease.take(store, this.#writer, sync, thisProcess(options.runId), leaseOptions)
    } catch (error) {
      if (error instanceof SyncStopped) return this.#told(error)
      throw error
    }
    const logged = { runId: options.runId, sync, destination: to, startedAt: this.#startedAt }
    try {
      await this.#writer.run(() => logBegin(store, logged))
      const result = this.#told(await this.#stages(lease))
      const { status, message } = result
      await this.#writer.run(async () => {
        const finishedAt = options.timing.now()
        await logEnd(store, {
          ...logged,
          status,
          finishedAt,
          counts: this.#counts,
          ...(message !== undefined && { message }),
        })
        await forgetLog(store, sync, finishedAt - scope.sync.log.keep.seconds * 1000)
      })
      return result
    } finally {
      await lease.release()
    }
  }

  /** Gives why the run ended before its plan was done; undefined where it came to its end. */
  async #stages(lease: Lease): Promise<SyncStopped | undefined> {
    const { scope, store, options, target } = this.job
    try {
      const before = await rememberedSync(store, scope.sync.name)
      if (options.mend !== 'rebase') this.#checkTarget(before)
      if (!options.accept) checkAge(scope.sync.guards, scope.sync.name, this.job.builtAt, this.#startedAt)
      const acknowledger = new Acknowledger(
        this.#warehouse,
        this.#writer,
        lease,
        options.runId,
        options.timing.monotonic,
      )
      await makeLedger(this.#warehouse)
      await this.#holdUnknown(lease)
      await this.#mend(lease)
      await resumeJobs(this.job, this.#warehouse, lease, acknowledger)
      const plan = await planRun(this.#warehouse)
      this.#counts = { ...NOTHING, ...plan.figures, deferred: plan.figures.planned }
      options.listener({ kind: 'planned', sync: scope.sync.name, figures: plan.figures })
      this.#samples = await invalidRows(this.#warehouse, 10)
      if (options.mend === 'rebase') return await this.#rebase(lease)
      this.#check(plan, before)
      const audiences = await this.#prepare(plan, lease)
      const rows = Math.min(plan.figures.planned, options.limit ?? Number.POSITIVE_INFINITY)
      const isMarked =
        scope.connector.delivery === 'snapshot' || isRepeatable(scope.connector, plan.operations)
      await this.#transaction(lease, async () => {
        if (isMarked && rows > 0) await markRange(this.#warehouse, 1, rows)
        await rememberPlan(store, scope.sync.name, { target, mapping: scope.mapping })
        await this.#logInvalid()
      })
      return await this.#send(lease, acknowledger, before, { rows, isMarked, audiences })
    } catch (error) {
      if (error instanceof SyncStopped) return error
      if (options.signal.aborted) return new SyncStopped('interrupted', 'it was stopped')
      throw error
    }
  }

  async #send(
    lease: Lease,
    acknowledger: Acknowledger,
    before: RememberedSync,
    plan: {
      readonly rows: number
      readonly isMarked: boolean
      readonly audiences: ReadonlyMap<string, PreparedAudience>
    },
  ): Promise<SyncStopped | undefined> {
    const { scope, destination, options } = this.job
    if (scope.connector.delivery === 'snapshot' && scope.operations.main === 'upsert') {
      if (plan.rows === 0 && (await destination.isThere?.()) !== false) return undefined
      await sendSnapshot(this.job, this.#warehouse, lease, acknowledger)
      this.#counts = { ...this.#counts, ok: this.#counts.planned, deferred: 0 }
      return undefined
    }
    const { rows, isMarked, audiences } = plan
    const { sync } = scope
    const sent = await sendChanges({
      job: this.job,
      lease,
      acknowledger,
      rows,
      audiences,
      mark: isMarked
        ? undefined
        : (batch) =>
            this.#transaction(lease, () =>
              markRange(this.#warehouse, batch.rows[0]?.seq ?? 0, batch.rows.at(-1)?.seq ?? 0),
            ),
      isTooMany: (rejected, done) =>
        options.accept
          ? undefined
          : tooManyRejected(sync.guards, {
              sync: sync.name,
              rejected,
              done,
              finishedRuns: before.finishedRuns,
            }),
    })
    return this.#countSent(sent)
  }

  #countSent(sent: Sent): SyncStopped | undefined {
    const { ok, rejected, unknown } = sent
    const { planned } = this.#counts
    this.#counts = { ...this.#counts, ok, rejected, deferred: planned - ok - rejected }
    this.#samples = [...sent.samples, ...this.#samples].slice(0, 10)
    if (sent.stopped) return sent.stopped
    if (this.job.options.signal.aborted) return new SyncStopped('interrupted', 'it was stopped')
    if (unknown === 0) return undefined
    const why = sent.message === undefined ? '' : `: ${sent.message}`
    return new SyncStopped(
      'refused',
      `of ${unknown} rows it is not known what became of them${why}`,
      'The next run sees to them.',
    )
  }

  #checkTarget({ target }: RememberedSync): void {
    const { name: sync } = this.job.scope.sync
    if (target === undefined || target === this.job.target) return
    throw new SyncStopped(
      'guard',
      `the ledger of ${sync} was made for another target: it says what that one has sent, not this one`,
      `If the warehouse was moved, cdp sync rebase ${sync} takes the ledger over; if it was copied, leave its syncs off.`,
    )
  }

  /** What is looked at before anything is marked. */
  #check(plan: RunPlan, { mapping, finishedRuns }: RememberedSync): void {
    const { scope, options } = this.job
    const { sync, operations, connector } = scope
    if (options.accept) return
    if (mapping !== undefined && mapping !== scope.mapping && plan.acknowledged > 0)
      throw new SyncStopped(
        'guard',
        `the mapping of ${sync.name} has changed: ${plan.figures.changed + plan.figures.retried} rows would be sent again`,
        `cdp sync ${sync.name} --accept sends them; cdp sync rebase ${sync.name} takes what is there for what it should be.`,
      )
    checkGuards(sync.guards, {
      sync: sync.name,
      figures: plan.figures,
      acknowledged: plan.acknowledged,
      finishedRuns,
      takesAway: operations.leave.kind !== 'nothing' || connector.delivery === 'snapshot',
    })
  }

  async #prepare(plan: RunPlan, lease: Lease): Promise<ReadonlyMap<string, PreparedAudience>> {
    const { destination, scope, options } = this.job
    const prepared = new Map<string, PreparedAudience>()
    for (const audience of plan.audiences) {
      await lease.outlives(scope.connector.limits.timeoutMs)
      const timeout = AbortSignal.timeout(scope.connector.limits.timeoutMs)
      const found = await destination.prepare?.(audience, AbortSignal.any([options.signal, timeout]))
      if (found?.kind === 'stop') throw new SyncStopped('refused', found.message, found.remedy)
      if (found) prepared.set(audience, found)
    }
    return prepared
  }

  async #mend(lease: Lease): Promise<void> {
    const { mend } = this.job.options
    if (mend === undefined || mend === 'rebase') return
    const steps = { retry: retrySteps, resync: resyncSteps, reconcile: reconcileSteps }[mend]
    await this.#transaction(lease, () => this.#warehouse.execute(steps(this.job.scope)))
  }

  async #rebase(lease: Lease): Promise<undefined> {
    const { scope, store, target } = this.job
    this.#counts = { ...NOTHING, source_rows: this.#counts.source_rows }
    await this.#transaction(lease, async () => {
      await this.#warehouse.execute(rebaseSteps(scope))
      await rememberPlan(store, scope.sync.name, { target, mapping: scope.mapping })
    })
    return undefined
  }

  /** Rows of a run that died while it sent what cannot be repeated: nobody knows, so a person decides. */
  async #holdUnknown(lease: Lease): Promise<void> {
    const { scope } = this.job
    const main = scope.connector.operations[scope.operations.main]
    if (main?.idempotent !== false || scope.sync.onUnknown === 'resend') return
    const table = from(state(scope.scope, ledgerName(scope.sync.name)))
    const hold = sql`
      update ${table}
      set ${name('held')} = true
      where ${name('dirty_run')} is not null and ${name('job')} is null
    `
    await this.#transaction(lease, async () => {
      await this.job.store.connection.execute(print(hold, scope.scope.dialect))
    })
  }

  async #logInvalid(): Promise<void> {
    const { store, scope, options } = this.job
    const rows = await invalidRows(this.#warehouse, LOGGED_INVALID)
    const at = { moment: momentOf(this.#startedAt) }
    const { runId } = options
    await insert(
      store,
      syncRowsTable,
      rows.map(({ row_key, code, message }) => [
        ...[runId, scope.sync.name, null, null, null, '', row_key, null],
        ...['invalid', code ?? null, message, null, at],
      ]),
    )
  }

  #transaction(lease: Lease, work: () => Promise<void>): Promise<void> {
    return this.#writer.run(() =>
      this.job.store.connection.transaction(async () => {
        await lease.hold()
        await work()
      }),
    )
  }

  #told(stopped: SyncStopped | undefined): SyncResult {
    const { options, to, scope } = this.job
    const finished = options.timing.now()
    const result: SyncResult = {
      sync: scope.sync.name,
      destination: to,
      run_id: options.runId,
      status: statusOf(stopped),
      started_at: shownMoment(momentOf(this.#startedAt)),
      finished_at: shownMoment(momentOf(finished)),
      elapsed_ms: finished - this.#startedAt,
      ...this.#counts,
      ...(stopped && { message: stopped.message }),
      ...(stopped?.remedy !== undefined && { remedy: stopped.remedy }),
      samples: this.#samples,
    }
    options.listener({ kind: 'sync finished', result })
    return result
  }
}

function statusOf(stopped: SyncStopped | undefined): SyncStatus {
  if (!stopped) return 'succeeded'
  if (stopped.kind === 'interrupted') return 'interrupted'
  return stopped.kind === 'guard' ? 'stopped' : 'failed'
}
