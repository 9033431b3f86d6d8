// @ts-check
/**
 * The floor: DuckDB reads, casts and normalises the same identifiers, numbers them and gives the edges; a union-find over
 * a typed array resolves them; the labels go back into a table. No keys checked, nothing listed as rejected, no ids, no profiles.
 * Usage: node bench/union-find.mjs <project folder>
 */
import { join } from 'node:path'
import { DuckDBDataChunk, DuckDBInstance, INTEGER } from '@duckdb/node-api'

const dir = process.argv[2] ?? '.'
const instance = await DuckDBInstance.create(join(dir, 'target', 'baseline.duckdb'), {
  threads: '2',
  memory_limit: '3GB',
  preserve_insertion_order: 'false',
})
const connection = await instance.connect()

/** Of what `npm run build` made: types are checked there. @param {string} file @returns {Promise<any>} */
const built = (file) => import(new URL(`../dist/${file}`, import.meta.url).href)
const { duckdb } = await built('engines/duckdb/dialect.js')
const { as, list, name, sql } = await built('sql/fragment.js')
const { isDefaultReject, normalize } = await built('sql/normalizers.js')
const { print } = await built('sql/printer.js')

/** The normalisers and default rejects of cdp itself, so that both resolve the same identifiers. @type {Record<string, object>} */
const normalizers = { email: { kind: 'email', foldGmail: false }, phone: { kind: 'phone', region: 'US' } }
/** @type {Record<string, string[]>} */
const sources = {
  accounts: ['account_id', 'email', 'phone'],
  web: ['account_id', 'email', 'anonymous_id'],
  orders: ['account_id', 'email', 'phone'],
  app: ['account_id', 'device_id'],
  pos: ['phone', 'loyalty_card'],
}
for (const [source, types] of Object.entries(sources)) {
  const trimmed = types.map((type) => as(normalize(duckdb, name(type), { kind: 'trim' }), type))
  const normal = types.map((type) => {
    const rejected = isDefaultReject(duckdb, duckdb.functions.lower(name(type)))
    const value = normalize(duckdb, name(type), normalizers[type] ?? { kind: 'none' })
    return as(sql`case when not ${rejected} then ${`${type}:`} || ${value} end`, type)
  })
  const select = sql`
    select record_key, ${list(normal)}
    from (
      select cast(id as varchar) as record_key, ${list(trimmed)}
      from read_parquet(${join(dir, 'data', `${source}_*.parquet`)})
    )
  `
  await connection.run(`create or replace table rows_${source} as ${print(select, duckdb)}`)
}
const occurrences = Object.entries(sources).flatMap(([source, types]) =>
  types.map((type) => `select ${type} as v from rows_${source} where ${type} is not null`),
)
await connection.run(
  `create or replace table dictionary as select v, cast(row_number() over () - 1 as integer) as id from (select distinct v from (${occurrences.join(' union all ')}))`,
)
const edges = Object.entries(sources).flatMap(([source, types]) =>
  types
    .slice(1)
    .map(
      (type, i) =>
        `select coalesce(${types.slice(0, i + 1).join(', ')}) as a, ${type} as b from rows_${source} where ${type} is not null and coalesce(${types.slice(0, i + 1).join(', ')}) is not null`,
    ),
)
const edgeQuery = `select distinct x.id as u, y.id as v from (select distinct a, b from (${edges.join(' union all ')})) e join dictionary x on x.v = e.a join dictionary y on y.v = e.b`
const [[count]] = /** @type {[[bigint]]} */ (
  (await connection.runAndReadAll('select count(*) from dictionary')).getRows()
)
const parent = new Int32Array(Number(count)).map((_, i) => i)
const find = (/** @type {number} */ node) => {
  let x = node
  while (parent[x] !== x) {
    parent[x] = parent[parent[x]]
    x = parent[x]
  }
  return x
}
const result = await connection.stream(edgeQuery)
let edgeCount = 0
for (;;) {
  const chunk = await result.fetchChunk()
  if (!chunk || chunk.rowCount === 0) break
  const [us, vs] = [chunk.getColumnVector(0), chunk.getColumnVector(1)]
  for (let i = 0; i < chunk.rowCount; i++) {
    const a = find(/** @type {number} */ (us.getItem(i)))
    const b = find(/** @type {number} */ (vs.getItem(i)))
    if (a !== b) parent[Math.max(a, b)] = Math.min(a, b)
    edgeCount++
  }
}
await connection.run('create or replace table labels (id integer, label integer)')
const appender = await connection.createAppender('labels')
let components = 0
const batch = 2048
for (let start = 0; start < parent.length; start += batch) {
  const size = Math.min(batch, parent.length - start)
  const ids = Array.from({ length: size }, (_, i) => start + i)
  const labels = ids.map((id) => find(id))
  components += labels.filter((label, i) => label === start + i).length
  const chunk = DuckDBDataChunk.create([INTEGER, INTEGER], size)
  chunk.setColumns([ids, labels])
  appender.appendDataChunk(chunk)
}
appender.closeSync()
console.log(JSON.stringify({ nodes: parent.length, edges: edgeCount, components }))
connection.closeSync()
instance.closeSync()
