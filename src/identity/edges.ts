import type { StatementStep } from '../program/program.js'
import { cast, next, noRows, nullOf, type Scope } from '../program/scope.js'
import { createTable } from '../program/steps.js'
import { allOf, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import type { Relation } from '../sql/relation.js'
import { hasOverrides } from './decided.js'
import { effectiveRows, spokesOf } from './effective-rows.js'
import { type IdentityInput, integer, type SourceAbout, timestamp, tuplesTable } from './graph-tables.js'
import { linkEdges } from './overrides.js'
import { scratchOf } from './scratch.js'
import { joining } from './tuples.js'

/**
 * Edges: within each tuple a star from its strongest node to every other one, never row to row, so that a value of
 * k rows costs k edges. One row a pair (u < v), with first and last time seen and the rows that say so.
 */
export function edgeSteps(scope: Scope, input: IdentityInput): StatementStep[] {
  const select = edges(scope, input, (item) => next(scope, tuplesTable(input, item)))
  const title = 'Links between identifiers: in each row from the strongest to every other one.'
  return createTable(scope, title, scratchOf(scope, input.entity.name).edges, select)
}

/** The edges of tuples, those only whose strongest node is one of `hubs` where that is given: u < v, row_count, first_seen_at, last_seen_at, link. */
export function edges(
  scope: Scope,
  input: IdentityInput,
  tuplesOf: (item: SourceAbout) => Relation,
  hubs?: Sql,
): Sql {
  const stars = joining(input).flatMap((item) => {
    const { from: tuples, nodes, hub } = effectiveRows(scope, input, item, tuplesOf(item))
    return spokesOf({ nodes, hub }).map(
      ({ node, isLinked }) => sql`
        select
          ${hub} as ${name('hub')},
          ${node} as ${name('spoke')},
          ${name('t', 'row_count')},
          ${name('t', 'first_seen_at')},
          ${name('t', 'last_seen_at')},
          ${nullOf(scope, 'integer')} as ${name('link')}
        from ${tuples}
        where ${allOf([...isLinked, ...(hubs ? [sql`${hub} in (${hubs})`] : [])])}
      `,
    )
  })
  if (hasOverrides(input, 'link')) stars.push(linkEdges(scope, input))
  const none = noRows(scope, [
    { name: 'hub', type: integer },
    { name: 'spoke', type: integer },
    { name: 'row_count', type: integer },
    { name: 'first_seen_at', type: timestamp },
    { name: 'last_seen_at', type: timestamp },
    { name: 'link', type: integer },
  ])
  return sql`
    with ${name('stars')} as (
      ${stars.length === 0 ? none : unionAll(stars)}
    )
    select
      least(${name('hub')}, ${name('spoke')}) as ${name('u')},
      greatest(${name('hub')}, ${name('spoke')}) as ${name('v')},
      ${cast(scope, sql`sum(${name('row_count')})`, 'integer')} as ${name('row_count')},
      min(${name('first_seen_at')}) as ${name('first_seen_at')},
      max(${name('last_seen_at')}) as ${name('last_seen_at')},
      min(${name('link')}) as ${name('link')}
    from ${name('stars')}
    group by
      least(${name('hub')}, ${name('spoke')}),
      greatest(${name('hub')}, ${name('spoke')})
  `
}
