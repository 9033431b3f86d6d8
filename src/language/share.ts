import { z } from 'zod'
import { spelled } from './shapes.js'

/** A share, written `50%` or `0.5`; read as a number from 0 to 1. */
export const shareSchema = spelled<number>(
  readShare,
  'a share: "50%" or 0.5',
  z.union([z.string(), z.number()], { error: 'a share: "50%" or 0.5' }).transform(String),
).meta({ id: 'share', description: 'A share, as a percentage or from 0 to 1.', examples: ['50%', 0.5] })

function readShare(
  written: string,
):
  | { readonly value: number }
  | { readonly code: 'CDP2004'; readonly message: string; readonly hint?: string } {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(written)
  const share = match ? Number(match[1]) / (match[2] === '%' ? 100 : 1) : Number.NaN
  if (share >= 0 && share <= 1) return { value: share }
  const message = `${JSON.stringify(written)} is not a share`
  return share > 1 && share <= 100 && match?.[2] === ''
    ? { code: 'CDP2004', message, hint: `did you mean "${written.trim()}%"?` }
    : { code: 'CDP2004', message }
}
