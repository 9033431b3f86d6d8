import { keyOf } from '../../graph/synced.js'
import type { Purpose } from '../../language/consent.js'
import { publicRelation } from '../../program/scope.js'
import { literal, type Named, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { columnOf } from './needed-columns.js'
import { now, type SyncScope } from './sync-scope.js'

/** Whether a row may be sent: decisions, joins with them, and a condition over it. */
export interface ConsentLookup {
  /** What the joins read; nothing where no consent is needed. */
  readonly named: readonly Named[]
  /** Stand after the FROM item of the row. */
  readonly joins: readonly Sql[]
  readonly isConsented: Sql
}

/**
 * Of the row `r` of what is synced. The latest decision about the very value that is sent, or, of a purpose that is of the
 * customer as a whole, about any identifier of theirs. A withdrawal does not expire; where nobody decided, or consent has
 * expired, the default holds.
 */
export function consentOf(scope: SyncScope): ConsentLookup {
  const { purpose } = scope
  if (!purpose) return { named: [], joins: [], isConsented: sql`true` }
  const asked = purpose.appliesTo
  return lookup(scope, purpose, name('r', asked === undefined ? 'customer_id' : columnOf(scope, asked)), [])
}

/**
 * Of the row `l` of the ledger that nothing desires any more, whose customer is `today`: about its key, or where that is
 * another value about the one that the customer has now. Undefined where nothing tells the value.
 */
export function consentOfGone(scope: SyncScope, today: Sql): ConsentLookup | undefined {
  const { purpose, sync, synced } = scope
  if (!purpose) return undefined
  if (purpose.appliesTo === undefined) return lookup(scope, purpose, today, [])
  const [column, ...others] = keyOf(sync, synced)
  if (column === purpose.appliesTo && others.length === 0)
    return lookup(scope, purpose, name('l', 'row_key'), [])
  if (!synced.entity) return undefined
  const profiles = from(publicRelation(scope.scope, `${synced.entity.name}_profiles`))
  const profile = sql`left join ${profiles} as ${name('v')} on ${name('v', synced.entity.idColumn)} = ${today}`
  return lookup(scope, purpose, name('v', purpose.appliesTo), [profile])
}

/** `asked` is what decisions are about; `joins` give it. */
function lookup(scope: SyncScope, purpose: Purpose, asked: Sql, joins: readonly Sql[]): ConsentLookup {
  const { appliesTo } = purpose
  const decisions =
    appliesTo === undefined ? decisionsOfCustomers(scope) : decisionsOfValues(scope, appliesTo)
  const join = sql`left join ${name('decisions')} as ${name('c')} on ${name('c', 'asked')} = ${asked}`
  const byDefault = literal(purpose.default === 'granted')
  return {
    named: [{ name: 'decisions', select: decisions }],
    joins: [...joins, join],
    isConsented: sql`
      case
        when ${name('c', 'granted')} is null then ${byDefault}
        when not ${name('c', 'granted')} then false
        when ${name('c', 'expires_at')} <= ${now} then ${byDefault}
        else true
      end
    `,
  }
}

function decisionsOfValues(scope: SyncScope, type: string): Sql {
  // With a partition several customers may have the value.
  return sql`
    select distinct
      ${name('value')} as ${name('asked')},
      ${name('granted')},
      ${name('expires_at')}
    from ${consents(scope)}
    where ${name('purpose')} = ${scope.purpose?.name ?? ''}
      and ${name('identifier')} = ${type}
  `
}

/** Of decisions at the same moment a withdrawal holds. */
function decisionsOfCustomers(scope: SyncScope): Sql {
  return sql`
    select
      ${name('asked')},
      ${name('granted')},
      ${name('expires_at')}
    from (
      select
        ${name(idColumn(scope))} as ${name('asked')},
        ${name('granted')},
        ${name('expires_at')},
        row_number() over (
          partition by ${name(idColumn(scope))}
          order by ${name('decided_at')} desc, ${name('granted')}
        ) as ${name('place')}
      from ${consents(scope)}
      where ${name('purpose')} = ${scope.purpose?.name ?? ''}
        and ${name(idColumn(scope))} is not null
    ) as ${name('c')}
    where ${name('place')} = 1
  `
}

const idColumn = ({ synced }: SyncScope): string => synced.entity?.idColumn ?? ''

function consents({ scope, purpose }: SyncScope): Sql {
  return from(publicRelation(scope, `${purpose?.entity}_consents`))
}
