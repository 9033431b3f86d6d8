import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cdp } from '../cli/command-line.js'
import { runProjectIn, writeProject } from '../project-run.js'
import { type GraphRow, graphRows, type Node, TYPES } from './random-graphs.js'

/**
 * Explanations against the rows themselves, on random graphs with a limit: every hop is a row that has both ends, chains hang
 * together from end to end, no chain has a better worst link, chains of --all hold the two together, and nothing else does.
 */
interface InputRow {
  readonly key: string
  readonly day: string | null
  readonly values: readonly { readonly type: number; readonly value: string }[]
}

const IDENTIFIERS = TYPES.map((name) => `${name}: [${name}_1, ${name}_2]`).join(', ')
type Pair = readonly [string, string]

const models = (limit: number | null, links: readonly Pair[]) => `${
  links.length === 0
    ? ''
    : `overrides:\n${links.map((pair) => `  - { link: ${JSON.stringify(pair)}, by: drawn }\n`).join('')}`
}
entities:
  - name: customer
    identifiers:
      - { name: shop_id${limit === null ? '' : `, max_per_profile: ${limit}`} }
      - { name: email, shared_above: { cookie: 2 } }
      - { name: cookie, shared_above: { shop_id: 4 } }
    max_profile_share: 100%
sources:
  - { name: even, file: even.jsonl, key: key, updated_at: day, identifiers: { ${IDENTIFIERS} } }
  - { name: odd, file: odd.jsonl, key: key, updated_at: day, identifiers: { ${IDENTIFIERS} } }
`

const nodeName = (type: string, value: string) => `${type}:${value}`
const typeOf = (node: string) => TYPES.indexOf(node.slice(0, node.indexOf(':')) as (typeof TYPES)[number])
const inputRows = (graphs: readonly (readonly GraphRow[])[]): readonly InputRow[] =>
  graphs.flatMap((rows, graph) =>
    rows.map((row, i) => ({
      key: `${graph}-${i}`,
      day: row.day,
      values: row.nodes.map(({ type, n }: Node) => ({ type, value: `g${graph}n${n}` })),
    })),
  )

function line({ key, day, values }: InputRow): string {
  const columns = TYPES.flatMap((name, type) =>
    [0, 1].map((i) => [`${name}_${i + 1}`, values.filter((x) => x.type === type)[i]?.value ?? null]),
  )
  return `${JSON.stringify({ key, day, ...Object.fromEntries(columns) })}\n`
}

/** A link as the definition has it: within a row from its strongest identifier that joins to every other one. */
interface Edge {
  readonly ends: readonly [string, string]
  day: string
  rows: number
  /** The place of the decision that links the two. */
  link?: number
}

interface Reference {
  readonly edges: readonly Edge[]
  /** Every identifier that joins, with the group that it ends in. */
  readonly group: ReadonlyMap<string, Set<string>>
  readonly rows: ReadonlyMap<string, InputRow & { readonly nodes: readonly string[] }>
}

const graphOf = (node: string) => /g\d+n/.exec(node)?.[0]
const inOrder = (a: string, b: string): Pair =>
  (typeOf(a) - typeOf(b) || (a < b ? -1 : 1)) < 0 ? [a, b] : [b, a]

/** By type: seen with more than so many of another type, a value is shared. */
const SHARED: Readonly<Record<number, { readonly other: number; readonly above: number }>> = {
  1: { other: 2, above: 2 },
  2: { other: 0, above: 4 },
}

