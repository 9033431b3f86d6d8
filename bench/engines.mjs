// @ts-check
/**
 * The same rows on DuckDB and on servers, one after the other on the same machine: `cdp run` as a whole process, the time until
 * ids are known and until profiles are published, statements, rounds, what the server has read; and the rate at which a file is
 * loaded into it. Ids and profiles are compared with those of DuckDB.
 * Usage: npm run bench:engines -- [--postgres URL] [--trino] [--spark] [--rows N] [--keep]
 *   --postgres  postgresql://user:password@host/database, where the schemas cdp_bench and cdp_bench_internal may be dropped and made
 *   --trino     starts a Trino (scripts/trino.mjs) for it
 *   --spark     starts a Spark (scripts/spark.mjs) for it
 *   --rows      source rows, 1 000 000 unless said
 *   --keep      leaves the project and the schemas in Postgres where they are
 */
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generate } from './generate.mjs'
import { peakOf } from './peak-memory.mjs'

const { values: options } = parseArgs({
  options: {
    postgres: { type: 'string' },
    trino: { type: 'boolean', default: false },
    spark: { type: 'boolean', default: false },
    rows: { type: 'string', default: '1000000' },
    keep: { type: 'boolean', default: false },
  },
})
const dist = new URL('../dist/', import.meta.url)
const rows = Number(options.rows)
if (!Number.isInteger(rows) || rows < 1) throw new Error(`--rows ${options.rows}: a whole number is needed`)
if (!existsSync(dist)) throw new Error('there is no dist/: npm run build')
const { ENGINES } = await import(new URL('engines/registry.js', dist).href)
const { loadDataFile } = await import(new URL('engines/data-files.js', dist).href)
const { relation } = await import(new URL('sql/relation.js', dist).href)

