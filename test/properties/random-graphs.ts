import fc from 'fast-check'

/** Types of identifiers, strongest first; a row has two columns of each. */
export const TYPES = ['shop_id', 'email', 'cookie'] as const

/** A node of a graph: a type, and a number that makes its value. */
export interface Node {
  readonly type: number
  readonly n: number
}

/** What one row says: its nodes (at most two of a type), and the day on which it was last true. */
export interface GraphRow {
  readonly nodes: readonly Node[]
  readonly day: string | null
}

const day = fc.constantFrom(null, '2026-01-01', '2026-01-02', '2026-01-03')

/** Nodes of random types, and rows for a list of pairs of them. */
function along(
  size: number,
  pairs: readonly (readonly [number, number])[],
): fc.Arbitrary<readonly GraphRow[]> {
  const types = fc.array(fc.nat(TYPES.length - 1), { minLength: size, maxLength: size })
  const days = fc.array(day, { minLength: pairs.length, maxLength: pairs.length })
  return fc.tuple(types, days).map(([kinds, seen]) =>
    pairs.map(([a, b], i) => ({
      nodes: [a, b].map((n) => ({ type: kinds[n] ?? 0, n })),
      day: seen[i] ?? null,
    })),
  )
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

const path = fc.integer({ min: 2, max: 40 }).chain((n) =>
  along(
    n,
    upTo(n - 1).map((i) => [i, i + 1]),
  ),
)
const star = fc.integer({ min: 2, max: 60 }).chain((n) =>
  along(
    n,
    upTo(n - 1).map((i) => [0, i + 1]),
  ),
)
const clique = (from: number, size: number) =>
  upTo(size).flatMap((a) => upTo(a).map((b) => [from + a, from + b] as const))
const cliques = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 6 }), fc.boolean())
  .chain(([a, b, bridge]) =>
    along(a + b, [...clique(0, a), ...clique(a, b), ...(bridge ? [[0, a] as const] : [])]),
  )
/** Each pair with probability 1/n: where components begin to grow together. */
const critical = fc.integer({ min: 4, max: 24 }).chain((n) => {
  const pairs = clique(0, n)
  return fc.array(fc.nat(n - 1), { minLength: pairs.length, maxLength: pairs.length }).chain((dice) =>
    along(
      n,
      pairs.filter((_, i) => dice[i] === 0),
    ),
  )
})
const loops = fc.integer({ min: 1, max: 4 }).chain((n) =>
  along(
    n,
    upTo(n).map((i) => [i, i]),
  ),
)
/** Rows of none to six nodes. */
const loose = fc.array(
  fc
    .tuple(fc.array(fc.record({ type: fc.nat(TYPES.length - 1), n: fc.nat(12) }), { maxLength: 6 }), day)
    .map(([nodes, at]): GraphRow => ({ nodes: atMostTwo(nodes), day: at })),
  { maxLength: 15 },
)

function atMostTwo(nodes: readonly Node[]): readonly Node[] {
  return TYPES.flatMap((_, type) => nodes.filter((node) => node.type === type).slice(0, 2))
}

/** Some rows twice, as data has them. */
const repeated = (rows: fc.Arbitrary<readonly GraphRow[]>) =>
  fc.tuple(rows, fc.boolean()).map(([all, twice]) => (twice ? [...all, ...all.slice(0, 3)] : all))

/** Paths, stars, cliques with and without bridges, critical random graphs, self loops, isolated nodes, rows of nulls. */
export const graphRows: fc.Arbitrary<readonly GraphRow[]> = repeated(
  fc.oneof(path, star, cliques, critical, loops, loose),
)
