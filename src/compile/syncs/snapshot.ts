import type { StatementStep } from '../../program/program.js'
import { nullOf } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { as, lines, literal, name, sql, withNamed } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { PHASE } from './move.js'
import { desiredTable, ledger, planTable, type SyncScope, snapshotTable } from './sync-scope.js'
import { fieldColumns, syncedRows } from './synced-rows.js'

/** For destinations that are written as a whole: every valid row, in the order of the keys. */
export function snapshotSteps(scope: SyncScope): readonly StatementStep[] {
  const { dropTable, createTable } = scope.scope.dialect.statements
  const none = nullOf(scope.scope, 'string')
  const select = sql`
    select
      ${lines([
        sql`
          row_number() over (
            order by ${name('v', 'audience')}, ${name('v', 'row_key')}
          ) as ${name('seq')}
        `,
        as(literal(PHASE.main), 'phase'),
        as(literal(scope.operations.main), 'operation'),
        name('v', 'audience'),
        name('v', 'row_key'),
        name('v', 'customer_id'),
        as(none, 'destination_id'),
        as(none, 'previous_key'),
        as(none, 'previous_id'),
        ...fieldColumns(scope).map(({ column }) => name('v', column)),
      ])}
    from ${name('rows')} as ${name('v')}
    join ${from(desiredTable(scope))} as ${name('d')}
      on ${name('d', 'audience')} = ${name('v', 'audience')}
      and ${name('d', 'row_key')} = ${name('v', 'row_key')}
    where ${name('d', 'verdict')} = 'valid'
  `
  return [
    statement(scope.scope, '', dropTable(snapshotTable(scope))),
    statement(
      scope.scope,
      'All rows that the destination should have.',
      createTable(snapshotTable(scope), withNamed(syncedRows(scope), select)),
    ),
  ]
}

/** The jobs that destinations were given by runs before: `job`. */
export function jobsQuery(scope: SyncScope): StatementStep {
  return statement(
    scope.scope,
    'What the destination still works on.',
    sql`
      select distinct ${name('job')}
      from ${ledger(scope)}
      where ${name('job')} is not null
    `,
  )
}

/**
 * What a destination was working on when a run ended (`$job`), as a plan, so that its outcome is settled like any other: the
 * hash is of the row that it was given then.
 */
export function jobPlanSteps(scope: SyncScope): readonly StatementStep[] {
  const { dropTable, createTable } = scope.scope.dialect.statements
  const none = nullOf(scope.scope, 'string')
  const select = sql`
    select
      ${lines([
        sql`row_number() over (order by ${name('audience')}, ${name('row_key')}) as ${name('seq')}`,
        sql`
          case
            when ${name('job_operation')} = ${scope.operations.main} and ${name('job_hash')} is not null then ${PHASE.main}
            else ${PHASE.leave}
          end as ${name('phase')}
        `,
        as(name('job_operation'), 'operation'),
        as(literal('retried'), 'reason'),
        name('audience'),
        name('row_key'),
        name('customer_id'),
        name('destination_id'),
        as(none, 'previous_key'),
        as(none, 'previous_id'),
        as(literal(true), 'was_dirty'),
        as(name('job_hash'), 'row_hash'),
        ...fieldColumns(scope).map(({ column }) => as(none, column)),
      ])}
    from ${ledger(scope)}
    where ${name('job')} = $job
  `
  return [
    statement(scope.scope, '', dropTable(planTable(scope))),
    statement(scope.scope, 'The rows of a job.', createTable(planTable(scope), select)),
  ]
}
