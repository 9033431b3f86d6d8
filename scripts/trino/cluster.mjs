import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  endAll,
  freePort,
  running,
  startJava,
  stopRunning,
  untilReady,
  writeState,
} from '../servers/processes.mjs'
import { configureNode } from './configuration.mjs'
import { findTrinoJava, trinoDistribution } from './distribution.mjs'

const STATE = 'cluster.json'

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
  const found = clusterIn(folder)
  if (found) return found
  const java = findTrinoJava()
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
      pids.push(startJava(java, configureNode(cluster, node, distribution, java), node.dir))
    // Each node says itself when it has started; the coordinator lets queries wait for its workers.
    const started = async () => (await Promise.all(nodes.map(({ port }) => hasStarted(port)))).every(Boolean)
    await untilReady(`Trino: see ${folder}/*/server.log`, pids, started)
  } catch (error) {
    await endAll(pids)
    throw error
  }
  const url = user ? `https://127.0.0.1:${cluster.httpsPort}` : `http://127.0.0.1:${cluster.port}`
  const state = { url, ...(user && { certificate: join(folder, 'certificate.pem') }), pids }
  writeState(folder, STATE, state)
  return state
}

/** Stops what runs from the folder; its tables stay. False where nothing ran. */
export const stopCluster = (folder) => stopRunning(resolve(folder), STATE)

/** What runs from the folder; undefined where nothing does. */
export const clusterIn = (folder) => running(resolve(folder), STATE)

async function hasStarted(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/info`)
    return answer.ok && (await answer.json()).starting === false
  } catch {
    return false
  }
}
