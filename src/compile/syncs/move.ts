import { nullOf, type Scope } from '../../program/scope.js'
import { allOf, as, lines, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { isDirty, joinLedger } from './ledger-conditions.js'
import { desiredTable, type SyncScope } from './sync-scope.js'

/** The order in which operations are made: a row is known under its new key before others go, and goes last. */
export const PHASE: Readonly<Record<'rekey' | 'main' | 'merge' | 'leave', number>> = {
  rekey: 0,
  main: 1,
  merge: 2,
  leave: 3,
}

/** Whether moves of these operations are about the keys too that rows had before. */
export function hasPreviousKeys(operations: readonly string[]): boolean {
  return operations.includes('rekey') || operations.includes('merge')
}

const moveColumns = [
  'phase',
  'operation',
  'reason',
  'audience',
  'row_key',
  'customer_id',
  'destination_id',
  'previous_key',
  'previous_id',
  'was_dirty',
] as const

interface Move extends Partial<Readonly<Record<(typeof moveColumns)[number], Sql>>> {
  readonly phase: Sql
  readonly operation: Sql
  readonly reason: Sql
  readonly row_key: Sql
}

export function move(scope: Scope, columns: Move): Sql {
  const empty = (column: string): Sql => (column === 'was_dirty' ? sql`false` : nullOf(scope, 'string'))
  return lines(moveColumns.map((column) => as(columns[column] ?? empty(column), column)))
}

/** A move about a desired row `d`, beside what the ledger `l` knows of it. */
export function desiredMove(
  scope: SyncScope,
  what: Pick<Move, 'phase' | 'operation' | 'reason'>,
  conditions: readonly Sql[],
): Sql {
  return sql`
    select
      ${move(scope.scope, {
        ...what,
        audience: name('d', 'audience'),
        row_key: name('d', 'row_key'),
        customer_id: name('d', 'customer_id'),
        destination_id: name('l', 'destination_id'),
        was_dirty: isDirty,
      })}
    from ${from(desiredTable(scope))} as ${name('d')}
    ${joinLedger(scope)}
    where ${allOf(conditions)}
  `
}
