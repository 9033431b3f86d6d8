import type { StatementStep } from '../../program/program.js'
import { nullOf } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { allOf, lines, list, literal, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { LEDGER_COLUMNS, ledgerName } from '../../state/sync-tables.js'
import { hasPreviousKeys, PHASE } from './move.js'
import { desiredTable, ledger, planTable, type SyncScope, syncRunId } from './sync-scope.js'

/**
 * Of `mode: delete`, part of the same transaction: what was deleted and is not named any more is forgotten, so that it is
 * deleted again when it is named again.
 */
export function forgetSteps(scope: SyncScope): readonly StatementStep[] {
  if (scope.operations.main !== 'delete') return []
  const table = ledgerName(scope.sync.name)
  return [
    statement(
      scope.scope,
      'What was deleted, and is not named any more, is forgotten.',
      sql`
        delete from ${ledger(scope)}
        where ${allOf([
          sql`${name('acked_hash')} is not null`,
          sql`${name('dirty_run')} is null`,
          sql`${name('job')} is null`,
          sql`not ${name('held')}`,
        ])}
          and not exists (
            select 1
            from ${from(desiredTable(scope))} as ${name('d')}
            where ${name('d', 'audience')} = ${name(table, 'audience')}
              and ${name('d', 'row_key')} = ${name(table, 'row_key')}
          )
      `,
    ),
  ]
}

/**
 * The write-ahead intent, part of one transaction: every key of the plan is marked before anything is sent, so that
 * whatever happens from here on, the next run knows of what it cannot be sure. Of the plan from `$first` to `$last`, which
 * has these operations.
 */
export function markSteps(scope: SyncScope, planned: readonly string[]): readonly StatementStep[] {
  const within = sql`${name('p', 'seq')} between $first and $last`
  const table = ledgerName(scope.sync.name)
  // The row that another becomes a part of has its own place in the plan, if it changed.
  const own = { row_key: [sql`${name('p', 'phase')} <> ${PHASE.merge}`], previous_key: [] }
  const mark = (title: string, key: 'row_key' | 'previous_key'): StatementStep =>
    statement(
      scope.scope,
      title,
      sql`
        update ${ledger(scope)}
        set ${name('dirty_run')} = ${syncRunId}
        where exists (
          select 1
          from ${from(planTable(scope))} as ${name('p')}
          where ${allOf([
            within,
            ...own[key],
            sql`${name('p', 'audience')} = ${name(table, 'audience')}`,
            sql`${name('p', key)} = ${name(table, 'row_key')}`,
          ])}
        )
      `,
    )
  const fresh = (column: (typeof LEDGER_COLUMNS)[number]): Sql => {
    if (column.name === 'dirty_run') return syncRunId
    if (column.name === 'failures') return literal(0)
    if (column.name === 'created' || column.name === 'held') return literal(false)
    const isKey = ['audience', 'row_key', 'customer_id'].includes(column.name)
    return isKey ? name('p', column.name) : nullOf(scope.scope, column.type)
  }
  return [
    mark('What the ledger has of the plan is uncertain from here on …', 'row_key'),
    ...(hasPreviousKeys(planned)
      ? [mark('… and, where rows are re-keyed or merged, the keys that they had.', 'previous_key')]
      : []),
    statement(
      scope.scope,
      'What is new to the ledger is noted as uncertain.',
      sql`
        insert into ${ledger(scope)} (${list(LEDGER_COLUMNS.map((column) => name(column.name)))})
        select
          ${lines(LEDGER_COLUMNS.map(fresh))}
        from ${from(planTable(scope))} as ${name('p')}
        where ${within}
          and ${name('p', 'phase')} <> ${PHASE.merge}
          and not exists (
            select 1
            from ${ledger(scope)} as ${name('l')}
            where ${name('l', 'audience')} = ${name('p', 'audience')}
              and ${name('l', 'row_key')} = ${name('p', 'row_key')}
          )
      `,
    ),
  ]
}
