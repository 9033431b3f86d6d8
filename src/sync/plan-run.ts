import { markSteps } from '../compile/syncs/intent.js'
import { ledgerStep, planSteps } from '../compile/syncs/plan.js'
import {
  audiencesQuery,
  figuresQuery,
  filledAudiencesQuery,
  operationsQuery,
} from '../compile/syncs/plan-figures.js'
import { InternalError } from '../diagnostics/errors.js'
import type { StatementStep } from '../program/program.js'
import { alone } from '../state/open-state.js'
import { checkLedgerColumns, checkLedgerKeys } from './check-ledger.js'
import type { PlanFigures } from './result.js'
import type { SyncWarehouse } from './warehouse.js'

export interface RunPlan {
  readonly figures: PlanFigures
  /** Rows that the destination has acknowledged before this run. */
  readonly acknowledged: number
  /** Different operations of the plan, and the audiences that they are of. */
  readonly operations: readonly string[]
  readonly audiences: readonly string[]
  /** Audiences that have rows, by what was acknowledged before this run. */
  readonly filledAudiences: ReadonlySet<string>
}

/**
 * Compares what is desired with what was acknowledged. Nothing that stays is changed. Rejects with a `SyncStopped` where the
 * ledger was changed by hand.
 */
export async function planRun(warehouse: SyncWarehouse): Promise<RunPlan> {
  const { scope } = warehouse
  await warehouse.execute(planSteps(scope))
  const [row] = await warehouse.query(figuresQuery(scope).sql)
  if (!row) throw new InternalError('a plan without figures')
  const number = (column: string): number => Number(row[column] ?? 0)
  const [rows, invalid, suppressed] = [number('source_rows'), number('invalid'), number('suppressed')]
  const [waiting, held] = [number('waiting'), number('held')]
  // Keys are counted only where it shows that some may be there twice: in more rows than there are, or in duplicates.
  if (rows !== number('desired_rows') || invalid > 0) await checkLedgerKeys(warehouse)
  const figures = {
    source_rows: rows,
    unchanged: rows - invalid - suppressed - waiting - held - number('sent'),
    invalid,
    suppressed,
    waiting,
    held,
    planned: number('planned'),
    added: number('added'),
    changed: number('changed'),
    removed: number('removed'),
    withdrawn: number('withdrawn'),
    retried: number('retried'),
  }
  return {
    figures,
    acknowledged: number('acknowledged'),
    operations: await words(warehouse, operationsQuery(scope)),
    audiences: (await words(warehouse, audiencesQuery(scope))).filter((audience) => audience !== ''),
    filledAudiences: new Set(await words(warehouse, filledAudiencesQuery(scope))),
  }
}

async function words(warehouse: SyncWarehouse, { sql }: StatementStep): Promise<string[]> {
  const found = await warehouse.query(sql)
  return found.map(({ one }) => String(one))
}

/** Rejects with a `SyncStopped` where the one that is there was changed by hand. */
export async function makeLedger(warehouse: SyncWarehouse): Promise<void> {
  await alone(warehouse.store, () => warehouse.execute([ledgerStep(warehouse.scope)]))
  await checkLedgerColumns(warehouse)
}

/** The intent for a range of the plan; to be written in a transaction that holds the lease. */
export async function markRange(
  warehouse: SyncWarehouse,
  { operations }: Pick<RunPlan, 'operations'>,
  first: number,
  last: number,
): Promise<void> {
  await warehouse.execute(markSteps(warehouse.scope, operations), {
    first: String(first),
    last: String(last),
  })
}
