import type { Moment } from '../state/store.js'

/** A moment as results show it: `2026-11-01T00:00:00Z`. */
export function shownMoment(moment: Moment): string {
  return `${moment.slice(0, 10)}T${moment.slice(11, 19)}Z`
}

/** Milliseconds since 1970 as a moment; what is less than a second is cut off. */
export function momentOf(milliseconds: number): Moment {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')
}

const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.]0+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/** `--as-of`: a date, or a date and time in whole seconds, UTC unless it has an offset. Undefined where it is neither. */
export function parseMoment(text: string): Moment | undefined {
  const match = WRITTEN.exec(text.trim())
  if (!match) return undefined
  const [, day = '', minutes = '00:00', seconds = '00', zone = 'Z'] = match
  const offset =
    zone.toUpperCase() === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const local = new Date(`${day}T${minutes}:${seconds}Z`)
  // JavaScript reads 30 February as 2 March.
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${day}T${minutes}`)) return undefined
  const moment = new Date(`${day}T${minutes}:${seconds}${offset.toUpperCase()}`)
  return Number.isNaN(moment.getTime()) ? undefined : momentOf(moment.getTime())
}
