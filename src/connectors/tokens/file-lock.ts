import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

const POLL_MS = 50

export interface FileLockOptions {
  /** How long to wait for a holder that lives. */
  readonly waitMs: number
  /** A lock that is older was left by a process that died, wherever it ran. */
  readonly staleMs: number
}

/** Holds a file while work is done, against all processes that share the folder; undefined where it could not be had in time. */
export async function withFileLock<T>(
  path: string,
  { waitMs, staleMs }: FileLockOptions,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const mine = `${path}.${randomUUID()}`
  const until = Date.now() + waitMs
  writeFileSync(mine, JSON.stringify({ pid: process.pid, host: hostname() }), { mode: 0o600 })
  try {
    while (!take(mine, path)) {
      if (Date.now() > until) return undefined
      if (isLeft(path, staleMs)) clear(path, `${mine}.left`, staleMs)
      else await wait(POLL_MS)
    }
    try {
      return await work()
    } finally {
      rmSync(path, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

/** A link is made by one process only. */
function take(mine: string, path: string): boolean {
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whether who held the lock is gone: too long ago, or a process of this machine that is no more. */
function isLeft(path: string, staleMs: number): boolean {
  try {
    if (Date.now() - statSync(path).mtimeMs > staleMs) return true
    const { pid, host } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; host: string }
    return host === hostname() && !isAlive(pid)
  } catch {
    return false // It was given back meanwhile.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Takes a left lock away. Where another process was faster and holds it by now, it gets it back. */
function clear(path: string, aside: string, staleMs: number): void {
  try {
    renameSync(path, aside)
    if (!isLeft(aside, staleMs)) take(aside, path)
    rmSync(aside, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
