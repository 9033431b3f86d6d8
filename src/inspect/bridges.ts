/**
 * Bridges of a graph, in time linear in its links: Tarjan's method (1974). A walk in depth numbers the nodes; a link
 * downwards is a bridge where nothing below it leads back to its upper end or above. What it would split off is the
 * part below it. The walk keeps its own stack, so that a chain of a million nodes is no problem.
 */

/** A link whose removal would split its component: into how many nodes on either side. */
export interface Bridge {
  /** Its place among the links. */
  readonly link: number
  readonly smaller: number
  readonly larger: number
}

/** `links`: the two ends of each, as numbers below `nodes`. A pair that is linked twice is no bridge. */
export function bridgesOf(nodes: number, links: readonly (readonly [number, number])[]): readonly Bridge[] {
  const { starts, neighbours, through } = adjacency(nodes, links)
  const order = new Int32Array(nodes).fill(-1)
  const lowest = new Int32Array(nodes)
  const size = new Int32Array(nodes).fill(1)
  const above = new Int32Array(nodes).fill(-1)
  const by = new Int32Array(nodes).fill(-1)
  const place = Int32Array.from(starts.subarray(0, nodes))
  const bridges: Bridge[] = []
  let met = 0
  for (let root = 0; root < nodes; root++) {
    if (order[root] !== -1) continue
    const below: { readonly link: number; readonly size: number }[] = []
    order[root] = lowest[root] = met++
    for (let node = root; node !== -1; ) {
      const at = place[node] as number
      if (at < (starts[node + 1] as number)) {
        place[node] = at + 1
        const next = neighbours[at] as number
        const link = through[at] as number
        if (link === by[node] || next === node) continue
        if (order[next] === -1) {
          order[next] = lowest[next] = met++
          above[next] = node
          by[next] = link
          node = next
        } else lowest[node] = Math.min(lowest[node] as number, order[next] as number)
        continue
      }
      const upper = above[node] as number
      if (upper !== -1) {
        size[upper] = (size[upper] as number) + (size[node] as number)
        lowest[upper] = Math.min(lowest[upper] as number, lowest[node] as number)
        if ((lowest[node] as number) > (order[upper] as number))
          below.push({ link: by[node] as number, size: size[node] as number })
      }
      node = upper
    }
    const all = size[root] as number
    for (const part of below) {
      const other = all - part.size
      bridges.push({
        link: part.link,
        smaller: Math.min(part.size, other),
        larger: Math.max(part.size, other),
      })
    }
  }
  return bridges
}

/** The links of each node one after the other: those of node n from `starts[n]` to before `starts[n + 1]`. */
function adjacency(nodes: number, links: readonly (readonly [number, number])[]) {
  const starts = new Int32Array(nodes + 1)
  for (const [u, v] of links) {
    starts[u + 1] = (starts[u + 1] as number) + 1
    starts[v + 1] = (starts[v + 1] as number) + 1
  }
  for (let i = 0; i < nodes; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number)
  const free = Int32Array.from(starts)
  const neighbours = new Int32Array(links.length * 2)
  const through = new Int32Array(links.length * 2)
  links.forEach(([u, v], link) => {
    for (const [own, other] of [
      [u, v],
      [v, u],
    ] as const) {
      const at = free[own] as number
      free[own] = at + 1
      neighbours[at] = other
      through[at] = link
    }
  })
  return { starts, neighbours, through }
}
