import { adjacency, DisjointSets, type Links, otherEnd } from './strongest-chain.js'

/**
 * The forest of best links, walked from `root`: each place once, after the place that it hangs on, in the order of
 * `when` (then of the links). `link` is null of the root, and of the first place of each further tree.
 */
export function joiningOrder(
  links: Links,
  root: number,
  when: (link: number) => string | null,
): readonly { readonly place: number; readonly link: number | null; readonly from: number | null }[] {
  const sets = new DisjointSets(links.size)
  const forest: number[] = []
  for (let link = 0; link < links.a.length; link += 1)
    if (sets.join(links.a[link] as number, links.b[link] as number)) forest.push(link)
  const kept: Links = {
    size: links.size,
    a: Uint32Array.from(forest, (link) => links.a[link] as number),
    b: Uint32Array.from(forest, (link) => links.b[link] as number),
  }
  const { starts, ends } = adjacency(kept, new Uint8Array(forest.length), forest.length - 1)
  // Undated links come last; an equal time is settled by the order of links.
  const times = forest.map((link) => when(link) ?? '~')
  const isSooner = (x: number, y: number) =>
    (times[x] as string) < (times[y] as string) || (times[x] === times[y] && x < y)
  const seen = new Uint8Array(links.size)
  const order: { place: number; link: number | null; from: number | null }[] = []
  const open = new Heap(isSooner)
  const reach = (place: number, link: number | null, from: number | null) => {
    seen[place] = 1
    order.push({ place, link, from })
    for (let i = starts[place] as number; i < (starts[place + 1] as number); i += 1) {
      const next = ends[i] as number
      if (!seen[otherEnd(kept.a, kept.b, next, place)]) open.push(next)
    }
  }
  for (let start = -1; start < links.size; start += 1) {
    const place = start === -1 ? root : start
    if (seen[place]) continue
    reach(place, null, null)
    for (let link = open.pop(); link !== undefined; link = open.pop()) {
      const [a, b] = [kept.a[link] as number, kept.b[link] as number]
      const [known, fresh] = seen[a] ? [a, b] : [b, a]
      if (!seen[fresh]) reach(fresh, forest[link] as number, known)
    }
  }
  return order
}

/** A binary heap of numbers. */
class Heap {
  readonly #items: number[] = []

  constructor(readonly isBefore: (x: number, y: number) => boolean) {}

  push(item: number): void {
    const items = this.#items
    items.push(item)
    for (let at = items.length - 1; at > 0; ) {
      const up = (at - 1) >> 1
      if (!this.isBefore(items[at] as number, items[up] as number)) return
      this.#swap(at, up)
      at = up
    }
  }

  pop(): number | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (items.length === 0 || last === undefined) return first
    items[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let best = at
      for (const child of [left, right])
        if (child < items.length && this.isBefore(items[child] as number, items[best] as number)) best = child
      if (best === at) return first
      this.#swap(at, best)
      at = best
    }
  }

  #swap(x: number, y: number): void {
    const items = this.#items
    const item = items[x] as number
    items[x] = items[y] as number
    items[y] = item
  }
}
