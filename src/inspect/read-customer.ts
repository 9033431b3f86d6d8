import { UsageError } from '../diagnostics/errors.js'
import type { Row } from '../engines/connection.js'
import type { Entity } from '../language/entity.js'
import { publicRelation } from '../program/scope.js'
import { lines, name, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import type { Customer, CustomerIdentifier, GoldenValue, IdChange, Provenance } from './customer.js'
import { latestEvents, latestRecords } from './customer-rows.js'
import type { FoundCustomer } from './find-customer.js'
import { ask, entityTable, hasTable, type Inspected, textOrNull } from './inspected.js'
import { shownTime, shownValue } from './shown-value.js'

/** Reads everything that is published of a customer; records and events up to `limit` each. */
export async function readCustomer(
  inspected: Inspected,
  { entity, id }: FoundCustomer,
  limit: number,
): Promise<Customer> {
  const profile = await readProfile(inspected, entity, id)
  const provenance = await readProvenance(inspected, entity, id)
  return {
    entity: entity.name,
    id,
    is_known: profile.row.is_known === true,
    first_seen_at: shownTime(profile.row.first_seen_at),
    last_seen_at: shownTime(profile.row.last_seen_at),
    record_count: Number(profile.row.record_count ?? 0),
    event_count: Number(profile.row.event_count ?? 0),
    identifiers: await readIdentifiers(inspected, entity, id),
    attributes: goldenValues(entity, profile, provenance),
    traits: traitValues(inspected, entity, profile),
    segments: await readSegments(inspected, entity, id),
    records: await latestRecords(inspected, entity, id, limit),
    events: await latestEvents(inspected, entity, id, limit),
    changes: await readChanges(inspected, entity, id),
  }
}

/** The row of the wide table, and the type of each of its columns. */
interface Profile {
  readonly row: Row
  readonly types: ReadonlyMap<string, LogicalType | undefined>
}

async function readProfile(inspected: Inspected, entity: Entity, id: string): Promise<Profile> {
  const { scope, connection } = inspected
  const columns = (await connection.describeTable(publicRelation(scope, `${entity.name}_profiles`))) ?? []
  const types = new Map(columns.map((column) => [column.name, scope.dialect.readType(column.type)]))
  const [row] = await ask(
    inspected,
    sql`
      select
        ${lines(columns.map((column) => name(column.name)))}
      from ${entityTable(inspected, entity, 'profiles')}
      where ${name(entity.idColumn)} = ${id}
    `,
  )
  if (!row)
    throw new UsageError(
      `${id} is newer than ${entity.name}_profiles: a run since built only a part (--select)`,
      'Run "cdp run" to build the rest.',
    )
  return { row, types }
}

async function readIdentifiers(
  inspected: Inspected,
  entity: Entity,
  id: string,
): Promise<readonly CustomerIdentifier[]> {
  const rows = await ask(
    inspected,
    sql`
      select identifier, ${name('value')}, first_seen_at, last_seen_at, row_count
      from ${entityTable(inspected, entity, 'identifiers')}
      where ${name(entity.idColumn)} = ${id}
      order by last_seen_at desc nulls last, ${name('value')}
    `,
  )
  const place = (type: string): number => {
    const at = entity.identifiers.findIndex(({ name: known }) => known === type)
    return at < 0 ? entity.identifiers.length : at
  }
  return rows
    .map((row) => ({
      identifier: String(row.identifier),
      value: String(row.value),
      first_seen_at: shownTime(row.first_seen_at),
      last_seen_at: shownTime(row.last_seen_at),
      row_count: Number(row.row_count),
    }))
    .sort((a, b) => place(a.identifier) - place(b.identifier))
}

async function readProvenance(
  inspected: Inspected,
  entity: Entity,
  id: string,
): Promise<ReadonlyMap<string, readonly Provenance[]>> {
  const found = new Map<string, Provenance[]>()
  if (!(await hasTable(inspected, `${entity.name}_provenance`))) return found
  const rows = await ask(
    inspected,
    sql`
      select attribute, ${name('source')}, record_key, observed_at, policy
      from ${entityTable(inspected, entity, 'provenance')}
      where ${name(entity.idColumn)} = ${id}
      order by attribute, observed_at desc nulls last, ${name('source')}, record_key
    `,
  )
  for (const row of rows) {
    const attribute = String(row.attribute)
    const one: Provenance = {
      source: textOrNull(row, 'source'),
      record_key: textOrNull(row, 'record_key'),
      observed_at: shownTime(row.observed_at),
      policy: String(row.policy),
    }
    found.set(attribute, [...(found.get(attribute) ?? []), one])
  }
  return found
}

const JSON_TYPE: LogicalType = { kind: 'json' }

function goldenValues(
  entity: Entity,
  { row, types }: Profile,
  provenance: ReadonlyMap<string, readonly Provenance[]>,
): readonly GoldenValue[] {
  return entity.attributes
    .filter((attribute) => types.has(attribute.name))
    .map(({ name: attribute, merge, type }) => ({
      name: attribute,
      value: shownValue(
        row[attribute],
        merge.kind === 'collect' || type.kind === 'json' ? JSON_TYPE : types.get(attribute),
      ),
      provenance: provenance.get(attribute) ?? [],
    }))
}

function traitValues({ project }: Inspected, entity: Entity, { row, types }: Profile): Customer['traits'] {
  return project.traits
    .filter((trait) => trait.entity === entity.name && types.has(trait.name))
    .map(({ name: trait, definition }) => {
      const isJson =
        (definition.kind === 'aggregate' && definition.aggregate === 'collect') ||
        (definition.kind === 'sql' && definition.type.kind === 'json')
      return { name: trait, value: shownValue(row[trait], isJson ? JSON_TYPE : types.get(trait)) }
    })
}

async function readSegments(inspected: Inspected, entity: Entity, id: string): Promise<Customer['segments']> {
  if (!(await hasTable(inspected, `${entity.name}_segments`))) return []
  const rows = await ask(
    inspected,
    sql`
      select segment, entered_at
      from ${entityTable(inspected, entity, 'segments')}
      where ${name(entity.idColumn)} = ${id}
      order by segment
    `,
  )
  return rows.map((row) => ({ segment: String(row.segment), entered_at: shownTime(row.entered_at) }))
}

async function readChanges(inspected: Inspected, entity: Entity, id: string): Promise<readonly IdChange[]> {
  const customerId = name(entity.idColumn)
  const rows = await ask(
    inspected,
    sql`
      select kind, changed_at, ${customerId} as id, previous_id, reason
      from ${entityTable(inspected, entity, 'id_changes')}
      where ${customerId} = ${id} or previous_id = ${id}
      order by changed_at desc, run_id desc, kind, ${customerId}
    `,
  )
  return rows.map((row) => ({
    kind: String(row.kind),
    changed_at: shownTime(row.changed_at),
    customer_id: String(row.id),
    previous_id: textOrNull(row, 'previous_id'),
    reason: textOrNull(row, 'reason'),
  }))
}
