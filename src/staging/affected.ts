/**
 * What the nodes of an entity work on. A full run works on all rows; an incremental one on the rows of the customers whom
 * changes reach, by the same statements: so that its result is that of a full run wherever the affected rows are all rows of
 * these customers. identity/affected/ finds them.
 */
import type { Entity } from '../language/entity.js'
import { isEventSource, type Source, type SourceEntity } from '../language/source.js'
import { current, published, runView, type Scope } from '../program/scope.js'
import type { Relation } from '../sql/relation.js'
import { identifiersTable } from './customer-tables.js'
import { nodeColumns } from './node-columns.js'
import { attributeColumn, partitionColumn, propertyColumn, rowsTable } from './rows.js'

export const affectedRowsName = (entity: string, source: string) => `affected_rows__${entity}__${source}`
export const customerRowsName = (entity: string, source: string) => `rows_of__${entity}__${source}`
export const placingName = (entity: string) => `placing_${entity}`

/** The rows from which this run tells who is who: `rows_<source>`, or its affected rows. */
export function affectedRows(scope: Scope, entity: string, source: Source): Relation {
  return (
    duringRun(scope, entity, affectedRowsName(entity, source.name)) ?? current(scope, rowsTable(source.name))
  )
}

/** What is computed of a row about an entity is computed from these columns: a row has many more, as they came. */
export function columnsAbout(entity: Entity, source: Source, about: SourceEntity): readonly string[] {
  const nodes = nodeColumns(entity, about)
  return [
    'record_key',
    'observed_at',
    ...(isEventSource(source) ? ['occurred_at', 'event'] : []),
    'first_seen_at',
    'last_seen_at',
    ...(source.versions === 'all' ? ['is_latest'] : []),
    ...(about.partition ? [partitionColumn(entity.name)] : []),
    ...nodes.map((c) => c.column),
    ...nodes.map((c) => c.value),
    ...about.attributes.map((field) => attributeColumn(entity.name, field.name)),
    ...source.properties.map((property) => propertyColumn(property.name)),
  ]
}

/** The rows of the customers that this run builds: affected rows without those that belong to others. */
export function customerRows(scope: Scope, entity: string, source: Source): Relation {
  return (
    duringRun(scope, entity, customerRowsName(entity, source.name)) ?? current(scope, rowsTable(source.name))
  )
}

/** By which affected rows find their customer, whether this run builds that one or not: node, customer_id. */
export function placingIdentifiers(scope: Scope, entity: string): Relation {
  return duringRun(scope, entity, placingName(entity)) ?? published(scope, identifiersTable(entity))
}

function duringRun(scope: Scope, entity: string, name: string): Relation | undefined {
  return scope.building.has(`identity.${entity}`) ? runView(scope, name) : undefined
}
