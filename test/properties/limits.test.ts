import fc from 'fast-check'
import { expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'

/**
 * Limits by their definition: edges one by one, best first, refusing those that break. The program's rounds must give the
 * same partition and the same refused links, on any graph and in any order of the rows.
 */
const TYPES = ['account', 'email', 'phone', 'cookie'] as const
type Type = (typeof TYPES)[number]

interface Row {
  readonly values: { readonly [type in Type]: string | undefined }
  readonly born: string | undefined
  readonly day: number | undefined
}

interface Limits {
  readonly account: number | undefined
  readonly email: number | undefined
  readonly size: number | undefined
  readonly keepApart: boolean
  readonly refuseAll: boolean
}

interface Override {
  readonly kind: 'link' | 'unlink' | 'block'
  readonly nodes: readonly string[]
}

interface Edge {
  readonly first: string
  readonly second: string
  seen: number
  rows: number
  link?: number
}

const strengthOf = (node: string): number => TYPES.indexOf(node.split(':')[0] as Type)
const bytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const textOf = (node: string): string => node.slice(node.indexOf(':') + 1)

function nodesOf({ values }: Row): readonly string[] {
  return TYPES.flatMap((type) => (values[type] === undefined ? [] : [`${type}:${values[type]}`]))
}

/** The definition, word for word. */
function sequential(records: readonly Row[], limits: Limits, overrides: readonly Override[]) {
  const edges = new Map<string, Edge>()
  const born = new Map<string, Set<string>>()
  const group = new Map<string, Set<string>>()
  const ofKind = (kind: Override['kind']) => overrides.filter((override) => override.kind === kind)
  const blocked = new Set(ofKind('block').flatMap(({ nodes }) => nodes))
  for (const record of records) {
    const [hub, ...others] = nodesOf(record).filter((node) => !blocked.has(node))
    if (hub === undefined) continue
    for (const node of [hub, ...others]) group.set(node, new Set([node]))
    if (record.born !== undefined) born.set(hub, (born.get(hub) ?? new Set()).add(record.born))
    for (const other of others) {
      const edge = edges.get(`${hub} ${other}`) ?? { first: hub, second: other, seen: Infinity, rows: 0 }
      edge.seen = Math.min(edge.seen, record.day ?? Infinity)
      edge.rows += 1
      edges.set(`${hub} ${other}`, edge)
    }
  }
  overrides.forEach(({ kind, nodes }, position) => {
    const [first = '', second = ''] = [...nodes].sort(
      (a, b) => strengthOf(a) - strengthOf(b) || bytes(textOf(a), textOf(b)),
    )
    if (kind !== 'link' || first === second || !group.has(first) || !group.has(second)) return
    const edge = edges.get(`${first} ${second}`) ?? { first, second, seen: Infinity, rows: 0 }
    edges.set(`${first} ${second}`, { ...edge, link: edge.link ?? position })
  })
  const ordered = [...edges.values()].sort(
    (a, b) =>
      (a.link ?? Infinity) - (b.link ?? Infinity) ||
      strengthOf(a.second) - strengthOf(b.second) ||
      (a.seen === b.seen ? 0 : a.seen - b.seen) ||
      b.rows - a.rows ||
      strengthOf(a.first) - strengthOf(b.first) ||
      bytes(textOf(a.first), textOf(b.first)) ||
      bytes(textOf(a.second), textOf(b.second)),
  )
  const held = (nodes: Set<string>, type: Type) =>
    [...nodes].filter((node) => node.startsWith(`${type}:`)).length
  const known = (nodes: Set<string>) => new Set([...nodes].flatMap((node) => [...(born.get(node) ?? [])]))
  const breaches = (x: Set<string>, y: Set<string>): readonly string[] => {
    const counted = (['account', 'email'] as const).flatMap((type) => {
      const [a, b, max] = [held(x, type), held(y, type), limits[type]]
      return max !== undefined && a > 0 && b > 0 && a + b > max ? [`max_per_profile: ${type}`] : []
    })
    const large = limits.size !== undefined && x.size + y.size > limits.size ? ['max_profile_size'] : []
    const [a, b] = [known(x), known(y)]
    const differ = limits.keepApart && a.size > 0 && b.size > 0 && new Set([...a, ...b]).size > 1
    return [...counted, ...large, ...(differ ? ['keep_apart: born'] : [])]
  }
  const unlinked = (x: Set<string>, y: Set<string>) =>
    ofKind('unlink').some(({ nodes: [a = '', b = ''] }) => (x.has(a) && y.has(b)) || (x.has(b) && y.has(a)))
  const groupOf = (node: string) => group.get(node) as Set<string>
  const refusedEdges: Edge[] = []
  for (const edge of ordered) {
    const [x, y] = [groupOf(edge.first), groupOf(edge.second)]
    if (x === y) continue
    if (unlinked(x, y) || (edge.link === undefined && breaches(x, y).length > 0)) refusedEdges.push(edge)
    else {
      const joined = new Set([...x, ...y])
      for (const node of joined) group.set(node, joined)
    }
  }
  const refused = refusedEdges.map(({ first, second }) => {
    const [x, y] = [groupOf(first), groupOf(second)]
    return `${first} ${second} ${[...(unlinked(x, y) ? ['unlink'] : []), ...breaches(x, y)].join(', ')}`
  })
  if (limits.refuseAll) {
    const contested = new Set(
      refusedEdges.flatMap(({ second, link }) => (link === undefined ? [second] : [])),
    )
    const isContested = ({ first, second, link }: Edge) =>
      link === undefined &&
      (contested.has(second) || (contested.has(first) && strengthOf(first) === strengthOf(second)))
    const fallen = ordered.filter((edge) => isContested(edge) && !refusedEdges.includes(edge))
    refused.push(...fallen.map(({ first, second }) => `${first} ${second} on_conflict: refuse_all`))
    for (const node of group.keys()) group.set(node, new Set([node]))
    for (const edge of ordered) {
      if (refusedEdges.includes(edge) || fallen.includes(edge)) continue
      const joined = new Set([...groupOf(edge.first), ...groupOf(edge.second)])
      for (const node of joined) group.set(node, joined)
    }
  }
  const partition = [...new Set(group.values())].map((nodes) => [...nodes].sort().join(' '))
  return { partition: partition.sort(), refused: refused.sort() }
}

const written = ({ kind, nodes }: Override) =>
  `  - { ${kind}: ${kind === 'block' ? JSON.stringify(nodes[0]) : JSON.stringify(nodes)}, reason: drawn }`

const models = (
  limits: Limits,
  overrides: readonly Override[],
) => `${overrides.length === 0 ? '' : `overrides:\n${overrides.map(written).join('\n')}`}
entities:
  - name: customer
    max_profile_share: 100%
    ${limits.size === undefined ? '' : `max_profile_size: ${limits.size}`}
    ${limits.keepApart ? 'keep_apart: [born]' : ''}
    ${limits.refuseAll ? 'on_conflict: refuse_all' : ''}
    identifiers:
      - { name: account ${limits.account === undefined ? '' : `, max_per_profile: ${limits.account}`} }
      - { name: email ${limits.email === undefined ? '' : `, max_per_profile: ${limits.email}`} }
      - { name: phone }
      - { name: cookie }
sources:
  - name: people
    file: data/people.csv
    key: id
    updated_at: day
    identifiers: { account: account, email: email, phone: phone, cookie: cookie }
    attributes: { born: born }
`

const header = 'id,account,email,phone,cookie,born,day'
const dayOf = (day: number) => `2026-01-${String(day + 1).padStart(2, '0')}`
const line = ({ values, born, day }: Row, id: number) =>
  [id, ...TYPES.map((type) => values[type] ?? ''), born ?? '', day === undefined ? '' : dayOf(day)].join(',')

async function program(folder: string) {
  const nodes = await query(
    folder,
    `select string_agg(identifier || ':' || value, ' ' order by identifier || ':' || value) as nodes from customer_identifiers group by customer_id`,
  )
  const refused = await query(
    folder,
    `select identifier || ':' || value || ' ' || other_identifier || ':' || other_value || ' ' || reason as edge from customer_refused_edges`,
  )
  return {
    partition: nodes.map((row) => String(row.nodes)).sort(),
    refused: refused.map((row) => String(row.edge)).sort(),
  }
}

const value = (prefix: string, n: number) =>
  fc.option(
    fc.nat(n).map((i) => `${prefix}${i}`),
    { nil: undefined, freq: 3 },
  )

/** `spread`: how many different values there are; few make hubs and contested graphs. */
const graph = (spread: number): fc.Arbitrary<Row[]> =>
  fc.array(
    fc.record({
      values: fc.record({
        account: value('a', spread),
        email: value('e', spread),
        phone: value('p', Math.ceil(spread / 2)),
        cookie: value('c', spread * 2),
      }),
      born: fc.option(fc.constantFrom('1980-01-01', '1990-01-01', '2000-01-01'), { nil: undefined, freq: 2 }),
      day: fc.option(fc.nat(8), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 60 },
  )

const limitsOf: fc.Arbitrary<Limits> = fc
  .record({
    account: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    email: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    size: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined, freq: 1 }),
    keepApart: fc.boolean(),
    refuseAll: fc.boolean(),
  })
  .filter(
    ({ account, email, size, keepApart }) =>
      keepApart || [account, email, size].some((limit) => limit !== undefined),
  )

/** Many graphs fit into one run when their values differ. */
const GRAPHS_OF_A_RUN = 40

function numbered(rows: readonly Row[], n: number): readonly Row[] {
  return rows.map((row) => ({
    ...row,
    values: Object.fromEntries(
      TYPES.map((type) => [type, row.values[type] && `${row.values[type]}x${n}`]),
    ) as Row['values'],
  }))
}

/** Overrides about identifiers that rows have, now and then about one that none has. */
const overridesOf = (rows: readonly Row[]): fc.Arbitrary<Override[]> => {
  const nodes = [...new Set(rows.flatMap(nodesOf)), 'account:nobody']
  const node = fc.constantFrom(...nodes)
  // Of two identifiers of one graph, more often than not: those are the ones that meet.
  const near = fc.constantFrom(...rows.map(nodesOf).filter((one) => one.length > 1), nodes.slice(-2))
  const pair = fc
    .oneof(
      fc.tuple(node, node),
      near.map((one) => [one[0] ?? '', one.at(-1) ?? ''] as [string, string]),
    )
    .filter(([first, second]) => first !== second)
  const override = fc.oneof(
    pair.map((two) => ({ kind: 'link' as const, nodes: two })),
    pair.map((two) => ({ kind: 'unlink' as const, nodes: two })),
    node.map((one) => ({ kind: 'block' as const, nodes: [one] })),
  )
  return fc.array(override, { maxLength: 30 })
}

test('limits and overrides give what taking edges one by one gives', async () => {
  const graphs = fc.array(fc.oneof(graph(3), graph(8), graph(25)), {
    minLength: GRAPHS_OF_A_RUN,
    maxLength: GRAPHS_OF_A_RUN,
  })
  const cases = graphs
    .map((all) => all.flatMap(numbered))
    .chain((rows) => fc.tuple(fc.constant(rows), limitsOf, overridesOf(rows)))
  await fc.assert(
    fc.asyncProperty(cases, async ([rows, limits, overrides]) => {
      const expected = sequential(rows, limits, overrides)
      const folder = writeProject({ 'models/models.yml': models(limits, overrides) })
      const lines = rows.map(line)
      for (const ordered of [lines, [...lines].reverse()]) {
        writeFiles(folder, { 'data/people.csv': `${[header, ...ordered].join('\n')}\n` })
        const run = await runProjectIn(folder)
        expect(run.result?.error).toBeUndefined()
        expect(run.printed).toBe('')
        expect(await program(folder)).toEqual(expected)
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 5), endOnFailure: true },
  )
}, 600_000)