const SCHEMA = 'cdp_bench'
const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`
const spaced = (/** @type {number} */ n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ')

/**
 * @typedef {object} Server
 * @property {string} name of its engine
 * @property {string} target as YAML on one line
 * @property {Readonly<Record<string, string>>} options of its engine
 * @property {string} [scanned] a query of what it has read so far, in words
 * @property {() => void} stop
 */

/** @param {string} url @returns {Server} */
const postgres = (url) => ({
  name: 'postgres',
  target: `{ type: postgres, url: "{{ env 'BENCH_URL' }}", schema: ${SCHEMA} }`,
  options: { url },
  scanned: `select cast(tup_returned as bigint) as number, 'rows read' as what from pg_stat_database where datname = current_database()`,
  stop: () => {},
})

/** Starts a server by a script of the project. @param {'trino' | 'spark'} name @param {string} catalog @param {string} [scanned] @returns {Server} */
function scripted(name, catalog, scanned) {
  const script = fileURLToPath(new URL(`../scripts/${name}.mjs`, import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), `cdp-bench-${name}-`))
  const call = (/** @type {string[]} */ ...args) =>
    execFileSync(process.execPath, [script, ...args, '--folder', folder], { encoding: 'utf8' })
  const { url } = JSON.parse(call('start', '--port', '0', '--heap', '3G'))
  return {
    name,
    target: `{ type: ${name}, url: "${url}", catalog: ${catalog}, schema: ${SCHEMA} }`,
    options: { url, catalog },
    ...(scanned !== undefined && { scanned }),
    stop: () => {
      call('stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const TRINO_SCANNED = `select sum(physical_input_bytes) as number, 'bytes read' as what from system.runtime.tasks`

/** `cdp run` as a whole process. @param {string} dir @param {string} target */
async function run(dir, target) {
  const begin = performance.now()
  const main = fileURLToPath(new URL('bin/main.js', dist))
  const env = { ...process.env, BENCH_URL: options.postgres ?? '' }
  const child = spawn(process.execPath, [main, 'run', '--target', target], { cwd: dir, env })
  const peak = peakOf(child)
  let ids = 0
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ more) => {
    text += more
    if (ids === 0 && /^\[\d+\/\d+\] identity\.customer /m.test(text)) ids = performance.now() - begin
  })
  const code = await new Promise((done) => child.on('close', done))
  if (code !== 0) throw new Error(text)
  const { measures, statements, nodes } = JSON.parse(
    readFileSync(join(dir, 'target', 'run_results.json'), 'utf8'),
  )
  const customers = Number(measures['identity.customer'].identity[0].customers)
  const { rounds } = nodes.find((/** @type {any} */ node) => node.id === 'identity.customer')
  return { ids, published: performance.now() - begin, peak: peak(), customers, statements, rounds }
}

/** Loads the rows of web events as a run does, and tells rows a second. @param {string} dir @param {any} connection */
async function load(dir, connection) {
  const file = { path: join(dir, 'data', 'web_0.parquet'), format: 'parquet' }
  const { columns } = await connection.describeFile(file)
  const types = columns.map((/** @type {any} */ { name, type }) => `${name} ${type}`)
  await connection.execute(`create table ${SCHEMA}.loaded (${types.join(', ')})`)
  const names = columns.map((/** @type {any} */ { name }) => name)
  const begin = performance.now()
  const count = await loadDataFile(connection.insertRows, {
    file,
    columns: names,
    into: relation(SCHEMA, 'loaded'),
  })
  const rate = count / ((performance.now() - begin) / 1000)
  await connection.execute(`drop table ${SCHEMA}.loaded`)
  console.log(`  ${spaced(count)} rows of ${columns.length} columns loaded, ${spaced(rate)} rows/s`)
}

/** People, what they ordered, and the first and last of their ids. @param {any} connection @param {string} [schema] */
async function published(connection, schema = SCHEMA) {
  const [row] = await connection.query(
    `select count(*) as people, sum(order_count) as orders, min(customer_id) as first, max(customer_id) as last from ${schema}.customer_profiles`,
  )
  return JSON.stringify(Object.values(row).map(String))
}

/** @param {string} name @param {Awaited<ReturnType<typeof run>>} result @param {string} [scanned] */
function tell(name, { ids, published, peak, customers, statements, rounds }, scanned) {
  const figures = [
    `ids ${seconds(ids)}`,
    `published ${seconds(published)}`,
    `${spaced(peak / 1e6)} MB in cdp`,
    `${statements} statements`,
    `${rounds} rounds`,
    ...(scanned === undefined ? [] : [scanned]),
    `${spaced(customers)} customers`,
  ]
  console.log(`${name}: ${figures.join(', ')}`)
}

/** @param {string} dir @param {Server} server @param {{ took: number, published: string }} baseline */
async function compare(dir, server, baseline) {
  const { name, target, scanned } = server
  appendFileSync(join(dir, 'profiles.yml'), `  ${name}: ${target}\n`)
  const connection = await ENGINES[name].open(server.options, dir)
  const dropAll = async () => {
    if (name !== 'postgres') return
    await connection.execute(`drop schema if exists ${SCHEMA}, ${SCHEMA}_internal cascade`)
  }
  const read = async () => (scanned === undefined ? undefined : (await connection.query(scanned))[0])
  try {
    await dropAll()
    const before = await read()
    const result = await run(dir, name)
    const after = await read()
    const more = after && `${spaced(Number(after.number) - Number(before?.number ?? 0))} ${after.what}`
    tell(connection.engine, result, more)
    console.log(`  ${(result.published / baseline.took).toFixed(1)} times as long as DuckDB`)
    const found = await published(connection)
    if (found !== baseline.published) throw new Error(`not the same: ${found}, ${baseline.published}`)
    await load(dir, connection)
  } finally {
    if (!options.keep) await dropAll()
    await connection.close()
  }
}

const dir = mkdtempSync(join(tmpdir(), 'cdp-bench-'))
try {
  await generate(dir, rows)
  const result = await run(dir, 'dev')
  const duckdb = await ENGINES.duckdb.open({ path: 'target/bench.duckdb' }, dir)
  tell(duckdb.engine, result)
  const baseline = { took: result.published, published: await published(duckdb, 'cdp') }
  await duckdb.close()
  const starts = [
    ...(options.postgres === undefined ? [] : [() => postgres(options.postgres ?? '')]),
    ...(options.trino ? [() => scripted('trino', 'iceberg', TRINO_SCANNED)] : []),
    ...(options.spark ? [() => scripted('spark', 'lake')] : []),
  ]
  for (const start of starts) {
    const server = start()
    try {
      await compare(dir, server, baseline)
    } finally {
      server.stop()
    }
  }
} finally {
  if (!options.keep) rmSync(dir, { recursive: true, force: true })
}
