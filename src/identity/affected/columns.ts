import type { Entity } from '../../language/entity.js'
import type { Source, SourceEntity } from '../../language/source.js'
import { type Scope, scratch } from '../../program/scope.js'
import { anyOf, as, coalesce, lines, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { isAffectedNode } from '../../staging/customer-tables.js'
import { nodeColumns } from '../../staging/node-columns.js'
import { isSetAside } from '../../staging/placement.js'

/** Scratch of incremental runs: combinations of nodes in rows that changed, of entities in which values can be shared, `combination`. */
export const combinationsName = (entity: string) => `combinations_${entity}`

/** True where a value of some type of the entity may stand in a row without joining anybody. */
export function canBeShared(entity: Entity): boolean {
  return [...entity.identifiers, ...entity.match].some(isSetAside)
}

/** True where a link of a row may be refused. */
function isLimited(entity: Entity): boolean {
  return (
    entity.maxProfileSize !== undefined ||
    entity.keepApart.length > 0 ||
    entity.identifiers.some(({ maxPerProfile }) => maxPerProfile !== undefined)
  )
}

/**
 * Whether changes reach a row, or a tuple, `alias`: by one of its nodes, or, where all of them are shared, since it is
 * combined like a row that changed. It depends on the nodes alone, so that all rows of a tuple are affected or none.
 */
export function holdsAffected(
  scope: Scope,
  entity: Entity,
  { source, about }: { readonly source: Source; readonly about: SourceEntity },
  alias: string,
): Sql {
  const columns = nodeColumns(entity, about).map((c) => name(alias, c.column))
  if (source.identity === 'join' && !canBeShared(entity) && !isLimited(entity) && columns.length > 0) {
    // All that the row holds is linked: all of it is affected or nothing.
    return sql`coalesce(${isAffectedNode(scope, entity.name, coalesce(columns))}, false)`
  }
  const combined = canBeShared(entity)
    ? [
        sql`${combination(scope, columns)} in (select ${name('combination')} from ${from(scratch(scope, combinationsName(entity.name)))})`,
      ]
    : []
  const held = columns.map((column) => isAffectedNode(scope, entity.name, column))
  return sql`coalesce(${anyOf([...held, ...combined])}, false)`
}

/** Of the nodes of a row, in the order of their columns. */
export function combination(scope: Scope, columns: readonly Sql[]): Sql {
  return scope.dialect.functions.rowHash(columns)
}

/** The nodes that a table of rows of a source holds, an occurrence each: node, strength. A query for each of their columns. */
export function heldNodes(scope: Scope, entity: Entity, about: SourceEntity, rows: string): readonly Sql[] {
  return nodeColumns(entity, about).map(
    (c) => sql`
      select
        ${lines([as(name(c.column), 'node'), as(sql`${c.strength}`, 'strength')])}
      from ${from(scratch(scope, rows))}
      where ${name(c.column)} is not null
    `,
  )
}
