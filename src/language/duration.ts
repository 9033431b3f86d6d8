import { spelled } from './shapes.js'

/** A length of time as written (`90 days`, `6 hours`, `10s`) and in seconds. */
export interface Duration {
  readonly text: string
  readonly seconds: number
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(s|secs?|seconds?)$/, 1],
  [/^(m|mins?|minutes?)$/, 60],
  [/^(h|hours?)$/, 3600],
  [/^(d|days?)$/, 86_400],
  [/^(w|weeks?)$/, 604_800],
]

export const durationSchema = spelled<Duration>(
  readDuration,
  'a number and a unit: "90 days", "6 hours", "10s"',
).meta({
  id: 'duration',
  description: 'A length of time: a whole number and seconds, minutes, hours, days or weeks.',
  examples: ['90 days', '6 hours', '10s'],
})

function readDuration(
  written: string,
):
  | { readonly value: Duration }
  | { readonly code: 'CDP2004'; readonly message: string; readonly hint?: string } {
  const match = /^\s*(\d{1,9})\s*([a-z]+)\s*$/i.exec(written)
  const unit = match?.[2]?.toLowerCase() ?? ''
  const seconds = UNITS.find(([pattern]) => pattern.test(unit))?.[1]
  if (match && seconds !== undefined)
    return { value: { text: written.trim(), seconds: Number(match[1]) * seconds } }
  const message = `${JSON.stringify(written)} is not a length of time`
  if (/^(months?|years?|mo|y)$/.test(unit))
    return { code: 'CDP2004', message, hint: 'months and years differ in length: write days' }
  return { code: 'CDP2004', message }
}
