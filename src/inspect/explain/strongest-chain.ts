/**
 * Chains in one component, whose links come best first. The strongest chain is the one whose worst link is best: links are
 * taken in their order (Kruskal, with union-find) until the two ends meet, and the link that makes them meet is the worst
 * of the path in the minimum spanning forest, which no path can better. Among the paths without a worse link the shortest
 * is taken, and among those the one that leaves each place by its best link: the same input gives the same chain.
 */

/** Links between places 0 … size − 1, the best first. Link i joins `a[i]` and `b[i]`. */
export interface Links {
  readonly size: number
  readonly a: Uint32Array
  readonly b: Uint32Array
}

/** Disjoint sets of places, with path halving and union by size. */
export class DisjointSets {
  readonly #parent: Uint32Array
  readonly #size: Uint32Array

  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, i) => i)
    this.#size = new Uint32Array(count).fill(1)
  }

  find(place: number): number {
    const parent = this.#parent
    let at = place
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }

  /** False where the two were in one set already. */
  join(a: number, b: number): boolean {
    const [x, y] = [this.find(a), this.find(b)]
    if (x === y) return false
    const [large, small] = (this.#size[x] as number) >= (this.#size[y] as number) ? [x, y] : [y, x]
    this.#parent[small] = large
    this.#size[large] = (this.#size[large] as number) + (this.#size[small] as number)
    return true
  }
}

/** Numbers of links from `from` to `to`, in order; undefined where they are apart. `taken[i]` set: link i is not there. */
export function strongestChain(
  links: Links,
  from: number,
  to: number,
  taken: Uint8Array = new Uint8Array(links.a.length),
): readonly number[] | undefined {
  if (from === to) return []
  // One direction for both questions, so that a, b and b, a give the same chain.
  if (from > to) return strongestChain(links, to, from, taken)?.toReversed()
  const worst = worstLink(links, from, to, taken)
  return worst === undefined ? undefined : shortest(links, from, to, taken, worst)
}

/** Chains that have no link in common, the strongest first, until the two are apart or there are `most`. */
export function disjointChains(
  links: Links,
  from: number,
  to: number,
  most: number,
): { readonly chains: readonly (readonly number[])[]; readonly complete: boolean } {
  const chains: (readonly number[])[] = []
  const taken = new Uint8Array(links.a.length)
  for (;;) {
    const chain = strongestChain(links, from, to, taken)
    if (chain === undefined || chain.length === 0) return { chains, complete: chain === undefined }
    if (chains.length === most) return { chains, complete: false }
    chains.push(chain)
    for (const link of chain) taken[link] = 1
  }
}

function worstLink({ size, a, b }: Links, from: number, to: number, taken: Uint8Array): number | undefined {
  const sets = new DisjointSets(size)
  for (let link = 0; link < a.length; link += 1) {
    if (taken[link] || !sets.join(a[link] as number, b[link] as number)) continue
    if (sets.find(from) === sets.find(to)) return link
  }
  return undefined
}

/** Breadth first from the end, then from the beginning along links that come nearer, the best first. */
function shortest(links: Links, from: number, to: number, taken: Uint8Array, worst: number): number[] {
  const { starts, ends } = adjacency(links, taken, worst)
  const { a, b } = links
  const distance = new Int32Array(links.size).fill(-1)
  const queue = new Uint32Array(links.size)
  queue[0] = to
  distance[to] = 0
  for (let head = 0, tail = 1; head < tail && distance[from] === -1; head += 1) {
    const place = queue[head] as number
    for (let i = starts[place] as number; i < (starts[place + 1] as number); i += 1) {
      const other = otherEnd(a, b, ends[i] as number, place)
      if (distance[other] !== -1) continue
      distance[other] = (distance[place] as number) + 1
      queue[tail] = other
      tail += 1
    }
  }
  const chain: number[] = []
  for (let place = from; place !== to; ) {
    for (let i = starts[place] as number; i < (starts[place + 1] as number); i += 1) {
      const link = ends[i] as number
      const other = otherEnd(a, b, link, place)
      if (distance[other] !== (distance[place] as number) - 1) continue
      chain.push(link)
      place = other
      break
    }
  }
  return chain
}

export function otherEnd(a: Uint32Array, b: Uint32Array, link: number, place: number): number {
  return (a[link] === place ? b[link] : a[link]) as number
}

/** The links of each place up to the worst, the best first: those of place p are `ends[starts[p]]` … `ends[starts[p + 1] − 1]`. */
export function adjacency({ size, a, b }: Links, taken: Uint8Array, worst: number) {
  const starts = new Uint32Array(size + 1)
  const each = (visit: (place: number, link: number) => void) => {
    for (let link = 0; link <= worst; link += 1) {
      if (taken[link]) continue
      visit(a[link] as number, link)
      visit(b[link] as number, link)
    }
  }
  each((place) => {
    starts[place + 1] = (starts[place + 1] as number) + 1
  })
  for (let place = 0; place < size; place += 1)
    starts[place + 1] = (starts[place + 1] as number) + (starts[place] as number)
  const ends = new Uint32Array(starts[size] as number)
  const next = starts.slice()
  each((place, link) => {
    ends[next[place] as number] = link
    next[place] = (next[place] as number) + 1
  })
  return { starts, ends }
}
