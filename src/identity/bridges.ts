import type { Step } from '../program/program.js'
import { next, type Scope, whole } from '../program/scope.js'
import { createTable } from '../program/steps.js'
import { as, lines, name, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { identifiersTable } from '../staging/customer-tables.js'
import { isFirstEnd } from './edge-order.js'
import { bridgesTable, type IdentityInput, integer, type Shape, text, timestamp } from './graph-tables.js'
import { scratchOf } from './scratch.js'

/** `<entity>_bridges`: links without which one of the largest customers would be two, what would split most first. */
export const bridgesShape: readonly Shape[] = [
  { name: 'place', type: integer },
  { name: 'customer_id', type: text },
  { name: 'identifier', type: text },
  { name: 'value', type: text },
  { name: 'other_identifier', type: text },
  { name: 'other_value', type: text },
  { name: 'smaller_count', type: integer },
  { name: 'larger_count', type: integer },
  { name: 'row_count', type: integer },
  { name: 'first_seen_at', type: timestamp },
]

/** How many bridges are listed at most. */
const BRIDGES = 100
/** What splits off less is no customer of its own. */
const SMALLEST = 2

/** What the walks of bridge-walk.ts say. To be made after them. */
export function bridgeSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const table = next(scope, bridgesTable(input.entity.name))
  return [
    ...createTable(scope, 'Links whose removal would split a customer.', t.bridges, bridges(scope, input)),
    ...createTable(scope, 'Those that would split most, for people.', table, forPeople(scope, input)),
  ]
}

/** Customers that were searched to the end: customer_id, bridge_count. */
export function searchedCustomers(scope: Scope, input: IdentityInput): Sql {
  const t = scratchOf(scope, input.entity.name)
  return sql`
    select
      ${lines([
        name('w', 'customer_id'),
        sql`(select count(*) from ${from(t.bridges)} as ${name('b')} where ${name('b', 'customer_id')} = ${name('w', 'customer_id')}) as ${name('bridge_count')}`,
      ])}
    from (
      ${walkedThrough(scope, input)}
    ) as ${name('w')}
  `
}

/** Customers of whose nodes none was out of reach: customer_id, node_count. */
function walkedThrough(scope: Scope, input: IdentityInput): Sql {
  const { tree, largest } = scratchOf(scope, input.entity.name)
  return sql`
    select ${name('k', 'customer_id')}, count(*) as ${name('node_count')}
    from ${from(tree)} as ${name('k')}
    join ${from(largest)} as ${name('z')} on ${name('z', 'customer_id')} = ${name('k', 'customer_id')}
    group by ${name('k', 'customer_id')}, ${name('z', 'node_count')}
    having count(*) = ${name('z', 'node_count')}`
}

/** `smaller_count` and `larger_count` are the nodes on either side. */
function bridges(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const rest = sql`${name('z', 'node_count')} - ${name('b', 'node_count')}`
  return sql`
    select
      ${lines([
        name('w', 'customer_id'),
        as(name('w', 'node'), 'node'),
        as(name('w', 'parent'), 'parent'),
        as(sql`least(${name('b', 'node_count')}, ${rest})`, 'smaller_count'),
        as(sql`greatest(${name('b', 'node_count')}, ${rest})`, 'larger_count'),
        name('s', 'row_count'),
        name('s', 'first_seen_at'),
      ])}
    from ${from(t.below)} as ${name('b')}
    join ${from(t.tree)} as ${name('w')} on ${name('w', 'node')} = ${name('b', 'node')}
    join (
      ${walkedThrough(scope, input)}
    ) as ${name('z')} on ${name('z', 'customer_id')} = ${name('w', 'customer_id')}
    join ${from(t.spans)} as ${name('s')} on ${name('s', 'here')} = ${name('w', 'node')} and ${name('s', 'there')} = ${name('w', 'parent')}
    where ${name('b', 'crossing')} = 0
      and least(${name('b', 'node_count')}, ${rest}) >= ${SMALLEST}
  `
}

function forPeople(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  const identifiers = from(whole(scope, identifiersTable(entity)))
  const either = (column: string, first: string, second: string) =>
    sql`case when ${isFirstEnd} then ${name(first, column)} else ${name(second, column)} end`
  const order = sql`${name('smaller_count')} desc, ${name('row_count')}, ${name('node')}`
  return sql`
    with ${name('first')} as (
      select
        ${lines([
          as(sql`row_number() over (order by ${order})`, 'place'),
          ...[
            'customer_id',
            'node',
            'parent',
            'smaller_count',
            'larger_count',
            'row_count',
            'first_seen_at',
          ].map((column) => name(column)),
        ])}
      from ${from(scratchOf(scope, entity).bridges)}
      order by ${order}
      limit ${BRIDGES}
    ), ${name('ends')} as (
      select
        ${lines(['node', 'identifier', 'strength', 'value'].map((column) => name('i', column)))}
      from ${identifiers} as ${name('i')}
      where ${name('i', 'node')} in (select ${name('node')} from ${name('first')} union distinct select ${name('parent')} from ${name('first')})
    )
    select
      ${lines([
        name('b', 'place'),
        name('b', 'customer_id'),
        as(either('identifier', 'x', 'y'), 'identifier'),
        as(either('value', 'x', 'y'), 'value'),
        as(either('identifier', 'y', 'x'), 'other_identifier'),
        as(either('value', 'y', 'x'), 'other_value'),
        name('b', 'smaller_count'),
        name('b', 'larger_count'),
        name('b', 'row_count'),
        name('b', 'first_seen_at'),
      ])}
    from ${name('first')} as ${name('b')}
    join ${name('ends')} as ${name('x')} on ${name('x', 'node')} = ${name('b', 'node')}
    join ${name('ends')} as ${name('y')} on ${name('y', 'node')} = ${name('b', 'parent')}
  `
}
