import { nullOf, publicRelation } from '../../program/scope.js'
import { allOf, as, joined, type Named, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { consentOfGone } from './consent-lookup.js'
import { isDirty, isFree, isKnown, isLeavingLater, isPlanned, joinLedger } from './ledger-conditions.js'
import { desiredTable, ledger, type SyncScope } from './sync-scope.js'

/**
 * Keys of the ledger that nothing desires any more, last, as `gone`: with the customer that answers for theirs today, whether
 * consent holds and, where the destination can follow a change of keys, the key under which the same customer now is. Rows
 * whose key cannot be told keep what the destination has; one that is written as a whole has only rows that can be sent.
 */
export function gone(scope: SyncScope, hasRekey: boolean): readonly Named[] {
  const { synced, operations } = scope
  const { isWhole } = operations
  const aliases = synced.entity && publicRelation(scope.scope, `${synced.entity.name}_id_aliases`)
  const today = aliases
    ? sql`coalesce(${name('a', synced.entity.idColumn)}, ${name('l', 'customer_id')})`
    : name('l', 'customer_id')
  const alias = aliases
    ? [
        sql`left join ${from(aliases)} as ${name('a')} on ${name('a', 'previous_id')} = ${name('l', 'customer_id')}`,
      ]
    : []
  const consent = consentOfGone(scope, today)
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
  const isConsented = scope.purpose ? sql`\n${as(consent?.isConsented ?? sql`true`, 'is_consented')},` : sql``
  const select = sql`
    select
      ${name('l', 'audience')},
      ${name('l', 'row_key')},
      ${today} as ${name('customer_id')},
      ${name('l', 'customer_id')} as ${name('former_id')},
      ${name('l', 'destination_id')},
      ${name('l', 'created')},
      ${isDirty} as ${name('was_dirty')},${isConsented}
      ${newKey} as ${name('new_key')}
    from ${joined(sql`${ledger(scope)} as ${name('l')}`, [...alias, ...(consent?.joins ?? [])])}
    left join ${from(desiredTable(scope))} as ${name('d')}
      on ${name('d', 'audience')} = ${name('l', 'audience')}
      and ${name('d', 'row_key')} = ${name('l', 'row_key')}${isWhole ? isInIt : sql``}${hasRekey ? followed(scope, today) : sql``}
    where ${allOf([
      sql`${name('d', 'row_key')} is null`,
      isKnown,
      isFree,
      sql`not ${isLeavingLater}`,
      ...(isWhole ? [] : [hasItsKey(scope)]),
    ])}
  `
  return [...(consent?.named ?? []), { name: 'gone', select }]
}

const isInIt = sql`\nand ${name('d', 'verdict')} = 'valid'`

const hasItsKey = (scope: SyncScope) => sql`
  not exists (
    select 1
    from ${from(desiredTable(scope))} as ${name('k')}
    where ${name('k', 'verdict')} = 'missing_key'
      and ${name('k', 'audience')} = ${name('l', 'audience')}
      and ${name('k', 'customer_id')} = ${name('l', 'customer_id')}
  )
`

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
