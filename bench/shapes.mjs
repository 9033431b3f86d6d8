// @ts-check
/**
 * Graphs that break naive resolution, each as a project of its own and `cdp run` as a whole process with 3 GB of memory:
 * chains whose names follow them or do not, a star, a clique, and a random graph at critical density. Printed are the time,
 * the rounds of contraction and the peak of memory; the number of customers must be that of components.
 * Usage: npm run bench:shapes -- [--scale N]   (1: the sizes below; 0.1: a tenth)
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { peakOf } from './peak-memory.mjs'

const { values: options } = parseArgs({ options: { scale: { type: 'string', default: '1' } } })
const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
const scale = Number(options.scale)
const of = (/** @type {number} */ n) => Math.max(2, Math.round(n * scale))

const MODELS = `entities:
  - { name: customer, max_profile_share: 100%, identifiers: [{ name: node }] }
sources:
  - { name: rows, file: data/rows.parquet, key: id, identifiers: { node: [a, b] } }
`
const PROFILES = `name: shapes
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2, memory_limit: 3GB }
`

const clique = Math.max(2, Math.round(2000 * Math.sqrt(scale)))
const random = of(2_000_000)
/** Rows as pairs of identifiers, and how many components they make, where that is known. */
const SHAPES = {
  [`chain of ${of(1_000_000)}, in order`]: {
    sql: `select i as id, printf('%012d', i) as a, printf('%012d', i + 1) as b from range(${of(1_000_000)}) as r(i)`,
    components: 1,
  },
  [`chain of ${of(1_000_000)}, shuffled`]: {
    sql: `select i as id, md5(i::varchar) as a, md5((i + 1)::varchar) as b from range(${of(1_000_000)}) as r(i)`,
    components: 1,
  },
  [`star of ${of(5_000_000)}`]: {
    sql: `select i as id, 'hub' as a, 'leaf' || i as b from range(${of(5_000_000)}) as r(i)`,
    components: 1,
  },
  [`clique of ${clique}`]: {
    sql: `select i * ${clique} + j as id, 'n' || i as a, 'n' || j as b from range(${clique}) as r(i), range(${clique}) as s(j) where i < j`,
    components: 1,
  },
  [`${random} nodes at critical density`]: {
    sql: `select i as id, 'n' || hash(i, 1) % ${random} as a, 'n' || hash(i, 2) % ${random} as b from range(${random / 2}) as r(i)`,
    components: undefined,
  },
}

for (const [name, { sql, components }] of Object.entries(SHAPES)) {
  const dir = mkdtempSync(join(tmpdir(), 'cdp-shapes-'))
  try {
    mkdirSync(join(dir, 'data'))
    mkdirSync(join(dir, 'models'))
    writeFileSync(join(dir, 'profiles.yml'), PROFILES)
    writeFileSync(join(dir, 'models/all.yml'), MODELS)
    await generate(dir, sql)
    const { ms, peak } = await run(dir)
    const result = JSON.parse(readFileSync(join(dir, 'target/run_results.json'), 'utf8'))
    const { rounds } = result.nodes.find((/** @type {any} */ node) => node.id === 'identity.customer')
    const customers = Number(result.measures['identity.customer'].identity[0].customers)
    if (components !== undefined && customers !== components)
      throw new Error(`${name}: ${customers} customers, but ${components} components`)
    console.log(
      `${name}: ${(ms / 1000).toFixed(1)} s, ${rounds} rounds, ${(peak / 1e6).toFixed(0)} MB, ${customers} customers`,
    )
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** @param {string} dir @param {string} sql */
async function generate(dir, sql) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  await connection.run(`copy (${sql}) to '${join(dir, 'data/rows.parquet')}' (format parquet)`)
  connection.closeSync()
  instance.closeSync()
}

/** @param {string} dir */
async function run(dir) {
  const begin = performance.now()
  const child = spawn(process.execPath, [main, 'run'], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })
  const peak = peakOf(child)
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    told += text
  })
  const code = await new Promise((done) => child.on('close', done))
  if (code !== 0) throw new Error(told)
  return { ms: performance.now() - begin, peak: peak() }
}
