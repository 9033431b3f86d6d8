import type { StatementStep } from '../../program/program.js'
import { nullOf, state } from '../../program/scope.js'
import { statement } from '../../program/steps.js'
import { lines, list, literal, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { LEDGER_COLUMNS, ledgerName, syncRowsTable } from '../../state/sync-tables.js'
import { UNKNOWN_CONTENT } from './settled-rows.js'
import { desiredTable, ledger, type SyncScope } from './sync-scope.js'

/** Rejected and held rows are due now. */
export function retrySteps(scope: SyncScope): readonly StatementStep[] {
  return [
    statement(
      scope.scope,
      'Rejected rows are tried again, and held ones repeated.',
      sql`
        update ${ledger(scope)}
        set ${name('failed_hash')} = null, ${name('retry_at')} = null, ${name('held')} = false
        where ${name('failed_hash')} is not null or ${name('held')}
      `,
    ),
  ]
}

/** What a run was sending when it died, and cannot be repeated, waits for a person. What is a job is asked for instead. */
export function holdUnknownSteps(scope: SyncScope): readonly StatementStep[] {
  return [
    statement(
      scope.scope,
      'Rows of unknown outcome are held for review.',
      sql`
        update ${ledger(scope)}
        set ${name('held')} = true
        where ${name('dirty_run')} is not null and ${name('job')} is null
      `,
    ),
  ]
}

/** What the destination has is not known any more: everything is sent again. */
export function resyncSteps(scope: SyncScope): readonly StatementStep[] {
  return [
    ...retrySteps(scope),
    statement(
      scope.scope,
      'What the destination has is not known any more.',
      sql`
        update ${ledger(scope)}
        set ${name('acked_hash')} = ${UNKNOWN_CONTENT}
        where ${name('acked_hash')} is not null
      `,
    ),
  ]
}

/** Whatever was ever sent may still be there: what is not to be is taken away again. */
export function reconcileSteps(scope: SyncScope): readonly StatementStep[] {
  const columns = LEDGER_COLUMNS.map((column) => name(column.name))
  const known = LEDGER_COLUMNS.map((column): Sql => {
    if (column.name === 'audience' || column.name === 'row_key') return name('r', column.name)
    if (column.name === 'customer_id') return sql`max(${name('r', 'customer_id')})`
    if (column.name === 'acked_hash') return literal(UNKNOWN_CONTENT)
    if (column.name === 'failures') return literal(0)
    // What the sync deleted before it had created; of other rows the log does not tell.
    if (column.name === 'created')
      return sql`sum(case when ${name('r', 'operation')} = 'delete' then 1 else 0 end) > 0`
    return column.name === 'held' ? literal(false) : nullOf(scope.scope, column.type)
  })
  const logged = from(state(scope.scope, syncRowsTable.name))
  return [
    ...resyncSteps(scope),
    statement(
      scope.scope,
      'Whatever was ever sent may still be there.',
      sql`
        insert into ${ledger(scope)} (${list(columns)})
        select
          ${lines(known)}
        from ${logged} as ${name('r')}
        where ${name('r', 'sync_name')} = ${scope.sync.name}
          and ${name('r', 'outcome')} = 'ok'
          and ${name('r', 'row_key')} is not null
          and not exists (
            select 1
            from ${ledger(scope)} as ${name('l')}
            where ${name('l', 'audience')} = ${name('r', 'audience')}
              and ${name('l', 'row_key')} = ${name('r', 'row_key')}
          )
        group by
          ${name('r', 'audience')},
          ${name('r', 'row_key')}
      `,
    ),
  ]
}

/** What the destination has is taken for what it should have; after a plan, whose table it reads. Uncertain rows stay uncertain. */
export function rebaseSteps(scope: SyncScope): readonly StatementStep[] {
  const table = ledgerName(scope.sync.name)
  const same = sql`
    ${name('d', 'audience')} = ${name(table, 'audience')}
    and ${name('d', 'row_key')} = ${name(table, 'row_key')}
    and ${name('d', 'verdict')} = 'valid'
  `
  const desired = sql`${from(desiredTable(scope))} as ${name('d')}`
  return [
    statement(
      scope.scope,
      'What the destination has is what it should have.',
      sql`
        update ${ledger(scope)}
        set ${name('acked_hash')} = (select max(${name('d', 'row_hash')}) from ${desired} where ${same})
        where ${name('acked_hash')} is not null
          and ${name('dirty_run')} is null
          and exists (select 1 from ${desired} where ${same})
      `,
    ),
  ]
}
