import type { Entity, Identifier, MatchRule } from '../language/entity.js'
import type { Source, SourceEntity } from '../language/source.js'
import { nullOf, type Scope } from '../program/scope.js'
import { coalesce, joined, name, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { customerRows, placingIdentifiers } from './affected.js'
import { nodeColumns } from './node-columns.js'

/** How rows meet their customers: a FROM item in which `r` is the row, and the customer's id, null for unidentified rows. */
export interface Placement {
  readonly from: Sql
  readonly customerId: Sql
}

/**
 * Rows of a source beside the customer of their strongest identifier that has one. Where every node of the source is
 * in the graph (it joins and nothing in it can be shared) that is the first present one, and one join finds it.
 */
export function placedRows(
  scope: Scope,
  entity: Entity,
  source: Source,
  about: SourceEntity,
  tables: { readonly rows: Relation; readonly identifiers: Relation; readonly owner?: string } = {
    rows: customerRows(scope, entity.name, source),
    identifiers: placingIdentifiers(scope, entity.name),
  },
): Placement {
  const rows = sql`${from(tables.rows)} as ${name('r')}`
  const { joins, customerId } = joinsToCustomer(
    scope,
    entity,
    source,
    about,
    tables.identifiers,
    'i',
    tables.owner,
  )
  return { from: joins.length === 0 ? rows : joined(rows, joins), customerId }
}

/** Joins of the row `r` to its customer, with aliases that begin with `alias`; `owner`: the column that a node is joined for. */
export function joinsToCustomer(
  scope: Scope,
  entity: Entity,
  source: Source,
  about: SourceEntity,
  identifiers: Relation,
  alias: string,
  owner = 'customer_id',
): { readonly joins: readonly Sql[]; readonly customerId: Sql } {
  const columns = nodeColumns(entity, about).map((c) => c.column)
  if (columns.length === 0) return { joins: [], customerId: nullOf(scope, 'string') }
  const groups = alwaysInGraph(entity, source, about)
    ? [coalesce(columns.map((c) => name('r', c)))]
    : columns.map((c) => name('r', c))
  const joins = groups.map((node, i) => {
    const other = `${alias}${i + 1}`
    return sql`left join ${from(identifiers)} as ${name(other)} on ${name(other, 'node')} = ${node}`
  })
  return { joins, customerId: coalesce(groups.map((_, i) => name(`${alias}${i + 1}`, owner))) }
}

/** True for a type of which values may be shared or blocked: such a value stands in a row without joining anybody. */
export function isSetAside(type: Identifier | MatchRule): boolean {
  return Object.keys(type.sharedAbove).length > 0 || ('hasBlocks' in type && type.hasBlocks === true)
}

function alwaysInGraph(entity: Entity, source: Source, about: SourceEntity): boolean {
  const types = new Set(nodeColumns(entity, about).map((c) => c.type))
  const shareable = [...entity.identifiers, ...entity.match].some(
    (type) => types.has(type.name) && isSetAside(type),
  )
  return source.identity === 'join' && !shareable
}

/** Conditions on `r` that keep the rows which give attributes and properties: the latest version of each key. */
export function latestRows(source: Source): readonly Sql[] {
  return source.versions === 'all' ? [name('r', 'is_latest')] : []
}
