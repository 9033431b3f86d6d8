/** More is not waited for in one run, whatever an answer says. */
const LONGEST_MS = 3_600_000
/** Numbers from here on are moments, not lengths: 2001 in seconds, 2001 in milliseconds. */
const EPOCH_SECONDS = 1e9
const EPOCH_MILLISECONDS = 1e12

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * How long an answer asks to wait: seconds, an HTTP or ISO date, seconds or milliseconds since 1970, or `10s`. Undefined
 * where it is none of these.
 */
export function waitOf(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null) return undefined
  const text = String(value).trim()
  const unit = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text)
  if (unit) return limited(Number(unit[1]) * (UNITS[unit[2] ?? ''] ?? 1000))
  if (/^-?\d+(\.\d+)?$/.test(text)) return limited(ofNumber(Number(text), now))
  const moment = Date.parse(text)
  return Number.isNaN(moment) ? undefined : limited(moment - now)
}

function ofNumber(number: number, now: number): number {
  if (number >= EPOCH_MILLISECONDS) return number - now
  return number >= EPOCH_SECONDS ? number * 1000 - now : number * 1000
}

function limited(ms: number): number {
  return Math.ceil(Math.min(Math.max(ms, 0), LONGEST_MS))
}
