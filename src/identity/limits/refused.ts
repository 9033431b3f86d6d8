import type { Step } from '../../program/program.js'
import { next, noRows, type Scope } from '../../program/scope.js'
import { createTable, wholeSteps } from '../../program/steps.js'
import { as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { isFirstEnd } from '../edge-order.js'
import {
  type IdentityInput,
  integer,
  refusedEdgesTable,
  type Shape,
  text,
  timestamp,
} from '../graph-tables.js'
import { typeOfStrength } from '../identifier-type.js'
import { type IdentityScratch, scratchOf } from '../scratch.js'
import { type Breach, breaches, isUnlinked, type Limits, limitsOf } from './limits.js'

/** `<entity>_refused_edges`: the two identifiers, the stronger first, and why they are not joined by this link. */
export const refusedEdgesShape: readonly Shape[] = [
  { name: 'identifier', type: text },
  { name: 'value', type: text },
  { name: 'other_identifier', type: text },
  { name: 'other_value', type: text },
  { name: 'reason', type: text },
  { name: 'tier', type: text },
  { name: 'first_seen_at', type: timestamp },
  { name: 'row_count', type: integer },
]

/** Whether a refused link is firm at either end, see firm.ts. */
export const firmShape: readonly Shape[] = [
  { name: 'firm_u', type: { kind: 'boolean' } },
  { name: 'firm_v', type: { kind: 'boolean' } },
]

/**
 * Every refused link, and what joining the two profiles, as they are now, would break: what broke when the link was
 * refused is among it, since sums only grow. To be made before refused links leave the edges.
 */
export function refusedEdgeSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const limits = limitsOf(input)
  const type = (strength: Sql) => typeOfStrength(input.entity, strength)
  const either = (column: string, first: string, second: string) =>
    sql`case when ${isFirstEnd} then ${name(first, column)} else ${name(second, column)} end`
  const select = sql`
    select
      ${lines([
        as(type(either('strength', 'x', 'y')), 'identifier'),
        as(either('value', 'x', 'y'), 'value'),
        as(type(either('strength', 'y', 'x')), 'other_identifier'),
        as(either('value', 'y', 'x'), 'other_value'),
        as(reason(t, limits), 'reason'),
        as(type(sql`greatest(${name('x', 'strength')}, ${name('y', 'strength')})`), 'tier'),
        name('e', 'first_seen_at'),
        name('e', 'row_count'),
        name('r', 'u'),
        name('r', 'v'),
        name('r', 'firm_u'),
        name('r', 'firm_v'),
      ])}
    from ${from(t.refused)} as ${name('r')}
    ${groupOf(t, 'u', 'd', 'of_u')}
    ${groupOf(t, 'v', 'o', 'of_v')}
    join ${from(t.edges)} as ${name('e')} on ${name('e', 'u')} = ${name('r', 'u')} and ${name('e', 'v')} = ${name('r', 'v')}
    join ${from(t.nodes)} as ${name('x')} on ${name('x', 'node')} = ${name('r', 'u')}
    join ${from(t.nodes)} as ${name('y')} on ${name('y', 'node')} = ${name('r', 'v')}
  `
  const table = next(scope, refusedEdgesTable(input.entity.name))
  return [
    ...createTable(scope, 'Refused links, and why.', table, select),
    ...wholeSteps(scope, refusedEdgesTable(input.entity.name)),
  ]
}

/** Without limits nothing is refused. */
export function noRefusedEdges(scope: Scope, input: IdentityInput): Step[] {
  const table = next(scope, refusedEdgesTable(input.entity.name))
  const nodes = ['u', 'v'].map((column) => ({ name: column, type: integer }))
  const none = noRows(scope, [...refusedEdgesShape, ...nodes, ...firmShape])
  return [
    ...createTable(scope, 'Without limits no link is refused.', table, none),
    ...wholeSteps(scope, refusedEdgesTable(input.entity.name)),
  ]
}

/**
 * `max_per_profile: shop_id, keep_apart: birth_date`. A link that broke nothing, so that both its ends are in one group, is
 * refused since its identifier is contested.
 */
function reason(t: IdentityScratch, limits: Limits): Sql {
  const broken = breaches(
    limits,
    (column) => name('of_u', column),
    (column) => name('of_v', column),
  )
  const unlinked = {
    when: isUnlinked(t.unlinks, name('of_u', 'group_node'), name('of_v', 'group_node')),
    reason: 'unlink',
  }
  const told = refusedReason([...(limits.unlinks ? [unlinked] : []), ...broken])
  const isOne = sql`${name('of_u', 'group_node')} = ${name('of_v', 'group_node')}`
  return limits.refusesAll ? sql`case when ${isOne} then ${'on_conflict: refuse_all'} else ${told} end` : told
}

/** True of a link, u < v, that is among the refused ones of a table. */
export function isRefused(refused: Relation, link: string): Sql {
  return sql`exists (
      select 1
      from ${from(refused)} as ${name('r')}
      where ${name('r', 'u')} = ${name(link, 'u')} and ${name('r', 'v')} = ${name(link, 'v')}
    )`
}

/** All that joining the two would break, in words. */
export function refusedReason(broken: readonly Breach[]): Sql {
  const each = broken.map(({ when, reason: told }) => sql`case when ${when} then ${told} end`)
  // Not concat_ws: several engines lack it, or give null where one part is.
  const behindCommas = each.map((reason) => sql`coalesce(', ' || ${reason}, '')`)
  return sql`substring(${list(behindCommas, ' || ')}, 3)`
}

/** The group that one end of a refused link is in now. */
function groupOf(t: IdentityScratch, end: string, decided: string, alias: string): Sql {
  const node = name('r', end)
  return list(
    [
      sql`left join ${from(t.decided)} as ${name(decided)} on ${name(decided, 'node')} = ${node}`,
      sql`join ${from(t.groups)} as ${name(alias)} on ${name(alias, 'group_node')} = coalesce(${name(decided, 'component')}, ${node})`,
    ],
    '\n',
  )
}
