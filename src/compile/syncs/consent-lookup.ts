import { publicRelation } from '../../program/scope.js'
import { literal, type Named, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { columnOf } from './needed-columns.js'
import { now, type SyncScope } from './sync-scope.js'

/** Whether the row `r` may be sent: decisions, a join with them, and a condition over it. */
export interface ConsentLookup {
  /** What the join reads; nothing where no consent is needed. */
  readonly named: readonly Named[]
  /** Stands after the FROM item `r`. */
  readonly joins: readonly Sql[]
  readonly isConsented: Sql
}

/**
 * The latest decision about the very value that is sent, or, of a purpose that is of the customer as a whole, about any
 * identifier of theirs. A withdrawal does not expire; where nobody decided, or consent has expired, the default holds.
 */
export function consentOf(scope: SyncScope): ConsentLookup {
  const { purpose } = scope
  if (!purpose) return { named: [], joins: [], isConsented: sql`true` }
  const isOfOne = purpose.appliesTo !== undefined
  const decisions = isOfOne ? decisionsOfValues(scope, purpose.appliesTo ?? '') : decisionsOfCustomers(scope)
  const asked = isOfOne ? name('r', columnOf(scope, purpose.appliesTo ?? '')) : name('r', 'customer_id')
  const join = sql`left join ${name('decisions')} as ${name('d')} on ${name('d', 'asked')} = ${asked}`
  const byDefault = literal(purpose.default === 'granted')
  return {
    named: [{ name: 'decisions', select: decisions }],
    joins: [join],
    isConsented: sql`
      case
        when ${name('d', 'granted')} is null then ${byDefault}
        when not ${name('d', 'granted')} then false
        when ${name('d', 'expires_at')} <= ${now} then ${byDefault}
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
