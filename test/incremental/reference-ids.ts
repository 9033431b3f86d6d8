import { byStrength, type Edge, type Node, textOf, typeOf } from '../properties/sequential-rule.js'
import { mintedId } from '../properties/union-find.js'
import type { Decision, ReferenceGraph } from './reference-graph.js'

/** Who keeps an id, by the rules as they are written for people, from one run to the next. */
export interface ReferenceIds {
  /** Of the last run, by living id: its identifiers with when they were first seen, strongest first. */
  readonly held: ReadonlyMap<string, ReadonlyMap<Node, number>>
  /** `source key` → the id that it belonged to. */
  readonly records: ReadonlyMap<string, string>
  /** Every id that was ever minted. */
  readonly minted: ReadonlyMap<string, Minted>
  /** Every change, of all runs. */
  readonly changes: readonly string[]
}

interface Minted {
  readonly run: number
  readonly anchor: Node
  readonly firstSeen: number
  /** Once nobody has it: the strongest identifier that it held, and the id that it was merged into. */
  readonly left?: { readonly address: Node; readonly mergedInto?: string }
}

export const NO_IDS: ReferenceIds = { held: new Map(), records: new Map(), minted: new Map(), changes: [] }

type Group = ReadonlySet<Node>

/** `reason`: of changes that no decision of people explains. */
export function referenceIds(
  before: ReferenceIds,
  graph: ReferenceGraph,
  run: number,
  reason: string,
): ReferenceIds {
  const { groups, strengthOf, firstSeen } = graph
  const seen = (node: Node) => firstSeen.get(node) ?? Infinity
  const groupOf = new Map(groups.flatMap((group) => [...group].map((node) => [node, group] as const)))
  const ancestors = overlaps(before, graph, groupOf)
  const age = (group: Group) =>
    [...group].sort((a, b) => ascending(seen(a), seen(b)) || byStrength(strengthOf)(a, b))[0] as Node
  const earlier = (a: Group, b: Group) =>
    ascending(seen(age(a)), seen(age(b))) || byStrength(strengthOf)(age(a), age(b))
  const bids = new Map<Group, string[]>()
  for (const [id, held] of ancestors) {
    const [wanted] = [...held].sort(([a, x], [b, y]) => fewer(x, y) || earlier(a, b))
    if (wanted) bids.set(wanted[0], [...(bids.get(wanted[0]) ?? []), id])
  }
  const minted = new Map(before.minted)
  const ids = new Map<Group, string>()
  const events: IdEvent[] = []
  const told = (kind: IdEvent['kind'], id: string, previous?: string, anchor?: Node) =>
    events.push({ kind, id, previous, anchor })
  for (const group of groups) {
    const [oldest, ...losers] = (bids.get(group) ?? []).sort(older(before.minted))
    if (oldest !== undefined) {
      ids.set(group, oldest)
      for (const loser of losers) {
        told('merged', oldest, loser)
        minted.set(loser, {
          ...(minted.get(loser) as Minted),
          left: { address: address(before, loser), mergedInto: oldest },
        })
      }
      continue
    }
    const anchor = [...group].sort(
      (a, b) => strengthOf(a) - strengthOf(b) || ascending(seen(a), seen(b)) || byStrength(strengthOf)(a, b),
    )[0] as Node
    const generation = [...before.minted.values()].filter((one) => one.anchor === anchor).length
    const id = mintedId('', typeOf(anchor), textOf(anchor), generation)
    ids.set(group, id)
    minted.set(id, { run, anchor, firstSeen: seen(anchor) })
    const origins = [...ancestors].filter(([, held]) => held.has(group)).map(([origin]) => origin)
    for (const origin of origins) told('split', id, origin, anchor)
    if (origins.length === 0) told('created', id, undefined, anchor)
  }
  for (const id of before.held.keys()) {
    if (ancestors.get(id)?.size) continue
    told('retired', id)
    minted.set(id, { ...(minted.get(id) as Minted), left: { address: address(before, id) } })
  }
  const idOf = (node: Node) => ids.get(groupOf.get(node) as Group) as string
  const changes = events.map((event) => {
    const { kind, id, previous = '', anchor } = event
    const link = kind === 'merged' ? newLink(before.held.get(previous), graph) : undefined
    const cause = link ? [link.second, graph.firstRow(link)].join(' ').trim() : (anchor ?? '')
    const why = decidedReason(event, link, graph.decisions, before, idOf) ?? reason
    return `${run} ${kind} ${id} ${previous} ${why} ${cause}`
  })
  return {
    held: new Map([...ids].map(([group, id]) => [id, strongestFirst(group, graph)])),
    records: new Map(
      [...graph.records].flatMap(([key, node]) => (node === undefined ? [] : [[key, idOf(node)] as const])),
    ),
    minted,
    changes: [...before.changes, ...changes],
  }
}

interface IdEvent {
  readonly kind: 'created' | 'merged' | 'split' | 'retired'
  readonly id: string
  readonly previous: string | undefined
  readonly anchor: Node | undefined
}

