// @ts-check
/**
 * How a database grows over many runs on data of one size: in every run one row in a hundred is replaced by another. State
 * must grow with the data, not with the number of runs. Printed are the size of the file and the rows of the state that is
 * kept, now and then.
 * Usage: npm run bench:growth -- [--rows N] [--runs N]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { generate } from './generate.mjs'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '200' },
  },
})
const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
const rows = Number(options.rows)
const runs = Number(options.runs)
const dir = mkdtempSync(join(tmpdir(), 'cdp-growth-'))
const step = Math.max(1, Math.floor(rows / 100))
const database = join(dir, 'target/bench.duckdb')

try {
  const people = Math.floor(rows / 4)
  for (let i = 0; i < 100; i += 1) await generate(dir, step, { from: i * step, people })
  for (let i = 0; i <= runs; i += 1) {
    if (i > 0) {
      for (const source of ['accounts', 'web', 'orders', 'app', 'pos'])
        rmSync(join(dir, 'data', `${source}_${(i - 1) * step}.parquet`))
      await generate(dir, step, { from: (99 + i) * step, people })
    }
    const day = new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10)
    const { status, stderr } = spawnSync(process.execPath, [main, 'run', '--as-of', day], { cwd: dir })
    if (status !== 0) throw new Error(String(stderr))
    if (i % Math.max(1, Math.floor(runs / 8)) === 0) console.log(`run ${i}: ${await sizes()}`)
  }
} finally {
  rmSync(dir, { recursive: true, force: true })
}

async function sizes() {
  const bytes = statSync(database).size
  const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const counts = []
  for (const table of ['ids_customer', 'changes_customer', 'identifiers_customer', 'cdp_runs']) {
    const [row] = await (
      await connection.run(`select count(*) as n from cdp_internal.${table}`)
    ).getRowObjectsJson()
    counts.push(`${table} ${row?.n}`)
  }
  connection.closeSync()
  instance.closeSync()
  return `${(bytes / 1e6).toFixed(1)} MB; rows: ${counts.join(', ')}`
}
