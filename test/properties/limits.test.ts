import fc from 'fast-check'
import { expect, test } from 'vitest'
import { query, runProjectIn, writeFiles, writeProject } from '../project-run.js'
import { type Limits, type Ruling, sequential, typeOf } from './sequential-rule.js'

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

interface Override {
  readonly kind: 'link' | 'unlink' | 'block'
  readonly nodes: readonly string[]
}

const strengthOf = (node: string): number => TYPES.indexOf(typeOf(node) as Type)

function nodesOf({ values }: Row): readonly string[] {
  return TYPES.flatMap((type) => (values[type] === undefined ? [] : [`${type}:${values[type]}`]))
}

/** The definition, with blocked values out of the rows, and links of what rows have left. */
function byDefinition(records: readonly Row[], limits: Limits, overrides: readonly Override[]) {
  const blocked = new Set(overrides.flatMap(({ kind, nodes }) => (kind === 'block' ? nodes : [])))
  const rows = records.map((record) => ({
    nodes: nodesOf(record).filter((node) => !blocked.has(node)),
    born: record.born,
    day: record.day,
  }))
  const there = new Set(rows.flatMap(({ nodes }) => nodes))
  const rulings = overrides.flatMap(({ kind, nodes: [a = '', b = ''] }): Ruling[] =>
    kind === 'block' || !there.has(a) || !there.has(b) ? [] : [{ kind, nodes: [a, b] }],
  )
  const { groups, refused } = sequential(rows, rulings, limits, strengthOf)
  return { partition: groups.map((nodes) => [...nodes].sort().join(' ')).sort(), refused }
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
      const expected = byDefinition(rows, limits, overrides)
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
