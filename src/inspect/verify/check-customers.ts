/** What is said about each customer, computed anew from its rows: whose a row is, when it was seen, its golden values. */
import type { Entity } from '../../language/entity.js'
import type { Batch, StagedRow } from './batch.js'
import { earliest, type Found, latest } from './check-graph.js'
import { candidatesOf, goldenText } from './golden-value.js'

export interface CheckedCustomers {
  readonly found: readonly Found[]
  readonly goldenValues: number
}

/** `now`: the `as_of` of the run that made the tables. */
export function checkCustomers(batch: Batch, entity: Entity, now: string): CheckedCustomers {
  const placed = placements(batch)
  const golden = goldenValues(batch, entity, placed, now)
  return {
    found: [
      ...misplaced(batch),
      ...seenDiffers(batch, placed),
      ...golden.found,
      ...profileDiffers(batch, entity),
      ...registryDiffers(batch),
    ],
    goldenValues: golden.count,
  }
}

/** The customer of a row: that of its strongest identifier that has one. */
function ownerOf({ owners }: Batch, row: StagedRow): string | undefined {
  for (const { node } of row.values) {
    const owner = owners.get(node)
    if (owner !== undefined) return owner
  }
  return undefined
}

function placements(batch: Batch): ReadonlyMap<string, readonly StagedRow[]> {
  const placed = new Map<string, StagedRow[]>([...batch.customers].map((id) => [id, []]))
  for (const row of batch.rows) placed.get(ownerOf(batch, row) ?? '')?.push(row)
  return placed
}

function misplaced(batch: Batch): readonly Found[] {
  const listed = new Set(batch.records.keys())
  const difference = (
    row: { source: string; key: string },
    published: string | null,
    expected: string | null,
  ) => ({
    kind: 'record_misplaced' as const,
    customer_id: published ?? expected,
    about: [{ name: 'customer_records' }],
    published,
    expected,
    row: { source: row.source, record_key: row.key },
  })
  const found = batch.rows.flatMap((row): Found[] => {
    if (row.isEvent || !row.isLatest) return []
    const key = `${row.source}\u0000${row.key}`
    listed.delete(key)
    const [published, expected] = [batch.records.get(key), ownerOf(batch, row)]
    const isOurs = batch.customers.has(expected ?? '') || published !== undefined
    return !isOurs || published === expected ? [] : [difference(row, published ?? null, expected ?? null)]
  })
  const left = [...listed].map((key) => {
    const [source = '', recordKey = ''] = key.split('\u0000')
    return difference({ source, key: recordKey }, batch.records.get(key) ?? null, null)
  })
  return [...found, ...left]
}

function seenDiffers(batch: Batch, placed: ReadonlyMap<string, readonly StagedRow[]>): readonly Found[] {
  const listed = new Map(batch.seen.map((one) => [one.customerId, one]))
  const twice = batch.seen.length - listed.size
  const found = [...placed].flatMap(([id, rows]): Found[] => {
    const one = listed.get(id)
    const base = { customer_id: id, about: [{ name: 'customers' }], row: null }
    if (!one) return [{ ...base, kind: 'customer_missing', published: null, expected: `${rows.length} rows` }]
    const counted = rows.filter((row) => row.isLatest)
    const expected = seenText({
      first: rows.reduce<string | null>((first, row) => earliest(first, row.first), null),
      last: rows.reduce<string | null>((last, row) => latest(last, row.last), null),
      records: counted.filter((row) => !row.isEvent).length,
      events: counted.filter((row) => row.isEvent).length,
    })
    const published = seenText(one)
    return published === expected ? [] : [{ ...base, kind: 'customer_differs', published, expected }]
  })
  if (twice === 0) return found
  const about = [{ name: 'customers' }]
  return [
    ...found,
    {
      kind: 'customer_differs',
      customer_id: null,
      about,
      published: `${twice} customers twice`,
      expected: 'once',
      row: null,
    },
  ]
}

function seenText(one: {
  readonly first: string | null
  readonly last: string | null
  readonly records: number
  readonly events: number
}): string {
  const { first, last, records, events } = one
  return JSON.stringify({
    first_seen_at: first,
    last_seen_at: last,
    record_count: records,
    event_count: events,
  })
}

function goldenValues(
  batch: Batch,
  entity: Entity,
  placed: ReadonlyMap<string, readonly StagedRow[]>,
  now: string,
): { readonly found: readonly Found[]; readonly count: number } {
  const found: Found[] = []
  let count = 0
  for (const [id, rows] of placed) {
    const listed = batch.attributes.get(id)
    if (!listed) continue
    for (const attribute of entity.attributes) {
      if (attribute.merge.kind === 'sql' || !listed.has(attribute.name)) continue
      count += 1
      const published = listed.get(attribute.name) ?? null
      const expected = goldenText(attribute, candidatesOf(attribute, rows, now))
      if (published !== expected)
        found.push({
          kind: 'golden_value',
          customer_id: id,
          about: [{ name: attribute.name }],
          published,
          expected,
          row: null,
        })
    }
  }
  return { found, count }
}

/** The wide table repeats what others say. */
function profileDiffers(batch: Batch, entity: Entity): readonly Found[] {
  const { profiles } = batch
  if (!profiles) return []
  const seen = new Map(batch.seen.map((one) => [one.customerId, one]))
  return [...batch.attributes].flatMap(([id, golden]): Found[] => {
    const wide = profiles.get(id)
    const one = seen.get(id)
    const expected = new Map<string, string | null>(golden)
    if (one) {
      expected.set('first_seen_at', one.first)
      expected.set('last_seen_at', one.last)
      expected.set('record_count', String(one.records))
      expected.set('event_count', String(one.events))
    }
    if (!wide)
      return [
        {
          kind: 'profile_differs',
          customer_id: id,
          about: [{ name: `${entity.name}_profiles` }],
          published: null,
          expected: 'a row',
          row: null,
        },
      ]
    return [...expected].flatMap(([column, value]): Found[] => {
      const published = wide.get(column)
      if (published === undefined || published === value) return []
      const about = [{ name: `${entity.name}_profiles.${column}` }]
      return [{ kind: 'profile_differs', customer_id: id, about, published, expected: value, row: null }]
    })
  })
}

/** Every id that somebody has is in the registry, and answers there. */
function registryDiffers({ identifiers, registry }: Batch): readonly Found[] {
  const ids = new Set(identifiers.map(({ customerId }) => customerId))
  return [...ids].flatMap((id): Found[] => {
    const known = registry.get(id)
    const base = { customer_id: id, about: [{ name: 'ids' }], row: null }
    if (!known)
      return [{ ...base, kind: 'id_registry', published: id, expected: 'an id that a run has minted' }]
    if (known.isRetired)
      return [{ ...base, kind: 'id_registry', published: id, expected: 'an id that is not retired' }]
    return known.minted === id
      ? []
      : [{ ...base, kind: 'id_registry', published: id, expected: `${known.minted}, which its anchor gives` }]
  })
}
