import type { OperationName } from '../../connectors/description.js'
import { allOf, literal, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { isFree, isKnown, isLeavingLater } from './ledger-conditions.js'
import { desiredMove, move, PHASE } from './move.js'
import { desiredTable, type SyncScope } from './sync-scope.js'

export function rekeyed(scope: SyncScope): Sql {
  return sql`
    select
      ${move(scope.scope, {
        phase: literal(PHASE.rekey),
        operation: literal('rekey' satisfies OperationName),
        reason: literal('changed'),
        audience: name('g', 'audience'),
        row_key: name('g', 'new_key'),
        customer_id: name('g', 'customer_id'),
        destination_id: name('g', 'destination_id'),
        previous_key: name('g', 'row_key'),
        previous_id: name('g', 'destination_id'),
        was_dirty: name('g', 'was_dirty'),
      })}
    from ${name('gone')} as ${name('g')}
    where ${name('g', 'new_key')} is not null
  `
}

/** Of two customers who became one, the destination makes the row of the one a part of that of the other. */
export function merged(scope: SyncScope): Sql {
  return sql`
    select
      ${move(scope.scope, {
        phase: literal(PHASE.merge),
        operation: literal('merge' satisfies OperationName),
        reason: literal('removed'),
        audience: name('g', 'audience'),
        row_key: name('s', 'row_key'),
        customer_id: name('g', 'customer_id'),
        previous_key: name('g', 'row_key'),
        previous_id: name('g', 'destination_id'),
        was_dirty: name('g', 'was_dirty'),
      })}
    from ${name('gone')} as ${name('g')}
    join ${survivors(scope)} as ${name('s')}
      on ${name('s', 'audience')} = ${name('g', 'audience')}
      and ${name('s', 'customer_id')} = ${name('g', 'customer_id')}
    where ${isMerged}
  `
}

const isMerged = sql`${name('g', 'new_key')} is null and ${name('g', 'former_id')} <> ${name('g', 'customer_id')}`

const survivors = (scope: SyncScope) => sql`
  (
    select
      ${name('audience')},
      ${name('customer_id')},
      min(${name('row_key')}) as ${name('row_key')}
    from ${from(desiredTable(scope))}
    where ${name('verdict')} = 'valid'
    group by
      ${name('audience')},
      ${name('customer_id')}
  )
`

export function left(scope: SyncScope): Sql[] {
  const { leave, main } = scope.operations
  if (leave.kind === 'nothing') return []
  const what = {
    operation: leave.kind === 'update' ? main : leave.kind,
    reason: 'removed',
  }
  return [leavingMove(scope, what, leavesWithdrawn(scope) ? [] : [name('g', 'is_consented')])]
}

/** Who is deleted needs no more; what else `on_leave` says is not done with those who withdrew. */
function leavesWithdrawn({ purpose, operations: { leave, withdraw } }: SyncScope): boolean {
  if (!purpose || leave.kind === 'delete') return true
  return leave.kind === 'remove' && withdraw === undefined
}

/** A move about a key that nothing desires any more. */
function leavingMove(
  scope: SyncScope,
  { operation, reason }: { readonly operation: OperationName; readonly reason: string },
  conditions: readonly Sql[],
): Sql {
  const isAlone = sql`
    not exists (
      select 1
      from ${survivors(scope)} as ${name('s')}
      where ${isMerged}
        and ${name('s', 'audience')} = ${name('g', 'audience')}
        and ${name('s', 'customer_id')} = ${name('g', 'customer_id')}
    )
  `
  return sql`
    select
      ${move(scope.scope, {
        phase: literal(PHASE.leave),
        operation: literal(operation),
        reason: literal(reason),
        audience: name('g', 'audience'),
        row_key: name('g', 'row_key'),
        customer_id: name('g', 'former_id'),
        destination_id: name('g', 'destination_id'),
        was_dirty: name('g', 'was_dirty'),
      })}
    from ${name('gone')} as ${name('g')}
    where ${allOf([
      sql`${name('g', 'new_key')} is null`,
      ...conditions,
      ...onlyOwn(scope, operation, 'g'),
      ...(scope.connector.operations.merge ? [isAlone] : []),
    ])}
  `
}

/** Memberships are the sync's own; of records it deletes only what it created, unless it may delete any. */
function onlyOwn({ sync, connector }: SyncScope, operation: string, alias: string): readonly Sql[] {
  const mayDelete =
    sync.allowDelete || connector.operations.delete?.kind !== 'record' || connector.delivery === 'snapshot'
  return operation === 'delete' && !mayDelete ? [sql`coalesce(${name(alias, 'created')}, false)`] : []
}

/** Whose consent is gone, whether they are still synced or have left. */
export function withdrawn(scope: SyncScope): Sql[] {
  const { withdraw, leave, isWhole } = scope.operations
  if (!withdraw) return []
  const what = {
    phase: literal(PHASE.leave),
    operation: literal(withdraw),
    reason: literal('withdrawn'),
  }
  return [
    // What is written as a whole lacks them, so that they are among the gone.
    ...(isWhole
      ? []
      : [
          desiredMove(scope, what, [
            sql`${name('d', 'verdict')} = 'suppressed'`,
            isKnown,
            isFree,
            sql`not ${isLeavingLater}`,
            ...onlyOwn(scope, withdraw, 'l'),
          ]),
        ]),
    ...(leave.kind === 'delete'
      ? []
      : [
          leavingMove(scope, { operation: withdraw, reason: 'withdrawn' }, [
            sql`not ${name('g', 'is_consented')}`,
          ]),
        ]),
  ]
}
