import type { PublishedView } from '../program/compiled-node.js'
import type { Scope, Table } from '../program/scope.js'
import { as, lines, name, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import {
  type IdentityInput,
  identitySizesTable,
  identitySuspectsTable,
  largestProfilesTable,
  type Shape,
} from './graph-tables.js'
import { identitySizesShape, largestProfilesShape } from './profile-sizes.js'
import { identitySuspectsShape } from './suspects.js'

/** `<entity>_identity_sizes`, `_largest_profiles` and `_identity_suspects`. */
export function healthViews(
  scope: Scope,
  { entity }: IdentityInput,
  place: (scope: Scope, table: Table) => Relation,
): PublishedView[] {
  const view = (suffix: string, description: string, shape: readonly Shape[], table: Table) => ({
    schema: 'public' as const,
    name: `${entity.name}_${suffix}`,
    description,
    select: sql`
      select
        ${lines(
          shape.map((column) =>
            column.name === 'customer_id' ? as(name('customer_id'), entity.idColumn) : name(column.name),
          ),
        )}
      from ${from(place(scope, table))}
    `,
    columns: shape
      .filter((column) => column.name === 'customer_id')
      .map(() => ({ name: entity.idColumn, description: `The ${entity.name}.` })),
  })
  return [
    view(
      'identity_sizes',
      `Each ${entity.name} counted by how many identifiers it has.`,
      identitySizesShape,
      identitySizesTable(entity.name),
    ),
    view(
      'largest_profiles',
      'Those with most identifiers.',
      largestProfilesShape,
      largestProfilesTable(entity.name),
    ),
    view(
      'identity_suspects',
      'Values that meet suspiciously many others, the most striking first.',
      identitySuspectsShape,
      identitySuspectsTable(entity.name),
    ),
  ]
}
