import { forgetSteps } from '../compile/syncs/intent.js'
import { Acknowledger } from './acknowledge.js'
import { checkBuilt, checkPlan, checkTarget } from './check-plan.js'
import { tooManyRejected } from './guards.js'
import { invalidRows, logInvalid } from './invalid-rows.js'
import type { LeasedRun } from './leased-run.js'
import { holdUnknown, mendLedger, rebaseLedger } from './mend-ledger.js'
import { makeLedger, markRange, planRun, type RunPlan } from './plan-run.js'
import { prepareAudiences } from './prepare-audiences.js'
import { rememberAudiences } from './remembered-audiences.js'
import { NO_COUNTS, type SyncCounts, type SyncSample } from './result.js'
import { resumeJobs } from './resume-jobs.js'
import { type Sending, type Sent, sendChanges } from './send-changes.js'
import { sendSnapshot } from './send-snapshot.js'
import { SyncStopped } from './stopped.js'
import { isRepeatable } from './sync-job.js'
import { type RememberedSync, rememberedSync, rememberPlan } from './sync-state.js'

/** Rows that were refused, as far as they are told. */
const SAMPLES = 10

/** What a run that has the lease came to. */
export interface Staged {
  readonly counts: SyncCounts
  readonly samples: readonly SyncSample[]
  /** Why it ended before its plan was done. */
  readonly stopped?: SyncStopped
}

/** Everything between taking the lease and giving it back: mend, plan, guards, intent, sending, acknowledgement. */
export async function runStages(run: LeasedRun): Promise<Staged> {
  return new Stages(run).run()
}

class Stages {
  #counts = NO_COUNTS
  #samples: readonly SyncSample[] = []

  constructor(private readonly leased: LeasedRun) {}

  async run(): Promise<Staged> {
    const stopped = await this.#stages().catch((error: unknown) => {
      if (error instanceof SyncStopped) return error
      if (this.leased.job.options.signal.aborted) return interrupted()
      throw error
    })
    return { counts: this.#counts, samples: this.#samples, ...(stopped && { stopped }) }
  }

  async #stages(): Promise<SyncStopped | undefined> {
    const { job, warehouse, lease, startedAt } = this.leased
    const { scope, store, options } = job
    const before = await rememberedSync(store, scope.sync.name)
    if (options.mend !== 'rebase') checkTarget(job, before)
    if (!options.accept) checkBuilt(job, startedAt)
    await makeLedger(warehouse)
    await resumeJobs(job, warehouse, lease, this.#acknowledger([]))
    await holdUnknown(this.leased)
    await mendLedger(this.leased)
    const plan = await this.#plan()
    if (options.mend === 'rebase') {
      this.#counts = { ...NO_COUNTS, source_rows: plan.figures.source_rows }
      await rebaseLedger(this.leased)
      return undefined
    }
    if (!options.accept) checkPlan(job, plan, before)
    return this.#send(plan, before)
  }

  async #plan(): Promise<RunPlan> {
    const { job, warehouse } = this.leased
    const plan = await planRun(warehouse)
    this.#counts = { ...NO_COUNTS, ...plan.figures, deferred: plan.figures.planned }
    this.#samples = await invalidRows(warehouse, SAMPLES)
    if (job.options.mend !== 'rebase')
      job.options.listener({ kind: 'planned', sync: job.scope.sync.name, figures: plan.figures })
    return plan
  }

  async #send(plan: RunPlan, before: RememberedSync): Promise<SyncStopped | undefined> {
    const { job, warehouse, lease } = this.leased
    const { scope, store, target, options } = job
    const { connector, sync } = scope
    const audiences = await prepareAudiences(this.leased, plan)
    const rows = Math.min(plan.figures.planned, options.limit ?? Number.POSITIVE_INFINITY)
    const isMarked = connector.delivery === 'snapshot' || isRepeatable(connector, plan.operations)
    await this.leased.transaction(async () => {
      await warehouse.execute(forgetSteps(scope))
      if (isMarked && rows > 0) await markRange(warehouse, plan, 1, rows)
      await rememberPlan(store, sync.name, { target, mapping: scope.mapping })
      await rememberAudiences(store, sync.name, audiences)
      await logInvalid(this.leased)
    })
    if (scope.operations.isWhole) return this.#sendSnapshot(plan, rows)
    const sent = await sendChanges({
      job,
      lease,
      acknowledger: this.#acknowledger(plan.operations),
      rows,
      audiences,
      mark: isMarked ? undefined : this.#markBatch(plan),
      isTooMany: (rejected, done) => {
        const { finishedRuns } = before
        if (options.accept) return undefined
        return tooManyRejected(sync.guards, { sync: sync.name, rejected, done, finishedRuns })
      },
    })
    return this.#countSent(sent)
  }

  /** What cannot be repeated is marked right before it is sent, so that as little as possible is ever of unknown outcome. */
  #markBatch(plan: RunPlan): Sending['mark'] {
    const { warehouse } = this.leased
    return ({ rows }) =>
      this.leased.transaction(() => markRange(warehouse, plan, rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0))
  }

  #acknowledger(operations: readonly string[]): Acknowledger {
    const { warehouse, writer, lease, job } = this.leased
    const { runId, timing } = job.options
    return new Acknowledger(warehouse, writer, lease, runId, timing.monotonic, operations)
  }

  async #sendSnapshot(plan: RunPlan, rows: number): Promise<undefined> {
    const { job, warehouse, lease } = this.leased
    if (rows === 0 && (await job.destination.isThere?.()) !== false) return undefined
    await sendSnapshot(job, warehouse, lease, this.#acknowledger(plan.operations))
    this.#counts = { ...this.#counts, ok: this.#counts.planned, deferred: 0 }
    return undefined
  }

  #countSent({ ok, rejected, unknown, samples, stopped, message }: Sent): SyncStopped | undefined {
    const { planned } = this.#counts
    this.#counts = { ...this.#counts, ok, rejected, deferred: planned - ok - rejected }
    this.#samples = [...samples, ...this.#samples].slice(0, SAMPLES)
    if (stopped) return stopped
    if (this.leased.job.options.signal.aborted) return interrupted()
    if (unknown === 0) return undefined
    const why = message === undefined ? '' : `: ${message}`
    return new SyncStopped(
      'refused',
      unknown === 1
        ? `of one row it is not known what became of it${why}`
        : `of ${unknown} rows it is not known what became of them${why}`,
      'The next run sees to them.',
    )
  }
}

const interrupted = () => new SyncStopped('interrupted', 'it was stopped')
