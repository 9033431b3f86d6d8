import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { query, runProjectIn, writeProject } from '../project-run.js'
import { type GraphRow, graphRows, type Node, TYPES } from './random-graphs.js'

const MODELS = `
entities:
  - name: customer
    identifiers: [${TYPES.map((name) => `{ name: ${name} }`).join(', ')}]
    max_profile_share: 100%
sources:
  - name: rows
    file: rows.jsonl
    key: key
    updated_at: day
    identifiers: { ${TYPES.map((name) => `${name}: [${name}_1, ${name}_2]`).join(', ')} }
`

/** A row as it stands in the file: the identifiers of graphs that lie beside each other in one file differ. */
interface FileRow {
  readonly key: string
  readonly day: string | null
  readonly identifiers: readonly { readonly type: number; readonly value: string }[]
}

/** Values hold what a recipe of ids could stumble over: its own separators, and letters of several bytes. */
const textOf = (graph: number, node: Node) => `g${graph}:${['', '7:', 'é', '😀'][node.n % 4]}${node.n}`

function fileRows(graphs: readonly (readonly GraphRow[])[]): readonly FileRow[] {
  return graphs.flatMap((rows, graph) =>
    rows.map((row, i) => ({
      key: `${graph}/${i}`,
      day: row.day,
      identifiers: row.nodes.map((node) => ({ type: node.type, value: textOf(graph, node) })),
    })),
  )
}

function line({ key, day, identifiers }: FileRow): string {
  const columns = TYPES.flatMap((name, type) =>
    [0, 1].map((i) => [`${name}_${i + 1}`, identifiers.filter((x) => x.type === type)[i]?.value ?? null]),
  )
  return JSON.stringify({ key, day, ...Object.fromEntries(columns) })
}

const project = (rows: readonly FileRow[]) =>
  writeProject({ 'models/all.yml': MODELS, 'rows.jsonl': `${rows.map(line).join('\n')}\n` })

async function run(folder: string) {
  const done = await runProjectIn(folder, { asOf: '2026-06-30' })
  if (done.result?.status !== 'succeeded') throw new Error(`${done.printed}${done.result?.error?.message}`)
  return done.result
}

/** The reference: `type:value` → the least member of its component. */
function unionFind(rows: readonly FileRow[]): ReadonlyMap<string, string> {
  const parent = new Map<string, string>()
  const root = (x: string): string => {
    const up = parent.get(x) ?? x
    return up === x ? x : root(up)
  }
  for (const { identifiers } of rows) {
    const [first, ...rest] = identifiers.map(({ type, value }) => `${TYPES[type]}:${value}`)
    if (first === undefined) continue
    parent.set(first, root(first))
    for (const other of rest) {
      const [a = '', b = ''] = [root(first), root(other)].sort()
      parent.set(b, a)
      parent.set(other, a)
    }
  }
  return new Map([...parent.keys()].map((x) => [x, root(x)]))
}

/** `c_` and 20 hex digits of md5 over entity, partition, anchor type, anchor value and generation, each after its length. */
function mintedId(type: string, value: string, generation = 0): string {
  const parts = ['customer', '', type, value, String(generation)]
  const text = parts.map((part) => `${[...part].length}:${part}`).join('')
  return `c_${createHash('md5').update(text).digest('hex').slice(0, 20)}`
}

/** The strongest, then first seen, then least member of each component, by the least member. */
function anchors(
  rows: readonly FileRow[],
  components: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const seen = new Map<string, { readonly type: number; readonly value: string; readonly first: string }>()
  for (const { identifiers, day } of rows) {
    for (const { type, value } of identifiers) {
      const name = `${TYPES[type]}:${value}`
      const before = seen.get(name)?.first ?? '9999'
      const now = day ?? '9999'
      seen.set(name, { type, value, first: [before, now].sort()[0] ?? now })
    }
  }
  const rank = (name: string) => {
    const { type, first, value } = seen.get(name) ?? { type: 9, first: '', value: '' }
    return [String(type), first, Buffer.from(value).toString('hex')].join(' ')
  }
  const best = new Map<string, string>()
  for (const [name, component] of components) {
    const so = best.get(component)
    if (so === undefined || rank(name) < rank(so)) best.set(component, name)
  }
  return new Map(
    [...best].map(([component, name]) => {
      const { type = 0, value = '' } = seen.get(name) ?? {}
      return [component, mintedId(TYPES[type] ?? '', value)]
    }),
  )
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
    identifiers: sorted([...components.keys()].map((name) => [name, idOf(name)])),
    records: sorted(
      rows.map(({ key, identifiers: [first] }) => [
        key,
        first ? idOf(`${TYPES[first.type]}:${first.value}`) : null,
      ]),
    ),
  }
}

describe('components and their ids', () => {
  it('are those of a union-find, with ids by the recipe, kept over runs and whatever the order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(graphRows, { minLength: 1, maxLength: 60 }),
        fc.infiniteStream(fc.nat()),
        async (graphs, random) => {
          const rows = fileRows(graphs)
          fc.pre(rows.length > 0)
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
        },
      ),
      { numRuns: 5 },
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
