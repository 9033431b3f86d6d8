import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'
import { type GraphRow, graphRows, type Node, TYPES } from './random-graphs.js'
import { anchors, type FileRow, nameOf, unionFind } from './union-find.js'

const IDENTIFIERS = TYPES.map((name) => `${name}: [${name}_1, ${name}_2]`).join(', ')

/** Rows of two sources about one entity, which may be partitioned. */
const models = (isPartitioned: boolean) => `
entities:
  - name: customer
    identifiers: [${TYPES.map((name) => `{ name: ${name} }`).join(', ')}]
    max_profile_share: 100%${isPartitioned ? '\n    partition: brand' : ''}
sources:${['even', 'odd']
  .map(
    (name) => `
  - name: ${name}
    file: ${name}.jsonl
    key: key
    updated_at: day${isPartitioned ? '\n    partition: brand' : ''}
    identifiers: { ${IDENTIFIERS} }`,
  )
  .join('')}
`

/** Values hold what a recipe of ids could stumble over: its own separators, and letters of several bytes. */
const textOf = (graph: number, node: Node) => `g${graph}:${['', '7:', 'é', '😀'][node.n % 4]}${node.n}`

/** With partitions, two graphs each use the same values. */
function fileRows(graphs: readonly (readonly GraphRow[])[], isPartitioned = false): readonly FileRow[] {
  return graphs.flatMap((rows, graph) =>
    rows.map((row, i) => ({
      key: `${graph}/${i}`,
      day: row.day,
      brand: isPartitioned ? `é${graph % 2}` : '',
      identifiers: row.nodes.map((node) => ({
        type: node.type,
        value: textOf(isPartitioned ? graph >> 1 : graph, node),
      })),
    })),
  )
}

function line({ key, day, brand, identifiers }: FileRow): string {
  const columns = TYPES.flatMap((name, type) =>
    [0, 1].map((i) => [`${name}_${i + 1}`, identifiers.filter((x) => x.type === type)[i]?.value ?? null]),
  )
  return JSON.stringify({ key, day, brand, ...Object.fromEntries(columns) })
}

function project(rows: readonly FileRow[]): string {
  const lines = (rest: number) =>
    rows.flatMap((row, i) => (i % 2 === rest ? [`${line(row)}\n`] : [])).join('')
  const isPartitioned = rows.some((row) => row.brand !== '')
  return writeProject({
    'models/all.yml': models(isPartitioned),
    'even.jsonl': lines(0),
    'odd.jsonl': lines(1),
  })
}

async function run(folder: string) {
  const done = await runProjectIn(folder, { asOf: '2026-06-30', allowEmpty: true })
  if (done.result?.status !== 'succeeded') throw new Error(`${done.printed}${done.result?.error?.message}`)
  return done.result
}

const sorted = (pairs: readonly (readonly [string, string | null])[]) =>
  pairs.map(([a, b]) => `${a} → ${b}`).sort()

/** Every identifier and every row with the id of its customer, as the public tables have it. */
async function published(folder: string) {
  const identifiers = await query(
    folder,
    "select identifier || ':' || value as name, customer_id from customer_identifiers",
  )
  const records = await query(folder, 'select record_key, customer_id from customer_records')
  return {
    identifiers: sorted(identifiers.map((r) => [String(r.name), String(r.customer_id)])),
    records: sorted(
      records.map((r) => [String(r.record_key), r.customer_id === null ? null : String(r.customer_id)]),
    ),
  }
}

function expected(rows: readonly FileRow[]) {
  const components = unionFind(rows)
  const ids = anchors(rows, components)
  const idOf = (name: string) => ids.get(components.get(name) ?? '') ?? ''
  return {
    identifiers: sorted([...components.keys()].map((name) => [name.replace(/^[^|]*[|]/, ''), idOf(name)])),
    records: sorted(
      rows.map(({ key, brand, identifiers: [first] }) => [key, first ? idOf(nameOf(brand, first)) : null]),
    ),
  }
}

describe('components and their ids', () => {
  it('are those of a union-find, with ids by the recipe, kept over runs and whatever the order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(graphRows, { minLength: 60, maxLength: 120, size: 'max' }),
        fc.infiniteStream(fc.nat()),
        async (graphs, random) => {
          for (const isPartitioned of [false, true]) {
            const rows = fileRows(graphs, isPartitioned)
            const folder = project(rows)
            await run(folder)
            const first = await published(folder)
            expect(first).toEqual(expected(rows))

            await run(folder)
            expect(await published(folder)).toEqual(first)
            const customers = new Set(first.identifiers.map((pair) => pair.split(' → ')[1])).size
            expect(
              await query(
                folder,
                'select count(*) as n, min(kind) as least, max(kind) as greatest from customer_id_changes',
              ),
            ).toEqual([
              {
                n: String(customers),
                least: customers ? 'created' : null,
                greatest: customers ? 'created' : null,
              },
            ])

            const places = rows.map(() => random.next().value)
            const shuffled = rows
              .map((row, i) => ({ row, place: places[i] ?? 0 }))
              .sort((a, b) => a.place - b.place)
            const other = project(shuffled.map(({ row }) => row))
            await run(other)
            expect(await published(other)).toEqual(first)
          }
        },
      ),
      { numRuns: 2, endOnFailure: true },
    )
  }, 300_000)

  it('a chain of 2 000 takes 16 rounds at most', async () => {
    const chain: readonly GraphRow[] = Array.from({ length: 1999 }, (_, n) => ({
      nodes: [n, n + 1].map((i) => ({ type: i % 3, n: i })),
      day: null,
    }))
    const rows = fileRows([chain])
    const folder = project(rows)
    const { nodes } = await run(folder)
    expect(nodes.find((node) => node.id === 'identity.customer')?.rounds).toBeLessThanOrEqual(16)
    expect(await published(folder)).toEqual(expected(rows))
  })
})
