import type { OperationName } from '../../connectors/description.js'
import { nullOf, publicRelation, type Scope } from '../../program/scope.js'
import { allOf, as, lines, literal, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { desiredTable, ledger, now, type SyncScope } from './sync-scope.js'

/** The order in which operations are made: a row is known under its new key before others go, and goes last. */
export const PHASE: Readonly<Record<'rekey' | 'main' | 'merge' | 'leave', number>> = {
  rekey: 0,
  main: 1,
  merge: 2,
  leave: 3,
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
  return sql`
    with ${name('gone')} as (
      ${gone(scope, hasRekey)}
    )
    ${unionAll([present(scope, hasRekey), ...leaving, ...withdrawn(scope)])}
  `
}

function move(scope: Scope, columns: Move): Sql {
  const empty = (column: string): Sql => (column === 'was_dirty' ? sql`false` : nullOf(scope, 'string'))
  return lines(moveColumns.map((column) => as(columns[column] ?? empty(column), column)))
}

const isDirty = sql`${name('l', 'dirty_run')} is not null`
const isFree = sql`not coalesce(${name('l', 'held')}, false) and ${name('l', 'job')} is null`
const isKnown = sql`(${name('l', 'acked_hash')} is not null or ${isDirty})`

/** What was refused when it should leave, and its time has not come. */
const isLeavingLater = sql`(coalesce(${name('l', 'failed_hash')}, '') = 'leave' and ${name('l', 'retry_at')} > ${now})`

/** A move about a desired row `d`, beside what the ledger `l` knows of it. */
function desiredMove(
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

const joinLedger = (scope: SyncScope) => sql`
  left join ${ledger(scope)} as ${name('l')}
    on ${name('l', 'audience')} = ${name('d', 'audience')}
    and ${name('l', 'row_key')} = ${name('d', 'row_key')}
`

/** Rows that the destination should have, and does not have as they are. */
export function isPlanned({ operations }: SyncScope): Sql {
  const adds = operations.main === 'append' || operations.main === 'create' || operations.main === 'delete'
  const differs = adds
    ? sql`${name('l', 'acked_hash')} is null`
    : sql`(${name('l', 'acked_hash')} is null or ${name('l', 'acked_hash')} <> ${name('d', 'row_hash')})`
  return allOf([
    sql`${name('d', 'verdict')} = 'valid'`,
    isFree,
    sql`(${isDirty} or (${differs} and not ${isWaiting}))`,
  ])
}

/** The destination refused this very row, and its time has not come. */
export const isWaiting = sql`(coalesce(${name('l', 'failed_hash')}, '') = ${name('d', 'row_hash')} and ${name('l', 'retry_at')} > ${now})`

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

/**
 * Keys of the ledger that nothing desires any more, with the customer that answers for theirs today and, where the
 * destination can follow a change of keys, the key under which the same customer now is. Rows whose key cannot be told
 * keep what the destination has.
 */
function gone(scope: SyncScope, hasRekey: boolean): Sql {
  const { synced } = scope
  const aliases = synced.entity && publicRelation(scope.scope, `${synced.entity.name}_id_aliases`)
  const today = aliases
    ? sql`coalesce(${name('a', synced.entity.idColumn)}, ${name('l', 'customer_id')})`
    : name('l', 'customer_id')
  const newKey = hasRekey
    ? sql`
        case
          when row_number() over (
            partition by ${name('n', 'audience')}, ${name('n', 'row_key')}
            order by ${name('l', 'row_key')}
          ) = 1 then ${name('n', 'row_key')}
        end
      `
    : nullOf(scope.scope, 'string')
  return sql`
    select
      ${name('l', 'audience')},
      ${name('l', 'row_key')},
      ${today} as ${name('customer_id')},
      ${name('l', 'customer_id')} as ${name('former_id')},
      ${name('l', 'destination_id')},
      ${name('l', 'created')},
      ${isDirty} as ${name('was_dirty')},
      ${newKey} as ${name('new_key')}
    from ${ledger(scope)} as ${name('l')}${
      aliases
        ? sql`

    left join ${from(aliases)} as ${name('a')} on ${name('a', 'previous_id')} = ${name('l', 'customer_id')}
    `
        : sql``
    }
    left join ${from(desiredTable(scope))} as ${name('d')}
      on ${name('d', 'audience')} = ${name('l', 'audience')}
      and ${name('d', 'row_key')} = ${name('l', 'row_key')}${hasRekey ? followed(scope, today) : sql``}
    where ${name('d', 'row_key')} is null
      and ${isKnown}
      and ${isFree}
      and not ${isLeavingLater}
      and not exists (
        select 1
        from ${from(desiredTable(scope))} as ${name('k')}
        where ${name('k', 'verdict')} = 'missing_key'
          and ${name('k', 'audience')} = ${name('l', 'audience')}
          and ${name('k', 'customer_id')} = ${name('l', 'customer_id')}
      )
  `
}

/** The row of the same customer under a key that the destination does not have yet. */
function followed(scope: SyncScope, today: Sql): Sql {
  return sql`

    left join (
      select
        ${name('d', 'audience')},
        ${name('d', 'customer_id')},
        min(${name('d', 'row_key')}) as ${name('row_key')}
      from ${from(desiredTable(scope))} as ${name('d')}
      ${joinLedger(scope)}
      where ${isPlanned(scope)}
        and ${name('l', 'acked_hash')} is null
      group by
        ${name('d', 'audience')},
        ${name('d', 'customer_id')}
    ) as ${name('n')}
      on ${name('n', 'audience')} = ${name('l', 'audience')}
      and ${name('n', 'customer_id')} = ${today}
  `
}

function rekeyed(scope: SyncScope): Sql {
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
function merged(scope: SyncScope): Sql {
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

function left(scope: SyncScope): Sql[] {
  const { leave } = scope.operations
  if (leave.kind === 'nothing') return []
  const operation: OperationName = leave.kind === 'update' ? scope.operations.main : leave.kind
  const isAlone = sql`
    not exists (
      select 1
      from ${survivors(scope)} as ${name('s')}
      where ${isMerged}
        and ${name('s', 'audience')} = ${name('g', 'audience')}
        and ${name('s', 'customer_id')} = ${name('g', 'customer_id')}
    )
  `
  return [
    sql`
      select
        ${move(scope.scope, {
          phase: literal(PHASE.leave),
          operation: literal(operation),
          reason: literal('removed'),
          audience: name('g', 'audience'),
          row_key: name('g', 'row_key'),
          customer_id: name('g', 'former_id'),
          destination_id: name('g', 'destination_id'),
          was_dirty: name('g', 'was_dirty'),
        })}
      from ${name('gone')} as ${name('g')}
      where ${allOf([
        sql`${name('g', 'new_key')} is null`,
        ...onlyOwn(scope, leave.kind, 'g'),
        ...(scope.connector.operations.merge ? [isAlone] : []),
      ])}
    `,
  ]
}

/** Memberships are the sync's own; of records it deletes only what it created, unless it may delete any. */
function onlyOwn({ sync, connector }: SyncScope, operation: string, alias: string): readonly Sql[] {
  const mayDelete =
    sync.allowDelete || connector.operations.delete?.kind !== 'record' || connector.delivery === 'snapshot'
  return operation === 'delete' && !mayDelete ? [sql`coalesce(${name(alias, 'created')}, false)`] : []
}

function withdrawn(scope: SyncScope): Sql[] {
  const { withdraw } = scope.operations
  if (!withdraw) return []
  const what = {
    phase: literal(PHASE.leave),
    operation: literal(withdraw),
    reason: literal('withdrawn'),
  }
  return [
    desiredMove(scope, what, [
      sql`${name('d', 'verdict')} = 'suppressed'`,
      isKnown,
      isFree,
      sql`not ${isLeavingLater}`,
      ...onlyOwn(scope, withdraw, 'l'),
    ]),
  ]
}
