import type { Row } from '../../engines/connection.js'
import { type IdentityInput, sharedValuesTable } from '../../identity/graph-tables.js'
import { published } from '../../program/scope.js'
import { list, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { customersTable, identifiersTable, recordsTable } from '../../staging/customer-tables.js'
import { ask, type Inspected, textOrNull } from '../inspected.js'
import { type Batch, type Chosen, type ListedIdentifier, valueKey } from './batch.js'
import { readGolden, readProfiles, readRegistry } from './read-profiles.js'
import { readRefused } from './read-refused.js'
import { readRows, type VerifiedSource } from './read-rows.js'

/** Everything that bears on some customers. */
export async function readBatch(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly VerifiedSource[],
  links: readonly (readonly [string, string])[],
  chosen: Chosen,
): Promise<Batch> {
  const identifiers = await readIdentifiers(inspected, input, chosen)
  const rows = await readRows(inspected, input, sources, chosen)
  const owners = new Map(identifiers.map((one) => [one.node, one.customerId]))
  const foreign = new Map(
    rows.flatMap((row) =>
      row.values.filter(({ node }) => !owners.has(node)).map((value) => [value.node, value]),
    ),
  )
  for (const [node, owner] of await readOwners(inspected, input, [...foreign.keys()])) owners.set(node, owner)
  const seen = await readSeen(inspected, input, chosen)
  const attributes = await readGolden(inspected, input, chosen)
  return {
    customers: new Set([
      ...identifiers.map(({ customerId }) => customerId),
      ...seen.map(({ customerId }) => customerId),
      ...attributes.keys(),
    ]),
    identifiers,
    owners,
    rows,
    setAside: await readSetAside(inspected, input, chosen, [...foreign.values()]),
    refused: await readRefused(inspected, input, chosen),
    links,
    seen,
    records: await readRecords(inspected, input, chosen),
    attributes,
    profiles: await readProfiles(inspected, input, chosen),
    registry: await readRegistry(inspected, input, chosen),
  }
}

async function readIdentifiers(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
): Promise<readonly ListedIdentifier[]> {
  const rows = await ask(
    inspected,
    sql`
      select node, customer_id, identifier, ${name('value')}, first_seen_at, last_seen_at, row_count
      from ${from(published(inspected.scope, identifiersTable(entity.name)))}
      where ${chosen(name('customer_id'))}
    `,
  )
  return rows.map((row) => ({
    node: String(row.node),
    customerId: String(row.customer_id),
    type: String(row.identifier),
    value: String(row.value),
    first: textOrNull(row, 'first_seen_at'),
    last: textOrNull(row, 'last_seen_at'),
    rows: Number(row.row_count),
  }))
}

/** How many values a statement names at once. */
const CHUNK = 2000

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) =>
    items.slice(i * CHUNK, (i + 1) * CHUNK),
  )
}

/** Whose the identifiers are that rows name besides those of the batch. */
async function readOwners(
  inspected: Inspected,
  { entity }: IdentityInput,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>()
  for (const some of chunks(nodes)) {
    const rows = await ask(
      inspected,
      sql`
        select node, customer_id
        from ${from(published(inspected.scope, identifiersTable(entity.name)))}
        where node in (${list(some.map((node) => sql`${BigInt(node)}`))})
      `,
    )
    for (const row of rows) owners.set(String(row.node), String(row.customer_id))
  }
  return owners
}

/** Shared and blocked values: those that a person linked are identifiers, the others only stand in rows. */
async function readSetAside(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
  foreign: readonly { readonly type: string; readonly value: string }[],
): Promise<ReadonlySet<string>> {
  const { scope } = inspected
  const shared = from(published(scope, sharedValuesTable(entity.name)))
  const found = new Set<string>()
  const add = (rows: readonly Row[]): void => {
    for (const row of rows) found.add(valueKey(String(row.identifier), String(row.value)))
  }
  add(
    await ask(
      inspected,
      sql`
        select distinct ${name('s', 'identifier')}, ${name('s', 'value')}
        from ${shared} as ${name('s')}
        join ${from(published(scope, identifiersTable(entity.name)))} as ${name('i')}
          on ${name('i', 'value')} = ${name('s', 'value')} and ${name('i', 'identifier')} = ${name('s', 'identifier')}
        where ${chosen(name('i', 'customer_id'))}
      `,
    ),
  )
  for (const some of chunks([...new Set(foreign.map(({ value }) => value))]))
    add(
      await ask(
        inspected,
        sql`select distinct identifier, ${name('value')} from ${shared} where ${name('value')} in (${list(some.map((value) => sql`${value}`))})`,
      ),
    )
  return found
}

async function readSeen(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
): Promise<Batch['seen']> {
  const rows = await ask(
    inspected,
    sql`
      select customer_id, first_seen_at, last_seen_at, record_count, event_count
      from ${from(published(inspected.scope, customersTable(entity.name)))}
      where ${chosen(name('customer_id'))}
    `,
  )
  return rows.map((row) => ({
    customerId: String(row.customer_id),
    first: textOrNull(row, 'first_seen_at'),
    last: textOrNull(row, 'last_seen_at'),
    records: Number(row.record_count),
    events: Number(row.event_count),
  }))
}

async function readRecords(
  inspected: Inspected,
  { entity }: IdentityInput,
  chosen: Chosen,
): Promise<Batch['records']> {
  const rows = await ask(
    inspected,
    sql`
      select ${name('source')}, record_key, customer_id
      from ${from(published(inspected.scope, recordsTable(entity.name)))}
      where ${chosen(name('customer_id'))}
    `,
  )
  return new Map(rows.map((row) => [`${row.source}\u0000${row.record_key}`, String(row.customer_id)]))
}
