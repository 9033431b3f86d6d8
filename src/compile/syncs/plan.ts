import type { StatementStep } from '../../program/program.js'
import { state } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { as, lines, name, type Sql, sql, withNamed } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { LEDGER_COLUMNS, ledgerName } from '../../state/sync-tables.js'
import { PHASE } from './move.js'
import { moves } from './moves.js'
import { desiredTable, movesTable, planTable, type SyncScope } from './sync-scope.js'
import { fieldColumns, syncedRows } from './synced-rows.js'

/** Makes the ledger where there is none. */
export function ledgerStep(scope: SyncScope): StatementStep {
  return statement(
    scope.scope,
    'The ledger is kept: made once, never dropped.',
    scope.scope.dialect.statements.createEmptyTable(
      state(scope.scope, ledgerName(scope.sync.name)),
      LEDGER_COLUMNS,
    ),
  )
}

/**
 * The statements that plan a run: every row of what is synced is judged, compared with the ledger, and what is to be done
 * is numbered in the order in which it will be. None of them changes anything that stays.
 */
export function planSteps(scope: SyncScope): readonly StatementStep[] {
  const { dialect } = scope.scope
  const create = (title: string, table: ReturnType<typeof desiredTable>, select: Sql): StatementStep[] => [
    statement(scope.scope, '', dialect.statements.dropTable(table)),
    statement(scope.scope, title, dialect.statements.createTable(table, select)),
  ]
  return [
    ...create('Every row that is desired, and whether it can be sent.', desiredTable(scope), desired(scope)),
    ...create('What is to be done: desired − acknowledged.', movesTable(scope), moves(scope)),
    ...create('The same in its order, with the values that are sent.', planTable(scope), numbered(scope)),
  ]
}

/** Verdicts: missing_key, duplicate_key, invalid, suppressed (no consent), valid. */
function desired(scope: SyncScope): Sql {
  const verdict = sql`
    case
      when ${name('j', 'row_key')} is null then 'missing_key'
      when ${name('t', 'row_key')} is not null then 'duplicate_key'
      when ${name('j', 'invalid')} is not null then 'invalid'
      when not ${name('j', 'is_consented')} then 'suppressed'
      else 'valid'
    end
  `
  // Without the values: it is read twice.
  const judged = sql`
    select
      ${lines(['audience', 'row_key', 'customer_id', 'is_consented', 'invalid', 'row_hash'].map((one) => name(one)))}
    from ${name('rows')}
  `
  const twice = sql`
    select
      ${name('audience')},
      ${name('row_key')}
    from ${name('judged')}
    where ${name('row_key')} is not null
    group by
      ${name('audience')},
      ${name('row_key')}
    having count(*) > 1
  `
  return withNamed(
    [...syncedRows(scope), { name: 'judged', select: judged }, { name: 'twice', select: twice }],
    sql`
      select
        ${lines([
          name('j', 'audience'),
          name('j', 'row_key'),
          name('j', 'customer_id'),
          name('j', 'row_hash'),
          as(verdict, 'verdict'),
          as(name('j', 'invalid'), 'reason'),
        ])}
      from ${name('judged')} as ${name('j')}
      left join ${name('twice')} as ${name('t')}
        on ${name('t', 'audience')} = ${name('j', 'audience')}
        and ${name('t', 'row_key')} = ${name('j', 'row_key')}
    `,
  )
}

/**
 * The hash is of the values that stand beside it, read at the same moment. Who leaves has none: a condition of the phase
 * beside the keys would make engines compare every row with every other one.
 */
function numbered(scope: SyncScope): Sql {
  const carried = ['phase', 'operation', 'reason', 'audience', 'row_key', 'customer_id'] as const
  const previous = ['destination_id', 'previous_key', 'previous_id', 'was_dirty'] as const
  return withNamed(
    syncedRows(scope),
    sql`
    select
      ${lines([
        sql`
          row_number() over (
            order by ${name('m', 'phase')}, ${name('m', 'operation')}, ${name('m', 'audience')}, ${name('m', 'row_key')}, ${name('m', 'previous_key')}
          ) as ${name('seq')}
        `,
        ...[...carried, ...previous].map((column) => name('m', column)),
        name('v', 'row_hash'),
        ...fieldColumns(scope).map(({ column }) => name('v', column)),
      ])}
    from ${from(movesTable(scope))} as ${name('m')}
    left join ${name('rows')} as ${name('v')}
      on ${name('v', 'audience')} = ${name('m', 'audience')}
      and ${name('v', 'row_key')} = case when ${name('m', 'phase')} <> ${PHASE.leave} then ${name('m', 'row_key')} end
    where ${name('m', 'phase')} = ${PHASE.leave}
      or ${name('v', 'row_key')} is not null
  `,
  )
}
