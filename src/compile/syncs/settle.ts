import type { StatementStep } from '../../program/program.js'
import { nullOf } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { lines, list, literal, name, type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from } from '../../sql/relation.js'
import { ledgerSteps } from './ledger-changes.js'
import { isOutcome, moved, o, p, settled } from './settled-rows.js'
import { now, outcomesTable, planTable, type SyncScope, settledTable, syncRunId } from './sync-scope.js'

/**
 * Outcomes of moves on their way into the ledger: `ok`, `rejected`, `unsent` (no attempt can have been processed),
 * `unknown` (it stays dirty), `held` (the same, and it is not to be repeated), `pending` (the destination took it as a job). `uncertain`: an attempt before the rejection may have
 * been processed.
 */
export const OUTCOME_COLUMNS: readonly { readonly name: string; readonly type: LogicalType }[] = [
  { name: 'seq', type: { kind: 'integer' } },
  { name: 'batch', type: { kind: 'integer' } },
  { name: 'outcome', type: { kind: 'string' } },
  { name: 'destination_id', type: { kind: 'string' } },
  { name: 'created', type: { kind: 'boolean' } },
  { name: 'previous_stays', type: { kind: 'boolean' } },
  { name: 'uncertain', type: { kind: 'boolean' } },
  { name: 'code', type: { kind: 'string' } },
  { name: 'message', type: { kind: 'string' } },
  { name: 'job', type: { kind: 'string' } },
  { name: 'payload', type: { kind: 'string' } },
]

export interface Settlement {
  /** Makes the table of outcomes, empty; before each flush. */
  readonly open: readonly StatementStep[]
  /** In the place of outcomes row by row: the whole plan was done at once. */
  readonly allDone: readonly StatementStep[]
  /** Computes what the ledger will say; changes nothing that stays. */
  readonly prepare: readonly StatementStep[]
  /** Ledger and row log change together: part of one transaction, where the engine has them. */
  readonly apply: readonly StatementStep[]
}

/** Of a plan that has these operations: what only others need reads the whole ledger for nothing. */
export function settlement(scope: SyncScope, planned: readonly string[]): Settlement {
  const { dropTable, createEmptyTable, createTable } = scope.scope.dialect.statements
  const step = (title: string, body: Sql): StatementStep => statement(scope.scope, title, body)
  return {
    open: [
      step('', dropTable(outcomesTable(scope))),
      step('What became of moves.', createEmptyTable(outcomesTable(scope), OUTCOME_COLUMNS)),
    ],
    allDone: [step('All of the plan was done at once.', allOk(scope))],
    prepare: [
      step('', dropTable(settledTable(scope))),
      step('What the ledger will say of them.', createTable(settledTable(scope), settled(scope))),
    ],
    apply: [...ledgerSteps(scope, planned), step('Each row is logged.', logged(scope))],
  }
}

function allOk(scope: SyncScope): Sql {
  const columns = list(['seq', 'batch', 'outcome', 'uncertain'].map((column) => name(column)))
  return sql`
    insert into ${from(outcomesTable(scope))} (${columns})
    select
      ${lines([name('seq'), literal(1), literal('ok'), literal(false)])}
    from ${from(planTable(scope))}
  `
}

function logged(scope: SyncScope): Sql {
  const { sync } = scope
  const payload =
    sync.log.payload === 'none'
      ? nullOf(scope.scope, 'string')
      : sync.log.payload === 'hash'
        ? p('row_hash')
        : o('payload')
  const values: readonly (readonly [string, Sql])[] = [
    ['run_id', syncRunId],
    ['sync_name', literal(sync.name)],
    ['batch', o('batch')],
    ['operation', p('operation')],
    ['reason', p('reason')],
    ['audience', p('audience')],
    ['row_key', p('row_key')],
    ['customer_id', p('customer_id')],
    ['outcome', o('outcome')],
    ['code', o('code')],
    ['message', o('message')],
    ['payload', payload],
    ['logged_at', now],
  ]
  return sql`
    insert into ${name(scope.scope.internalSchema, 'cdp_sync_rows')} (${list(values.map(([column]) => name(column)))})
    select
      ${lines(values.map(([, value]) => value))}
    from ${moved(scope)}
    where not ${isOutcome('pending')}
  `
}
