import type { SyncEvent, SyncListener } from '../sync/events.js'
import { count, counted, duration } from './amounts.js'
import type { ProgressScreen } from './progress.js'
import { cut } from './table.js'

const REDRAWN_EVERY = 150
const CLEAR = '\r\u001b[2K'

/** Tells how syncs go: one line that is rewritten on a terminal, a line for what begins and ends elsewhere. `stop` clears it. */
export function syncProgress(screen: ProgressScreen): {
  readonly listener: SyncListener
  readonly stop: () => void
} {
  return screen.isTerminal ? live(screen) : plain(screen)
}

function plain({ write }: ProgressScreen) {
  const listener: SyncListener = (event) => {
    const line = lineOf(event)
    if (line !== undefined) write(`${line}\n`)
  }
  return { listener, stop: () => {} }
}

function lineOf(event: SyncEvent): string | undefined {
  switch (event.kind) {
    case 'planned':
      return `sync ${event.sync}: ${counted(event.figures.planned, 'row')} of ${count(event.figures.source_rows)} to send`
    case 'sync finished':
      return `sync ${event.result.sync} ${event.result.status} (${duration(event.result.elapsed_ms)}, ${count(event.result.ok)} ok)`
    default:
      return undefined
  }
}

function live({ write, paint, width, clock }: ProgressScreen) {
  let drawn = Number.NEGATIVE_INFINITY
  const draw = (line: string, now: boolean): void => {
    if (!now && clock() - drawn < REDRAWN_EVERY) return
    drawn = clock()
    write(`${CLEAR}${paint.dim(cut(line, width - 1))}`)
  }
  const listener: SyncListener = (event) => {
    switch (event.kind) {
      case 'sync started':
        return draw(`${event.sync}: planning`, true)
      case 'planned':
        return draw(`${event.sync}: ${counted(event.figures.planned, 'row')} to send`, true)
      case 'rows done':
        return draw(rateLine(event), false)
      case 'sync finished':
        return write(CLEAR)
    }
  }
  return { listener, stop: () => write(CLEAR) }
}

/** `lapsed: 12 000/50 000  400/s  1 min 35 s to go`. */
function rateLine({ sync, done, planned, elapsed_ms }: Extract<SyncEvent, { kind: 'rows done' }>): string {
  const rate = elapsed_ms === 0 ? 0 : (done * 1000) / elapsed_ms
  const rest = rate === 0 ? '' : `  ${duration(((planned - done) * 1000) / rate)} to go`
  return `${sync}: ${count(done)}/${count(planned)}  ${count(Math.round(rate))}/s${rest}`
}
