import { identityInput } from '../identity/identity-node.js'
import { identityViews } from '../identity/identity-views.js'
import type { Context } from '../program/context.js'
import { whole } from '../program/scope.js'
import type { Sql } from '../sql/fragment.js'
import { profileViews } from './profile/profile-node.js'

/**
 * What cdp makes of an entity, as SQL models may read it while a run is building it: the SELECT of the public table of
 * that name over the whole tables as this run leaves them, or undefined where no entity has such a table.
 */
export function readableSelect(context: Context, name: string): Sql | undefined {
  const { scope, project } = context
  for (const entity of project.entities) {
    const input = identityInput(project, entity)
    const views = [...identityViews(scope, input, whole), ...profileViews(context, entity, whole)]
    const view = views.find((v) => v.name === name)
    if (view) return view.select
  }
  return undefined
}
