import type { Mask } from '../masking.js'

/** What people read of an answer; ids and jobs stay what they are. */
const READ = ['message', 'remedy', 'code']

/** The answer without secrets: vendors repeat in their messages what they were sent. */
export function maskAnswer<T>(answer: T, mask: Mask): T {
  if (Array.isArray(answer)) return answer.map((item) => maskAnswer(item, mask)) as T
  if (typeof answer !== 'object' || answer === null) return answer
  const entries = Object.entries(answer).map(([key, value]) => [
    key,
    typeof value === 'string' && READ.includes(key) ? mask.text(value) : maskAnswer(value, mask),
  ])
  return Object.fromEntries(entries) as T
}
