import type { IdentityInput } from '../../identity/graph-tables.js'
import { isEventSource } from '../../language/source.js'
import { as, lines, list, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { ask, type Inspected } from '../inspected.js'
import { shownTime } from '../shown-value.js'
import { type Component, type Edge, type Member, readComponent } from './component.js'
import type { Decisions } from './decisions.js'
import { addressOf } from './endpoints.js'
import type { Asked, JoinedIdentifier, SourceShare, Story } from './explanation.js'
import { changesUpTo } from './id-history.js'
import { joiningOrder } from './joining-order.js'
import {
  apartCtes,
  componentCte,
  effectiveNodes,
  isIn,
  type ReadSource,
  touchedCte,
  withAll,
} from './read-sources.js'
import { realRows } from './real-rows.js'
import { edgeTold, pointOf } from './together.js'

/** How a customer came to be: its rows by source, its identifiers as they were joined, what happened to its ids. */
export async function tellStory(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  about: { readonly asked: Asked; readonly limit: number },
): Promise<Story> {
  const { asked, limit } = about
  const id = asked.customer_id
  const component = await readComponent(inspected, input, sources, decisions, id)
  return {
    kind: 'story',
    entity: input.entity.name,
    asked: asked.asked,
    customer_id: id,
    note: asked.note,
    sources: await sharesOf(inspected, input, sources, component, id),
    identifier_count: component.nodes.length,
    identifiers: await joinedIdentifiers(inspected, input, sources, decisions, component, id, limit),
    changes: await changesUpTo(inspected, input, id),
  }
}

/** An id that nobody answers to any more has a history and nothing else. */
export async function tellFormer(
  inspected: Inspected,
  input: IdentityInput,
  id: string,
  note: string,
): Promise<Story> {
  return {
    kind: 'story',
    entity: input.entity.name,
    asked: { kind: 'customer', id },
    customer_id: null,
    note,
    sources: [],
    identifier_count: 0,
    identifiers: [],
    changes: await changesUpTo(inspected, input, id),
  }
}

async function joinedIdentifiers(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  component: Component,
  id: string,
  limit: number,
): Promise<readonly JoinedIdentifier[]> {
  const { nodes, edges, links } = component
  if (nodes.length === 0) return []
  const root = await addressOf(inspected, input, component, id)
  const order = joiningOrder(links, root, (link) => (edges[link] as Edge).first_seen_at).slice(0, limit)
  const taken = order.flatMap(({ link }) =>
    link === null || edges[link]?.source === undefined ? [] : [link],
  )
  const pairs = taken.map((link) => ({
    u: nodes[links.a[link] as number] as Member,
    v: nodes[links.b[link] as number] as Member,
    source: (edges[link] as Edge).source,
  }))
  const rows = await realRows(inspected, input, sources, pairs, component.linked)
  const found = new Map(taken.map((link, i) => [link, rows[i]]))
  const joinedAt = new Map<number, string | null>()
  return order.map(({ place, link, from }): JoinedIdentifier => {
    const member = nodes[place] as Member
    const { first_seen_at, last_seen_at, row_count } = member
    const to = pointOf(member, input)
    const times = [
      (link === null ? null : (edges[link] as Edge).first_seen_at) ?? first_seen_at,
      from === null ? null : (joinedAt.get(from) ?? null),
    ]
    const joined_at =
      times
        .filter((time) => time !== null)
        .sort()
        .at(-1) ?? null
    joinedAt.set(place, joined_at)
    const own = {
      ...(to as Exclude<typeof to, { kind: 'row' }>),
      first_seen_at,
      last_seen_at,
      row_count,
      joined_at,
    }
    if (link === null || from === null) return { ...own, joined_by: null }
    const before = nodes[from] as Member
    const weaker = before.strength > member.strength ? before : member
    const ends = { from: pointOf(before, input), to, rule: weaker.identifier, value: weaker.value }
    return {
      ...own,
      joined_by: { ...ends, ...edgeTold(edges[link] as Edge, found.get(link), decisions.rulings) },
    }
  })
}

/** Rows that belong to the customer, by source: those whose strongest identifier that joins is one of its own. */
async function sharesOf(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  component: Component,
  id: string,
): Promise<readonly SourceShare[]> {
  if (sources.length === 0) return []
  const touched = sources.map((source, i) => ({ source, name: `rows_${i + 1}` }))
  const selects = touched.map(({ source, name: table }) => {
    const { from: rows, hub } = effectiveNodes(source, table)
    const joins = source.item.source.identity === 'join'
    const times = ['first_seen_at', 'last_seen_at'].map((column) => name('t', column))
    return sql`
      select
        ${lines([
          as(sql`${source.item.source.name}`, 'source'),
          as(joins ? sql`coalesce(sum(${name('t', 'row_count')}), 0)` : sql`count(*)`, 'row_count'),
          as(sql`min(${times[0] as Sql})`, 'first_seen_at'),
          as(sql`max(${times[1] as Sql})`, 'last_seen_at'),
        ])}
      from ${rows}
      where ${isIn(hub, 'component')}
    `
  })
  const rows = await ask(
    inspected,
    sql`
      ${withAll(inspected, [
        componentCte(inspected, input, id, component.nodes),
        ...touched.map(({ source, name: table }) =>
          source.item.source.identity === 'join'
            ? touchedCte(source, source.tuples, ['row_count', 'first_seen_at', 'last_seen_at'], table)
            : touchedCte(source, source.rows, ['first_seen_at', 'last_seen_at'], table),
        ),
        ...apartCtes(inspected, input, touched),
        { name: 'shares', select: unionAll(selects) },
      ])}
      select ${list(['source', 'row_count', 'first_seen_at', 'last_seen_at'].map((column) => name(column)))}
      from ${name('shares')}
      where ${name('row_count')} > 0
      order by ${name('first_seen_at')} asc nulls last, ${name('source')}
    `,
  )
  const kindOf = (source: string) => {
    const found = input.sources.find((one) => one.source.name === source)
    return found && isEventSource(found.source) ? ('events' as const) : ('records' as const)
  }
  return rows.map((row) => ({
    source: String(row.source),
    kind: kindOf(String(row.source)),
    first_seen_at: shownTime(row.first_seen_at),
    last_seen_at: shownTime(row.last_seen_at),
    row_count: Number(row.row_count),
  }))
}
