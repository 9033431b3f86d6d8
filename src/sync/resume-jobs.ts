import { jobPlanSteps, jobsQuery } from '../compile/syncs/snapshot.js'
import { planTable } from '../compile/syncs/sync-scope.js'
import type { OperationName } from '../connectors/description.js'
import { literal, name, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import type { Acknowledger, Outcome } from './acknowledge.js'
import { numbered } from './batches.js'
import type { Lease } from './lease.js'
import type { PlannedRow } from './rows.js'
import { planRows } from './send-changes.js'
import { SyncStopped } from './stopped.js'
import type { SyncJob } from './sync-job.js'
import type { SyncWarehouse } from './warehouse.js'

/**
 * Asks for the jobs that a destination was given by runs before, and settles those that are done, before anything new is
 * planned: what it is still working on must not come after what is newer. Rows of jobs that are not done stay held.
 */
export async function resumeJobs(
  job: SyncJob,
  warehouse: SyncWarehouse,
  lease: Lease,
  acknowledger: Acknowledger,
): Promise<void> {
  const { scope, destination, options } = job
  for (const row of await warehouse.query(jobsQuery(scope).sql)) {
    const id = String(row.job)
    await warehouse.execute(jobPlanSteps(scope), { job: print(literal(id), scope.scope.dialect) })
    const rows = await rowsOf(job, warehouse)
    const [first] = rows
    if (!first || !destination.poll) continue
    await lease.outlives(scope.connector.limits.timeoutMs)
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(scope.connector.limits.timeoutMs)])
    const batch = {
      operation: first.operation as OperationName,
      rows: rows.map((one, index) => numbered(one, index + 1)),
      idempotencyKey: id,
    }
    const answer = await destination.poll(id, batch, signal)
    if (answer.kind === 'stop') throw new SyncStopped('refused', answer.message, answer.remedy)
    await acknowledger.add(outcomesOf(rows, answer))
    await acknowledger.flush()
  }
}

async function rowsOf(job: SyncJob, warehouse: SyncWarehouse): Promise<readonly PlannedRow[]> {
  const { scope } = job
  const count = sql`select count(*) as ${name('rows')} from ${from(planTable(scope))}`
  const [row] = await warehouse.query(print(count, scope.scope.dialect))
  const rows: PlannedRow[] = []
  for await (const one of planRows(job, Number(row?.rows ?? 0))) rows.push(one)
  return rows
}

/** Of a job that is not done nothing changes; of one that was refused as a whole, or is not known, all is sent again. */
function outcomesOf(
  rows: readonly PlannedRow[],
  answer: Awaited<ReturnType<NonNullable<SyncJob['destination']['poll']>>>,
): readonly Outcome[] {
  if (answer.kind === 'pending' || answer.kind === 'throttle' || answer.kind === 'retry') return []
  return rows.map(({ seq }, index) => {
    const found = answer.kind === 'results' ? answer.rows[index] : undefined
    const base = { seq, batch: 0, uncertain: true }
    if (found?.outcome === 'ok') return { ...base, ...found }
    if (found?.outcome === 'rejected') return { ...base, ...found }
    return { ...base, outcome: 'unknown', message: found?.message ?? 'the job came to nothing' }
  })
}