/** The definition of docs/language/identity.md in plain code: sharing, stars, and edges one by one, best first. */
function reference(input: readonly InputRow[], limit: number | null, links: readonly Pair[]): Reference {
  const all = input.map((row, i) => {
    const nodes = [...row.values]
      .sort((a, b) => a.type - b.type)
      .map(({ type, value }) => nodeName(TYPES[type] ?? '', value))
    return { ...row, source: i % 2 === 0 ? 'even' : 'odd', nodes: [...new Set(nodes)] }
  })
  const isShared = (node: string): boolean => {
    const rule = SHARED[typeOf(node)]
    const others = all.flatMap(({ nodes }) => (nodes.includes(node) ? nodes : []))
    return rule !== undefined && new Set(others.filter((one) => typeOf(one) === rule.other)).size > rule.above
  }
  const shared = new Set(all.flatMap(({ nodes }) => nodes.filter(isShared)))
  const edges = new Map<string, Edge>()
  const group = new Map<string, Set<string>>()
  for (const { nodes, day } of all) {
    const [hub, ...others] = nodes.filter((node) => !shared.has(node))
    if (hub === undefined) continue
    for (const node of [hub, ...others]) group.set(node, new Set([node]))
    for (const other of others) {
      const ends = inOrder(hub, other)
      const edge = edges.get(ends.join(' ')) ?? { ends, day: '~', rows: 0 }
      edge.day = [edge.day, day ?? '~'].sort()[0] ?? '~'
      edge.rows += 1
      edges.set(ends.join(' '), edge)
    }
  }
  links.forEach(([a, b], link) => {
    if (a === b) return
    for (const node of [a, b]) if (!group.has(node)) group.set(node, new Set([node]))
    const ends = inOrder(a, b)
    const edge = edges.get(ends.join(' ')) ?? { ends, day: '~', rows: 0 }
    edges.set(ends.join(' '), { ...edge, link: edge.link ?? link })
  })
  const textOf = (node: string) => node.slice(node.indexOf(':') + 1)
  const order = (a: Edge, b: Edge) =>
    (a.link ?? 1e9) - (b.link ?? 1e9) ||
    typeOf(a.ends[1]) - typeOf(b.ends[1]) ||
    (a.day < b.day ? -1 : a.day > b.day ? 1 : 0) ||
    b.rows - a.rows ||
    typeOf(a.ends[0]) - typeOf(b.ends[0]) ||
    (textOf(a.ends[0]) < textOf(b.ends[0]) ? -1 : textOf(a.ends[0]) > textOf(b.ends[0]) ? 1 : 0) ||
    (textOf(a.ends[1]) < textOf(b.ends[1]) ? -1 : 1)
  const shops = (nodes: Set<string>) => [...nodes].filter((node) => typeOf(node) === 0).length
  const accepted = [...edges.values()].sort(order).filter(({ ends, link }) => {
    const [x, y] = [group.get(ends[0]) as Set<string>, group.get(ends[1]) as Set<string>]
    if (x === y) return true
    const isHeld = limit !== null && link === undefined
    if (isHeld && shops(x) > 0 && shops(y) > 0 && shops(x) + shops(y) > limit) return false
    const joined = new Set([...x, ...y])
    for (const node of joined) group.set(node, joined)
    return true
  })
  return { edges: accepted, group, rows: new Map(all.map((row) => [`${row.source}/${row.key}`, row])) }
}

/** Whether links join two nodes. */
function joins(edges: readonly Edge[], a: string, b: string): boolean {
  const reached = new Set([a])
  for (let before = 0; before !== reached.size; ) {
    before = reached.size
    for (const { ends } of edges)
      if (reached.has(ends[0]) !== reached.has(ends[1])) for (const end of ends) reached.add(end)
  }
  return reached.has(b)
}

/** The place of the worst link of the best path: the first in the order with which the two are joined. */
function bottleneck(edges: readonly Edge[], a: string, b: string): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (joins(edges.slice(0, middle + 1), a, b)) high = middle
    else low = middle + 1
  }
  return low
}

/** The fewest links of a path that has none worse than the given one. */
function fewest(edges: readonly Edge[], worst: number, a: string, b: string): number {
  let reached = new Set([a])
  for (let steps = 0; ; steps += 1) {
    if (reached.has(b)) return steps
    const near = edges.slice(0, worst + 1).filter(({ ends }) => reached.has(ends[0]) || reached.has(ends[1]))
    reached = new Set([...reached, ...near.flatMap(({ ends }) => ends)])
  }
}

interface Hop {
  readonly from: { readonly kind: string; readonly identifier: string; readonly value: string }
  readonly to: Hop['from']
  readonly rule: string
  readonly value: string
  readonly source: string | null
  readonly record_key: string | null
  readonly override: { readonly kind: string; readonly by: string } | null
  readonly first_seen_at: string | null
  readonly row_count: number
}
interface Told {
  readonly kind: string
  readonly complete: boolean
  readonly chains: readonly { readonly hops: readonly Hop[]; readonly weakest: number }[]
  readonly refused: readonly (Hop & { readonly reason: string })[]
  readonly limits: readonly { readonly limit: number; readonly from: number; readonly to: number }[]
}

const name = ({ identifier, value }: Hop['from']) => nodeName(identifier, value)

/** Every hop is a row with both ends, one of them its strongest; gives the places of the links that are taken. */
function linksOf(hops: readonly Hop[], truth: Reference, a: string, b: string): readonly number[] {
  let at = a
  const places = hops.map((hop) => {
    expect(name(hop.from)).toBe(at)
    at = name(hop.to)
    const both = [name(hop.from), at]
    const place = truth.edges.findIndex(({ ends }) => both.includes(ends[0]) && both.includes(ends[1]))
    const edge = truth.edges[place]
    expect({ seen: hop.first_seen_at?.slice(0, 10) ?? '~', rows: hop.row_count }).toEqual({
      seen: edge?.day,
      rows: edge?.rows,
    })
    if (edge?.link === undefined) expect(hop.override).toBeNull()
    else expect(hop.override).toMatchObject({ kind: 'link', by: 'drawn' })
    const row = truth.rows.get(`${hop.source}/${hop.record_key}`)
    if (hop.source === null) expect(edge?.rows).toBe(0)
    else expect(row?.nodes).toEqual(expect.arrayContaining(both))
    if (row) expect(row.day ?? '~').toBe(edge?.day)
    const weaker = [...both].sort((x, y) => typeOf(y) - typeOf(x))[0] as string
    if (typeOf(name(hop.from)) !== typeOf(at)) expect(nodeName(hop.rule, hop.value)).toBe(weaker)
    return place
  })
  expect(at).toBe(b)
  return places
}

