import { type IdentityInput, idsState } from '../../identity/graph-tables.js'
import { published, state } from '../../program/scope.js'
import { lines, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { rowsTable } from '../../staging/rows.js'
import { type FoundCustomer, findCustomer, keyCondition } from '../find-customer.js'
import { readIdentifier } from '../identifier-value.js'
import { ask, type Inspected, textOf } from '../inspected.js'
import { shownTime } from '../shown-value.js'
import type { Wanted } from '../wanted.js'
import type { Component } from './component.js'
import type { Asked, Sightings } from './explanation.js'
import type { ReadSource } from './read-sources.js'

/** One of the two that are asked about, and the customer that answers for it. */
export interface Endpoint {
  readonly wanted: Wanted
  readonly found: FoundCustomer
  readonly asked: Asked
}

/** Throws a `UsageError` where nobody answers, as `cdp show` does. */
export async function readEndpoint(inspected: Inspected, wanted: Wanted): Promise<Endpoint> {
  const found = await findCustomer(inspected, wanted)
  const told = { customer_id: found.id, note: found.note ?? null }
  switch (wanted.kind) {
    case 'id':
      return { wanted, found, asked: { asked: { kind: 'customer', id: wanted.id }, ...told } }
    case 'row': {
      const asked = {
        kind: 'row' as const,
        source: wanted.source.name,
        record_key: await storedKey(inspected, wanted),
      }
      return { wanted, found, asked: { asked, ...told } }
    }
    case 'identifier': {
      const { normal } = await readIdentifier(inspected, wanted.identifier, wanted.value)
      const asked = {
        kind: 'identifier' as const,
        identifier: wanted.identifier.name,
        value: normal ?? wanted.value,
      }
      return { wanted, found, asked: { asked, ...told } }
    }
  }
}

async function storedKey(inspected: Inspected, wanted: Extract<Wanted, { kind: 'row' }>): Promise<string> {
  const table = from(published(inspected.scope, rowsTable(wanted.source.name)))
  const [row] = await ask(
    inspected,
    sql`
      select record_key
      from ${table}
      where ${keyCondition(inspected, wanted)}
      order by record_key
      limit 1
    `,
  )
  return textOf(row, 'record_key') ?? wanted.key
}

/** Where a chain begins or ends: a node of the component, or a row beside it with the nodes that it hangs on. */
export type Place =
  | { readonly kind: 'node'; readonly place: number }
  | ({ readonly kind: 'row'; readonly nodes: readonly number[] } & Sightings)

export async function placeOf(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  component: Component,
  { asked: { asked } }: Endpoint,
): Promise<Place> {
  switch (asked.kind) {
    case 'identifier':
    case 'match': {
      const { identifier, value } = asked
      const place = component.nodes.findIndex((one) => one.identifier === identifier && one.value === value)
      return { kind: 'node', place: Math.max(place, 0) }
    }
    case 'customer':
      return { kind: 'node', place: await addressOf(inspected, input, component, asked.id) }
    case 'row': {
      const source = sources.find(({ item }) => item.source.name === asked.source)
      return source ? rowPlace(inspected, component, source, asked.record_key) : { kind: 'node', place: 0 }
    }
  }
}

/** What the customer was named after, or left as its address; its strongest identifier where it has neither any more. */
export async function addressOf(
  inspected: Inspected,
  input: IdentityInput,
  component: Component,
  id: string,
): Promise<number> {
  const [row] = await ask(
    inspected,
    sql`
      select
        ${lines(['anchor_identifier', 'anchor_value', 'address_node'].map((column) => name(column)))}
      from ${from(state(inspected.scope, idsState(input.entity.name)))}
      where ${name('customer_id')} = ${id}
    `,
  )
  const [identifier, value, address] = [
    textOf(row, 'anchor_identifier'),
    textOf(row, 'anchor_value'),
    textOf(row, 'address_node'),
  ]
  const anchor = component.nodes.findIndex((one) => one.identifier === identifier && one.value === value)
  const left = component.nodes.findIndex(({ node }) => node === address)
  return [anchor, left, 0].find((place) => place >= 0) ?? 0
}

/** A row hangs on its strongest identifier, and on those that its star links to that one. */
async function rowPlace(
  inspected: Inspected,
  component: Component,
  source: ReadSource,
  key: string,
): Promise<Place> {
  const rows = await ask(
    inspected,
    sql`
      select
        ${lines([...source.columns.map(({ column }) => name(column)), name('first_seen_at'), name('last_seen_at')])}
      from ${from(source.rows)}
      where ${name('record_key')} = ${key}
    `,
  )
  const places = new Map(component.nodes.map(({ node }, i) => [node, i]))
  const linked = new Set(component.linked)
  const hangsOn = new Set<number>()
  for (const row of rows) {
    const here = source.columns
      .map(({ column }) => textOf(row, column))
      .filter((node) => node !== undefined && places.has(node)) as string[]
    const free = here.filter((node) => !linked.has(node))
    const [hub, ...others] = (free.length > 0 ? free : here).map((node) => places.get(node) as number)
    if (hub === undefined) continue
    hangsOn.add(hub)
    if (source.item.source.identity !== 'attach')
      for (const other of others) if (isLinked(component, hub, other)) hangsOn.add(other)
  }
  const times = (column: string) => rows.flatMap((row) => textOf(row, column) ?? []).sort()
  return {
    kind: 'row',
    nodes: [...hangsOn].sort((x, y) => x - y),
    first_seen_at: shownTime(times('first_seen_at')[0] ?? null),
    last_seen_at: shownTime(times('last_seen_at').at(-1) ?? null),
    row_count: rows.length,
  }
}

function isLinked({ links: { a, b } }: Component, x: number, y: number): boolean {
  return a.some((one, i) => (one === x && b[i] === y) || (one === y && b[i] === x))
}
