/**
 * Bridges of the largest customers: single links without which one would fall into two. In SQL, in few statements:
 *
 *   walk from one node outwards, some links a round; the least neighbour on the way back makes a tree, with links beside it;
 *   give each link beside the tree a number of its own, added at one end and taken away at the other;
 *   sum for each node what is below it: how many nodes, and these numbers. Round by round the sum reaches twice as deep:
 *   each node adds its own to the node twice as far above.
 *
 * A link of the tree is a bridge exactly where no link beside it leads out of what is below, and there the numbers sum to
 * nothing: the two ends of one that stays below cancel out. Numbers are 64 bits of a hash, so that others do not. The sums
 * over what is below are as in Tarjan and Vishkin (1985), by the pointer jumping of Wyllie (1979); the numbers as in
 * Pritchard and Thurimella (2011).
 */
import type { LoopStep, Step } from '../program/program.js'
import { cast, next, nullOf, round, type Scope } from '../program/scope.js'
import { createTable, rebuildTable, statement } from '../program/steps.js'
import { as, lines, list, name, type Sql, sql, unionAll, withNamed } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { heldEdgesTable, type IdentityInput } from './graph-tables.js'
import { type IdentityScratch, scratchOf } from './scratch.js'

/** With no more identifiers a customer is no candidate for being several. */
export const SMALL = 10
/** A customer with more links, or deeper, is not searched: what is wrong with it, the suspects tell. */
const MOST_LINKS = 200_000
/** Links that one round of the walk goes, and rounds. */
const STRIDE = 5
const STRIDES = 6
/** So often a sum reaches twice as deep: beyond `STRIDE` times `STRIDES`. */
const DOUBLINGS = Math.ceil(Math.log2(STRIDE * STRIDES + 1))
/** Sums of signed 64-bit numbers. */
const CROSSING = { kind: 'number', precision: 38, scale: 0 } as const

