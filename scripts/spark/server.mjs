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
import { serverArguments } from './configuration.mjs'
import { findSparkJava, sparkDistribution } from './distribution.mjs'

const STATE = 'server.json'

/**
 * Starts Spark's Thrift server on this machine, over HTTP, with one catalog of Iceberg, `lake`, whose tables are in
 * `folder`/warehouse, and waits until it answers. Gives what `folder`/server.json then holds: `url`, `pids`. Where one runs
 * from this folder already, it is that one. `port` 0 is a free one. Its log is `folder`/server.log.
 */
export async function startServer({ folder: given, port = 10001, heap = '1500M', quick = false }) {
  const folder = resolve(given)
  const found = serverIn(folder)
  if (found) return found
  const java = findSparkJava()
  const libraries = sparkDistribution()
  const listening = await freePort(port)
  mkdirSync(join(folder, 'warehouse'), { recursive: true })
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  const url = `http://127.0.0.1:${listening}/cliservice`
  const pids = [startJava(java, serverArguments({ folder, libraries, port: listening, heap, quick }), folder)]
  try {
    await untilReady(`Spark: see ${folder}/server.log`, pids, () => answers(url))
  } catch (error) {
    await endAll(pids)
    throw error
  }
  const state = { url, pids }
  writeState(folder, STATE, state)
  return state
}

/** Stops what runs from the folder; its tables stay. False where nothing ran. */
export const stopServer = (folder) => stopRunning(resolve(folder), STATE)

/** What runs from the folder; undefined where nothing does. */
export const serverIn = (folder) => running(resolve(folder), STATE)

/** It refuses a call without content, but answers. */
async function answers(url) {
  try {
    await fetch(url, { method: 'POST' })
    return true
  } catch {
    return false
  }
}
