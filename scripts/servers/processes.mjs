import { execFileSync, spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Most a start may take, in milliseconds: it is 10 seconds on two free cores. */
const PATIENCE = 180_000

/** Starts a server that outlives this process, its output in `dir`/server.log. Gives its process id. */
export function startJava(java, args, dir) {
  const log = openSync(join(dir, 'server.log'), 'w')
  const server = spawn(java, args, { cwd: dir, detached: true, stdio: ['ignore', log, log] })
  server.unref()
  return server.pid
}

/** Waits until `isReady` gives true. Throws an error where a process ends before, or all takes too long. */
export async function untilReady(what, pids, isReady) {
  const until = Date.now() + PATIENCE
  while (Date.now() < until) {
    if (!pids.every(isAlive)) throw new Error(`ended while starting ${what}`)
    if (await isReady()) return
    await sleep(250)
  }
  throw new Error(`not started within ${PATIENCE / 1000} seconds: ${what}`)
}

/** Writes down what runs from a folder, its `pids` among it. */
export function writeState(folder, file, state) {
  writeFileSync(join(folder, file), `${JSON.stringify(state)}\n`)
}

/** What runs from a folder; undefined where nothing does. */
export function running(folder, file) {
  const path = join(folder, file)
  if (!existsSync(path)) return undefined
  const state = JSON.parse(readFileSync(path, 'utf8'))
  return state.pids.every((pid) => commandOf(pid).includes(folder)) ? state : undefined
}

/** Stops what runs from a folder. False where nothing did. */
export async function stopRunning(folder, file) {
  const found = running(folder, file)
  if (found) await endAll(found.pids)
  rmSync(join(folder, file), { force: true })
  return found !== undefined
}

/** Asks processes to end, and ends those that have not within ten seconds. */
export async function endAll(pids) {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGTERM')
  const until = Date.now() + 10_000
  while (pids.some(isAlive) && Date.now() < until) await sleep(100)
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

/** The number of a process that ended may be another's by now. */
function commandOf(pid) {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
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
export function freePort(port = 0) {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', () => failed(new Error(`port ${port} is taken: --port 0 finds a free one`)))
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address()
      server.close(() => done(found))
    })
  })
}