/** To be made after `largest` and `held_edges`. */
export function bridgeWalkSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  return [
    ...createTable(
      scope,
      'Links of the largest customers from both ends, and from each node to itself.',
      t.spans,
      spans(scope, input),
    ),
    ...createTable(scope, 'A walk through each: where it begins.', t.walk, beginnings(scope, t)),
    walking(scope, t),
    ...createTable(scope, 'The tree of the walk: the least neighbour that was met before.', t.tree, tree(t)),
    ...createTable(
      scope,
      'What each node adds to those above it: itself, and the links beside the tree.',
      t.below,
      own(scope, t),
    ),
    summing(scope, t),
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
        as(sql`1`, 'length'),
        name('e', 'row_count'),
        name('e', 'first_seen_at'),
      ])}
    from ${held} as ${name('e')}
    where ${name('e', 'customer_id')} in (select ${name('customer_id')} from ${name('searched')})
  `
  const itself = sql`
    select distinct
      ${lines([
        name('n', 'customer_id'),
        name('n', 'here'),
        as(name('n', 'here'), 'there'),
        as(sql`0`, 'length'),
        as(nullOf(scope, 'integer'), 'row_count'),
        as(nullOf(scope, 'timestamp'), 'first_seen_at'),
      ])}
    from ${name('ends')} as ${name('n')}
  `
  const searched = sql`
    select ${name('h', 'customer_id')}
    from ${held} as ${name('h')}
    join ${from(t.largest)} as ${name('l')} on ${name('l', 'customer_id')} = ${name('h', 'customer_id')}
    where ${name('l', 'identifier_count')} > ${SMALL}
    group by ${name('h', 'customer_id')}
    having count(*) <= ${MOST_LINKS}
  `
  const named = [
    { name: 'searched', select: searched },
    { name: 'ends', select: unionAll([end('u', 'v'), end('v', 'u')]) },
  ]
  return withNamed(named, unionAll([sql`select * from ${name('ends')}`, itself]))
}

function beginnings(scope: Scope, t: IdentityScratch): Sql {
  return sql`
    select
      ${lines([as(sql`min(${name('here')})`, 'node'), as(cast(scope, sql`0`, 'integer'), 'depth')])}
    from ${from(t.spans)}
    group by ${name('customer_id')}
  `
}

/** In a round of the walk: the nodes that the one before met last. */
const isLast = sql`${name('depth')} = ${STRIDE} * (${round} - 1)`

function walking(scope: Scope, t: IdentityScratch): LoopStep {
  const last = sql`
    select count(*) as ${name('nodes')}
    from ${from(t.walk)}
    where ${isLast} and ${round} <= ${STRIDES}
  `
  return {
    kind: 'loop',
    title: 'Walk outwards.',
    until: statement(scope, '', last).sql,
    limit: STRIDES,
    uncounted: true,
    body: [statement(scope, `Nodes up to ${STRIDE} links from the last ones.`, outwards(t))],
    unwind: [],
  }
}

/**
 * The way from a node to itself, of no length, keeps what was met before. So each step reads the one before once: engines
 * that compute a CTE as often as it is read would otherwise compute the first again and again.
 */
function outwards(t: IdentityScratch): Sql {
  const columns = ['node', 'depth'].map((column) => name(column))
  const last = sql`
    select
      ${lines(columns)}
    from ${from(t.walk)}
    where ${isLast}
  `
  const onward = (before: string) => sql`
    select
      ${lines([as(name('s', 'there'), 'node'), as(sql`min(${name('m', 'depth')} + ${name('s', 'length')})`, 'depth')])}
    from ${name(before)} as ${name('m')}
    join ${from(t.spans)} as ${name('s')} on ${name('s', 'here')} = ${name('m', 'node')}
    group by ${name('s', 'there')}
  `
  const met = (links: number) => `met_${links}`
  const steps = Array.from({ length: STRIDE }, (_, n) => ({ name: met(n + 1), select: onward(met(n)) }))
  const fresh = sql`
    select
      ${lines(columns)}
    from ${name(met(STRIDE))} as ${name('m')}
    where not exists (select 1 from ${from(t.walk)} as ${name('k')} where ${name('k', 'node')} = ${name('m', 'node')})
  `
  return sql`
    insert into ${from(t.walk)} (${list(columns)})
    ${withNamed([{ name: met(0), select: last }, ...steps], fresh)}
  `
}

function tree(t: IdentityScratch): Sql {
  const before = sql`case when ${name('o', 'depth')} < ${name('w', 'depth')} then ${name('o', 'node')} end`
  return sql`
    select
      ${lines([name('s', 'customer_id'), name('w', 'node'), as(sql`min(${before})`, 'parent')])}
    from ${from(t.walk)} as ${name('w')}
    join ${from(t.spans)} as ${name('s')} on ${name('s', 'here')} = ${name('w', 'node')}
    join ${from(t.walk)} as ${name('o')} on ${name('o', 'node')} = ${name('s', 'there')}
    group by ${list([name('s', 'customer_id'), name('w', 'node')])}
  `
}

function own(scope: Scope, t: IdentityScratch): Sql {
  const { fingerprint } = scope.dialect.functions
  const [here, there] = [name('s', 'here'), name('s', 'there')]
  const [first, second] = [sql`least(${here}, ${there})`, sql`greatest(${here}, ${there})`]
  const pair = sql`${cast(scope, first, 'string')} || ' ' || ${cast(scope, second, 'string')}`
  const number = cast(scope, fingerprint(pair), CROSSING)
  const crossing = sql`
    case
      when ${name('s', 'length')} = 0 or ${name('w', 'parent')} = ${there} or ${name('o', 'parent')} = ${here} then 0
      when ${here} < ${there} then ${number}
      else -${number}
    end`
  return sql`
    select
      ${lines([
        name('w', 'node'),
        as(name('w', 'parent'), 'above'),
        as(cast(scope, sql`1`, 'integer'), 'node_count'),
        as(cast(scope, sql`sum(${crossing})`, CROSSING), 'crossing'),
      ])}
    from ${from(t.tree)} as ${name('w')}
    join ${from(t.spans)} as ${name('s')} on ${here} = ${name('w', 'node')}
    join ${from(t.tree)} as ${name('o')} on ${name('o', 'node')} = ${there}
    group by ${list([name('w', 'node'), name('w', 'parent')])}
  `
}

function summing(scope: Scope, t: IdentityScratch): LoopStep {
  const left = sql`select count(*) as ${name('nodes')} from ${from(t.below)} where ${name('above')} is not null`
  return {
    kind: 'loop',
    title: 'Sum what is below, twice as deep each round.',
    until: statement(scope, '', left).sql,
    limit: DOUBLINGS,
    uncounted: true,
    body: rebuildTable(
      scope,
      'Each node adds its sum to the node above, and looks twice as far up from now on.',
      { table: t.below, by: t.belowNext },
      doubled(scope, t),
    ),
    unwind: [],
  }
}

function doubled(scope: Scope, t: IdentityScratch): Sql {
  const both = (column: string, type: typeof CROSSING | 'integer') =>
    as(cast(scope, sql`${name('b', column)} + coalesce(${name('c', column)}, 0)`, type), column)
  return sql`
    select
      ${lines([
        name('b', 'node'),
        as(name('a', 'above'), 'above'),
        both('node_count', 'integer'),
        both('crossing', CROSSING),
      ])}
    from ${from(t.below)} as ${name('b')}
    left join ${from(t.below)} as ${name('a')} on ${name('a', 'node')} = ${name('b', 'above')}
    left join (
      select
        ${lines([
          as(name('above'), 'node'),
          as(sql`sum(${name('node_count')})`, 'node_count'),
          as(sql`sum(${name('crossing')})`, 'crossing'),
        ])}
      from ${from(t.below)}
      where ${name('above')} is not null
      group by ${name('above')}
    ) as ${name('c')} on ${name('c', 'node')} = ${name('b', 'node')}
  `
}
