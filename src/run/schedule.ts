/** What is scheduled: it may start when all its inputs are done. */
export interface Scheduled {
  readonly id: string
  readonly inputs: readonly string[]
}

/**
 * Starts each item as soon as its inputs have succeeded, at most `limit` at a time, in the order given among those that
 * may start. `start` tells whether the item succeeded; after the first that did not, or when `stopped` says so, nothing
 * more is started and what is running ends by itself. Resolves when nothing runs any more; never rejects unless `start` does.
 */
export async function schedule<T extends Scheduled>(
  items: readonly T[],
  limit: number,
  start: (item: T) => Promise<boolean>,
  stopped: () => boolean,
): Promise<void> {
  const ids = new Set(items.map((item) => item.id))
  const done = new Set<string>()
  const waiting = [...items]
  const running = new Set<Promise<void>>()
  let failed = false
  const startNext = (): boolean => {
    const at = waiting.findIndex((item) => item.inputs.every((input) => done.has(input) || !ids.has(input)))
    const item = at < 0 ? undefined : waiting.splice(at, 1)[0]
    if (!item) return false
    const run = start(item).then((succeeded) => {
      if (succeeded) done.add(item.id)
      else failed = true
      running.delete(run)
    })
    running.add(run)
    return true
  }
  for (;;) {
    while (!failed && !stopped() && running.size < limit && startNext()) {}
    if (running.size === 0) return
    await Promise.race(running)
  }
}
