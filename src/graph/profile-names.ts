import type { Entity } from '../language/entity.js'
import type { Declarations } from './declarations.js'

/** Columns that cdp adds to the wide table itself. */
export const BUILT_IN_COLUMNS = [
  'is_known',
  'first_seen_at',
  'last_seen_at',
  'record_count',
  'event_count',
] as const

/** Columns of one profile that an expression of a trait or segment may read. */
export function profileNames(declarations: Declarations, entity: Entity): readonly string[] {
  return [
    entity.idColumn,
    ...entity.identifiers.map((identifier) => identifier.name),
    ...declarations.attributes(entity.name).keys(),
    ...declarations.traitsOf(entity.name).map((trait) => trait.name),
    ...BUILT_IN_COLUMNS,
  ]
}
