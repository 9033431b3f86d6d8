import { InternalError } from '../../diagnostics/errors.js'
import type { IdentityInput } from '../../identity/graph-tables.js'
import type { Inspected } from '../inspected.js'
import { type Component, type Edge, type Member, readComponent } from './component.js'
import type { Decisions } from './decisions.js'
import { type Endpoint, type Place, placeOf } from './endpoints.js'
import type { Chain, Hop, Point, RowName, Ruling, Together } from './explanation.js'
import type { ReadSource } from './read-sources.js'
import { realRows } from './real-rows.js'
import { disjointChains, type Links, strongestChain } from './strongest-chain.js'

/** Most chains of `--all`: two that hang together by more are no question any more. */
const MOST_CHAINS = 100

/** Why two are one: the strongest chain of rows between them, or with `all` those that have no link in common. */
export async function explainTogether(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  ends: { readonly from: Endpoint; readonly to: Endpoint; readonly all: boolean },
): Promise<Together> {
  const { from, to, all } = ends
  const id = from.found.id
  const component = await readComponent(inspected, input, sources, decisions, id)
  const [first, last] = [
    await placeOf(inspected, input, sources, component, from),
    await placeOf(inspected, input, sources, component, to),
  ]
  const graph = withRows(component, first, last, isSameRow(from, to))
  const { chains, complete } = chainsOf(graph.links, graph.from, graph.to, all)
  const told = { component, graph, from: from.asked.asked, to: to.asked.asked }
  return {
    kind: 'together',
    entity: input.entity.name,
    from: from.asked,
    to: to.asked,
    customer_id: id,
    chains: await tell(inspected, input, sources, decisions, told, chains),
    complete,
  }
}

function isSameRow(from: Endpoint, to: Endpoint): boolean {
  const [x, y] = [from.asked.asked, to.asked.asked]
  return x.kind === 'row' && y.kind === 'row' && x.source === y.source && x.record_key === y.record_key
}

/** The component's graph with the rows that were asked for as places of their own, whose links are better than any other. */
interface Graph {
  readonly links: Links
  readonly from: number
  readonly to: number
  readonly rows: readonly Extract<Place, { kind: 'row' }>[]
  readonly rowLinks: number
}

function withRows({ nodes, links }: Component, first: Place, last: Place, isSame: boolean): Graph {
  const rows: Extract<Place, { kind: 'row' }>[] = []
  const [a, b]: [number[], number[]] = [[], []]
  const numberOf = (place: Place): number => {
    if (place.kind === 'node') return place.place
    const own = nodes.length + rows.length
    rows.push(place)
    for (const node of place.nodes) {
      a.push(own)
      b.push(node)
    }
    return own
  }
  const from = numberOf(first)
  const to = isSame ? from : numberOf(last)
  const joined: Links = {
    size: nodes.length + rows.length,
    a: Uint32Array.from([...a, ...links.a]),
    b: Uint32Array.from([...b, ...links.b]),
  }
  return { links: joined, from, to, rows, rowLinks: a.length }
}

function chainsOf(links: Links, from: number, to: number, all: boolean) {
  if (from === to) return { chains: [[]], complete: null }
  if (all) return disjointChains(links, from, to, MOST_CHAINS)
  const chain = strongestChain(links, from, to)
  return { chains: chain === undefined ? [] : [chain], complete: null }
}

interface Told {
  readonly component: Component
  readonly graph: Graph
  readonly from: Point | { readonly kind: 'customer' }
  readonly to: Point | { readonly kind: 'customer' }
}

async function tell(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  told: Told,
  chains: readonly (readonly number[])[],
): Promise<readonly Chain[]> {
  const { component, graph } = told
  const { a, b } = component.links
  const wanted = [...new Set(chains.flat().filter((link) => link >= graph.rowLinks))]
    .map((link) => link - graph.rowLinks)
    .filter((edge) => (component.edges[edge] as Edge).source !== undefined)
  const pairs = wanted.map((edge) => ({
    u: component.nodes[a[edge] as number] as Member,
    v: component.nodes[b[edge] as number] as Member,
    source: (component.edges[edge] as Edge).source,
  }))
  const rows = await realRows(inspected, input, sources, pairs, component.linked)
  const found = new Map(wanted.map((edge, i) => [edge, rows[i]]))
  return chains.map((chain) => chainOf(told, decisions.rulings, found, chain, input))
}

function chainOf(
  { component, graph, from, to }: Told,
  rulings: readonly Ruling[],
  found: ReadonlyMap<number, RowName | undefined>,
  chain: readonly number[],
  input: IdentityInput,
): Chain {
  const rowPoint = (place: number): Point => {
    const asked = place === graph.from ? from : to
    if (asked.kind !== 'row') throw new InternalError('a row of a chain was not asked for')
    return asked
  }
  const point = (place: number): Point => {
    const member = component.nodes[place]
    return member ? pointOf(member, input) : rowPoint(place)
  }
  const strength = (place: number): number => component.nodes[place]?.strength ?? -1
  let at = graph.from
  const hops = chain.map((link): Hop => {
    const [x, y] = [graph.links.a[link] as number, graph.links.b[link] as number]
    const [here, there] = x === at ? [x, y] : [y, x]
    at = there
    const weaker = strength(here) > strength(there) ? here : there
    const { identifier: rule, value } = component.nodes[weaker] as Member
    const ends = { from: point(here), to: point(there), rule, value }
    const row = graph.rows[Math.max(here, there) - component.nodes.length]
    if (link < graph.rowLinks && row) {
      const { first_seen_at, last_seen_at, row_count } = row
      const asked = rowPoint(Math.max(here, there)) as RowName
      return {
        ...ends,
        source: asked.source,
        record_key: asked.record_key,
        first_seen_at,
        last_seen_at,
        row_count,
        override: null,
      }
    }
    const edge = link - graph.rowLinks
    return { ...ends, ...edgeTold(component.edges[edge] as Edge, found.get(edge), rulings) }
  })
  return { hops, weakest: weakestOf(chain) }
}

export function pointOf({ identifier, value }: Member, input: IdentityInput): Point {
  const isRule = input.entity.match.some((rule) => rule.name === identifier)
  return { kind: isRule ? 'match' : 'identifier', identifier, value }
}

/** What a hop says of the link that it takes. */
export function edgeTold(edge: Edge, row: RowName | undefined, rulings: readonly Ruling[]) {
  return {
    source: row?.source ?? null,
    record_key: row?.record_key ?? null,
    first_seen_at: edge.first_seen_at,
    last_seen_at: edge.last_seen_at,
    row_count: edge.row_count,
    override: edge.link === undefined ? null : (rulings[edge.link] ?? null),
  }
}

/** Links are numbered from the best. */
function weakestOf(chain: readonly number[]): number | null {
  if (chain.length === 0) return null
  return chain.indexOf(chain.reduce((worst, link) => Math.max(worst, link)))
}
