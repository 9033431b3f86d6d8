// @ts-check
// Times of the example, in epoch milliseconds, and the spellings in which sources export them.

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The first and the last moment of the data. */
export const START = Date.UTC(2025, 0, 1)
export const END = Date.UTC(2026, 10, 1) - SECOND

/** @param {number} time */
export function iso(time) {
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

/** @param {number} time */
export function isoDate(time) {
  return new Date(time).toISOString().slice(0, 10)
}

/**
 * Wall-clock time of a zone, without an offset.
 * @param {string} zone an IANA name
 * @returns {(time: number, separator: string) => string}
 */
export function wallClock(zone) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (time, separator) => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
    return `${part.year}-${part.month}-${part.day}${separator}${part.hour}:${part.minute}:${part.second}`
  }
}

/**
 * Local time with an offset, in one of the spellings that advertising platforms use.
 * @param {number} time
 * @param {number} hours offset from UTC
 * @param {'colon' | 'compact' | 'hours' | 'space'} style
 */
export function withOffset(time, hours, style) {
  const local = new Date(time + hours * HOUR).toISOString()
  const sign = hours < 0 ? '-' : '+'
  const two = String(Math.abs(hours)).padStart(2, '0')
  if (style === 'compact') return `${local.slice(0, 19)}${sign}${two}00`
  if (style === 'hours') return `${local.slice(0, 19)}${sign}${two}`
  if (style === 'space') return `${local.slice(0, 16).replace('T', ' ')}${sign}${two}:00`
  return `${local.slice(0, 19)}${sign}${two}:00`
}

/**
 * A moment between two others; the later end is cut at the end of the data.
 * @param {import('./random.mjs').Random} random
 * @param {number} from
 * @param {number} to
 */
export function between(random, from, to) {
  const low = Math.max(START, Math.min(from, END))
  const high = Math.max(low, Math.min(to, END))
  return low + Math.floor((random.next() * (high - low)) / SECOND) * SECOND
}
