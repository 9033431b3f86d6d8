/**
 * Connected components by contraction, in MIN, LEAST, DISTINCT and JOIN only.
 *
 * Round i on the edges e(u, v) that are left, u < v:
 *   representative(node) = least(node, its least neighbour), and from the second round on the representative of that one
 *   e' = distinct pairs of different representatives of the ends of e
 * until no edge is left; then the rounds are composed backwards, each map touched once:
 *   component(node) = component of representative(node), or the representative itself where it met no more edges.
 *
 * The edges shrink geometrically when node numbers are in no order that follows the graph, which fingerprints are not;
 * the method is Borůvka's (1926) with minimum hooking as in Shiloach and Vishkin (1982). Invariant: two nodes are in one
 * component of e exactly when their representatives are in one component of e'.
 */
import type { Step } from '../program/program.js'
import { round, type Scope } from '../program/scope.js'
import { check, createTable, rebuildTable, statement } from '../program/steps.js'
import { name, raw, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import type { IdentityInput } from './graph-tables.js'
import { type IdentityScratch, scratchOf } from './scratch.js'

/** More rounds than any graph needs: a million-node chain takes 14. Reaching it is an error, never a partial result. */
const ROUND_LIMIT = 100

/** What contraction works on; `components` is its result. */
export type Contraction = Pick<
  IdentityScratch,
  'contracting' | 'contracted' | 'representatives' | 'components' | 'composed'
>

/** The components of all edges. */
export function componentSteps(scope: Scope, input: IdentityInput): Step[] {
  const tables = scratchOf(scope, input.entity.name)
  return contractionSteps(scope, tables, sql`select ${name('u')}, ${name('v')} from ${from(tables.edges)}`)
}

/** The components of `edges`, a select of u and v. */
export function contractionSteps(scope: Scope, tables: Contraction, edges: Sql): Step[] {
  return [
    ...createTable(
      scope,
      'The edges that are still to be contracted: at first all.',
      tables.contracting,
      edges,
    ),
    statement(
      scope,
      'Which node stands for which, round by round.',
      scope.dialect.statements.createEmptyTable(tables.representatives, [
        { name: 'round', type: { kind: 'integer' } },
        { name: 'node', type: { kind: 'integer' } },
        { name: 'representative', type: { kind: 'integer' } },
      ]),
    ),
    ...createTable(
      scope,
      'The component of each node, composed from the last round backwards: at first none.',
      tables.components,
      sql`select ${name('node')}, ${name('representative')} as ${name('component')} from ${from(tables.representatives)}`,
    ),
    {
      kind: 'loop',
      title: 'Contract the graph until no edge is left.',
      until: `${statement(scope, '', sql`select count(*) as ${name('edges_left')} from ${from(tables.contracting)}`).sql}`,
      limit: ROUND_LIMIT,
      body: contraction(scope, tables),
      unwind: composition(scope, tables),
    },
  ]
}

function contraction(scope: Scope, t: Contraction): Step[] {
  const node = name('node')
  const once = raw(
    scope.dialect.facts.computedOnce === undefined ? '' : `${scope.dialect.facts.computedOnce} `,
  )
  const represent = sql`
    insert into ${from(t.representatives)}
    with ${name('nearest')} as ${once}(
      select
        ${node},
        least(${node}, min(${name('neighbour')})) as ${name('representative')}
      from (
        select ${name('u')} as ${node}, ${name('v')} as ${name('neighbour')} from ${from(t.contracting)}
        union all
        select ${name('v')} as ${node}, ${name('u')} as ${name('neighbour')} from ${from(t.contracting)}
      ) as ${name('neighbours')}
      group by ${node}
    )
    select
      ${round} as ${name('round')},
      ${name('n', 'node')},
      coalesce(${name('f', 'representative')}, ${name('n', 'representative')}) as ${name('representative')}
    from ${name('nearest')} as ${name('n')}
    left join ${name('nearest')} as ${name('f')} on ${name('f', 'node')} = ${name('n', 'representative')} and ${round} > 1
  `
  const ru = name('a', 'representative')
  const rv = name('b', 'representative')
  const contract = sql`
    select distinct
      least(${ru}, ${rv}) as ${name('u')},
      greatest(${ru}, ${rv}) as ${name('v')}
    from ${from(t.contracting)} as ${name('e')}
    join ${from(t.representatives)} as ${name('a')} on ${name('a', 'node')} = ${name('e', 'u')} and ${name('a', 'round')} = ${round}
    join ${from(t.representatives)} as ${name('b')} on ${name('b', 'node')} = ${name('e', 'v')} and ${name('b', 'round')} = ${round}
    where ${ru} <> ${rv}
  `
  return [
    statement(
      scope,
      'Each node that has an edge is represented by the least of itself and its neighbours; from the second round on, by the representative of that one.',
      represent,
    ),
    ...rebuildTable(
      scope,
      'Edges between different representatives remain.',
      { table: t.contracting, by: t.contracted },
      contract,
    ),
  ]
}

function composition(scope: Scope, t: Contraction): Step[] {
  const compose = sql`
    select
      ${name('r', 'node')},
      coalesce(${name('c', 'component')}, ${name('r', 'representative')}) as ${name('component')}
    from ${from(t.representatives)} as ${name('r')}
    left join ${from(t.components)} as ${name('c')} on ${name('c', 'node')} = ${name('r', 'representative')}
    where ${name('r', 'round')} = ${round}
  `
  return [
    ...rebuildTable(
      scope,
      'The component of a node is that of its representative.',
      { table: t.components, by: t.composed },
      compose,
    ),
  ]
}

/** What contraction promises, asked of its result: no edge joins two components. */
export function separation(scope: Scope, input: IdentityInput): Step {
  const t = scratchOf(scope, input.entity.name)
  const broken = sql`
    select ${name('e', 'u')}, ${name('e', 'v')}
    from ${from(t.edges)} as ${name('e')}
    left join ${from(t.components)} as ${name('a')} on ${name('a', 'node')} = ${name('e', 'u')}
    left join ${from(t.components)} as ${name('b')} on ${name('b', 'node')} = ${name('e', 'v')}
    where coalesce(${name('a', 'component')}, ${name('e', 'u')}) <> coalesce(${name('b', 'component')}, ${name('e', 'v')})
    limit 10
  `
  return check(scope, 'No link may join two components.', broken, {
    message: 'Identity resolution broke its own rule: a link joins two components. Nothing was published.',
    bug: true,
  })
}
