import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bridgesOf } from '../../src/inspect/bridges.js'

/** A number of nodes, and pairs of them: loops and repeated pairs included. */
const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((nodes) =>
    fc.tuple(fc.constant(nodes), fc.array(fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1)), { maxLength: 18 })),
  )

/** By definition: take the link away and look how far one still gets from either end. */
function byDefinition(links: readonly (readonly [number, number])[]) {
  return links.flatMap(([u, v], link) => {
    const others = links.filter((_, i) => i !== link)
    const [here, there] = [reached(u, others), reached(v, others)]
    if (here.has(v)) return []
    return [{ link, smaller: Math.min(here.size, there.size), larger: Math.max(here.size, there.size) }]
  })
}

function reached(from: number, links: readonly (readonly [number, number])[]): ReadonlySet<number> {
  const found = new Set([from])
  for (let before = 0; before !== found.size; ) {
    before = found.size
    for (const [u, v] of links) if (found.has(u) || found.has(v)) found.add(u).add(v)
  }
  return found
}

test('bridges are those without which a graph falls apart, with the size of both parts', () => {
  fc.assert(
    fc.property(graphs, ([nodes, links]) => {
      const found = [...bridgesOf(nodes, links)].sort((a, b) => a.link - b.link)
      expect(found).toEqual(byDefinition(links))
    }),
    { numRuns: 5000 },
  )
})

test('a chain of a million nodes has a bridge between any two of them', () => {
  const links = Array.from({ length: 999_999 }, (_, i) => [i, i + 1] as const)
  const found = bridgesOf(1_000_000, links)
  expect(found.length).toBe(999_999)
  expect(Math.max(...found.slice(0, 1).map(({ larger }) => larger))).toBe(999_999)
  expect(found.some(({ smaller }) => smaller === 500_000)).toBe(true)
})
