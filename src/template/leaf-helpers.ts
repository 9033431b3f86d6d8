import { createHash, createHmac } from 'node:crypto'
import { jsonText } from './json-text.js'
import {
  e164,
  googleEmail,
  googleFamilyName,
  googleGivenName,
  hashedBy,
  metaCity,
  metaCountry,
  metaEmail,
  metaGender,
  metaName,
  metaPhone,
  metaZip,
  type Normalize,
  sha256,
  tiktokEmail,
} from './personal-data.js'

interface Helper {
  /** The least and the most number of arguments. */
  readonly takes: readonly [number, number]
  /** What it gives, for the documentation. */
  readonly gives: string
  readonly run: (args: readonly unknown[]) => unknown
  /** It is asked even where an argument is not there; others then give nothing. */
  readonly seesAbsent?: true
}

const MANY = Number.POSITIVE_INFINITY
const CALLING_CODE = 'the second argument is the calling code of numbers without one: `44`'

/** Every helper of a leaf. What is not there stays not there, and null stays null, through all but the first few. */
export const LEAF_HELPERS = {
  default: {
    takes: [2, MANY],
    gives: 'the first argument that is there and is not null',
    seesAbsent: true,
    run: (args) => args.find((arg) => arg !== undefined && arg !== null) ?? args.at(-1),
  },
  optional: {
    takes: [1, 1],
    gives: 'the argument; where it is not there, the key that would hold it is left out',
    seesAbsent: true,
    run: ([value]) => value,
  },
  if: {
    takes: [3, 3],
    gives: 'the second argument where the first is true, else the third',
    seesAbsent: true,
    run: ([condition, yes, no]) => (isTrue(condition) ? yes : no),
  },
  not: { takes: [1, 1], gives: 'the opposite', seesAbsent: true, run: ([value]) => !isTrue(value) },
  and: {
    takes: [2, MANY],
    gives: 'whether all are true',
    seesAbsent: true,
    run: (args) => args.every(isTrue),
  },
  or: { takes: [2, MANY], gives: 'whether one is true', seesAbsent: true, run: (args) => args.some(isTrue) },
  eq: {
    takes: [2, 2],
    gives: 'whether both are the same',
    seesAbsent: true,
    run: ([a, b]) => a === b,
  },
  gt: {
    takes: [2, 2],
    gives: 'whether the first number is greater',
    seesAbsent: true,
    run: ([a, b]) => Number(a) > Number(b),
  },
  lower: onText('in lower case', (text) => text.toLowerCase()),
  upper: onText('in upper case', (text) => text.toUpperCase()),
  trim: onText('without white space around', (text) => text.trim()),
  string: onText('as text', (text) => text),
  number: { takes: [1, 1], gives: 'as a number', run: ([value]) => asNumber(value) },
  json: { takes: [1, 1], gives: 'as JSON text', run: ([value]) => jsonText(value) },
  concat: {
    takes: [2, MANY],
    gives: 'the texts one after the other',
    run: (args) => args.map(String).join(''),
  },
  join: {
    takes: [2, 2],
    gives: 'the items of a list as one text, with the second argument between',
    run: ([list, between]) => (Array.isArray(list) ? list.map(String).join(String(between)) : undefined),
  },
  list: { takes: [1, MANY], gives: 'a list of the arguments', run: (args) => args },
  object: {
    takes: [2, 2],
    gives: 'a mapping with one key, the first argument, and its value',
    run: ([key, value]) => Object.fromEntries([[String(key), value]]),
  },
  pick: {
    takes: [2, MANY],
    gives: 'a mapping with only these keys',
    run: ([mapping, ...keys]) => chosen(mapping, (key) => keys.includes(key)),
  },
  omit: {
    takes: [2, MANY],
    gives: 'a mapping without these keys',
    run: ([mapping, ...keys]) => chosen(mapping, (key) => !keys.includes(key)),
  },
  iso: {
    takes: [1, 1],
    gives: 'a date or time as `2026-01-31T09:00:00.000Z`',
    run: ([value]) => moment(value)?.toISOString(),
  },
  epoch_s: { takes: [1, 1], gives: 'seconds since 1970', run: ([value]) => epoch(value, 1000) },
  epoch_ms: { takes: [1, 1], gives: 'milliseconds since 1970', run: ([value]) => epoch(value, 1) },
  base64: onText('in base64', (text) => Buffer.from(text, 'utf8').toString('base64')),
  sha256: onText('its SHA-256 in lower-case hex', sha256),
  md5: onText('its MD5 in lower-case hex', (text) => createHash('md5').update(text, 'utf8').digest('hex')),
  hmac_sha256: {
    takes: [2, 2],
    gives: 'the HMAC-SHA256 of the second text with the first as key, in lower-case hex',
    run: ([key, text]) => createHmac('sha256', asText(key)).update(asText(text), 'utf8').digest('hex'),
  },
  'hash.meta.email': hashing('Meta', metaEmail),
  'hash.meta.phone': hashing('Meta', metaPhone, CALLING_CODE),
  'hash.meta.name': hashing('Meta', metaName),
  'hash.meta.gender': hashing('Meta', metaGender),
  'hash.meta.city': hashing('Meta', metaCity),
  'hash.meta.zip': hashing('Meta', metaZip),
  'hash.meta.country': hashing('Meta', metaCountry),
  'hash.google.email': hashing('Google', googleEmail),
  'hash.google.phone': hashing('Google', e164, CALLING_CODE),
  'hash.google.given_name': hashing('Google', googleGivenName),
  'hash.google.family_name': hashing('Google', googleFamilyName),
  'hash.tiktok.email': hashing('TikTok', tiktokEmail),
  'hash.tiktok.phone': hashing('TikTok', e164, CALLING_CODE),
} as const satisfies Readonly<Record<string, Helper>>

export type LeafHelper = keyof typeof LEAF_HELPERS

export function callLeafHelper(name: LeafHelper, args: readonly unknown[]): unknown {
  const helper: Helper = LEAF_HELPERS[name]
  if (!helper.seesAbsent) {
    if (args.includes(undefined)) return undefined
    if (args[0] === null) return null
  }
  return helper.run(args)
}

function onText(gives: string, run: (text: string) => string): Helper {
  return { takes: [1, 1], gives, run: ([value]) => run(asText(value)) }
}

function hashing(vendor: string, normalize: Normalize, option?: string): Helper {
  const hash = hashedBy(normalize)
  return {
    takes: [1, option === undefined ? 1 : 2],
    gives: `normalised and hashed as ${vendor} wants it${option === undefined ? '' : `; ${option}`}`,
    run: ([value, option]) => hash(asText(value), option === undefined ? undefined : String(option)),
  }
}

function asText(value: unknown): string {
  return typeof value === 'object' ? jsonText(value) : String(value)
}

function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0
}

function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}

function moment(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'number' ? value : String(value))
  return Number.isNaN(date.getTime()) ? undefined : date
}

function epoch(value: unknown, unit: number): number | undefined {
  const date = moment(value)
  return date && Math.floor(date.getTime() / unit)
}

function chosen(mapping: unknown, wanted: (key: string) => boolean): unknown {
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) return undefined
  return Object.fromEntries(Object.entries(mapping).filter(([key]) => wanted(key)))
}
