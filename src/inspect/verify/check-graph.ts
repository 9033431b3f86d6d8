/**
 * What identity resolution promises, asked of the rows by plain means: a star in each row, a union-find, sums in a map.
 * Nothing of the SQL that made the tables is used. What was decided over all rows, which values are shared and which
 * links are refused, is taken as listed where a few rows cannot tell; everything else follows from the rows.
 */
import type { Entity } from '../../language/entity.js'
import { type Batch, pairKey, type RowValue, type StagedRow, valueKey } from './batch.js'
import type { Difference, Named } from './verification.js'

export type Found = Omit<Difference, 'entity'>

export function checkGraph(batch: Batch, entity: Entity): readonly Found[] {
  const groups = new Groups()
  return [
    ...batch.rows.filter((row) => row.joins).flatMap((row) => rowLinks(batch, row, groups)),
    ...listedTwice(batch),
    ...sightings(batch),
    ...connections(batch, groups),
    ...sharing(batch, entity),
    ...limits(batch, entity),
  ]
}

const named = ({ type, value }: { readonly type: string; readonly value: string }): Named => ({
  name: type,
  value,
})

const rowOf = ({ source, key }: StagedRow) => ({ source, record_key: key })

const keyOf = ({ type, value }: RowValue): string => valueKey(type, value)

/** The links of one row: from its strongest identifier to every other one. */
function rowLinks(batch: Batch, row: StagedRow, groups: Groups): readonly Found[] {
  const { owners, refused, setAside, customers } = batch
  const values = row.values.filter((value) => !setAside.has(keyOf(value)))
  const found: Found[] = []
  const [hub, ...spokes] = values
  if (!hub) return found
  const hubOwner = owners.get(hub.node)
  for (const spoke of spokes) {
    if (spoke.node === hub.node) continue
    const isRefused = refused.has(pairKey(keyOf(hub), keyOf(spoke)))
    if (!isRefused) groups.join(hub.node, spoke.node)
    const owner = owners.get(spoke.node)
    if (hubOwner === undefined || owner === undefined) continue
    if (isRefused === (owner !== hubOwner)) continue
    found.push({
      kind: isRefused ? 'refused_together' : 'linked_apart',
      customer_id: customers.has(hubOwner) ? hubOwner : owner,
      about: [named(hub), named(spoke)],
      published: isRefused ? hubOwner : `${hubOwner} and ${owner}`,
      expected: isRefused ? 'two customers' : 'one customer',
      row: rowOf(row),
    })
  }
  return found
}

function listedTwice({ identifiers }: Batch): readonly Found[] {
  const met = new Set<string>()
  return identifiers.flatMap((one): Found[] => {
    if (!met.has(one.node)) {
      met.add(one.node)
      return []
    }
    return [
      {
        kind: 'identifier_twice',
        customer_id: one.customerId,
        about: [named(one)],
        published: 'several times',
        expected: 'once',
        row: null,
      },
    ]
  })
}

interface Sighting {
  readonly value: RowValue
  first: string | null
  last: string | null
  rows: number
}

/** When and how often each identifier was seen, over rows that join. */
function sightings({ rows, identifiers }: Batch): readonly Found[] {
  const seen = new Map<string, Sighting>()
  for (const row of rows) {
    if (!row.joins) continue
    for (const value of new Map(row.values.map((one) => [one.node, one])).values()) {
      const known = seen.get(value.node) ?? { value, first: null, last: null, rows: 0 }
      known.first = earliest(known.first, row.first)
      known.last = latest(known.last, row.last)
      known.rows += 1
      seen.set(value.node, known)
    }
  }
  return identifiers.flatMap((one): Found[] => {
    const sighting = seen.get(one.node)
    const base = { customer_id: one.customerId, about: [named(one)], row: null }
    if (!sighting) return [{ ...base, kind: 'identifier_unseen', published: 'an identifier', expected: null }]
    const { type, value } = sighting.value
    if (one.type !== type || one.value !== value)
      return [{ ...base, kind: 'identifier_renamed', published: one.value, expected: value }]
    const [published, expected] = [seenText(one), seenText(sighting)]
    return published === expected ? [] : [{ ...base, kind: 'identifier_differs', published, expected }]
  })
}

