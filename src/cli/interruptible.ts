import type { ProgressScreen } from '../report/progress.js'
import { errPaint } from './print.js'
import type { Terminal } from './terminal.js'

/** Where progress is told. */
export function progressScreen(terminal: Terminal): ProgressScreen {
  return {
    write: terminal.err,
    isTerminal: terminal.errIsTerminal,
    paint: errPaint(terminal),
    width: terminal.width,
    clock: terminal.now,
  }
}

/** A signal that the first Ctrl-C raises, which is told; and how to stop listening for it. */
export function interruption(terminal: Terminal): {
  readonly signal: AbortSignal
  readonly stopListening: () => void
} {
  const abort = new AbortController()
  const stopListening = terminal.onInterrupt(() => {
    terminal.err('\nStopping … once more to stop at once.\n')
    abort.abort(new Error('stopped'))
  })
  return { signal: abort.signal, stopListening }
}
