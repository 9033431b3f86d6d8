/**
 * Bridges of the largest customers: single links without which one would fall into two. In SQL, in as many rounds as a
 * customer is deep:
 *
 *   walk from one node outwards, each node remembering by which it was met first: a tree, and links beside it;
 *   give each link beside the tree a number of its own, added at one end and taken away at the other;
 *   back from the deepest nodes, sum for each node what is below it: how many nodes, and these numbers.
 *
 * A link of the tree is a bridge exactly where no link beside it leads out of what is below, and there the numbers sum to
 * nothing: the two ends of one that stays below cancel out. Numbers are 64 bits of a hash, so that others do not. The sums
 * on the way back are as in Tarjan and Vishkin (1985), the numbers as in Pritchard and Thurimella (2011).
 */
import type { LoopStep, Step } from '../program/program.js'
import { cast, next, nullOf, round, type Scope } from '../program/scope.js'
import { createTable, statement } from '../program/steps.js'
import { as, lines, list, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { heldEdgesTable, type IdentityInput, integer } from './graph-tables.js'
import { type IdentityScratch, scratchOf } from './scratch.js'

/** With no more identifiers a customer is no candidate for being several. */
export const SMALL = 10
/** A customer with more links, or deeper, is not searched: what is wrong with it, the suspects tell. */
const MOST_LINKS = 200_000
const DEEPEST = 30
/** Sums of signed 64-bit numbers. */
const CROSSING = { kind: 'number', precision: 38, scale: 0 } as const

/** To be made after `largest` and `held_edges`. */
export function bridgeWalkSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const { createEmptyTable } = scope.dialect.statements
  return [
    ...createTable(scope, 'Links of the largest customers, from both ends.', t.spans, spans(scope, input)),
    ...createTable(scope, 'A walk through each: where it begins.', t.walk, beginnings(scope, t)),
    statement(
      scope,
      'What is below each node of the walk.',
      createEmptyTable(t.below, [
        { name: 'node', type: integer },
        { name: 'node_count', type: integer },
        { name: 'crossing', type: CROSSING },
      ]),
    ),
    walking(scope, t),
  ]
}

function spans(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const held = from(next(scope, heldEdgesTable(entity)))
  const end = (here: string, there: string) => sql`
    select
      ${lines([
        name('e', 'customer_id'),
        as(name('e', here), 'here'),
        as(name('e', there), 'there'),
        name('e', 'row_count'),
        name('e', 'first_seen_at'),
      ])}
    from ${held} as ${name('e')}
    where ${name('e', 'customer_id')} in (select ${name('customer_id')} from ${name('searched')})
  `
  return sql`
    with ${name('searched')} as (
      select ${name('h', 'customer_id')}
      from ${held} as ${name('h')}
      join ${from(t.largest)} as ${name('l')} on ${name('l', 'customer_id')} = ${name('h', 'customer_id')}
      where ${name('l', 'identifier_count')} > ${SMALL}
      group by ${name('h', 'customer_id')}
      having count(*) <= ${MOST_LINKS}
    )
    ${unionAll([end('u', 'v'), end('v', 'u')])}
  `
}

function beginnings(scope: Scope, t: IdentityScratch): Sql {
  return sql`
    select
      ${lines([
        name('customer_id'),
        as(sql`min(${name('here')})`, 'node'),
        as(nullOf(scope, 'integer'), 'parent'),
        as(cast(scope, sql`0`, 'integer'), 'depth'),
      ])}
    from ${from(t.spans)}
    group by ${name('customer_id')}
  `
}

function walking(scope: Scope, t: IdentityScratch): LoopStep {
  const last = sql`
    select count(*) as ${name('nodes')}
    from ${from(t.walk)}
    where ${name('depth')} = ${round} - 1 and ${round} <= ${DEEPEST}
  `
  return {
    kind: 'loop',
    title: 'Walk outwards, and sum on the way back.',
    until: statement(scope, '', last).sql,
    limit: DEEPEST,
    uncounted: true,
    body: [statement(scope, 'Nodes that are met for the first time.', outwards(t))],
    unwind: [statement(scope, 'What is below the nodes of this depth.', backwards(scope, t))],
  }
}

function outwards(t: IdentityScratch): Sql {
  return sql`
    insert into ${from(t.walk)} (${list(['customer_id', 'node', 'parent', 'depth'].map((column) => name(column)))})
    select
      ${lines([name('s', 'customer_id'), name('s', 'there'), sql`min(${name('s', 'here')})`, round])}
    from ${from(t.walk)} as ${name('w')}
    join ${from(t.spans)} as ${name('s')} on ${name('s', 'here')} = ${name('w', 'node')}
    where ${name('w', 'depth')} = ${round} - 1
      and not exists (select 1 from ${from(t.walk)} as ${name('m')} where ${name('m', 'node')} = ${name('s', 'there')})
    group by ${list([name('s', 'customer_id'), name('s', 'there')])}
  `
}

function backwards(scope: Scope, t: IdentityScratch): Sql {
  const { fingerprint } = scope.dialect.functions
  const [here, there] = [name('s', 'here'), name('s', 'there')]
  const [first, second] = [sql`least(${here}, ${there})`, sql`greatest(${here}, ${there})`]
  const pair = sql`${cast(scope, first, 'string')} || ' ' || ${cast(scope, second, 'string')}`
  const number = cast(scope, fingerprint(pair), CROSSING)
  const nothing = cast(scope, sql`0`, CROSSING)
  const own = sql`
    select
      ${lines([name('w', 'node'), as(sql`1`, 'node_count'), as(nothing, 'crossing')])}
    from ${from(t.walk)} as ${name('w')}
    where ${name('w', 'depth')} = ${round}
  `
  const children = sql`
    select
      ${lines([as(name('w', 'parent'), 'node'), name('b', 'node_count'), name('b', 'crossing')])}
    from ${from(t.walk)} as ${name('w')}
    join ${from(t.below)} as ${name('b')} on ${name('b', 'node')} = ${name('w', 'node')}
    where ${name('w', 'depth')} = ${round} + 1
  `
  const beside = sql`
    select
      ${lines([
        name('w', 'node'),
        as(sql`0`, 'node_count'),
        as(sql`case when ${here} < ${there} then ${number} else -${number} end`, 'crossing'),
      ])}
    from ${from(t.walk)} as ${name('w')}
    join ${from(t.spans)} as ${name('s')} on ${here} = ${name('w', 'node')}
    join ${from(t.walk)} as ${name('o')} on ${name('o', 'node')} = ${there}
    where ${name('w', 'depth')} = ${round}
      and ${name('w', 'parent')} <> ${there}
      and coalesce(${name('o', 'parent')} <> ${here}, true)
  `
  return sql`
    insert into ${from(t.below)} (${list(['node', 'node_count', 'crossing'].map((column) => name(column)))})
    select
      ${lines([name('node'), sql`sum(${name('node_count')})`, sql`sum(${name('crossing')})`])}
    from (
      ${unionAll([own, children, beside])}
    ) as ${name('parts')}
    group by ${name('node')}
  `
}
