import type { StatementStep } from '../../program/program.js'
import { nullOf, state } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { allOf, as, lines, list, literal, name, type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from } from '../../sql/relation.js'
import { LEDGER_COLUMNS, ledgerName, syncsTable } from '../../state/sync-tables.js'
import { hasPreviousKeys, PHASE } from './move.js'
import { isOutcome, isPhase, moved, o, p, settled } from './settled-rows.js'
import {
  fence,
  ledger,
  now,
  outcomesTable,
  planTable,
  type SyncScope,
  settledTable,
  syncRunId,
} from './sync-scope.js'

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
    apply: [
      ...(scope.scope.dialect.facts.leases === 'statements'
        ? [step('The ledger takes it all at once, as long as nobody else has the lease.', replaced(scope))]
        : replacedSteps(scope, planned)),
      ...(planned.includes('merge')
        ? [step('Where rows were merged, the destination may call what is left another name.', rename(scope))]
        : []),
      step('Each row is logged.', logged(scope)),
    ],
  }
}

function replacedSteps(scope: SyncScope, planned: readonly string[]): readonly StatementStep[] {
  const step = (title: string, body: Sql): StatementStep => statement(scope.scope, title, body)
  const before = step(
    '… and, where rows were re-keyed or merged, the keys that they had …',
    forget(scope, 'previous_key'),
  )
  return [
    step('Their keys leave the ledger …', forget(scope, 'row_key')),
    ...(hasPreviousKeys(planned) ? [before] : []),
    step('… and come back as they are now.', remember(scope)),
  ]
}

/**
 * The same in one statement, for engines that have no transactions: whenever it ends, every key is in the ledger as it was, or
 * as it is now. Since the lease may be lost between two statements, it is looked at in this one.
 */
function replaced(scope: SyncScope): Sql {
  const table = ledgerName(scope.sync.name)
  const keys = ['audience', 'row_key'] as const
  const values = LEDGER_COLUMNS.map((column) => column.name).filter(
    (column) => !keys.some((key) => key === column),
  )
  const touched = (key: 'row_key' | 'previous_key', where: Sql): Sql => sql`
    select
      ${lines([as(p('audience'), 'audience'), as(p(key), 'row_key')])}
    from ${moved(scope)}
    where ${where}
  `
  const same = (one: string, other: string): Sql =>
    allOf(keys.map((key) => sql`${name(one, key)} = ${name(other, key)}`))
  return sql`
    merge into ${ledger(scope)} as ${name(table)}
    using (
      select
        ${lines([
          ...keys.map((key) => as(name('touched', key), key)),
          ...values.map((value) => as(name('settled', value), value)),
          as(sql`${name('settled', 'row_key')} is not null`, 'stays'),
        ])}
      from (
        ${touched('row_key', sql`not ${isPhase(PHASE.merge)}`)}
        union
        ${touched('previous_key', sql`${p('previous_key')} is not null`)}
      ) as ${name('touched')}
      left join ${from(settledTable(scope))} as ${name('settled')} on ${same('touched', 'settled')}
      where exists (
        select 1
        from ${from(state(scope.scope, syncsTable.name))}
        where ${name('sync_name')} = ${scope.sync.name} and ${name('fence')} = ${fence}
      )
    ) as ${name('now')}
    on ${same(table, 'now')}
    when matched and not ${name('now', 'stays')} then delete
    when matched then update set
      ${lines(values.map((value) => sql`${name(value)} = ${name('now', value)}`))}
  `
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

function forget(scope: SyncScope, key: 'row_key' | 'previous_key'): Sql {
  const table = ledgerName(scope.sync.name)
  return sql`
    delete from ${ledger(scope)}
    where exists (
      select 1
      from ${moved(scope)}
      where ${allOf([
        sql`${p('audience')} = ${name(table, 'audience')}`,
        sql`${p(key)} = ${name(table, 'row_key')}`,
        ...(key === 'row_key' ? [sql`not ${isPhase(PHASE.merge)}`] : []),
      ])}
    )
  `
}

function remember(scope: SyncScope): Sql {
  const columns = LEDGER_COLUMNS.map((column) => name(column.name))
  return sql`
    insert into ${ledger(scope)} (${list(columns)})
    select
      ${lines(columns)}
    from ${from(settledTable(scope))}
  `
}

function rename(scope: SyncScope): Sql {
  const table = ledgerName(scope.sync.name)
  const merged = sql`
    from ${moved(scope)}
    where ${allOf([
      isPhase(PHASE.merge),
      isOutcome('ok'),
      sql`${o('destination_id')} is not null`,
      sql`${p('audience')} = ${name(table, 'audience')}`,
      sql`${p('row_key')} = ${name(table, 'row_key')}`,
    ])}
  `
  return sql`
    update ${ledger(scope)}
    set ${name('destination_id')} = (
      select max(${o('destination_id')})
      ${merged}
    )
    where exists (
      select 1
      ${merged}
    )
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
