import { setTimeout as wait } from 'node:timers/promises'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { Tell } from '../connection.js'

/** Milliseconds before each attempt after the first, and up to half as much again, so that two do not meet again. */
const WAITS = [250, 500, 1000, 2000, 4000]

/**
 * Does work that the server may refuse for a reason that passes, until it does not, or the patience ends. Each attempt is
 * told. The work must have left nothing behind where `isPassing` says that its failure passes.
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  isPassing: (error: unknown) => boolean,
  tell: Tell,
): Promise<T> {
  for (const ms of WAITS) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error)) throw error
      const pause = Math.round(ms * (1 + Math.random() / 2))
      tell(`${saidBy(error)}: trying again in ${(pause / 1000).toFixed(1)} s`)
      await wait(pause)
    }
  }
  return work()
}

/** The first line of what the server said. */
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isSaid = error instanceof WarehouseError || error.cause === undefined
  return isSaid ? (error.message.split('\n')[0] ?? '') : saidBy(error.cause)
}
