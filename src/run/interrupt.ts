import type { Connection } from '../engines/connection.js'

/**
 * Interrupts what runs on the connections as soon as the signal says so, and again every tenth of a second until the
 * returned function is called: an interrupt that comes just before a statement begins is lost on some engines.
 */
export function interruptOnAbort(
  signal: AbortSignal | undefined,
  running: () => Iterable<Connection>,
): () => void {
  let timer: NodeJS.Timeout | undefined
  const interrupt = (): void => {
    for (const connection of running()) connection.interrupt()
  }
  const begin = (): void => {
    interrupt()
    timer = setInterval(interrupt, 100)
  }
  if (signal?.aborted) begin()
  else signal?.addEventListener('abort', begin, { once: true })
  return () => {
    signal?.removeEventListener('abort', begin)
    clearInterval(timer)
  }
}
