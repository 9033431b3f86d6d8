import { UsageError } from '../../diagnostics/errors.js'
import { edgeOrder } from '../../identity/edge-order.js'
import { spokesOf } from '../../identity/effective-rows.js'
import { type IdentityInput, refusedEdgesTable } from '../../identity/graph-tables.js'
import { nullOf, published } from '../../program/scope.js'
import { allOf, as, lines, list, name, type Sql, selectNothing, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { ask, type Inspected, textOf } from '../inspected.js'
import { shownTime } from '../shown-value.js'
import { type Decisions, hasHeld, linkedCte, linksInside } from './decisions.js'
import type { Sightings } from './explanation.js'
import {
  apartCtes,
  type Cte,
  componentCte,
  effectiveNodes,
  type ReadSource,
  touchedCte,
  withAll,
} from './read-sources.js'
import type { Links } from './strongest-chain.js'

/** The graph of one customer: its identifiers, and the links that hold it together, the best first. */
export interface Component {
  readonly nodes: readonly Member[]
  readonly edges: readonly Edge[]
  readonly links: Links
  /** Nodes that are set aside and here by a person's link alone: rows with them link nobody. */
  readonly linked: readonly string[]
}

export interface Member extends Sightings {
  /** Its number, as text: 64 bits are more than JavaScript's numbers hold. */
  readonly node: string
  readonly identifier: string
  readonly strength: number
  readonly value: string
}

export interface Edge extends Sightings {
  /** The source of the earliest row that says so; undefined where only a person does. */
  readonly source: string | undefined
  /** The place of the override that links the two. */
  readonly link: number | undefined
}

/** Most identifiers, and most links, of a customer that is read into memory. */
const MOST = 1_000_000

/** Reads the graph of the customer from the published tables: only its own identifiers and tuples leave the engine. */
export async function readComponent(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  id: string,
): Promise<Component> {
  const nodes = await readNodes(inspected, input, id)
  const places = new Map(nodes.map(({ node }, i) => [node, i]))
  const rows = await ask(inspected, edgesOf(inspected, input, sources, decisions, id, nodes))
  if (rows.length > MOST) throw tooLarge(id, 'links')
  const linked = hasHeld(decisions, 'link')
    ? await ask(
        inspected,
        sql`${withAll(inspected, [componentCte(inspected, input, id, nodes)])}\n${linkedCte(inspected, input).select}`,
      )
    : []
  const place = (node: unknown) => places.get(String(node)) as number
  return {
    nodes,
    edges: rows.map((row) => ({
      source: textOf(row, 'source'),
      link: row.link === null || row.link === undefined ? undefined : Number(row.link),
      first_seen_at: shownTime(row.first_seen_at),
      last_seen_at: shownTime(row.last_seen_at),
      row_count: Number(row.row_count),
    })),
    links: {
      size: nodes.length,
      a: Uint32Array.from(rows, (row) => place(row.u)),
      b: Uint32Array.from(rows, (row) => place(row.v)),
    },
    linked: linked.map(({ node }) => String(node)),
  }
}

function tooLarge(id: string, what: string): UsageError {
  return new UsageError(
    `${id} holds more than ${MOST} ${what}: too many to look through`,
    'What holds so much together is seldom one customer: "shared_above" and "max_profile_size" set limits.',
  )
}

async function readNodes(inspected: Inspected, input: IdentityInput, id: string): Promise<readonly Member[]> {
  const columns = ['node', 'identifier', 'strength', 'value', 'first_seen_at', 'last_seen_at', 'row_count']
  const rows = await ask(
    inspected,
    sql`
      select ${list(columns.map((column) => name(column)))}
      from ${from(published(inspected.scope, identifiersTable(input.entity.name)))}
      where ${name('customer_id')} = ${id}
      order by ${name('strength')}, ${name('first_seen_at')} asc nulls last, ${name('value')}
      limit ${MOST + 1}
    `,
  )
  if (rows.length > MOST) throw tooLarge(id, 'identifiers')
  return rows.map((row) => ({
    node: String(row.node),
    identifier: String(row.identifier),
    strength: Number(row.strength),
    value: String(row.value),
    first_seen_at: shownTime(row.first_seen_at),
    last_seen_at: shownTime(row.last_seen_at),
    row_count: Number(row.row_count),
  }))
}

/** Links between the nodes of the component as the run made them (identity/edges.ts), without those that were refused. */
function edgesOf(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  id: string,
  nodes: readonly Member[],
): Sql {
  const { scope } = inspected
  const joining = sources.filter(({ item }) => item.source.identity === 'join')
  const touched = joining.map((source, i) => ({ source, name: `tuples_${i + 1}` }))
  const hasLinks = hasHeld(decisions, 'link') && decisions.cte !== undefined
  const stars = touched.flatMap(({ source, name: table }) => starsOf(scope, source, table))
  const links = sql`
    select
      ${lines([name('hub'), name('spoke'), as(nullOf(scope, 'string'), 'source'), as(sql`0`, 'row_count'), as(nullOf(scope, 'timestamp'), 'first_seen_at'), as(nullOf(scope, 'timestamp'), 'last_seen_at'), name('link')])}
    from (
      ${linksInside()}
    ) as ${name('decided')}
  `
  const all = [...stars, ...(hasLinks ? [links] : [])]
  if (all.length === 0) return selectNothing(sql`1`)
  const pair = sql`partition by ${name('u')}, ${name('v')}`
  return sql`
    ${withAll(inspected, [
      componentCte(inspected, input, id, nodes),
      ...(hasLinks && decisions.cte ? [decisions.cte] : []),
      ...touched.map(({ source, name: table }) =>
        touchedCte(source, source.tuples, ['row_count', 'first_seen_at', 'last_seen_at'], table),
      ),
      ...apartCtes(inspected, input, touched, hasLinks ? linkedCte(inspected, input) : undefined),
      refusedCte(inspected, input),
      { name: 'stars', select: unionAll(all) },
      { name: 'pairs', select: pairs() },
      {
        name: 'edges',
        select: sql`
          select
            ${lines([
              name('u'),
              name('v'),
              name('source'),
              as(sql`sum(${name('row_count')}) over (${pair})`, 'row_count'),
              as(sql`min(${name('first_seen_at')}) over (${pair})`, 'first_seen_at'),
              as(sql`max(${name('last_seen_at')}) over (${pair})`, 'last_seen_at'),
              as(sql`min(${name('link')}) over (${pair})`, 'link'),
              as(
                sql`row_number() over (${pair} order by case when ${name('source')} is null then 1 else 0 end, ${name('first_seen_at')} asc nulls last, ${name('source')})`,
                'place',
              ),
            ])}
          from ${name('pairs')}
        `,
      },
    ])}
    select
      ${lines(['u', 'v', 'source', 'row_count', 'first_seen_at', 'last_seen_at', 'link'].map((c) => name('e', c)))}
    from ${name('edges')} as ${name('e')}
    join ${name('component')} as ${name('x')} on ${name('x', 'node')} = ${name('e', 'u')}
    join ${name('component')} as ${name('y')} on ${name('y', 'node')} = ${name('e', 'v')}
    where ${name('e', 'place')} = 1
      and not exists (
        select 1
        from ${name('refused')} as ${name('r')}
        where ${name('r', 'u')} = ${name('e', 'u')} and ${name('r', 'v')} = ${name('e', 'v')}
      )
    order by
      ${edgeOrder}
    limit ${MOST + 1}
  `
}

function starsOf(scope: Inspected['scope'], source: ReadSource, table: string): readonly Sql[] {
  const { from: rows, nodes, hub } = effectiveNodes(source, table)
  return spokesOf({ nodes, hub }).map(
    ({ node, isLinked }) => sql`
      select
        ${lines([as(hub, 'hub'), as(node, 'spoke'), as(sql`${source.item.source.name}`, 'source'), name('t', 'row_count'), name('t', 'first_seen_at'), name('t', 'last_seen_at'), as(nullOf(scope, 'integer'), 'link')])}
      from ${rows}
      where ${allOf(isLinked)}
    `,
  )
}

/** One row a pair (u < v) and source. */
function pairs(): Sql {
  const ends = [sql`least(${name('hub')}, ${name('spoke')})`, sql`greatest(${name('hub')}, ${name('spoke')})`]
  return sql`
    select
      ${lines([
        as(ends[0] as Sql, 'u'),
        as(ends[1] as Sql, 'v'),
        name('source'),
        as(sql`sum(${name('row_count')})`, 'row_count'),
        as(sql`min(${name('first_seen_at')})`, 'first_seen_at'),
        as(sql`max(${name('last_seen_at')})`, 'last_seen_at'),
        as(sql`min(${name('link')})`, 'link'),
      ])}
    from ${name('stars')}
    group by ${list(ends)}, ${name('source')}
  `
}

/** Links that a limit refused and both of whose ends are here nevertheless: `u` < `v`. */
function refusedCte({ scope }: Inspected, input: IdentityInput): Cte {
  const end = (alias: string, identifier: string, value: string) =>
    sql`join ${name('component')} as ${name(alias)} on ${name(alias, 'identifier')} = ${name('r', identifier)} and ${name(alias, 'value')} = ${name('r', value)}`
  const select = sql`
    select
      least(${name('x', 'node')}, ${name('y', 'node')}) as ${name('u')},
      greatest(${name('x', 'node')}, ${name('y', 'node')}) as ${name('v')}
    from ${from(published(scope, refusedEdgesTable(input.entity.name)))} as ${name('r')}
    ${end('x', 'identifier', 'value')}
    ${end('y', 'other_identifier', 'other_value')}
  `
  return { name: 'refused', select }
}
