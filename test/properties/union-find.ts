import { createHash } from 'node:crypto'
import { TYPES } from './random-graphs.js'

/** A row as it stands in the file: the identifiers of graphs that lie beside each other in one file differ. */
export interface FileRow {
  readonly key: string
  readonly day: string | null
  /** Empty where the entity has no partition. */
  readonly brand: string
  readonly identifiers: readonly { readonly type: number; readonly value: string }[]
}

export const nameOf = (brand: string, { type, value }: FileRow['identifiers'][number]) =>
  `${brand}|${TYPES[type]}:${value}`

/** The reference: each identifier → the least member of its component. */
export function unionFind(rows: readonly FileRow[]): ReadonlyMap<string, string> {
  const parent = new Map<string, string>()
  const root = (x: string): string => {
    const up = parent.get(x) ?? x
    return up === x ? x : root(up)
  }
  for (const { brand, identifiers } of rows) {
    const [first, ...rest] = identifiers.map((identifier) => nameOf(brand, identifier))
    if (first === undefined) continue
    parent.set(first, root(first))
    for (const other of rest) {
      const [a = '', b = ''] = [root(first), root(other)].sort()
      parent.set(b, a)
      parent.set(other, a)
    }
  }
  return new Map([...parent.keys()].map((x) => [x, root(x)]))
}

/** `c_` and 20 hex digits of md5 over entity, partition, anchor type, anchor value and generation, each after its length. */
export function mintedId(brand: string, type: string, value: string, generation = 0): string {
  const parts = ['customer', brand, type, value, String(generation)]
  const text = parts.map((part) => `${[...part].length}:${part}`).join('')
  return `c_${createHash('md5').update(text).digest('hex').slice(0, 20)}`
}

interface Seen {
  readonly brand: string
  readonly type: number
  readonly value: string
  readonly first: string
}

/** The id of each component, by its least member: it is named after the strongest, then first seen, then least one. */
export function anchors(
  rows: readonly FileRow[],
  components: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const seen = new Map<string, Seen>()
  for (const { brand, identifiers, day } of rows) {
    for (const { type, value } of identifiers) {
      const name = nameOf(brand, { type, value })
      const before = seen.get(name)?.first ?? '9999'
      const now = day ?? '9999'
      seen.set(name, { brand, type, value, first: [before, now].sort()[0] ?? now })
    }
  }
  const rank = (name: string) => {
    const { type, first, value } = seen.get(name) ?? { type: 9, first: '', value: '' }
    return [String(type), first, Buffer.from(value).toString('hex')].join(' ')
  }
  const best = new Map<string, string>()
  for (const [name, component] of components) {
    const so = best.get(component)
    if (so === undefined || rank(name) < rank(so)) best.set(component, name)
  }
  return new Map(
    [...best].map(([component, name]) => {
      const { brand = '', type = 0, value = '' } = seen.get(name) ?? {}
      return [component, mintedId(brand, TYPES[type] ?? '', value)]
    }),
  )
}