function seenText(one: {
  readonly first: string | null
  readonly last: string | null
  readonly rows: number
}): string {
  return JSON.stringify({ first_seen_at: one.first, last_seen_at: one.last, row_count: one.rows })
}

export function earliest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a
}

export function latest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a
}

/** All identifiers of a customer must hang together by links that are not refused. */
function connections({ identifiers, links, refused }: Batch, groups: Groups): readonly Found[] {
  const nodes = new Map(identifiers.map((one) => [valueKey(one.type, one.value), one.node]))
  for (const [a, b] of links) {
    const [u, v] = [nodes.get(a), nodes.get(b)]
    if (u !== undefined && v !== undefined && !refused.has(pairKey(a, b))) groups.join(u, v)
  }
  const first = new Map<string, (typeof identifiers)[number]>()
  const told = new Set<string>()
  return identifiers.flatMap((one): Found[] => {
    const anchor = first.get(one.customerId)
    if (!anchor) first.set(one.customerId, one)
    if (!anchor || told.has(one.customerId) || groups.of(anchor.node) === groups.of(one.node)) return []
    told.add(one.customerId)
    return [
      {
        kind: 'not_connected',
        customer_id: one.customerId,
        about: [named(anchor), named(one)],
        published: 'one customer',
        expected: 'two customers: no link leads from one to the other',
        row: null,
      },
    ]
  })
}

/** A value that no list says is shared met no more others than it may: all of its rows are here. */
function sharing({ rows, identifiers, setAside }: Batch, entity: Entity): readonly Found[] {
  const types = [...entity.identifiers, ...entity.match].filter((t) => Object.keys(t.sharedAbove).length > 0)
  if (types.length === 0) return []
  const met = new Map<string, Set<string>>()
  for (const row of rows) {
    if (!row.joins) continue
    for (const own of row.values)
      for (const other of row.values) {
        const pair = `${own.node}\u0000${other.type}`
        if (own !== other) met.set(pair, (met.get(pair) ?? new Set()).add(other.node))
      }
  }
  return identifiers.flatMap((one) => {
    const rules = Object.entries(types.find((type) => type.name === one.type)?.sharedAbove ?? {})
    if (setAside.has(valueKey(one.type, one.value))) return []
    return rules.flatMap(([other, limit]): Found[] => {
      const count = met.get(`${one.node}\u0000${other}`)?.size ?? 0
      if (count <= limit) return []
      return [
        {
          kind: 'not_shared',
          customer_id: one.customerId,
          about: [named(one)],
          published: 'an identifier',
          expected: `shared: it meets ${count} ${other}, more than ${limit}`,
          row: null,
        },
      ]
    })
  })
}

/** Limits bind all links but those that people made. */
function limits({ identifiers, links }: Batch, entity: Entity): readonly Found[] {
  if (links.length > 0) return []
  const counts = new Map<string, number>()
  const add = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
  const declared = new Set(entity.identifiers.map(({ name }) => name))
  for (const one of identifiers) {
    add(valueKey(one.customerId, one.type))
    if (declared.has(one.type)) add(one.customerId)
  }
  const customers = new Set(identifiers.map(({ customerId }) => customerId))
  const over = (customerId: string, name: string, key: string, limit: number | undefined): Found[] => {
    const count = counts.get(key) ?? 0
    if (limit === undefined || count <= Math.max(limit, 1)) return []
    return [
      {
        kind: 'over_limit',
        customer_id: customerId,
        about: [{ name }],
        published: `${count}`,
        expected: `at most ${limit}`,
        row: null,
      },
    ]
  }
  return [...customers].flatMap((id) => [
    ...entity.identifiers.flatMap((type) => over(id, type.name, valueKey(id, type.name), type.maxPerProfile)),
    ...over(id, 'max_profile_size', id, entity.maxProfileSize),
  ])
}

/** Union-find over nodes by their text. */
class Groups {
  readonly #parents = new Map<string, string>()

  of(node: string): string {
    let root = node
    for (let up = this.#parents.get(root); up !== undefined; up = this.#parents.get(root)) root = up
    for (let at = node; at !== root; ) {
      const up = this.#parents.get(at) ?? root
      this.#parents.set(at, root)
      at = up
    }
    return root
  }

  join(a: string, b: string): void {
    const [x, y] = [this.of(a), this.of(b)]
    if (x !== y) this.#parents.set(x, y)
  }
}
