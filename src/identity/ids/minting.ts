/**
 * A new id is the entity's first letter, `_`, and 20 hex digits of md5 over entity, partition, anchor type, anchor value
 * and generation, each with its length before it. The anchor is the strongest, then first seen, then least member; the
 * generation counts the ids already minted for that anchor, so that no id is ever used twice.
 */
import type { Step } from '../../program/program.js'
import { cast, type Scope, state } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { type IdentityInput, idsState } from '../graph-tables.js'
import { typeOfStrength } from '../identifier-type.js'
import { scratchOf } from '../scratch.js'

/** Who gets an id of its own, and the id of everybody. Its result: `minted` and `assigned`. */
export function mintSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const assigned = sql`
    select ${name('component')}, ${name('customer_id')}
    from ${from(t.bids)}
    where ${name('preference')} = 1 and ${name('place')} = 1
    union all
    select ${name('component')}, ${name('customer_id')}
    from ${from(t.minted)}
  `
  return [
    ...createTable(
      scope,
      'New ids for components that no living id bid for.',
      t.minted,
      newIds(scope, input),
    ),
    ...createTable(scope, 'The id of every component.', t.assigned, assigned),
  ]
}

/** Components that take no bidder, each with its anchor and the id that is made of it. */
function newIds(scope: Scope, input: IdentityInput): Sql {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const generation = sql`coalesce(${name('g', 'generation')}, 0)`
  return sql`
    ${withAnchors(scope, input)}
    select
      ${name('a', 'component')},
      ${mintedId(scope, entity, [
        sql`${entity}`,
        name('a', 'partition'),
        name('a', 'identifier'),
        name('a', 'value'),
        cast(scope, generation, 'string'),
      ])} as ${name('customer_id')},
      ${name('a', 'partition')} as ${name('anchor_partition')},
      ${name('a', 'identifier')} as ${name('anchor_identifier')},
      ${name('a', 'value')} as ${name('anchor_value')},
      ${generation} as ${name('generation')},
      ${name('a', 'first_seen_at')} as ${name('anchor_first_seen_at')},
      exists (
        select 1
        from ${from(t.origins)} as ${name('o')}
        where ${name('o', 'component')} = ${name('a', 'component')}
      ) as ${name('is_split')}
    from ${name('anchors')} as ${name('a')}
    left join ${name('generations')} as ${name('g')}
      on ${name('g', 'anchor_partition')} = ${name('a', 'partition')}
      and ${name('g', 'anchor_identifier')} = ${name('a', 'identifier')}
      and ${name('g', 'anchor_value')} = ${name('a', 'value')}
  `
}

const ANCHOR = ['anchor_partition', 'anchor_identifier', 'anchor_value'] as const

/** CTEs: `anchors`, the member that each new id is named after, and `generations`, how many ids an anchor had already. */
function withAnchors(scope: Scope, { entity }: IdentityInput): Sql {
  const t = scratchOf(scope, entity.name)
  return sql`
    with ${name('taken')} as (
      select ${name('component')}
      from ${from(t.bids)}
      where ${name('preference')} = 1 and ${name('place')} = 1
    ), ${name('candidates')} as (
      select ${name('m', 'component')}, ${name('m', 'node')}, ${name('m', 'strength')}, ${name('m', 'first_seen_at')}
      from ${from(t.members)} as ${name('m')}
      where not exists (select 1 from ${name('taken')} as ${name('k')} where ${name('k', 'component')} = ${name('m', 'component')})
    ), ${name('strongest')} as (
      select ${name('component')}, min(${name('strength')}) as ${name('strength')}
      from ${name('candidates')}
      group by ${name('component')}
    ), ${name('earliest')} as (
      select ${name('c', 'component')}, ${name('c', 'strength')}, min(${name('c', 'first_seen_at')}) as ${name('first_seen_at')}
      from ${name('candidates')} as ${name('c')}
      join ${name('strongest')} as ${name('s')} on ${name('s', 'component')} = ${name('c', 'component')} and ${name('s', 'strength')} = ${name('c', 'strength')}
      group by ${name('c', 'component')}, ${name('c', 'strength')}
    ), ${name('anchors')} as (
      select
        ${name('c', 'component')},
        min(${typeOfStrength(entity, name('n', 'strength'))}) as ${name('identifier')},
        min(coalesce(${name('n', 'partition')}, '')) as ${name('partition')},
        min(${name('n', 'value')}) as ${name('value')},
        min(${name('c', 'first_seen_at')}) as ${name('first_seen_at')}
      from ${name('candidates')} as ${name('c')}
      join ${name('earliest')} as ${name('e')} on ${name('e', 'component')} = ${name('c', 'component')} and ${name('e', 'strength')} = ${name('c', 'strength')}
      join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('c', 'node')}
      where (${name('e', 'first_seen_at')} is null or ${name('c', 'first_seen_at')} = ${name('e', 'first_seen_at')})
      group by ${name('c', 'component')}
    ), ${name('generations')} as (
      select
        ${lines(ANCHOR.map((column) => name('i', column)))},
        count(*) as ${name('generation')}
      from ${from(state(scope, idsState(entity.name)))} as ${name('i')}
      where exists (
        select 1
        from ${name('anchors')} as ${name('a')}
        where ${name('a', 'value')} = ${name('i', 'anchor_value')}
      )
      group by ${list(ANCHOR.map((column) => name('i', column)))}
    )
  `
}

function mintedId(scope: Scope, entity: string, parts: readonly Sql[]): Sql {
  const prefixed = parts.map((part) => sql`${cast(scope, sql`length(${part})`, 'string')} || ':' || ${part}`)
  return sql`${`${entity.slice(0, 1)}_`} || substring(${scope.dialect.functions.md5(list(prefixed, ' || '))}, 1, 20)`
}
