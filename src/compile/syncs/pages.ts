import type { StatementStep } from '../../program/program.js'
import { statement } from '../../program/steps.js'
import { name, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { planTable, type SyncScope, snapshotTable } from './sync-scope.js'

/** Rows of a plan from number `$first` to `$last`. */
export const planPage = (scope: SyncScope): StatementStep => page(scope, planTable(scope))

/** Rows of a snapshot from number `$first` to `$last`. */
export const snapshotPage = (scope: SyncScope): StatementStep => page(scope, snapshotTable(scope))

function page(scope: SyncScope, table: Relation): StatementStep {
  return statement(
    scope.scope,
    'What leaves, page by page.',
    sql`
      select *
      from ${from(table)}
      where ${name('seq')} between $first and $last
      order by ${name('seq')}
    `,
  )
}
