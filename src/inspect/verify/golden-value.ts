/** Golden values by the book: what the language says of one attribute of one customer, read off without regard to speed. */
import type { Attribute } from '../../language/entity.js'
import type { StagedRow } from './batch.js'

interface Candidate {
  readonly source: string
  readonly party: 1 | 2 | 3
  readonly key: string
  readonly at: string | null
  readonly value: string
}

/** What the rows of a customer say of an attribute, as far as it has not lapsed. */
export function candidatesOf(
  attribute: Attribute,
  rows: readonly StagedRow[],
  now: string,
): readonly Candidate[] {
  const { from, expiresAfter } = attribute
  const since = expiresAfter && secondsBefore(now, expiresAfter.seconds)
  return rows
    .filter((row) => row.isLatest && (since === undefined || (row.at !== null && row.at > since)))
    .flatMap(({ source, party, key, at, values, attributes }) => {
      const own = attributes.get(attribute.name)
      const given =
        from === undefined
          ? own === undefined
            ? []
            : [own]
          : new Set(values.filter(({ type }) => type === from).map(({ value }) => value))
      return [...given].map((value) => ({ source, party, key, at, value }))
    })
}

/** `2026-11-01 00:00:00` so many seconds before a moment that is written alike. */
function secondsBefore(moment: string, seconds: number): string {
  const time = Date.parse(`${moment.replace(' ', 'T')}Z`) - seconds * 1000
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ')
}

/** The golden value as text; of collected ones the JSON array. */
export function goldenText(attribute: Attribute, candidates: readonly Candidate[]): string | null {
  const { merge } = attribute
  const exempt = merge.kind === 'source_priority' ? merge.sources : []
  const admitted = competing(candidates, attribute.enrich ?? 'fill_missing', exempt)
  if (admitted.length === 0) return null
  const compare = comparison(attribute)
  if (merge.kind === 'collect') {
    const latest = latestOfEach(admitted)
    const sorted = [...latest].sort(
      ([v, a], [w, b]) => bytes(b.at ?? '', a.at ?? '') || compare(v, w) || bytes(v, w),
    )
    return JSON.stringify(sorted.slice(0, merge.limit).map(([value]) => value))
  }
  if (merge.kind !== 'source_priority') return chosen(admitted, merge.kind, compare)
  const place = ({ source }: Candidate): number => {
    const at = merge.sources.indexOf(source)
    return at < 0 ? merge.sources.length : at
  }
  const best = Math.min(...admitted.map(place))
  return chosen(
    admitted.filter((one) => place(one) === best),
    merge.then,
    compare,
  )
}

type Compare = (a: string, b: string) => number

function chosen(candidates: readonly Candidate[], kind: string, compare: Compare): string | null {
  const values = candidates.map(({ value }) => value)
  const first = (by: (a: Candidate, b: Candidate) => number): string | null =>
    [...candidates].sort(by)[0]?.value ?? null
  switch (kind) {
    case 'most_recent':
      return first(latestFirst)
    case 'oldest':
      return first((a, b) => bytes(a.at ?? '~', b.at ?? '~') || byPlace(a, b))
    case 'longest':
      return first((a, b) => [...b.value].length - [...a.value].length || byPlace(a, b))
    case 'min':
      return [...values].sort(compare)[0] ?? null
    case 'max':
      return [...values].sort(compare).at(-1) ?? null
    case 'any_true':
      return String(values.includes('true'))
    case 'all_true':
      return String(values.every((value) => value === 'true'))
    default: {
      const counts = new Map<string, number>()
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
      const latest = latestOfEach(candidates)
      return (
        [...counts].sort(
          ([v, n], [w, m]) =>
            m - n || bytes(latest.get(w)?.at ?? '', latest.get(v)?.at ?? '') || compare(v, w),
        )[0]?.[0] ?? null
      )
    }
  }
}

function latestOfEach(candidates: readonly Candidate[]): ReadonlyMap<string, Candidate> {
  const latest = new Map<string, Candidate>()
  for (const one of [...candidates].sort(latestFirst)) if (!latest.has(one.value)) latest.set(one.value, one)
  return latest
}

/** Who competes where parties differ: see `enrich` in docs/language/golden-values.md. */
function competing(
  given: readonly Candidate[],
  enrich: 'fill_missing' | 'update_if_newer',
  exempt: readonly string[],
): readonly Candidate[] {
  const strength = (one: Candidate): number => (exempt.includes(one.source) ? 1 : one.party)
  const strengths = [...new Set(given.map(strength))].sort()
  if (enrich === 'update_if_newer')
    for (const weaker of strengths.slice(1).reverse()) {
      const stronger = given.filter((one) => strength(one) < weaker)
      const isLater = ({ at }: Candidate): boolean =>
        at !== null && stronger.every((other) => other.at === null || other.at < at)
      const later = given.filter((one) => strength(one) === weaker && isLater(one))
      if (later.length > 0) return later
    }
  return given.filter((one) => strength(one) === strengths[0])
}

/** Party, source, key; of several values of a row the least. */
const byPlace = (a: Candidate, b: Candidate): number =>
  a.party - b.party || bytes(a.source, b.source) || bytes(a.key, b.key) || bytes(a.value, b.value)

const latestFirst = (a: Candidate, b: Candidate): number => bytes(b.at ?? '', a.at ?? '') || byPlace(a, b)

/** Byte order, as engines compare text. */
const bytes: Compare = (a, b) => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)))

function comparison({ type }: Attribute): Compare {
  switch (type.kind) {
    case 'integer':
    case 'number':
      return decimals
    case 'float':
      return (a, b) => Number(a) - Number(b)
    default:
      return bytes
  }
}

/** Exact, however many digits. */
function decimals(a: string, b: string): number {
  const parts = (text: string): readonly [string, string] => {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.')
    return [whole, fraction]
  }
  const [[w, f], [x, g]] = [parts(a), parts(b)]
  const places = Math.max(f.length, g.length)
  const scaled = (text: string, whole: string, fraction: string): bigint =>
    BigInt(`${text.startsWith('-') ? '-' : ''}${whole}${fraction.padEnd(places, '0')}`)
  const [left, right] = [scaled(a, w, f), scaled(b, x, g)]
  return left < right ? -1 : left > right ? 1 : 0
}
