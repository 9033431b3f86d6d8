import type { Entity } from '../language/entity.js'
import type { Override } from '../language/override.js'
import type { Source, SourceEntity } from '../language/source.js'
import type { Part, Scope, Table } from '../program/scope.js'
import { name, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import type { Relation } from '../sql/relation.js'
import { affectedRows } from '../staging/affected.js'
import { affectedCustomers, isAffectedNode } from '../staging/customer-tables.js'
import { holdsAffected } from './affected/columns.js'

/** What identity resolution is given: an entity and the sources that say something about it, in order of name. */
export interface IdentityInput {
  readonly entity: Entity
  readonly sources: readonly { readonly source: Source; readonly about: SourceEntity }[]
  /** What people decided about the entity, in the order of files. */
  readonly overrides: readonly Override[]
  /** Of all that is declared about how rows become customers. */
  readonly fingerprint: string
  /** Of calendar days. */
  readonly timezone: string
}

/** One of its sources, with what its rows say about the entity. */
export type SourceAbout = IdentityInput['sources'][number]

/** Distinct combinations of nodes in the rows of a source, before sharing: the nodes, row_count, first_seen_at, last_seen_at. */
export function tuplesTable(
  { entity }: Pick<IdentityInput, 'entity'>,
  { source, about }: SourceAbout,
): Table {
  const part: Part = (scope, row) => holdsAffected(scope, entity, { source, about }, row)
  return { node: `identity.${entity.name}`, name: `tuples_${entity.name}_${source.name}`, part }
}

/** How many identifiers each customer has, see profile-sizes.ts. */
export function sizesTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `sizes_${entity}`, part: affectedCustomers(entity) }
}

/** Values that join nobody, of the last run for the next: node, rule (`block` or `shared_above`). */
export function sharedNodesTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `shared_nodes_${entity}` }
}

/** What happened in the last run to ids that were there: kind (merged, split, retired), customer_id, previous_id, identifier, value. */
export function idChangesTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `id_changes_${entity}` }
}

/** Ids that have left: previous_id, and the customer_id that answers for it today, null where nobody does. */
export function aliasesTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `id_aliases_${entity}` }
}

/** Candidates for review: rule, customer_id, other_id, value. */
export function proposalsTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `proposals_${entity}` }
}

/** Values that joined nobody: source, identifier, value, rule, row_count, sample_record_key. */
export function sharedValuesTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `shared_values_${entity}` }
}

/** Links that a limit refused: identifier, value, other_identifier, other_value, reason, tier, first_seen_at, row_count, the nodes u and v, and where it is firm, see limits/firm.ts. */
export function refusedEdgesTable(entity: string): Table {
  const part: Part = (scope, row) =>
    sql`${isAffectedNode(scope, entity, name(row, 'u'))} or ${isAffectedNode(scope, entity, name(row, 'v'))}`
  return { node: `identity.${entity}`, name: `refused_edges_${entity}`, part }
}

/** Customers by how many identifiers they have, see health.ts. */
export function identitySizesTable(entity: string): Table {
  return { node: `health.${entity}`, name: `identity_sizes_${entity}` }
}

/** The customers with most identifiers. */
export function largestProfilesTable(entity: string): Table {
  return { node: `health.${entity}`, name: `largest_profiles_${entity}` }
}

/** The links of those customers, and of others who hold many identifiers: customer_id, u < v, row_count, first_seen_at. */
export function heldEdgesTable(entity: string): Table {
  return { node: `health.${entity}`, name: `held_edges_${entity}` }
}

/** Links without which one of the largest customers would be two, see bridges.ts. */
export function bridgesTable(entity: string): Table {
  return { node: `health.${entity}`, name: `bridges_${entity}` }
}

/** Values that meet suspiciously many others. */
export function identitySuspectsTable(entity: string): Table {
  return { node: `health.${entity}`, name: `identity_suspects_${entity}` }
}

/** Kept state: every id ever minted. */
export const idsState = (entity: string) => `ids_${entity}`
/** Kept state: the fingerprint of the declarations by which the last run resolved identities. */
export const rulesState = (entity: string) => `rules_${entity}`
/** Kept state: every change of ids, of all runs; the public `<entity>_id_changes`. */
export const changesState = (entity: string) => `changes_${entity}`

export const text: LogicalType = { kind: 'string' }
export const integer: LogicalType = { kind: 'integer' }
export const timestamp: LogicalType = { kind: 'timestamp' }

/** A column of a table whose shape cdp fixes. */
export interface Shape {
  readonly name: string
  readonly type: LogicalType
}

/** `identifiers_<entity>`: the shape that later runs rely on, see staging/placement.ts. */
export const identifiersShape: readonly Shape[] = [
  { name: 'node', type: integer },
  { name: 'customer_id', type: text },
  { name: 'identifier', type: text },
  { name: 'strength', type: integer },
  { name: 'value', type: text },
  { name: 'first_seen_at', type: timestamp },
  { name: 'last_seen_at', type: timestamp },
  { name: 'row_count', type: integer },
]

/** `records_<entity>`, see staging/placement.ts. */
export const recordsShape: readonly Shape[] = [
  { name: 'source', type: text },
  { name: 'record_key', type: text },
  { name: 'customer_id', type: text },
]

/** An id, the member that it was named after, and when; `minted_order` numbers the runs that minted ids. `retired_at` is null while a customer has it; then its heir, if it was merged, and its address. */
export const idsShape: readonly Shape[] = [
  { name: 'customer_id', type: text },
  { name: 'anchor_partition', type: text },
  { name: 'anchor_identifier', type: text },
  { name: 'anchor_value', type: text },
  { name: 'generation', type: integer },
  { name: 'anchor_first_seen_at', type: timestamp },
  { name: 'minted_run', type: text },
  { name: 'minted_at', type: timestamp },
  { name: 'retired_at', type: timestamp },
  { name: 'merged_into', type: text },
  { name: 'address_node', type: integer },
  { name: 'minted_order', type: integer },
]

export const rulesShape: readonly Shape[] = [{ name: 'fingerprint', type: text }]

export const changesShape: readonly Shape[] = [
  { name: 'run_id', type: text },
  { name: 'changed_at', type: timestamp },
  { name: 'kind', type: text },
  { name: 'customer_id', type: text },
  { name: 'previous_id', type: text },
  { name: 'reason', type: text },
  { name: 'identifier', type: text },
  { name: 'value', type: text },
  { name: 'source', type: text },
  { name: 'record_key', type: text },
]

/** The rows from which this run tells who is who. */
export function rowsOf(scope: Scope, { entity }: IdentityInput, source: Source): Relation {
  return affectedRows(scope, entity.name, source)
}
