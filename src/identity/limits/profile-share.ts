import type { CheckStep } from '../../program/program.js'
import { type Scope, whole } from '../../program/scope.js'
import { check } from '../../program/steps.js'
import { name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { type IdentityInput, sizesTable } from '../graph-tables.js'

/** A profile of no more identifiers is never too large, whatever its share: small projects have few profiles. */
const ALWAYS_FINE = 1000

/** A value that everybody has, taken for an identifier, makes one customer of many: better no run than that one. */
export function profileShareCheck(scope: Scope, { entity }: IdentityInput): CheckStep {
  const sizes = from(whole(scope, sizesTable(entity.name)))
  const percent = `${Number((entity.maxProfileShare * 100).toFixed(4))} %`
  return check(
    scope,
    `No ${entity.name} may hold too many of all identifiers.`,
    sql`
      select
        ${name('customer_id')},
        ${name('node_count')} as ${name('identifier_count')}
      from ${sizes}
      where ${name('node_count')} > ${ALWAYS_FINE}
        and ${name('node_count')} > ${entity.maxProfileShare} * (select sum(${name('node_count')}) from ${sizes})
      order by ${name('node_count')} desc
    `,
    {
      message: `A ${entity.name} would hold more than ${percent} of all identifiers. Nothing was published.`,
      remedy:
        'Some value joins whom it should not: reject it, or declare above how many others it is shared (shared_above). Or raise max_profile_share of the entity.',
      code: 'CDP6005',
    },
  )
}
