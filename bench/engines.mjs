// @ts-check
/**
 * The same rows on DuckDB and on a Postgres server, one after the other on the same machine: `cdp run` as a whole process, the
 * time until ids are known and until profiles are published; and the rate at which a file is loaded into the server.
 * Usage: npm run bench:engines -- --url postgresql://user:password@host/database [--rows N] [--keep]
 *   --url   where the schemas cdp_bench and cdp_bench_internal may be dropped and made
 *   --rows  source rows, 1 000 000 unless said
 *   --keep  leaves data and schemas where they are
 */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generate } from './generate.mjs'
import { peakOf } from './peak-memory.mjs'

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: process.env.DATABASE_URL ?? '' },
    rows: { type: 'string', default: '1000000' },
    keep: { type: 'boolean', default: false },
  },
})
const dist = new URL('../dist/', import.meta.url)
const rows = Number(options.rows)
if (options.url === '') throw new Error('--url: the address of a Postgres server is needed')
if (!Number.isInteger(rows) || rows < 1) throw new Error(`--rows ${options.rows}: a whole number is needed`)
if (!existsSync(dist)) throw new Error('there is no dist/: npm run build')
const { ENGINES } = await import(new URL('engines/registry.js', dist).href)
const { loadDataFile } = await import(new URL('engines/data-files.js', dist).href)
const { relation } = await import(new URL('sql/relation.js', dist).href)

/** `cdp run` as a whole process. @param {string} dir @param {string} target */
async function run(dir, target) {
  const begin = performance.now()
  const main = fileURLToPath(new URL('bin/main.js', dist))
  const env = { ...process.env, BENCH_URL: options.url }
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
  const { measures } = JSON.parse(readFileSync(join(dir, 'target', 'run_results.json'), 'utf8'))
  const customers = Number(measures['identity.customer'].identity[0].customers)
  return { ids, published: performance.now() - begin, peak: peak(), customers }
}

/** Loads the rows of web events as a run does, and gives rows a second. @param {string} dir @param {any} connection */
async function loadingRate(dir, connection) {
  const file = { path: join(dir, 'data', 'web_0.parquet'), format: 'parquet' }
  const { columns } = await connection.describeFile(file)
  const types = columns.map((/** @type {any} */ { name, type }) => `"${name}" ${type}`)
  await connection.execute(`create table cdp_bench.loaded (${types.join(', ')})`)
  const names = columns.map((/** @type {any} */ { name }) => name)
  const begin = performance.now()
  const into = relation('cdp_bench', 'loaded')
  const count = await loadDataFile(connection.insertRows, { file, columns: names, into })
  return { count, columns: names.length, rate: count / ((performance.now() - begin) / 1000) }
}

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`
const spaced = (/** @type {number} */ n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ')

const dir = mkdtempSync(join(tmpdir(), 'cdp-bench-'))
const server = await ENGINES.postgres.open({ url: options.url }, dir)
const dropAll = () => server.execute('drop schema if exists cdp_bench, cdp_bench_internal cascade')
try {
  await generate(dir, rows)
  appendFileSync(
    join(dir, 'profiles.yml'),
    `  server: { type: postgres, url: "{{ env 'BENCH_URL' }}", schema: cdp_bench }\n`,
  )
  await dropAll()
  const results = []
  for (const target of ['dev', 'server']) {
    const result = await run(dir, target)
    results.push(result)
    const engine = target === 'dev' ? 'DuckDB' : server.engine
    console.log(
      `${engine}: ids ${seconds(result.ids)}, published ${seconds(result.published)}, ${spaced(result.peak / 1e6)} MB in cdp, ${spaced(result.customers)} customers`,
    )
  }
  const [first, second] = results
  if (!first || first.customers !== second?.customers) throw new Error('not the same customers')
  console.log(`The server takes ${(second.published / first.published).toFixed(1)} times as long.`)
  const { count, columns, rate } = await loadingRate(dir, server)
  console.log(`${spaced(count)} rows of ${columns} columns loaded, ${spaced(rate)} rows/s`)
} finally {
  if (!options.keep) {
    await dropAll()
    rmSync(dir, { recursive: true, force: true })
  }
  await server.close()
}
