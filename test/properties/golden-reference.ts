/**
 * Golden values by the book, in plain TypeScript: what `semantics.md` says about one attribute of one customer, read
 * off line by line and without regard to speed. Nothing of the compiler is used.
 */

export interface Candidate {
  readonly source: string
  readonly party: 1 | 2 | 3
  readonly key: string
  /** `2026-01-31`, null where the row is undated. */
  readonly at: string | null
  readonly value: string
}

export interface Policy {
  readonly kind: string
  readonly limit?: number
  readonly sources?: readonly string[]
  readonly then?: string
}

export interface Golden {
  readonly value: string
  readonly source: string
  readonly key: string
}

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

/** Party, source name, record key, in byte order. */
const byPlace = (a: Candidate, b: Candidate) =>
  a.party - b.party || compare(a.source, b.source) || compare(a.key, b.key)

const latestFirst = (a: Candidate, b: Candidate) => compare(b.at ?? '', a.at ?? '') || byPlace(a, b)
const earliestFirst = (a: Candidate, b: Candidate) => compare(a.at ?? '9', b.at ?? '9') || byPlace(a, b)

/** Who competes where parties differ. */
export function competing(
  given: readonly Candidate[],
  enrich: 'fill_missing' | 'update_if_newer',
  exempt: readonly string[] = [],
): readonly Candidate[] {
  const strength = (c: Candidate) => (exempt.includes(c.source) ? 1 : c.party)
  const strengths = [...new Set(given.map(strength))].sort()
  const strongest = given.filter((c) => strength(c) === strengths[0])
  if (enrich === 'fill_missing') return strongest
  for (const weaker of strengths.slice(1).reverse()) {
    const stronger = given.filter((c) => strength(c) < weaker)
    const later = given.filter(
      (c) =>
        strength(c) === weaker &&
        c.at !== null &&
        stronger.every((s) => s.at === null || s.at < (c.at ?? '')),
    )
    if (later.length > 0) return later
  }
  return strongest
}

/** The golden value with the row that won; several for `collect`, none where there is no candidate. */
export function goldenOf(candidates: readonly Candidate[], policy: Policy): readonly Golden[] {
  const [first] = candidates
  if (!first) return []
  if (policy.kind === 'source_priority') {
    const place = (c: Candidate) => {
      const index = (policy.sources ?? []).indexOf(c.source)
      return index < 0 ? Number.POSITIVE_INFINITY : index
    }
    const best = Math.min(...candidates.map(place))
    const preferred = candidates.filter((c) => place(c) === best)
    return goldenOf(preferred, { kind: policy.then ?? 'most_recent' })
  }
  if (policy.kind === 'collect') {
    const distinct = [...new Set(candidates.map((c) => c.value))].map((value) => latestOf(candidates, value))
    const sorted = distinct.sort((a, b) => compare(b.at ?? '', a.at ?? '') || compare(a.value, b.value))
    return sorted.slice(0, policy.limit).map(asGolden)
  }
  if (policy.kind === 'most_recent') return [...candidates].sort(latestFirst).slice(0, 1).map(asGolden)
  if (policy.kind === 'oldest') return [...candidates].sort(earliestFirst).slice(0, 1).map(asGolden)
  return [asGolden(latestOf(candidates, winningValue(candidates, policy.kind)))]
}

function winningValue(candidates: readonly Candidate[], kind: string): string {
  const values = candidates.map((c) => c.value)
  switch (kind) {
    case 'min':
      return [...values].sort(compare)[0] ?? ''
    case 'max':
      return [...values].sort(compare).at(-1) ?? ''
    case 'any_true':
      return String(values.includes('true'))
    case 'all_true':
      return String(values.every((value) => value === 'true'))
    case 'longest':
      return [...candidates].sort((a, b) => b.value.length - a.value.length || byPlace(a, b))[0]?.value ?? ''
    default: {
      const times = (value: string) => values.filter((v) => v === value).length
      const latest = (value: string) => latestOf(candidates, value).at ?? ''
      const sorted = [...new Set(values)].sort(
        (a, b) => times(b) - times(a) || compare(latest(b), latest(a)) || compare(a, b),
      )
      return sorted[0] ?? ''
    }
  }
}

function latestOf(candidates: readonly Candidate[], value: string): Candidate {
  const having = candidates.filter((c) => c.value === value).sort(latestFirst)
  if (!having[0]) throw new Error('no row has the value')
  return having[0]
}

const asGolden = ({ value, source, key }: Candidate): Golden => ({ value, source, key })
