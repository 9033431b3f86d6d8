import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findCycles } from '../../src/graph/cycles.js'
import { levelsOf } from '../../src/graph/levels.js'

type Edges = Readonly<Record<string, readonly string[]>>

const cyclesOf = (edges: Edges) => findCycles(Object.keys(edges), (node) => edges[node] ?? [])

describe('cycles', () => {
  test('are one a component, from its least member, the shortest', () => {
    expect(cyclesOf({ c: ['a'], a: ['b'], b: ['c', 'a'], d: ['a'] })).toEqual([['a', 'b', 'a']])
    expect(cyclesOf({ z: ['z'], a: ['b'], b: ['c'], c: ['a', 'z'] })).toEqual([
      ['a', 'b', 'c', 'a'],
      ['z', 'z'],
    ])
    expect(cyclesOf({ a: ['b', 'c'], b: ['c'], c: [] })).toEqual([])
  })

  test('are found in chains too long for recursion', () => {
    const nodes = Array.from({ length: 50_000 }, (_, i) => `n${i}`)
    const inputs = new Map(nodes.map((node, i) => [node, [nodes[(i + 1) % nodes.length] ?? '']]))
    expect(findCycles(nodes, (node) => inputs.get(node) ?? [])[0]).toHaveLength(50_001)
  })
})

/** Random graphs of twelve nodes. */
const graphs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 }).map((pairs): Edges => {
  const edges: Record<string, string[]> = {}
  for (let i = 0; i < 12; i++) edges[`n${i}`] = []
  for (const [from, to] of pairs) edges[`n${from}`]?.push(`n${to}`)
  return edges
})

describe('levels', () => {
  test('put each node after everything that it reads, where that is possible', () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const levels = levelsOf(Object.keys(edges), (node) => edges[node] ?? [])
        const level = new Map(levels.flatMap((nodes, i) => nodes.map((node) => [node, i])))
        expect([...level.keys()].sort()).toEqual(Object.keys(edges).sort())
        const isOrdered = Object.entries(edges).every(([node, inputs]) =>
          inputs.every((input) => (level.get(input) ?? 0) < (level.get(node) ?? 0)),
        )
        expect(isOrdered).toBe(cyclesOf(edges).length === 0)
      }),
    )
  })

  test('do not depend on the order of the nodes', () => {
    const edges: Edges = { b: [], a: [], d: ['b'], c: ['a', 'b'], e: ['c'] }
    const inputsOf = (node: string) => edges[node] ?? []
    const expected = [['a', 'b'], ['c', 'd'], ['e']]
    expect(levelsOf(['a', 'b', 'c', 'd', 'e'], inputsOf)).toEqual(expected)
    expect(levelsOf(['e', 'd', 'c', 'b', 'a'], inputsOf)).toEqual(expected)
  })
})
