import { createHash } from 'node:crypto'

/**
 * Personal data as ad platforms want it: normalised by each vendor's rules, then SHA-256 in lower-case hex. What already
 * looks like a SHA-256 is not hashed twice. `undefined` where nothing is left that could be matched, or where the vendor
 * calls the value wrong. The vendors' published vectors are in `test/template/personal-data.test.ts`.
 */
export type Normalize = (value: string, option?: string) => string | undefined

const HASHED = /^[0-9a-f]{64}$/i
const PUNCTUATION = /[\p{P}\p{S}]/gu

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** Hashes what a rule leaves of a value. */
export function hashedBy(normalize: Normalize): Normalize {
  return (value, option) => {
    const trimmed = value.trim()
    if (HASHED.test(trimmed)) return trimmed.toLowerCase()
    const normal = normalize(value, option)
    return normal === undefined || normal === '' ? undefined : sha256(normal)
  }
}

const lower = (value: string) => value.trim().toLowerCase()

/** Digits with the country's calling code, without leading zeros. `callingCode` is for numbers that are not international. */
function international(value: string, callingCode: string | undefined): string | undefined {
  const written = value.trim()
  const digits = written.replace(/\D/g, '')
  if (digits === '') return undefined
  if (written.startsWith('+')) return digits
  if (digits.startsWith('00')) return digits.replace(/^0+/, '')
  const code = callingCode?.replace(/\D/g, '') ?? ''
  const national = digits.replace(/^0+/, '')
  // A leading zero is dialled inside of a country only; without one, what is long and begins with the code has it.
  const hasCode = !digits.startsWith('0') && digits.startsWith(code) && digits.length > 10
  return hasCode ? national : `${code}${national}`
}

export const metaEmail: Normalize = lower
/** Without `+`. */
export const metaPhone: Normalize = international
export const metaName: Normalize = (value) => lower(value).replace(PUNCTUATION, '')
export const metaGender: Normalize = (value) => {
  const [first] = lower(value)
  return first === 'f' || first === 'm' ? first : undefined
}
export const metaCity: Normalize = (value) => lower(value).replace(/\s/g, '').replace(PUNCTUATION, '')
export const metaZip: Normalize = (value) => lower(value).replace(/\s/g, '').split('-')[0]
export const metaCountry: Normalize = (value) => {
  const code = lower(value)
  return /^[a-z]{2}$/.test(code) ? code : undefined
}

/** Dots and `+tag` are dropped for gmail.com and googlemail.com only; white space inside is a mistake. */
export const googleEmail: Normalize = (value) => {
  const email = lower(value)
  const at = email.lastIndexOf('@')
  if (/\s/.test(email) || at <= 0) return undefined
  const domain = email.slice(at + 1)
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return email
  const local = email.slice(0, at).split('+')[0]?.replaceAll('.', '')
  return local ? `${local}@${domain}` : undefined
}

/** With `+`: Google's and TikTok's form. */
export const e164: Normalize = (value, callingCode) => {
  const digits = international(value, callingCode)
  return digits === undefined ? undefined : `+${digits}`
}

export const googleGivenName: Normalize = (value) => lower(value).replace(/^(mr|mrs|ms|dr)\.\s*/, '')
export const googleFamilyName: Normalize = (value) =>
  lower(value).replace(/(?:[,.\s]+(?:jr|sr|2nd|3rd|ii|iii|iv|v|vi|cpa|dc|dds|vm|jd|md|phd)\.?)+$/, '')

export const tiktokEmail: Normalize = (value) => value.replace(/\s/g, '').toLowerCase()
