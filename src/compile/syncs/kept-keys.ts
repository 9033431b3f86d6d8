import { keyOf } from '../../graph/synced.js'
import { publicRelation } from '../../program/scope.js'
import { lines, type Named, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { innerColumns } from './needed-columns.js'
import { ledger, type SyncScope } from './sync-scope.js'

/**
 * Where the key is an identifier of the profile, a destination keeps the value under which it has the customer for as long
 * as it is one of theirs: a second e-mail address that is now the latest makes no second contact.
 *
 * Gives, last, the rows of `rows` with the column of the key replaced; nothing where the key stays as it is. Of several keys
 * under which the ledger has a customer the latest value is taken, but one of their own before that of a customer who became
 * a part of them: so the other row is the one that is merged, or goes. What the ledger has of somebody else does not count.
 */
export function keptKeys(scope: SyncScope, rows: string): readonly Named[] {
  const { sync, synced } = scope
  const [column, ...others] = keyOf(sync, synced)
  const { entity } = synced
  const isIdentifier = entity?.identifiers.some((identifier) => identifier.name === column)
  if (!entity || column === undefined || others.length > 0 || !isIdentifier || sync.from.kind === 'events')
    return []
  return substituted(scope, entity.name, entity.idColumn, column, rows)
}

function substituted(
  scope: SyncScope,
  entity: string,
  idColumn: string,
  column: string,
  rows: string,
): readonly Named[] {
  const key = name('s', 'c_1')
  const aliases = from(publicRelation(scope.scope, `${entity}_id_aliases`))
  const today = sql`coalesce(${name('a', idColumn)}, ${name('l', 'customer_id')})`
  const held = sql`
    select
      ${name('l', 'audience')},
      ${name('i', idColumn)} as ${name('customer_id')},
      ${name('l', 'row_key')},
      ${name('l', 'customer_id')} = ${name('i', idColumn)} as ${name('is_own')}
    from ${ledger(scope)} as ${name('l')}
    left join ${aliases} as ${name('a')} on ${name('a', 'previous_id')} = ${name('l', 'customer_id')}
    join ${from(publicRelation(scope.scope, `${entity}_identifiers`))} as ${name('i')}
      on ${name('i', idColumn)} = ${today}
      and ${name('i', 'identifier')} = ${column}
      and ${name('i', 'value')} = ${name('l', 'row_key')}
    where ${name('l', 'acked_hash')} is not null
  `
  const known = sql`
    select
      ${name('audience')},
      ${name('customer_id')},
      min(case when ${name('is_own')} then ${name('row_key')} end) as ${name('own_key')},
      min(${name('row_key')}) as ${name('row_key')}
    from ${name('held')}
    group by
      ${name('audience')},
      ${name('customer_id')}
  `
  const kept = sql`
    select
      ${lines([
        name('s', 'audience'),
        name('s', 'customer_id'),
        sql`
          case
            when ${name('latest', 'is_own')} then ${key}
            when ${name('known', 'own_key')} is not null then ${name('known', 'own_key')}
            when ${name('latest', 'row_key')} is not null then ${key}
            else coalesce(${name('known', 'row_key')}, ${key})
          end as ${name('c_1')}
        `,
        ...innerColumns(scope)
          .slice(1)
          .map((one) => name('s', one)),
      ])}
    from ${name(rows)} as ${name('s')}
    left join ${name('known')}
      on ${name('known', 'customer_id')} = ${name('s', 'customer_id')}
      and ${name('known', 'audience')} = ${name('s', 'audience')}
    left join ${name('held')} as ${name('latest')}
      on ${name('latest', 'row_key')} = ${key}
      and ${name('latest', 'customer_id')} = ${name('s', 'customer_id')}
      and ${name('latest', 'audience')} = ${name('s', 'audience')}
  `
  return [
    { name: 'held', select: held },
    { name: 'known', select: known },
    { name: 'kept', select: kept },
  ]
}
