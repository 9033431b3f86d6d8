import type { Step } from '../../program/program.js'
import { published, type Scope, scratch } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { as, lines, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { type IdentityInput, refusedEdgesTable } from '../graph-tables.js'
import { limitsOf } from '../limits/limits.js'
import { leadingName, touchedName } from './names.js'

/**
 * `leading_<entity>`: refused links of the last run by which changes at `here` reach `there`, since the link may now be accepted.
 *
 * A firm one does not lead (limits/firm.ts). Where all that is limited is one type, of which a profile holds one value, of the
 * links between an identifier and values of that type only the best one leads: when its turn comes, the identifier has such
 * a value by then, or gets it by this link, so that the links after it are refused again. Of a phone of 500 accounts the one that
 * has it and the next in turn are decided anew, whatever becomes of them. Links at values that changes touch may be others
 * now; these values are looked at in any case, so that the best is sought among the rest.
 */
export function leadingLinkSteps(scope: Scope, input: IdentityInput): Step[] {
  const refused = sql`
    ${fromEnd(scope, input, 'u', 'v')}
    union all
    ${fromEnd(scope, input, 'v', 'u')}
  `
  const select = limitsOf(input).isOneOfAType
    ? withBest(scope, input, refused)
    : sql`
        select ${name('here')}, ${name('there')}
        from (
          ${refused}
        ) as ${name('refused')}
      `
  return createTable(
    scope,
    'Refused links by which changes reach further.',
    scratch(scope, leadingName(input.entity.name)),
    select,
  )
}

/** Refused links that are not firm at this end. */
function fromEnd(scope: Scope, { entity }: IdentityInput, here: 'u' | 'v', there: 'u' | 'v'): Sql {
  return sql`
    select
      ${lines([
        as(name('r', here), 'here'),
        as(name('r', there), 'there'),
        as(name('r', `firm_${there}`), 'is_firm_there'),
        ...['first_seen_at', 'row_count', 'value', 'other_value'].map((column) => name('r', column)),
      ])}
    from ${from(published(scope, refusedEdgesTable(entity.name)))} as ${name('r')}
    where not ${name('r', `firm_${here}`)}
  `
}

/** A link that is firm at the other end leads to a value of the limited type: of these the best, in the order of deciding. */
function withBest(scope: Scope, { entity }: IdentityInput, refused: Sql): Sql {
  return sql`
    with ${name('refused')} as (
      ${refused}
    ), ${name('ordered')} as (
      select
        ${name('here')},
        ${name('there')},
        row_number() over (
          partition by ${name('here')}
          order by ${name('first_seen_at')} asc nulls last, ${name('row_count')} desc, ${name('value')}, ${name('other_value')}
        ) as ${name('place')}
      from ${name('refused')}
      where ${name('is_firm_there')}
        and ${name('there')} not in (select ${name('node')} from ${from(scratch(scope, touchedName(entity.name)))})
    )
    select ${name('here')}, ${name('there')}
    from ${name('refused')}
    where not ${name('is_firm_there')}
    union all
    select ${name('here')}, ${name('there')}
    from ${name('ordered')}
    where ${name('place')} = 1
  `
}
