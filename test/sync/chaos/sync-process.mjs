import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Runs the syncs of a project in a process of its own, by a built package, with a short lease and short waits:
 *
 *   node sync-process.mjs <package with sync-parts.js> <project> <what as JSON>
 *
 * `what.killAt`: dies by SIGKILL right before its n-th statement. `what.pause`: the first time that it waits, it does so
 * for longer than its lease lasts, without a heartbeat; meanwhile the project is built anew, and a second run syncs.
 * `what.twin`: two runs begin at once. `what.peace`: rejected rows are retried, then everything is synced once more.
 *
 * Exit 0 where all succeeded, 3 where a run was stopped or failed as it may, 4 for bugs. Prints results as JSON.
 */
const [built, folder, text] = process.argv.slice(2)
const what = JSON.parse(text)
const parts = join(built, 'dist/bin', 'sync-parts.js')
const { loadProject, openSyncs, openTarget, overheard, runProject, runSyncs, WarehouseError } = await import(
  pathToFileURL(parts).href
)

/** Milliseconds; twice the time that a request may take, as the engine wants it. */
const TTL = Number(process.env.LEASE_MS)
/** Waits between attempts are a tenth of what they would be. */
const HASTE = 10

const random = () => randomBytes(10)

let statements = 0
const results = []
const problems = []

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const hasty = (ms) => sleep(ms / HASTE)

/** Counts statements, and dies before one of them. */
function counted() {
  statements += 1
  if (statements !== what.killAt) return
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const terminal = {
  ...{ out() {}, err() {}, outIsTerminal: false, errIsTerminal: false, outColours: false, errColours: false },
  ...{
    width: 100,
    cwd: folder,
    env: process.env,
    now: Date.now,
    random,
    onInterrupt: () => () => {},
  },
}
const load = () => loadProject({ terminal, args: [], options: { projectDir: folder } })
const loaded = load()
const connection = overheard(await openTarget(loaded).catch(inUse), counted)

/** Another process has the database, as it may. */
function inUse(error) {
  if (!(error instanceof WarehouseError)) throw error
  process.exit(3)
}

/** One run of all syncs. */
async function run(on, options = {}) {
  const { graph, engine, positions, connectors } = loaded
  const nodes = graph.nodes.filter(({ kind }) => kind === 'sync')
  const opened = await openSyncs(graph, nodes, on, engine.dialect, {
    ...{
      positions,
      cdpVersion: '0.0.0',
      connectors,
      env: {},
      target: folder,
      now: Date.now,
      random,
    },
    timing: { now: Date.now, monotonic: () => performance.now(), random: Math.random, sleep: hasty },
    lease: { ttlMs: TTL, renewEveryMs: TTL / 4 },
    ...options,
  })
  try {
    const done = await runSyncs(opened)
    results.push(...done)
  } finally {
    await opened.close()
  }
}

/** What goes wrong as it may: the other run has the lease, or has written what this one was writing. */
async function tolerated(work) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error
    problems.push(error.message)
  }
}

async function paused() {
  let isFirst = true
  const wait = async (ms) => {
    if (!isFirst) return hasty(ms)
    isFirst = false
    await sleep(TTL + 100)
    const other = await connection.fork()
    const { graph, engine, positions } = load()
    // When all runs of projects end in tests.
    const now = () => Date.UTC(2026, 10, 1)
    await runProject(graph, other, engine.dialect, {
      ...{ positions, projectDir: folder, cdpVersion: '0.0.0', now, random },
    })
    await tolerated(() => run(other))
    await other.close()
  }
  const timing = { now: Date.now, monotonic: () => performance.now(), random: Math.random, sleep: wait }
  await tolerated(() => run(connection, { timing, lease: { ttlMs: TTL, renewEveryMs: 1_000_000 } }))
}

async function twins() {
  const other = await connection.fork()
  await Promise.all([tolerated(() => run(connection)), tolerated(() => run(other))])
  await other.close()
}

try {
  if (what.pause) await paused()
  else if (what.twin) await twins()
  else if (what.peace) {
    await run(connection, { mend: 'retry', accept: true })
    await run(connection)
  } else await tolerated(() => run(connection))
  await connection.close()
  process.stdout.write(JSON.stringify({ results, problems, statements }))
  process.exitCode = problems.length > 0 || results.some(({ status }) => status !== 'succeeded') ? 3 : 0
} catch (error) {
  process.stderr.write(String(error?.stack ?? error))
  process.exitCode = 4
}
