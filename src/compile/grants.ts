import type { Context } from '../program/context.js'
import type { StatementStep } from '../program/program.js'
import { statement } from '../program/steps.js'
import type { Relation } from '../sql/relation.js'

/** Lets the readers of the target into the public schema. Before anything is built: a role that is not there is said at once. */
export function grantSchema({ project, scope }: Context): readonly StatementStep[] {
  const { grantRead } = scope.dialect.statements
  if (!grantRead) return []
  return project.settings.target.readers.map((reader) =>
    statement(scope, 'Readers find the public schema.', grantRead.schema(scope.publicSchema, reader)),
  )
}

/** Lets the readers of the target read the public tables of this run. Nobody loses a right that another run gave. */
export function grantViews(
  { project, scope }: Context,
  views: readonly Relation[],
): readonly StatementStep[] {
  const { grantRead } = scope.dialect.statements
  if (!grantRead || views.length === 0) return []
  return project.settings.target.readers.map((reader) =>
    statement(scope, 'Readers may read the public tables.', grantRead.views(views, reader)),
  )
}