/** The best link between what an id held and what it did not. It is new, since the links of the last run stay within their customers. */
function newLink(
  held: ReadonlyMap<Node, number> = new Map(),
  { held: links }: ReferenceGraph,
): Edge | undefined {
  return links.find(({ first, second }) => held.has(first) !== held.has(second))
}

/** What of people's decisions brought the change about, undefined where nothing of it did. */
function decidedReason(
  { kind, id, previous }: IdEvent,
  link: Edge | undefined,
  decisions: readonly Decision[],
  { held }: ReferenceIds,
  now: (node: Node) => string | undefined,
): 'override' | 'expiry' | undefined {
  const had = (one: string | undefined, node: Node | undefined) =>
    one !== undefined && node !== undefined && held.get(one)?.has(node) === true
  const some = (what: Decision['kind'], holds: boolean, met: (u: Node, v: Node) => boolean) =>
    decisions.some((one) => one.kind === what && one.holds === holds && met(...(one.nodes as [Node, Node])))
  const parted = (u: Node, v: Node) =>
    kind === 'split' &&
    had(previous, u) &&
    had(previous, v) &&
    now(u) !== now(v) &&
    [now(u), now(v)].includes(id)
  const united = (u: Node, v: Node) =>
    kind === 'merged' && now(u) === id && now(v) === id && had(previous, u) !== had(previous, v)
  const lost = (u: Node) => (kind === 'split' && had(previous, u)) || (kind === 'retired' && had(id, u))
  const returned = (u: Node) => kind === 'merged' && [link?.first, link?.second].includes(u)
  if (link?.link !== undefined || some('unlink', true, parted) || some('block', true, lost)) return 'override'
  if (some('link', false, parted) || some('unlink', false, united) || some('block', false, returned))
    return 'expiry'
  return undefined
}

/** Living id → the groups that hold some of its members, with how many: of each type from the strongest, then records. */
function overlaps({ held, records }: ReferenceIds, graph: ReferenceGraph, groupOf: ReadonlyMap<Node, Group>) {
  const found = new Map<string, Map<Group, number[]>>([...held.keys()].map((id) => [id, new Map()]))
  const types = new Set([...graph.groups].flatMap((group) => [...group].map(graph.strengthOf)))
  const last = Math.max(-1, ...types) + 1
  const count = (id: string, node: Node | undefined, place: number) => {
    const group = node === undefined ? undefined : groupOf.get(node)
    if (!group) return
    const counts = found.get(id)?.get(group) ?? Array.from({ length: last + 1 }, () => 0)
    counts[place] = (counts[place] ?? 0) + 1
    found.get(id)?.set(group, counts)
  }
  for (const [id, nodes] of held) for (const node of nodes.keys()) count(id, node, graph.strengthOf(node))
  for (const [key, id] of records) count(id, graph.records.get(key), last)
  return found
}

/** The oldest bidder: of the earliest run, then whose anchor was seen first, then the least. */
const older = (minted: ReadonlyMap<string, Minted>) => (a: string, b: string) => {
  const [x, y] = [minted.get(a) as Minted, minted.get(b) as Minted]
  return x.run - y.run || ascending(x.firstSeen, y.firstSeen) || (a < b ? -1 : 1)
}

/** What an id leaves: the strongest, then first seen, then least of what it held. */
function address({ held }: ReferenceIds, id: string): Node {
  return [...(held.get(id) as ReadonlyMap<Node, number>).keys()][0] as Node
}

function strongestFirst(group: Group, { strengthOf, firstSeen }: ReferenceGraph): ReadonlyMap<Node, number> {
  const seen = (node: Node) => firstSeen.get(node) ?? Infinity
  const sorted = [...group].sort(
    (a, b) => strengthOf(a) - strengthOf(b) || ascending(seen(a), seen(b)) || byStrength(strengthOf)(a, b),
  )
  return new Map(sorted.map((node) => [node, seen(node)]))
}

/** `previous → answers`, of every id that nobody has any more; nothing answers for some. */
export function aliasesOf({ minted, held }: ReferenceIds): readonly string[] {
  const holder = new Map(
    [...held].flatMap(([id, nodes]) => [...nodes.keys()].map((node) => [node, id] as const)),
  )
  const answers = (id: string): string => {
    const left = minted.get(id)?.left
    if (!left) return id
    return holder.get(left.address) ?? (left.mergedInto === undefined ? '' : answers(left.mergedInto))
  }
  return [...minted].flatMap(([id, { left }]) => (left ? [`${id} → ${answers(id)}`] : []))
}

/** More of a stronger type comes first. */
function fewer(x: readonly number[], y: readonly number[]): number {
  const at = x.findIndex((count, i) => count !== y[i])
  return at < 0 ? 0 : (y[at] ?? 0) - (x[at] ?? 0)
}

/** Two of them may be infinite. */
const ascending = (a: number, b: number): number => (a === b ? 0 : a - b)
