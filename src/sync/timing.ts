import type { RetryPolicy } from '../connectors/description.js'

/** Time and chance, as arguments. */
export interface Timing {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds of a clock that is never set. */
  readonly monotonic: () => number
  /** From 0 to below 1. */
  readonly random: () => number
  /** Rejects where the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** Those of this machine. */
export function realTiming(now: () => number, random: () => number): Timing {
  return {
    now,
    monotonic: () => performance.now(),
    random,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(done, Math.min(ms, 2_147_483_647))
        function done(): void {
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        function stop(): void {
          clearTimeout(timer)
          reject(signal?.reason)
        }
        if (signal?.aborted) stop()
        else signal?.addEventListener('abort', stop, { once: true })
      }),
  }
}

/** Somewhere between nothing and twice as long as the last time at most, so that those who failed together do not return together. */
export function backoff(
  { baseMs, factor, maxMs }: RetryPolicy,
  attempt: number,
  random: () => number,
): number {
  return Math.floor(random() * Math.min(maxMs, baseMs * factor ** attempt))
}
