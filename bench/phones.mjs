// @ts-check
/**
 * Store phones under `max_per_profile`: people with an account, an e-mail address and a phone of their own, of whom 500 each also
 * gave the phone of their store, with 50 and with 200 stores. A profile holds one account, so that nearly all links to a store's
 * phone are refused. Printed are time, rounds, profiles built, peak of memory and refused links of the first run, of one after 1 % new rows, and
 * of a full one over the same rows, each as a whole process with 3 GB of memory.
 * Usage: npm run bench:phones -- [--people N]
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { peakOf } from './peak-memory.mjs'

const { values: options } = parseArgs({ options: { people: { type: 'string', default: '300000' } } })
const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
const people = Number(options.people)
if (!Number.isInteger(people) || people < 1000)
  throw new Error(`--people ${options.people}: a whole number from 1000 is needed`)
const OF_A_STORE = 500

const MODELS = `entities:
  - name: customer
    identifiers:
      - { name: account, max_per_profile: 1 }
      - { name: email, normalize: email }
      - { name: phone }
    attributes: [{ name: city }]
sources:
  - { name: accounts, file: data/accounts_*.parquet, key: id, updated_at: at, identifiers: { account: account, email: email, phone: phone }, attributes: { city: city } }
  - { name: orders, file: data/orders_*.parquet, key: id, event: { value: order }, timestamp: at, identifiers: { account: account, phone: phone } }
`
const PROFILES = `name: phones
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2, memory_limit: 3GB }
`

for (const stores of [50, 200]) {
  const dir = mkdtempSync(join(tmpdir(), 'cdp-phones-'))
  try {
    mkdirSync(join(dir, 'data'))
    mkdirSync(join(dir, 'models'))
    writeFileSync(join(dir, 'profiles.yml'), PROFILES)
    writeFileSync(join(dir, 'models/all.yml'), MODELS)
    console.log(`${people} people, ${stores} store phones`)
    await generate(dir, stores, 0, people)
    await run(dir, 'first run', [], 'full')
    // One in a hundred rows more: people who are new, and orders of those who are there, some of them from a store.
    await generate(dir, stores, people, people + Math.floor(people / 100))
    const more = await run(dir, '1 % more rows', [], 'incremental')
    const full = await run(dir, 'full refresh', ['--full-refresh'], 'full')
    if (more.refused !== full.refused)
      throw new Error(`${more.refused} refused links, but ${full.refused} in full`)
    console.log(`  1 % more: ${((100 * more.ms) / full.ms).toFixed(1)} % of the full run`)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/**
 * Rows number `from` to `to`: an account each, and an order; the first 500 of each store ordered with its phone too. Accounts of
 * orders are those of people who were there.
 * @param {string} dir @param {number} stores @param {number} from @param {number} to
 */
async function generate(dir, stores, from, to) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const at = "timestamp '2025-01-01' + to_seconds(cast(hash(i) % 30000000 as bigint))"
  const isStore = from === 0 ? `i < ${stores * OF_A_STORE}` : 'i % 12 = 0'
  const queries = {
    accounts: `select 'p' || i as id, 'acc' || i as account, 'user' || i || '@example.com' as email,
      '+1650' || lpad(i::varchar, 7, '0') as phone, 'City ' || i % 499 as city, ${at} as at from range(${from}, ${to}) as r(i)`,
    orders: `select 'o' || i as id, 'acc' || hash(i, 5) % ${people} as account,
      case when ${isStore} then '+1212' || lpad((i % ${stores})::varchar, 7, '0') end as phone, ${at} as at from range(${from}, ${to}) as r(i)`,
  }
  for (const [source, query] of Object.entries(queries))
    await connection.run(
      `copy (${query}) to '${join(dir, 'data', `${source}_${from}.parquet`)}' (format parquet)`,
    )
  connection.closeSync()
  instance.closeSync()
}

/** @param {string} dir @param {string} what @param {readonly string[]} args @param {string} mode how identity must be built */
async function run(dir, what, args, mode) {
  const begin = performance.now()
  const child = spawn(process.execPath, [main, 'run', '--as-of', '2026-06-01', ...args], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const peak = peakOf(child)
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    told += text
  })
  const code = await new Promise((done) => child.on('close', done))
  if (code !== 0) throw new Error(told)
  const ms = performance.now() - begin
  const result = JSON.parse(readFileSync(join(dir, 'target/run_results.json'), 'utf8'))
  const node = result.nodes.find((/** @type {any} */ one) => one.id === 'identity.customer')
  if (node.mode !== mode) throw new Error(`${what}: ${node.mode}, but ${mode} was expected`)
  const refused = await count(dir)
  const { rows } = result.nodes.find((/** @type {any} */ one) => one.id === 'profile.customer')
  console.log(
    `  ${what}: ${(ms / 1000).toFixed(1)} s, identity ${(node.elapsed_ms / 1000).toFixed(1)} s in ${node.rounds} rounds, ${rows} profiles built, ${(peak() / 1e6).toFixed(0)} MB, ${refused} refused links`,
  )
  return { ms, refused }
}

/** @param {string} dir */
async function count(dir) {
  const instance = await DuckDBInstance.create(join(dir, 'target/dev.duckdb'))
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll('select count(*)::integer from cdp.customer_refused_edges')
  connection.closeSync()
  instance.closeSync()
  return Number(reader.getRows()[0]?.[0])
}
