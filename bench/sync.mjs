// @ts-check
/**
 * What syncs cost: a model is sent to a server on loopback, then what is left after one in a hundred of its rows has
 * changed, then what is left after nothing has; each as a whole process. The server counts rows and forgets them: what arrives must be
 * what was planned, and no more. Printed are the time, rows a second of the run, requests, and the peak of memory.
 * Usage: npm run bench:sync -- [--rows N] [--acknowledged] [--keep]
 *   --acknowledged  the first run sends nothing: its rows are written into the ledger as if the server had taken them
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { peakOf } from './peak-memory.mjs'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    acknowledged: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
const rows = Number(options.rows)
if (!Number.isInteger(rows) || rows < 1000)
  throw new Error(`--rows ${options.rows}: a whole number from 1000 is needed`)
if (!existsSync(main)) throw new Error('there is no dist/: npm run build')
const dir = mkdtempSync(join(tmpdir(), 'cdp-bench-'))

let arrived = 0
let requests = 0
const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  arrived += JSON.parse(text).rows.length
  requests += 1
  response.end('{}')
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())

const WEBHOOK = readFileSync(new URL('../connectors/webhook.yml', import.meta.url), 'utf8')
const files = {
  'profiles.yml': `name: sync_bench
language: 1
vars: { generation: 0 }
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2, syncs: live }
`,
  'connectors/server.yml': WEBHOOK.replace('name: webhook', 'name: server')
    .replaceAll('max_rows: 100', 'max_rows: 1000')
    .replace(/^examples:[\s\S]*$/m, ''),
  'models/scored.sql': `select
  i as id,
  'p' || i || '@example.com' as email,
  'City ' || i % 1000 as city,
  case when i % 100 = 0 then {{var "generation"}} else 0 end + i % 7 as score
from range(${rows}) as r (i)
`,
  'models/all.yml': `models:
  - { name: scored, materialized: table }
destinations:
  - { name: server, connector: server, config: { url: "http://127.0.0.1:${port}" }, allow_http: true, allow_private: true }
syncs:
  - name: scored
    from: { model: scored }
    to: server
    key: id
    mode: mirror
    on_leave: delete
    allow_delete: true
    map: { email: email, city: city, score: score }
    log: { payload: none }
`,
}

try {
  for (const folder of ['models', 'connectors']) mkdirSync(join(dir, folder))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text)
  console.log(`a model of ${rows} rows in ${dir}`)
  await cdp(['run'])
  if (options.acknowledged) await acknowledgeAll()
  else await sync('first run', rows)
  await cdp(['run', '--vars', 'generation=1'])
  await sync('1 % changed', Math.ceil(rows / 100))
  await sync('nothing changed', 0)
} finally {
  server.close()
  if (!options.keep) rmSync(dir, { recursive: true, force: true })
}

/** @param {string} what @param {number} expected rows that are planned, sent and acknowledged */
async function sync(what, expected) {
  arrived = 0
  requests = 0
  const { ms, peak, out } = await cdp(['sync', '--output', 'json'])
  const [{ planned, ok, elapsed_ms: elapsed }] = JSON.parse(out).syncs
  if (planned !== expected || ok !== expected || arrived !== expected)
    throw new Error(`${what}: ${planned} planned, ${arrived} sent, ${ok} ok, but ${expected} were expected`)
  const rate = planned === 0 ? '' : `, ${Math.round((planned * 1000) / elapsed)} rows/s`
  console.log(
    `  ${what}: ${(ms / 1000).toFixed(1)} s, ${planned} planned, ${arrived} sent in ${requests} requests${rate}, peak ${(peak / 1e6).toFixed(0)} MB`,
  )
}

/** The plan of the first run, marked and acknowledged as a whole, in a process that ends: this one has a server to run. */
async function acknowledgeAll() {
  const begin = performance.now()
  const script = fileURLToPath(new URL('acknowledge-all.mjs', import.meta.url))
  await ended(spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'pipe'] }))
  console.log(`  all taken for sent: ${((performance.now() - begin) / 1000).toFixed(1)} s`)
}

/** @param {readonly string[]} args */
async function cdp(args) {
  const begin = performance.now()
  const child = spawn(process.execPath, [main, ...args], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
  const peak = peakOf(child)
  const out = await ended(child)
  return { ms: performance.now() - begin, peak: peak(), out }
}

/** What it printed; rejects with what it complained of. @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child */
async function ended(child) {
  let out = ''
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    told += text
  })
  const code = await new Promise((done) => child.on('close', done))
  if (code !== 0) throw new Error(told)
  return out
}
