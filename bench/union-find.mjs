// @ts-check
/**
 * The floor: DuckDB reads, casts and normalises the same identifiers, numbers them and gives the edges; a union-find over
 * a typed array resolves them; the labels go back into a table. No keys checked, no rejections, no ids, no profiles.
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

const plain = (/** @type {string} */ c) => `nullif(trim(${c}), '')`
const email = `case when regexp_matches(lower(trim(email)), '^[^@ ]+@[^@ ]+[.][^@ ]+$') then lower(trim(email)) end`
const phone = `case when length(regexp_replace(phone, '[^0-9]', '', 'g')) = 10 then '+1' || regexp_replace(phone, '[^0-9]', '', 'g') end`
const sources = {
  accounts: { account_id: plain('account_id'), email, phone },
  web: { account_id: plain('account_id'), email, anonymous_id: plain('anonymous_id') },
  orders: { account_id: plain('account_id'), email, phone },
  app: { account_id: plain('account_id'), device_id: plain('device_id') },
  pos: { phone, loyalty_card: plain('loyalty_card') },
}
const rejected = "('null','none','nil','n/a','na','nan','undefined','unknown','anonymous','-1')"
for (const [source, identifiers] of Object.entries(sources)) {
  const columns = Object.entries(identifiers).map(
    ([type, value]) =>
      `case when lower(${value}) not in ${rejected} then '${type}:' || ${value} end as ${type}`,
  )
  await connection.run(
    `create or replace table rows_${source} as select cast(id as varchar) as record_key, ${columns.join(', ')} from read_parquet('${join(dir, 'data', `${source}_*.parquet`)}')`,
  )
}
const occurrences = Object.entries(sources).flatMap(([source, identifiers]) =>
  Object.keys(identifiers).map((type) => `select ${type} as v from rows_${source} where ${type} is not null`),
)
await connection.run(
  `create or replace table dictionary as select v, cast(row_number() over () - 1 as integer) as id from (select distinct v from (${occurrences.join(' union all ')}))`,
)
const edges = Object.entries(sources).flatMap(([source, identifiers]) => {
  const types = Object.keys(identifiers)
  return types
    .slice(1)
    .map(
      (type, i) =>
        `select coalesce(${types.slice(0, i + 1).join(', ')}) as a, ${type} as b from rows_${source} where ${type} is not null and coalesce(${types.slice(0, i + 1).join(', ')}) is not null`,
    )
})
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
