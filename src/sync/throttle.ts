import type { Limits } from '../connectors/description.js'
import type { Timing } from './timing.js'

/**
 * What one account at a destination bears, shared by all syncs to it: so many requests at a time, so many in any stretch of
 * time, and none while it asks to be left alone.
 */
export class Throttle {
  readonly #starts: number[][]
  #running = 0
  #pausedUntil = 0
  readonly #waiting: (() => void)[] = []

  constructor(
    private readonly limits: Limits,
    private readonly timing: Timing,
  ) {
    this.#starts = limits.rates.map(() => [])
  }

  /** Runs the request when there is room for it. Rejects where the signal aborts before. */
  async run<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter()
    try {
      await this.#turn(signal)
      return await request()
    } finally {
      this.#leave()
    }
  }

  /** Nobody sends anything for so long. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.timing.monotonic() + ms)
  }

  async #enter(): Promise<void> {
    if (this.#running >= this.limits.concurrency)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running += 1
  }

  /** Hands its place on, so that nobody slips in between. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running -= 1
  }

  async #turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const wait = this.#wait()
      if (wait <= 0) break
      await this.timing.sleep(wait, signal)
    }
    const now = this.timing.monotonic()
    this.limits.rates.forEach(({ requests }, i) => {
      const starts = this.#starts[i] ?? []
      starts.push(now)
      if (starts.length > requests) starts.shift()
    })
  }

  /** Until the oldest of the last so many requests is out of its stretch of time. */
  #wait(): number {
    const now = this.timing.monotonic()
    const byRate = this.limits.rates.map(({ requests, perMs }, i) => {
      const starts = this.#starts[i] ?? []
      const oldest = starts.length < requests ? undefined : starts[0]
      return oldest === undefined ? 0 : oldest + perMs - now
    })
    return Math.max(this.#pausedUntil - now, ...byRate, 0)
  }
}
