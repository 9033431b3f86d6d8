// @ts-check
/**
 * `cdp run` as a whole process, and a union-find over the same rows as a whole process, one after the other on the same
 * machine: both wall times, their ratio, the time until profiles are published, peak memory and rounds. What is held
 * against the baseline is the time until ids are known: from the start of the process to the end of the node `identity`.
 * Usage: npm run bench -- [--rows N] [--scale] [--keep] [--dir <folder>]
 *   --rows   source rows, 1 000 000 unless said
 *   --scale  measures a tenth of the rows too, and tells how the cost grew
 *   --keep   leaves data and databases where they are
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generate } from './generate.mjs'
import { peakOf } from './peak-memory.mjs'
import { samePartition } from './same-partition.mjs'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    scale: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    dir: { type: 'string' },
  },
})
const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))
const baseline = fileURLToPath(new URL('./union-find.mjs', import.meta.url))
const rows = Number(options.rows)
if (!Number.isInteger(rows) || rows < 1) throw new Error(`--rows ${options.rows}: a whole number is needed`)
if (!existsSync(main)) throw new Error('there is no dist/: npm run build')

/**
 * A whole process: its wall time, the most memory that it held, and when each line came out.
 * @param {readonly string[]} args @param {string} cwd
 */
async function processOf(args, cwd) {
  const begin = performance.now()
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const peak = peakOf(child)
  /** @type {{ at: number, text: string }[]} */
  const lines = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      for (const line of text.split('\n')) if (line) lines.push({ at: performance.now() - begin, text: line })
    })
  }
  const code = await new Promise((done) => child.on('close', done))
  if (code !== 0) throw new Error(lines.map((line) => line.text).join('\n'))
  return { ms: performance.now() - begin, peak: peak(), lines }
}

/** @param {string} dir */
async function runCdp(dir) {
  rmSync(join(dir, 'target', 'bench.duckdb'), { force: true })
  const { ms, peak, lines } = await processOf([main, 'run'], dir)
  const ids = lines.find((line) => /^\[\d+\/\d+\] identity\.customer /.test(line.text))?.at
  if (ids === undefined) throw new Error('cdp run did not say when ids were known')
  const result = JSON.parse(readFileSync(join(dir, 'target', 'run_results.json'), 'utf8'))
  const rounds = Number(result.nodes.find((/** @type {any} */ n) => n.id === 'identity.customer').rounds)
  const [figures] = result.measures['identity.customer'].identity
  return { ids, ms, peak, rounds, customers: Number(figures.customers) }
}

/** @param {string} dir */
async function runBaseline(dir) {
  rmSync(join(dir, 'target', 'baseline.duckdb'), { force: true })
  mkdirSync(join(dir, 'target'), { recursive: true })
  const { ms, peak, lines } = await processOf([baseline, '.'], dir)
  return { ms, peak, components: Number(JSON.parse(lines.at(-1)?.text ?? '{}').components) }
}

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`
const megabytes = (/** @type {number} */ bytes) =>
  bytes === 0 ? 'unknown' : `${(bytes / 1e6).toFixed(0)} MB`
const spaced = (/** @type {number} */ n) => String(n).replace(/\B(?=(\d{3})+$)/g, ' ')
const median = (/** @type {number[]} */ all) =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

/** Small sizes are run a few times, in turns, so that a busy machine slows both. @param {number} n */
async function measure(n) {
  const dir = options.dir ? join(options.dir, `rows_${n}`) : mkdtempSync(join(tmpdir(), 'cdp-bench-'))
  try {
    console.log(`\n${spaced(n)} source rows in ${dir}`)
    await generate(dir, n)
    await processOf([main, 'validate'], dir)
    const cdp = []
    const floor = []
    for (let i = 0; i < (n <= 2_000_000 ? 3 : 1); i++) {
      floor.push(await runBaseline(dir))
      cdp.push(await runCdp(dir))
      const [f, c] = [floor[i], cdp[i]]
      if (!f || !c) continue
      console.log(
        `  union-find ${seconds(f.ms)}, ${megabytes(f.peak)} · cdp: ids ${seconds(c.ids)}, published ${seconds(c.ms)}, ${megabytes(c.peak)}, ${c.rounds} rounds · ids / union-find ${(c.ids / f.ms).toFixed(2)}`,
      )
    }
    const [first] = cdp
    if (!first || floor.some((f) => f.components !== first.customers))
      throw new Error(`${first?.customers} customers, but ${floor[0]?.components} components`)
    const same = n <= 2_000_000 ? `, every one of the same identifiers: ${await samePartition(dir)}` : ''
    console.log(`  ${spaced(first.customers)} customers, as many as components${same}`)
    const ratio = median(cdp.map((c, i) => c.ids / (floor[i]?.ms ?? 1)))
    const result = { ids: median(cdp.map((c) => c.ids)), published: median(cdp.map((c) => c.ms)), ratio }
    console.log(
      `  median: ids in ${seconds(result.ids)}, ${ratio.toFixed(2)} times the union-find; profiles published in ${seconds(result.published)}`,
    )
    return result
  } finally {
    if (!options.keep) rmSync(dir, { recursive: true, force: true })
  }
}

const tenth = options.scale ? await measure(Math.max(1, Math.floor(rows / 10))) : undefined
const whole = await measure(rows)
if (tenth) {
  console.log(
    `\nFrom a tenth to the whole the cost grew ${(whole.published / tenth.published).toFixed(1)}-fold (ids ${(whole.ids / tenth.ids).toFixed(1)}-fold).`,
  )
}
