import { markSteps } from '../compile/syncs/intent.js'
import { ledgerStep, planSteps } from '../compile/syncs/plan.js'
import { figuresQuery } from '../compile/syncs/plan-figures.js'
import { ledger, planTable } from '../compile/syncs/sync-scope.js'
import { InternalError } from '../diagnostics/errors.js'
import { literal, name, type Sql, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { alone } from '../state/open-state.js'
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

/** Compares what is desired with what was acknowledged. Nothing that stays is changed. */
export async function planRun(warehouse: SyncWarehouse): Promise<RunPlan> {
  const { scope } = warehouse
  await warehouse.execute(planSteps(scope))
  const [row] = await warehouse.query(figuresQuery(scope))
  if (!row) throw new InternalError('a plan without figures')
  const number = (column: string): number => Number(row[column] ?? 0)
  const [rows, invalid, suppressed] = [number('source_rows'), number('invalid'), number('suppressed')]
  const [waiting, held] = [number('waiting'), number('held')]
  const planned = from(planTable(scope))
  const acknowledged = sql`${ledger(scope)} where ${name('acked_hash')} is not null`
  return {
    figures: {
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
    },
    acknowledged: number('acknowledged'),
    operations: await distinct(warehouse, 'operation', planned),
    audiences: (await distinct(warehouse, 'audience', planned)).filter((audience) => audience !== ''),
    filledAudiences: new Set(await distinct(warehouse, 'audience', acknowledged)),
  }
}

async function distinct({ store }: SyncWarehouse, column: string, of: Sql): Promise<string[]> {
  const query = sql`select distinct ${name(column)} as ${name('one')} from ${of} order by ${name('one')}`
  const found = await store.connection.query(print(query, store.dialect))
  return found.map(({ one }) => String(one))
}

export async function makeLedger(warehouse: SyncWarehouse): Promise<void> {
  await alone(warehouse.store, () => warehouse.execute([ledgerStep(warehouse.scope)]))
}

/** The intent for a range of the plan; to be written in a transaction that holds the lease. */
export async function markRange(warehouse: SyncWarehouse, first: number, last: number): Promise<void> {
  await warehouse.execute(markSteps(warehouse.scope, { from: literal(first), to: literal(last) }))
}
