/**
 * Work on one connection, one piece after the other: a transaction is not to be mixed with what others do meanwhile. A
 * piece that fails does not stop those after it.
 */
export class Serial {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work)
    this.#last = result.catch(() => undefined)
    return result
  }
}
