/**
 * Ids are minted once and then kept by rule. Each living id bids once, for the component that holds most of its members,
 * compared type by type from the strongest; a component takes its oldest bidder, the other bidders are merged into it;
 * a component without a bidder is minted an id. A split is a component whose members had ids that bid elsewhere.
 */
import type { Step } from '../../program/program.js'
import { type Scope, state } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { as, lines, list, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { type IdentityInput, idsState } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'
import { memberCounts, overlapSteps } from './overlaps.js'

/** Where each living id belongs: what it holds of components, and which of them it prefers. Its result: `bids`. */
export function bidSteps(scope: Scope, input: IdentityInput): Step[] {
  return [...overlapSteps(scope, input), ...choiceSteps(scope, input), ...preferenceSteps(scope, input)]
}

/** Components that share an id with another one: the only ones whose size and age must be compared. */
function choiceSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const select = sql`
    with ${name('components')} as (
      select distinct ${name('o', 'component')}
      from ${from(t.undecided)} as ${name('u')}
      join ${from(t.overlaps)} as ${name('o')} on ${name('o', 'customer_id')} = ${name('u', 'customer_id')}
    ), ${name('aged')} as (
      select
        ${name('m', 'component')},
        ${name('m', 'node')},
        row_number() over (
          partition by ${name('m', 'component')}
          order by ${name('m', 'first_seen_at')} asc nulls last, ${name('n', 'strength')}, ${name('n', 'value')}
        ) as ${name('place')},
        ${name('m', 'first_seen_at')},
        ${name('n', 'strength')},
        ${name('n', 'value')}
      from ${name('components')} as ${name('c')}
      join ${from(t.members)} as ${name('m')} on ${name('m', 'component')} = ${name('c', 'component')}
      join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('m', 'node')}
    )
    select
      ${name('component')},
      row_number() over (
        order by ${name('first_seen_at')} asc nulls last, ${name('strength')}, ${name('value')}
      ) as ${name('age')}
    from ${name('aged')}
    where ${name('place')} = 1
  `
  return createTable(
    scope,
    'Components among which an id must choose, the earliest seen first.',
    t.choices,
    select,
  )
}

function preferenceSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const members = memberCounts(input)
  const select = sql`
    with ${name('overlaps')} as (
      select
        ${lines([name('customer_id'), name('component'), ...members.map((c) => as(sql`sum(${name(c)})`, c))])}
      from ${from(t.overlaps)}
      group by ${name('customer_id')}, ${name('component')}
    ), ${name('preferences')} as (
      select
        ${name('o', 'customer_id')},
        ${name('o', 'component')},
        row_number() over (
          partition by ${name('o', 'customer_id')}
          order by ${list(members.map((c) => sql`${name('o', c)} desc`))}, ${name('c', 'age')}
        ) as ${name('preference')}
      from ${name('overlaps')} as ${name('o')}
      left join ${from(t.choices)} as ${name('c')} on ${name('c', 'component')} = ${name('o', 'component')}
    )
    select
      ${name('p', 'customer_id')},
      ${name('p', 'component')},
      ${name('p', 'preference')},
      row_number() over (
        partition by ${name('p', 'component')}, ${name('p', 'preference')}
        order by
          ${name('i', 'minted_order')},
          ${name('i', 'anchor_first_seen_at')} asc nulls last,
          ${name('p', 'customer_id')}
      ) as ${name('place')}
    from ${name('preferences')} as ${name('p')}
    join ${from(state(scope, idsState(input.entity.name)))} as ${name('i')} on ${name('i', 'customer_id')} = ${name('p', 'customer_id')}
  `
  return createTable(
    scope,
    'The components of each living id in its order of preference: preference 1 is its bid, place 1 wins.',
    t.bids,
    select,
  )
}
