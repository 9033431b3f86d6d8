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
 * Gives, last, the rows of `rows` with the column of the key replaced; nothing where the key stays as it is. A customer whom
 * the ledger has under the latest value keeps that.
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
  const known = sql`
    select
      ${name('l', 'audience')},
      ${name('l', 'customer_id')},
      min(${name('l', 'row_key')}) as ${name('row_key')}
    from ${ledger(scope)} as ${name('l')}
    join ${from(publicRelation(scope.scope, `${entity}_identifiers`))} as ${name('i')}
      on ${name('i', idColumn)} = ${name('l', 'customer_id')}
      and ${name('i', 'identifier')} = ${column}
      and ${name('i', 'value')} = ${name('l', 'row_key')}
    where ${name('l', 'acked_hash')} is not null
    group by
      ${name('l', 'audience')},
      ${name('l', 'customer_id')}
  `
  const latest = sql`
    select
      ${name('l', 'audience')},
      ${name('l', 'row_key')}
    from ${ledger(scope)} as ${name('l')}
    where ${name('l', 'acked_hash')} is not null
  `
  const kept = sql`
    select
      ${lines([
        name('s', 'audience'),
        name('s', 'customer_id'),
        sql`
          case
            when ${name('latest', 'row_key')} is null then coalesce(${name('known', 'row_key')}, ${key})
            else ${key}
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
    left join ${name('latest')}
      on ${name('latest', 'row_key')} = ${key}
      and ${name('latest', 'audience')} = ${name('s', 'audience')}
  `
  return [
    { name: 'known', select: known },
    { name: 'latest', select: latest },
    { name: 'kept', select: kept },
  ]
}
