import type { StatementStep } from '../../program/program.js'
import { state } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { allOf, as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { LEDGER_COLUMNS, ledgerName, syncsTable } from '../../state/sync-tables.js'
import { hasPreviousKeys, PHASE } from './move.js'
import { isOutcome, isPhase, moved, o, p } from './settled-rows.js'
import { fence, ledger, type SyncScope, settledTable } from './sync-scope.js'

/** What changes the ledger by settled outcomes of a plan that has these operations. */
export function ledgerSteps(scope: SyncScope, planned: readonly string[]): readonly StatementStep[] {
  const renamed = statement(
    scope.scope,
    'Where rows were merged, the destination may call what is left another name.',
    rename(scope),
  )
  return [
    ...(scope.scope.dialect.facts.leases === 'statements'
      ? inOneStatement(scope)
      : inOneTransaction(scope, planned)),
    ...(planned.includes('merge') ? [renamed] : []),
  ]
}

function inOneTransaction(scope: SyncScope, planned: readonly string[]): readonly StatementStep[] {
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
function inOneStatement(scope: SyncScope): readonly StatementStep[] {
  const table = ledgerName(scope.sync.name)
  const keys = ['audience', 'row_key']
  const values = LEDGER_COLUMNS.map((column) => column.name).filter((column) => !keys.includes(column))
  const touched = (key: 'row_key' | 'previous_key', where: Sql): Sql => sql`
    select
      ${lines([as(p('audience'), 'audience'), as(p(key), 'row_key')])}
    from ${moved(scope)}
    where ${where}
  `
  const same = (one: string, other: string): Sql =>
    allOf(keys.map((key) => sql`${name(one, key)} = ${name(other, key)}`))
  const merge = sql`
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
  return [
    statement(scope.scope, 'The ledger takes it all at once, as long as nobody else has the lease.', merge),
  ]
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
