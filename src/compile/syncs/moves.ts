import { literal, name, type Sql, sql, unionAll, withNamed } from '../../sql/fragment.js'
import { gone } from './gone-keys.js'
import { left, merged, rekeyed, withdrawn } from './leaving-moves.js'
import { isDirty, isPlanned } from './ledger-conditions.js'
import { desiredMove, PHASE } from './move.js'
import type { SyncScope } from './sync-scope.js'

/**
 * What is to be done: desired − acknowledged. Keys that a run before was going to send something about are done again,
 * whatever the ledger says of them: nobody knows whether it came to that.
 */
export function moves(scope: SyncScope): Sql {
  const { operations, connector } = scope
  const hasRekey = connector.operations.rekey !== undefined && operations.main !== 'delete'
  const leaving = [
    ...(hasRekey ? [rekeyed(scope)] : []),
    ...(connector.operations.merge ? [merged(scope)] : []),
    ...left(scope),
  ]
  return withNamed(
    gone(scope, hasRekey),
    unionAll([present(scope, hasRekey), ...leaving, ...withdrawn(scope)]),
  )
}

function present(scope: SyncScope, hasRekey: boolean): Sql {
  const { operations } = scope
  const isAdded = sql`${name('l', 'acked_hash')} is null`
  const reason = sql`
    case
      when ${isDirty} or ${name('l', 'failed_hash')} is not null then 'retried'
      when ${isAdded} then 'added'
      else 'changed'
    end
  `
  const isRekeyed = sql`
    not exists (
      select 1
      from ${name('gone')} as ${name('g')}
      where ${name('g', 'new_key')} = ${name('d', 'row_key')}
        and ${name('g', 'audience')} = ${name('d', 'audience')}
    )
  `
  const what = { phase: literal(PHASE.main), operation: literal(operations.main), reason }
  return desiredMove(scope, what, [isPlanned(scope), ...(hasRekey ? [isRekeyed] : [])])
}
