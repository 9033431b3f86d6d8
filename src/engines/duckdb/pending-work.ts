import { setTimeout as wait } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'

/** Milliseconds. What has not begun yet does not notice that it is to stop: it is told again. */
const TOLD_EVERY = 20

/** What DuckDB does for one connection, on threads of its own. A connection that is closed under it ends the process. */
export class PendingWork {
  readonly #running = new Set<Promise<unknown>>()

  constructor(readonly connection: DuckDBConnection) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    const running = work()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  /** Stops what runs, waits until it has ended, and closes the connection. */
  async close(): Promise<void> {
    while (this.#running.size > 0) {
      this.connection.interrupt()
      await Promise.race([Promise.allSettled(this.#running), wait(TOLD_EVERY)])
    }
    this.connection.closeSync()
  }
}
