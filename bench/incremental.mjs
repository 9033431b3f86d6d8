// @ts-check
/**
 * What an incremental run costs beside the full run over the same rows: with nothing changed, with 1 % more rows, with a
 * thousandth of the rows removed; each as a whole process, on a database that the run before left. `--full-refresh` at the end
 * is the measure, on the same rows as the last incremental run. Without cursors every row is compared; with them (--cursor)
 * only new ones are, and what is removed is not seen.
 * Usage: npm run bench:incremental -- [--rows N] [--cursor] [--keep]
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { generate } from './generate.mjs'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    keep: { type: 'boolean', default: false },
    cursor: { type: 'boolean', default: false },
  },
})
const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
const rows = Number(options.rows)
if (!Number.isInteger(rows) || rows < 1000)
  throw new Error(`--rows ${options.rows}: a whole number from 1000 is needed`)
if (!existsSync(main)) throw new Error('there is no dist/: npm run build')
const dir = mkdtempSync(join(tmpdir(), 'cdp-bench-'))
const AS_OF = '2026-01-01'

/** @param {string} what @param {readonly string[]} args @param {string} [expected] how identity must be built */
async function run(what, args = [], expected) {
  const begin = performance.now()
  const child = spawn(process.execPath, [main, 'run', '--as-of', AS_OF, ...args], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    told += text
  })
  const code = await new Promise((done) => child.on('close', done))
  if (code !== 0) throw new Error(told)
  const ms = performance.now() - begin
  const result = JSON.parse(readFileSync(join(dir, 'target', 'run_results.json'), 'utf8'))
  const of = (/** @type {string} */ kind) =>
    result.nodes
      .filter((/** @type {any} */ node) => node.kind === kind)
      .reduce((/** @type {number} */ sum, /** @type {any} */ node) => sum + node.elapsed_ms, 0)
  const parts = ['source', 'identity', 'profile', 'traits'].map(
    (kind) => `${kind} ${(of(kind) / 1000).toFixed(1)}`,
  )
  const { mode } = result.nodes.find((/** @type {any} */ node) => node.kind === 'identity')
  if (expected !== undefined && mode !== expected)
    throw new Error(`${what}: ${mode}, but ${expected} was expected`)
  console.log(`  ${what}: ${(ms / 1000).toFixed(1)} s (${mode}; ${parts.join(', ')})`)
  return ms
}

try {
  const people = Math.floor(rows / 4)
  await generate(dir, rows, { people, cursor: options.cursor })
  console.log(`${rows} rows in ${dir}`)
  await run('first run')
  const nothing = await run('nothing changed', [], 'unchanged')
  await generate(dir, Math.floor(rows / 100), { from: rows, people, cursor: options.cursor })
  const more = await run('1 % more rows', [], 'incremental')
  if (!options.cursor) await removeThousandth()
  const less = options.cursor ? undefined : await run('a thousandth of the accounts and orders removed')
  const full = await run('full refresh', ['--full-refresh'])
  const share = (/** @type {number} */ ms) => `${((100 * ms) / full).toFixed(1)} %`
  console.log(
    `of the full run: nothing ${share(nothing)}, 1 % more ${share(more)}${less === undefined ? '' : `, removed ${share(less)}`}`,
  )
} finally {
  if (!options.keep) rmSync(dir, { recursive: true, force: true })
}

async function removeThousandth() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  for (const source of ['accounts', 'orders']) {
    const file = join(dir, 'data', `${source}_0.parquet`)
    await connection.run(
      `copy (select * from read_parquet('${file}') where hash(id, 11) % 1000 <> 0) to '${file}.next' (format parquet)`,
    )
    rmSync(file)
    await connection.run(`copy (select * from read_parquet('${file}.next')) to '${file}' (format parquet)`)
    rmSync(`${file}.next`)
  }
  connection.closeSync()
  instance.closeSync()
}
