import { closest } from '../diagnostics/closest.js'
import { didYouMean } from './problem.js'
import { spelled } from './shapes.js'

const known = new Map<string, boolean>()

/** True for names of the IANA database (`Europe/Berlin`, `UTC`); offsets such as `+01:00` have no daylight saving and are none. */
export function isTimezone(name: string): boolean {
  const cached = known.get(name)
  if (cached !== undefined) return cached
  const valid = /^[A-Za-z]/.test(name) && formats(name)
  known.set(name, valid)
  return valid
}

function formats(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

export const timezoneSchema = spelled<string>((written) => {
  if (isTimezone(written)) return { value: written }
  const hint = didYouMean(closest(written, ['UTC', ...Intl.supportedValuesOf('timeZone')]))
  return { code: 'CDP2004', message: `${JSON.stringify(written)} is not a time zone`, ...(hint && { hint }) }
}, 'an IANA time zone such as America/New_York').meta({
  description: 'An IANA time zone.',
  examples: ['UTC', 'America/New_York'],
})