function check(told: Told, truth: Reference, a: string, b: string): void {
  if (truth.group.get(a) !== truth.group.get(b)) {
    expect(told.kind).toBe('apart')
    for (const { from, to, source, record_key, reason } of told.refused) {
      expect([truth.group.get(name(from)), truth.group.get(name(to))]).toEqual([
        truth.group.get(a),
        truth.group.get(b),
      ])
      expect(truth.rows.get(`${source}/${record_key}`)?.nodes).toEqual(
        expect.arrayContaining([name(from), name(to)]),
      )
      expect(reason).toBe('max_per_profile: shop_id')
    }
    for (const { limit, from, to } of told.limits) expect(from + to).toBeGreaterThan(limit)
    return
  }
  expect(told.kind).toBe('together')
  let left = truth.edges
  for (const { hops, weakest } of told.chains) {
    const places = linksOf(hops, truth, a, b)
    const worst = bottleneck(left, a, b)
    const taken = places.map((place) => left.indexOf(truth.edges[place] as Edge))
    // −1 would be a link that an earlier chain has taken.
    expect(Math.min(...taken)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...taken)).toBe(worst)
    expect(taken[weakest]).toBe(worst)
    expect(hops).toHaveLength(fewest(left, worst, a, b))
    left = left.filter((edge) => !places.includes(truth.edges.indexOf(edge)))
  }
  expect(told.complete).toBe(true)
  expect(joins(left, a, b)).toBe(false)
}

test('every chain is real, the strongest there is, and without them the two are apart', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(graphRows, { minLength: 6, maxLength: 20 }),
      fc.constantFrom(null, 1, 2),
      fc.constantFrom(0, 3, 12),
      fc.infiniteStream(fc.nat()),
      async (graphs, limit, linked, random) => {
        const input = inputRows(graphs)
        const named = [
          ...new Set(
            input.flatMap(({ values }) =>
              values.map(({ type, value }) => nodeName(TYPES[type] ?? '', value)),
            ),
          ),
        ]
        const drawn = (from: readonly string[]) =>
          from[(random.next().value as number) % from.length] as string
        // Links between any two, and every other one of a value that joins nobody by itself, where there is one.
        const alone = reference(input, limit, []).group
        const setAside = named.filter((node) => !alone.has(node))
        const links = Array.from({ length: named.length > 1 ? linked : 0 }, (_, i): Pair => {
          const one = drawn(i % 2 === 0 && setAside.length > 0 ? setAside : named)
          const others = named.filter((node) => node !== one)
          const near = others.filter((node) => graphOf(node) === graphOf(one))
          return [one, drawn(i % 3 === 0 || near.length === 0 ? others : near)]
        })
        const truth = reference(input, limit, links)
        const folder = writeProject({
          'models/all.yml': models(limit, links),
          'even.jsonl': input
            .filter((_, i) => i % 2 === 0)
            .map(line)
            .join(''),
          'odd.jsonl': input
            .filter((_, i) => i % 2 === 1)
            .map(line)
            .join(''),
        })
        const { result, printed } = await runProjectIn(folder, { allowEmpty: true })
        expect(result?.status, printed).toBe('succeeded')
        const nodes = [...truth.group.keys()]
        for (let pair = 0; pair < PAIRS && nodes.length > 1; pair += 1) {
          const lone = setAside.filter((node) => truth.group.has(node))
          const a = drawn(pair % 3 === 0 && lone.length > 0 ? lone : nodes)
          const near = nodes.filter((node) => node !== a && graphOf(node) === graphOf(a))
          const b = drawn(near.length > 0 && pair % 4 !== 0 ? near : nodes)
          if (a === b) continue
          const { code, out, err } = await cdp(['explain', a, b, '--all', '--output', 'json'], {
            cwd: folder,
          })
          expect(code, err).toBe(0)
          check(JSON.parse(out), truth, a, b)
          const [first] =
            JSON.parse((await cdp(['explain', b, a, '--output', 'json'], { cwd: folder })).out).chains ?? []
          const back = JSON.parse(out).chains?.[0]
          expect(first?.hops.map((hop: Hop) => name(hop.from)).toReversed()).toEqual(
            back?.hops.map((hop: Hop) => name(hop.to)),
          )
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 3), endOnFailure: true },
  )
}, 600_000)

/** Questions asked of each run. */
const PAIRS = 25
