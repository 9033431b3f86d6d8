import type { StatementStep } from '../program/program.js'
import { createTable, next, noRows, nullOf, type Scope } from '../program/scope.js'
import { allOf, anyOf, as, coalesce, lines, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { isSetAside, nodeColumns } from '../staging/placement.js'
import {
  type IdentityInput,
  integer,
  rowsOf,
  scratchOf,
  text,
  timestamp,
  tuplesTable,
} from './graph-tables.js'
import { blockedNodes, hasOverrides, linkEdges } from './overrides.js'

/** The sources whose rows make links, and what they say. */
export function joining(input: IdentityInput): IdentityInput['sources'] {
  return input.sources.filter(
    ({ source, about }) => source.identity === 'join' && nodeColumns(input.entity, about).length > 0,
  )
}

/**
 * Each distinct combination of nodes in the rows of a source, with its rows counted. This is where the volume of events
 * shrinks, and the only place from which "seen with more than n" can be counted: edges no longer know who met whom.
 */
export function tupleSteps(scope: Scope, input: IdentityInput): StatementStep[] {
  return joining(input).flatMap(({ source, about }) => {
    const nodes = nodeColumns(input.entity, about).map((c) => name(c.column))
    const select = sql`
      select
        ${lines(nodes)},
        count(*) as ${name('row_count')},
        min(${name('first_seen_at')}) as ${name('first_seen_at')},
        max(${name('last_seen_at')}) as ${name('last_seen_at')}
      from ${from(rowsOf(scope, source))}
      where ${anyOf(nodes.map((node) => sql`${node} is not null`))}
      group by
        ${lines(nodes)}
    `
    const table = next(scope, tuplesTable(input.entity.name, source.name))
    return createTable(
      scope,
      `Which identifiers stand together in the rows of ${source.name}.`,
      table,
      select,
    )
  })
}

/** True where some type of the entity can be shared, so that its nodes must be looked up before they join anybody. */
export function isShareable(input: IdentityInput, type: string): boolean {
  const declared = [...input.entity.identifiers, ...input.entity.match].find((t) => t.name === type)
  return declared !== undefined && isSetAside(declared)
}

export function hasSharing(input: IdentityInput): boolean {
  return [...input.entity.identifiers, ...input.entity.match].some((t) => isShareable(input, t.name))
}

/**
 * Nodes that met more values of another type than their `shared_above` allows: all rules at once, counting every
 * accepted value whether shared itself or not, so that the order of the rules does not matter.
 */
export function sharingSteps(scope: Scope, input: IdentityInput): StatementStep[] {
  if (!hasSharing(input)) return []
  const rules = [...input.entity.identifiers, ...input.entity.match].flatMap((type) =>
    Object.entries(type.sharedAbove).map(([other, limit]) => ({ type: type.name, other, limit })),
  )
  const counts = rules.flatMap((rule) => {
    const meetings = meetingsOf(scope, input, rule.type, rule.other)
    if (meetings.length === 0) return []
    return [
      sql`
        select ${name('node')}
        from (
          ${unionAll(meetings)}
        ) as ${name('meetings')}
        group by ${name('node')}
        having count(distinct ${name('other')}) > ${rule.limit}
      `,
    ]
  })
  const blocked = hasOverrides(input, 'block')
    ? [
        sql`select ${name('node')}, 'block' as ${name('rule')} from (${blockedNodes(scope, input)}) as ${name('blocked')}`,
      ]
    : []
  const overLimit = sql`
    select distinct ${name('node')}, 'shared_above' as ${name('rule')}
    from (
      ${counts.length === 0 ? sql`` : unionAll(counts)}
    ) as ${name('over_limit')}
  `
  const selects = [...blocked, ...(counts.length === 0 ? [] : [overLimit])]
  const none = noRows(scope, [
    { name: 'node', type: integer },
    { name: 'rule', type: text },
  ])
  return createTable(
    scope,
    'Values that are blocked, or met more others than shared_above allows: they join nobody.',
    scratchOf(scope, input.entity.name).shared,
    selects.length === 0 ? none : unionAll(selects),
  )
}

function meetingsOf(scope: Scope, input: IdentityInput, type: string, other: string): Sql[] {
  const counted = (column: Sql) =>
    hasOverrides(input, 'block')
      ? sql`${column} not in (${blockedNodes(scope, input)})`
      : sql`${column} is not null`
  return joining(input).flatMap(({ source, about }) => {
    const columns = nodeColumns(input.entity, about)
    const tuples = from(next(scope, tuplesTable(input.entity.name, source.name)))
    return columns
      .filter((c) => c.type === type)
      .flatMap((c) =>
        columns
          .filter((o) => o.type === other && o.column !== c.column)
          .map(
            (o) => sql`
              select ${as(name(c.column), 'node')}, ${as(name(o.column), 'other')}
              from ${tuples}
              where ${counted(name(c.column))}
                and ${counted(name(o.column))}
            `,
          ),
      )
  })
}

/** Rows or tuples of a source as they may join: a FROM item in which they are `t`, and their nodes without shared ones. */
export interface EffectiveRows {
  readonly from: Sql
  /** Strongest first. */
  readonly nodes: readonly { readonly strength: number; readonly node: Sql }[]
  /** The strongest that is there. */
  readonly hub: Sql
}

/** `table`: the tuples of the source, or its rows. */
export function effectiveRows(
  scope: Scope,
  input: IdentityInput,
  { about }: IdentityInput['sources'][number],
  table: Relation,
): EffectiveRows {
  const shared = scratchOf(scope, input.entity.name).shared
  let item = sql`${from(table)} as ${name('t')}`
  const nodes = nodeColumns(input.entity, about).map((c, i) => {
    const column = name('t', c.column)
    if (!isShareable(input, c.type)) return { strength: c.strength, node: column }
    const alias = `shared_${i + 1}`
    item = sql`${item}\nleft join ${from(shared)} as ${name(alias)} on ${name(alias, 'node')} = ${column}`
    return { strength: c.strength, node: sql`case when ${name(alias, 'node')} is null then ${column} end` }
  })
  return { from: item, nodes, hub: coalesce(nodes.map((n) => n.node)) }
}

/**
 * Edges: within each tuple a star from its strongest node to every other one, never row to row, so that a value of
 * k rows costs k edges. One row a pair (u < v), with first and last time seen and the rows that say so.
 */
export function edgeSteps(scope: Scope, input: IdentityInput): StatementStep[] {
  const stars = joining(input).flatMap((item) => {
    const table = next(scope, tuplesTable(input.entity.name, item.source.name))
    const { from: tuples, nodes, hub } = effectiveRows(scope, input, item, table)
    return nodes.slice(1).map(
      ({ node }) => sql`
        select
          ${hub} as ${name('hub')},
          ${node} as ${name('spoke')},
          ${name('t', 'row_count')},
          ${name('t', 'first_seen_at')},
          ${name('t', 'last_seen_at')},
          ${nullOf(scope, 'integer')} as ${name('link')}
        from ${tuples}
        where ${allOf([sql`${node} is not null`, sql`${node} <> ${hub}`])}
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
  const select = sql`
    with ${name('stars')} as (
      ${stars.length === 0 ? none : unionAll(stars)}
    )
    select
      least(${name('hub')}, ${name('spoke')}) as ${name('u')},
      greatest(${name('hub')}, ${name('spoke')}) as ${name('v')},
      cast(sum(${name('row_count')}) as bigint) as ${name('row_count')},
      min(${name('first_seen_at')}) as ${name('first_seen_at')},
      max(${name('last_seen_at')}) as ${name('last_seen_at')},
      min(${name('link')}) as ${name('link')}
    from ${name('stars')}
    group by
      least(${name('hub')}, ${name('spoke')}),
      greatest(${name('hub')}, ${name('spoke')})
  `
  const title = 'Links between identifiers: in each row from the strongest to every other one.'
  return createTable(scope, title, scratchOf(scope, input.entity.name).edges, select)
}
