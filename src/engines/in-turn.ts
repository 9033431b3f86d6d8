/** Work on one connection, one piece after the other; what runs can be stopped from outside. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve()
  #running: AbortController | undefined

  /** Begins where the work before has ended, whether or not it succeeded. `signal` aborts when it is to be stopped. */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const start = async (): Promise<T> => {
      const running = new AbortController()
      this.#running = running
      try {
        return await work(running.signal)
      } finally {
        this.#running = undefined
      }
    }
    const mine = this.#last.then(start, start)
    this.#last = mine
    return mine
  }

  /** Stops what runs; nothing happens where nothing does. */
  interrupt(): void {
    this.#running?.abort()
  }
}
