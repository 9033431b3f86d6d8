import type { Entity } from '../language/entity.js'
import type { LogicalType } from '../language/logical-type.js'
import type { Project } from '../language/project.js'
import type { Sync } from '../language/sync.js'
import { typeOfAttribute, typeOfTrait } from './types.js'

/** What a sync reads, as far as the project tells. */
export interface Synced {
  /** The entity that rows are about; absent of models. */
  readonly entity?: Entity
  /** Column → type; absent of models, whose columns only the warehouse knows. */
  readonly columns?: ReadonlyMap<string, LogicalType>
  /** The columns that identify a row, unless the sync names others; none of models. */
  readonly ownKey: readonly string[]
}

const STRING: LogicalType = { kind: 'string' }
const TIMESTAMP: LogicalType = { kind: 'timestamp' }

/** Undefined where something that it names is not there, which is reported elsewhere. */
export function syncedBy(sync: Sync, project: Project): Synced | undefined {
  const { from } = sync
  if (from.kind === 'model') return { ownKey: [] }
  const name =
    from.kind === 'segments'
      ? project.segments.find((segment) => segment.name === from.segments[0])?.entity
      : from.entity
  const entity = project.entities.find((one) => one.name === name)
  if (!entity) return undefined
  if (from.kind === 'events') {
    const columns = new Map<string, LogicalType>([
      [entity.idColumn, STRING],
      ['source', STRING],
      ['event', STRING],
      ['occurred_at', TIMESTAMP],
      ['record_key', STRING],
    ])
    return { entity, columns, ownKey: ['source', 'record_key'] }
  }
  const columns = profileColumnTypes(entity, project)
  if (from.kind !== 'segments') return { entity, columns, ownKey: [entity.idColumn] }
  columns.set('entered_at', TIMESTAMP)
  const isListed = !from.several || sync.audience?.includes('{{segment}}') === true
  if (from.several) columns.set('segment', STRING)
  return { entity, columns, ownKey: isListed ? [entity.idColumn] : [entity.idColumn, 'segment'] }
}

/** Of the wide table, in its order. */
function profileColumnTypes(entity: Entity, project: Project): Map<string, LogicalType> {
  return new Map<string, LogicalType>([
    [entity.idColumn, STRING],
    ...entity.identifiers.map(({ name }) => [name, STRING] as const),
    ...entity.attributes.map((attribute) => [attribute.name, typeOfAttribute(attribute)] as const),
    ...project.traits
      .filter((trait) => trait.entity === entity.name)
      .map((trait) => [trait.name, typeOfTrait(trait, project)] as const),
    ['is_known', { kind: 'boolean' }],
    ['first_seen_at', TIMESTAMP],
    ['last_seen_at', TIMESTAMP],
    ['record_count', { kind: 'integer' }],
    ['event_count', { kind: 'integer' }],
  ])
}

/** The columns that identify a row at the destination. */
export function keyOf(sync: Sync, synced: Synced): readonly string[] {
  return sync.key.length > 0 ? sync.key : synced.ownKey
}

/** The fields that hold the key: those that map its columns, or the columns under their own names. */
export function keyFieldsOf(sync: Sync, synced: Synced): readonly { column: string; field: string }[] {
  return keyOf(sync, synced).map((column) => {
    const mapped = sync.map.find((field) => field.kind === 'column' && field.column === column)
    return { column, field: mapped?.name ?? column }
  })
}
