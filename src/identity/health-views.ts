import type { PublishedView } from '../program/compiled-node.js'
import type { Place, Scope } from '../program/scope.js'
import { bridgesShape } from './bridges.js'
import { entityView } from './entity-view.js'
import {
  bridgesTable,
  type IdentityInput,
  identitySizesTable,
  identitySuspectsTable,
  largestProfilesTable,
} from './graph-tables.js'
import { identitySizesShape, largestProfilesShape } from './profile-sizes.js'
import { identitySuspectsShape } from './suspects.js'

/** `<entity>_identity_sizes`, `_largest_profiles`, `_bridges` and `_identity_suspects`. */
export function healthViews(scope: Scope, { entity }: IdentityInput, place: Place): PublishedView[] {
  return [
    entityView(entity, {
      suffix: 'identity_sizes',
      description: `Each ${entity.name} counted by how many identifiers it has.`,
      table: place(scope, identitySizesTable(entity.name)),
      columns: identitySizesShape.map((column) => column.name),
    }),
    entityView(entity, {
      suffix: 'largest_profiles',
      description: 'Those with most identifiers.',
      table: place(scope, largestProfilesTable(entity.name)),
      columns: largestProfilesShape.map((column) => column.name),
    }),
    entityView(entity, {
      suffix: 'bridges',
      description: `Links without which one of the largest would be two, what would split most first.`,
      table: place(scope, bridgesTable(entity.name)),
      columns: bridgesShape.map((column) => column.name),
    }),
    entityView(entity, {
      suffix: 'identity_suspects',
      description: 'Values that meet suspiciously many others, the most striking first.',
      table: place(scope, identitySuspectsTable(entity.name)),
      columns: identitySuspectsShape.map((column) => column.name),
    }),
  ]
}
