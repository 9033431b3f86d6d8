import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { configureNode } from './configuration.mjs'
import { trinoDistribution } from './distribution.mjs'
import { findJava } from './java.mjs'

/** Most a start may take, in milliseconds: it is 10 seconds on two free cores. */
const PATIENCE = 180_000

/**
 * Starts Trino on this machine with one catalog `iceberg` whose tables are in `folder`/warehouse, and waits until it
 * answers. Gives what `folder`/cluster.json then holds: `url`, `certificate` (where `user` is given), `pids`. Where one
 * runs from this folder already, it is that one. `port` 0 is a free one. Logs are in `folder`/NODE/server.log.
 */
export async function startCluster({
  folder: given,
  port = 8080,
  workers = 0,
  heap = '1500M',
  quick = false,
  user,
  rules,
}) {
  const folder = resolve(given)
  const running = clusterIn(folder)
  if (running) return running
  const java = findJava()
  const distribution = trinoDistribution()
  const cluster = {
    folder,
    port: await freePort(port),
    workers,
    quick,
    ...(user && { user, secret: randomBytes(32).toString('hex'), httpsPort: await freePort() }),
    ...(rules && { rules: resolve(rules) }),
  }
  mkdirSync(join(folder, 'warehouse'), { recursive: true })
  const nodes = []
  for (const name of ['coordinator', ...Array.from({ length: workers }, (_, i) => `worker-${i + 1}`)]) {
    const nodePort = name === 'coordinator' ? cluster.port : await freePort()
    nodes.push({ name, dir: join(folder, name), heap, port: nodePort })
  }
  const pids = []
  try {
    for (const node of nodes)
      pids.push(startNode(java, configureNode(cluster, node, distribution, java), node.dir))
    await ready(folder, nodes, pids)
  } catch (error) {
    await end(pids)
    throw error
  }
  const url = user ? `https://127.0.0.1:${cluster.httpsPort}` : `http://127.0.0.1:${cluster.port}`
  const state = { url, ...(user && { certificate: join(folder, 'certificate.pem') }), pids }
  writeFileSync(stateFile(folder), `${JSON.stringify(state)}\n`)
  return state
}

/** Stops what runs from the folder; its tables stay. False where nothing ran. */
export async function stopCluster(folder) {
  const running = clusterIn(resolve(folder))
  if (running) await end(running.pids)
  rmSync(stateFile(resolve(folder)), { force: true })
  return running !== undefined
}

/** What runs from the folder; undefined where nothing does. */
export function clusterIn(folder) {
  if (!existsSync(stateFile(folder))) return undefined
  const state = JSON.parse(readFileSync(stateFile(folder), 'utf8'))
  return state.pids.every((pid) => commandOf(pid).includes(folder)) ? state : undefined
}

/** The number of a process that ended may be another's by now. */
function commandOf(pid) {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

const stateFile = (folder) => join(folder, 'cluster.json')

function startNode(java, args, dir) {
  const log = openSync(join(dir, 'server.log'), 'w')
  const node = spawn(java, args, { cwd: dir, detached: true, stdio: ['ignore', log, log] })
  node.unref()
  return node.pid
}

/** Each node says itself when it has started; the coordinator lets queries wait for its workers. */
async function ready(folder, nodes, pids) {
  const until = Date.now() + PATIENCE
  while (Date.now() < until) {
    if (!pids.every(isAlive)) throw new Error(`Trino ended while it started: see ${folder}/*/server.log`)
    const started = await Promise.all(nodes.map(({ port }) => hasStarted(port)))
    if (started.every(Boolean)) return
    await sleep(250)
  }
  throw new Error(`Trino did not start within ${PATIENCE / 1000} seconds: see ${folder}/*/server.log`)
}

async function hasStarted(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/info`)
    return answer.ok && (await answer.json()).starting === false
  } catch {
    return false
  }
}

async function end(pids) {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGTERM')
  const until = Date.now() + 10_000
  while (pids.some(isAlive) && Date.now() < until) await sleep(100)
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** `port` where nothing listens on it, else an error; of 0 a free one. */
function freePort(port = 0) {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', () => failed(new Error(`port ${port} is taken: --port 0 finds a free one`)))
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address()
      server.close(() => done(found))
    })
  })
}
