import type { RunEvent, RunListener } from '../run/events.js'
import { count, counted, duration } from './amounts.js'
import type { Paint } from './paint.js'
import { cut } from './table.js'

export interface ProgressScreen {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly paint: Paint
  readonly width: number
  /** Milliseconds, from any start. */
  readonly clock: () => number
}

/** Tells how a run goes: one line that is rewritten on a terminal, a line for each node elsewhere. `stop` clears it. */
export function progressOf(screen: ProgressScreen): {
  readonly listener: RunListener
  readonly stop: () => void
} {
  return screen.isTerminal ? liveProgress(screen) : plainProgress(screen)
}

function plainProgress({ write }: ProgressScreen) {
  const listener: RunListener = (event) => {
    const line = plainLine(event)
    if (line !== undefined) write(`${line}\n`)
  }
  return { listener, stop: () => {} }
}

function plainLine(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'run started':
      return `run ${event.run_id} as of ${event.as_of}: ${counted(event.nodes.length, 'node')}`
    case 'node finished': {
      const rows = event.rows === undefined ? '' : `, ${counted(event.rows, 'row')}`
      const status = event.status === 'succeeded' ? '' : ` ${event.status}`
      return `[${event.done}/${event.total}] ${event.node}${status} (${duration(event.elapsed_ms)}${rows})`
    }
    case 'published':
      return `published (${duration(event.elapsed_ms)})`
    default:
      return undefined
  }
}

/** Milliseconds: often enough to look alive, seldom enough to cost nothing. */
const REDRAWN_EVERY = 150

const CLEAR = '\r\u001b[2K'

function liveProgress({ write, paint, width, clock }: ProgressScreen) {
  const begin = clock()
  const running = new Map<string, string>()
  let done = 0
  let total = 0
  let rows = 0
  let isPublishing = false
  let drawn = Number.NEGATIVE_INFINITY
  const draw = (): void => {
    drawn = clock()
    const now = isPublishing
      ? 'publishing'
      : [...running].map(([node, detail]) => (detail === '' ? node : `${node}: ${detail}`)).join(', ')
    const time = duration(clock() - begin)
    const line = total === 0 ? `starting  ${time}` : `${done}/${total}  ${time}  ${count(rows)} rows  ${now}`
    write(`${CLEAR}${paint.dim(cut(line, width - 1))}`)
  }
  const timer = setInterval(draw, REDRAWN_EVERY)
  timer.unref()
  const listener: RunListener = (event) => {
    switch (event.kind) {
      case 'run started':
        total = event.nodes.length
        break
      case 'node started':
        running.set(event.node, '')
        break
      case 'step started':
        running.set(event.node, event.title)
        break
      case 'loop round':
        running.set(event.node, `${event.title} Round ${event.round}.`)
        break
      case 'node finished':
        running.delete(event.node)
        done = event.done
        rows += event.rows ?? 0
        break
      case 'publishing':
        isPublishing = true
        break
      default:
        return
    }
    if (clock() - drawn >= REDRAWN_EVERY) draw()
  }
  const stop = (): void => {
    clearInterval(timer)
    write(CLEAR)
  }
  return { listener, stop }
}
