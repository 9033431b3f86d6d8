import { planTable } from '../compile/syncs/sync-scope.js'
import type { OperationName } from '../connectors/description.js'
import { WarehouseError } from '../diagnostics/errors.js'
import { momentOf } from '../run/moments.js'
import { name, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { cutBatches, numbered } from './batches.js'
import { checkBuilt, checkPlan, checkTarget } from './check-plan.js'
import { columnsOf } from './columns.js'
import { invalidRows } from './invalid-rows.js'
import { maskKey, maskRow } from './personal-fields.js'
import { makeLedger, planRun, type RunPlan } from './plan-run.js'
import type { PlanFigures, SyncSample } from './result.js'
import { dropRunTables } from './run-tables.js'
import { planRows } from './send-changes.js'
import { SyncStopped } from './stopped.js'
import type { SyncJob } from './sync-job.js'
import { rememberedSync } from './sync-state.js'
import { SyncWarehouse } from './warehouse.js'

/** What a run would do. */
export interface DryRun extends PlanFigures {
  readonly sync: string
  readonly destination: string
  /** What would stop it before anything is sent. */
  readonly stopped_by?: string
  /** Of the plan, the first of each kind. */
  readonly samples: readonly DrySample[]
  readonly refused: readonly SyncSample[]
  /** The first requests, secrets masked. */
  readonly requests: string
  /** At least, where the destination says how much it bears. */
  readonly estimated_requests: number
  readonly estimated_ms: number
}

export interface DrySample {
  readonly operation: string
  readonly reason: string
  readonly row_key: string
}

/** Plans a sync without marking, sending or logging anything; also where the target's syncs are off. */
export async function dryRun(job: SyncJob): Promise<DryRun> {
  const now = job.options.timing.now()
  const { runId } = job.options
  const warehouse = new SyncWarehouse(job.store, job.scope, { runId, now: momentOf(now) })
  try {
    return await shownPlan(job, warehouse, now)
  } catch (error) {
    throw error instanceof SyncStopped ? new WarehouseError(error.message, error.remedy) : error
  } finally {
    await dropRunTables(warehouse).catch(() => undefined)
  }
}

async function shownPlan(job: SyncJob, warehouse: SyncWarehouse, now: number): Promise<DryRun> {
  const { scope, options, to } = job
  await makeLedger(warehouse)
  const plan = await planRun(warehouse)
  const stoppedBy = await verdict(job, plan, now)
  const shown = <T extends { readonly row_key: string | null }>(row: T): T =>
    options.reveal ? row : maskKey(row, job.personal)
  return {
    sync: scope.sync.name,
    destination: to,
    ...plan.figures,
    ...(stoppedBy !== undefined && { stopped_by: stoppedBy }),
    samples: (await samples(warehouse)).map(shown),
    refused: (await invalidRows(warehouse, 10)).map(shown),
    requests: await preview(job, plan),
    ...estimate(job, plan),
  }
}

async function verdict(job: SyncJob, plan: RunPlan, now: number): Promise<string | undefined> {
  const before = await rememberedSync(job.store, job.scope.sync.name)
  try {
    checkTarget(job, before)
    checkBuilt(job, now)
    checkPlan(job, plan, before)
    return undefined
  } catch (error) {
    if (error instanceof SyncStopped) return error.message
    throw error
  }
}

/** Three of each operation and reason. */
async function samples({ scope, store }: SyncWarehouse): Promise<readonly DrySample[]> {
  const query = sql`
    select
      ${name('operation')},
      ${name('reason')},
      ${name('row_key')}
    from (
      select
        ${name('operation')},
        ${name('reason')},
        ${name('row_key')},
        row_number() over (
          partition by ${name('operation')}, ${name('reason')}
          order by ${name('seq')}
        ) as ${name('place')}
      from ${from(planTable(scope))}
    ) as ${name('p')}
    where ${name('place')} <= 3
    order by ${name('operation')}, ${name('reason')}, ${name('row_key')}
  `
  const rows = await store.connection.query(print(query, store.dialect))
  return rows.map((row) => ({
    operation: String(row.operation),
    reason: String(row.reason),
    row_key: String(row.row_key),
  }))
}

/** The first batch as it would be sent. */
async function preview(job: SyncJob, { figures }: RunPlan): Promise<string> {
  const { destination, scope, options, personal } = job
  if (!destination.preview) return ''
  const rows = planRows(job, Math.min(figures.planned, 5))
  for await (const { operation, rows: planned } of cutBatches(rows, { limitsOf: (o) => limitsOf(job, o) }))
    return destination.preview({
      operation,
      rows: planned
        .map((row, index) => numbered(row, index + 1))
        .map((row) => (options.reveal ? row : maskRow(row, personal))),
      columns: columnsOf(scope),
      idempotencyKey: options.runId,
    })
  return ''
}

function limitsOf({ scope }: SyncJob, operation: OperationName) {
  return scope.connector.operations[operation]?.batch ?? { maxRows: 1 }
}

function estimate({ scope }: SyncJob, { figures, operations }: RunPlan) {
  const { connector } = scope
  if (connector.delivery === 'snapshot')
    return { estimated_requests: figures.planned === 0 ? 0 : 1, estimated_ms: 0 }
  const most = Math.min(
    ...operations.map((one) => connector.operations[one as OperationName]?.batch.maxRows ?? 1),
  )
  const requests = figures.planned === 0 ? 0 : Math.ceil(figures.planned / most)
  const byRate = connector.limits.rates.map(({ requests: many, perMs }) =>
    Math.floor((requests / many) * perMs),
  )
  return { estimated_requests: requests, estimated_ms: Math.max(0, ...byRate) }
}
