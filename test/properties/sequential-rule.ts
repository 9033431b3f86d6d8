/**
 * Limits by their definition: edges one by one, best first, refusing those that break. Written without SQL and without
 * rounds, from the page on identity alone.
 */

/** An identifier: `type:value`. */
export type Node = string

/** What a row says once blocked and shared values have left it. */
export interface JoiningRow {
  /** Strongest first; a row of none says nothing. */
  readonly nodes: readonly Node[]
  readonly born?: string | undefined
  /** When it was first seen; undated ones come last. */
  readonly day?: number | undefined
}

export interface Limits {
  readonly account?: number | undefined
  readonly email?: number | undefined
  readonly size?: number | undefined
  readonly keepApart?: boolean
  readonly refuseAll?: boolean
}

/** What people decided, in their order, about nodes that rows have; `link` ranks the links among themselves. */
export interface Ruling {
  readonly kind: 'link' | 'unlink'
  readonly nodes: readonly [Node, Node]
}

export interface Edge {
  readonly first: Node
  readonly second: Node
  readonly seen: number
  readonly rows: number
  /** The place of the override that made it. */
  readonly link?: number
}

export interface Decided {
  /** The groups that hold; every node is in one. */
  readonly groups: readonly ReadonlySet<Node>[]
  /** `first second reason`, in byte order. */
  readonly refused: readonly string[]
  /** Links that hold, the best first. */
  readonly held: readonly Edge[]
}

export const typeOf = (node: Node): string => node.slice(0, node.indexOf(':'))
export const textOf = (node: Node): string => node.slice(node.indexOf(':') + 1)

/** By strength and value, in byte order. */
export function byStrength(strengthOf: (node: Node) => number): (a: Node, b: Node) => number {
  return (a, b) => strengthOf(a) - strengthOf(b) || bytes(textOf(a), textOf(b))
}

export function sequential(
  rows: readonly JoiningRow[],
  rulings: readonly Ruling[],
  limits: Limits,
  strengthOf: (node: Node) => number,
): Decided {
  const born = new Map<Node, Set<string>>()
  const group = new Map<Node, Set<Node>>()
  for (const row of rows) {
    const [hub] = row.nodes
    for (const node of row.nodes) group.set(node, new Set([node]))
    if (hub !== undefined && row.born !== undefined) born.set(hub, (born.get(hub) ?? new Set()).add(row.born))
  }
  for (const { kind, nodes } of rulings) {
    if (kind === 'link') for (const node of nodes) group.set(node, new Set([node]))
  }
  const ordered = orderedEdges(rows, rulings, strengthOf)
  const known = (nodes: Set<Node>) => new Set([...nodes].flatMap((node) => [...(born.get(node) ?? [])]))
  const breaches = (x: Set<Node>, y: Set<Node>): readonly string[] => {
    const counted = (['account', 'email'] as const).flatMap((type) => {
      const [a, b, max] = [heldOf(x, type), heldOf(y, type), limits[type]]
      return max !== undefined && a > 0 && b > 0 && a + b > max ? [`max_per_profile: ${type}`] : []
    })
    const large = limits.size !== undefined && x.size + y.size > limits.size ? ['max_profile_size'] : []
    const [a, b] = [known(x), known(y)]
    const differ = limits.keepApart && a.size > 0 && b.size > 0 && new Set([...a, ...b]).size > 1
    return [...counted, ...large, ...(differ ? ['keep_apart: born'] : [])]
  }
  const unlinked = (x: Set<Node>, y: Set<Node>) =>
    rulings.some(
      ({ kind, nodes: [a, b] }) => kind === 'unlink' && ((x.has(a) && y.has(b)) || (x.has(b) && y.has(a))),
    )
  const groupOf = (node: Node) => group.get(node) as Set<Node>
  const join = ({ first, second }: Edge) => {
    const joined = new Set([...groupOf(first), ...groupOf(second)])
    for (const node of joined) group.set(node, joined)
  }
  const refusedEdges: Edge[] = []
  for (const edge of ordered) {
    const [x, y] = [groupOf(edge.first), groupOf(edge.second)]
    if (x === y) continue
    if (unlinked(x, y) || (edge.link === undefined && breaches(x, y).length > 0)) refusedEdges.push(edge)
    else join(edge)
  }
  const refused = refusedEdges.map(({ first, second }) => {
    const [x, y] = [groupOf(first), groupOf(second)]
    return `${first} ${second} ${[...(unlinked(x, y) ? ['unlink'] : []), ...breaches(x, y)].join(', ')}`
  })
  const fallen = limits.refuseAll ? contested(ordered, refusedEdges, strengthOf) : []
  const held = ordered.filter((edge) => !refusedEdges.includes(edge) && !fallen.includes(edge))
  if (limits.refuseAll) {
    refused.push(...fallen.map(({ first, second }) => `${first} ${second} on_conflict: refuse_all`))
    for (const node of group.keys()) group.set(node, new Set([node]))
    for (const edge of held) join(edge)
  }
  return { groups: [...new Set(group.values())], refused: refused.sort(), held }
}

function orderedEdges(
  rows: readonly JoiningRow[],
  rulings: readonly Ruling[],
  strengthOf: (node: Node) => number,
): readonly Edge[] {
  const edges = new Map<string, Edge>()
  for (const { nodes, day } of rows) {
    const [first, ...others] = nodes
    if (first === undefined) continue
    for (const second of others) {
      const edge = edges.get(`${first} ${second}`) ?? { first, second, seen: Infinity, rows: 0 }
      const seen = Math.min(edge.seen, day ?? Infinity)
      edges.set(`${first} ${second}`, { ...edge, seen, rows: edge.rows + 1 })
    }
  }
  for (const [position, { kind, nodes }] of rulings.entries()) {
    const [first, second] = [...nodes].sort(byStrength(strengthOf)) as [Node, Node]
    if (kind !== 'link' || first === second) continue
    const edge = edges.get(`${first} ${second}`) ?? { first, second, seen: Infinity, rows: 0 }
    edges.set(`${first} ${second}`, { ...edge, link: edge.link ?? position })
  }
  return [...edges.values()].sort(
    (a, b) =>
      ascending(a.link ?? Infinity, b.link ?? Infinity) ||
      strengthOf(a.second) - strengthOf(b.second) ||
      ascending(a.seen, b.seen) ||
      b.rows - a.rows ||
      strengthOf(a.first) - strengthOf(b.first) ||
      bytes(textOf(a.first), textOf(b.first)) ||
      bytes(textOf(a.second), textOf(b.second)),
  )
}

/** What `on_conflict: refuse_all` refuses besides: links of identifiers that lost one to a stronger identifier. */
function contested(
  ordered: readonly Edge[],
  refused: readonly Edge[],
  strengthOf: (node: Node) => number,
): readonly Edge[] {
  const losers = new Set(refused.flatMap(({ second, link }) => (link === undefined ? [second] : [])))
  return ordered.filter(
    (edge) =>
      edge.link === undefined &&
      !refused.includes(edge) &&
      (losers.has(edge.second) ||
        (losers.has(edge.first) && strengthOf(edge.first) === strengthOf(edge.second))),
  )
}

const heldOf = (nodes: Set<Node>, type: string): number =>
  [...nodes].filter((node) => typeOf(node) === type).length
const bytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** Two of them may be infinite. */
const ascending = (a: number, b: number): number => (a === b ? 0 : a - b)
