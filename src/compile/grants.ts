import type { Context } from '../program/context.js'
import type { StatementStep } from '../program/program.js'
import { statement } from '../program/steps.js'
import type { DialectStatements } from '../sql/dialect.js'
import type { Sql } from '../sql/fragment.js'
import type { Relation } from '../sql/relation.js'

/** Lets the readers of the target into the public schema. Before anything is built: a role that is not there is said at once. */
export function grantSchema(context: Context): readonly StatementStep[] {
  return toReaders(context, 'Readers find the public schema.', (grants, reader) =>
    grants.schema(context.scope.publicSchema, reader),
  )
}

/** Lets the readers of the target read the public tables of this run. Nobody loses a right that another run gave. */
export function grantViews(context: Context, views: readonly Relation[]): readonly StatementStep[] {
  if (views.length === 0) return []
  return toReaders(context, 'Readers may read the public tables.', (grants, reader) =>
    grants.views(views, reader),
  )
}

function toReaders(
  { project, scope }: Context,
  title: string,
  grant: (grants: NonNullable<DialectStatements['grantRead']>, reader: string) => Sql,
): readonly StatementStep[] {
  const { grantRead } = scope.dialect.statements
  if (!grantRead) return []
  return project.settings.target.readers.map((reader) => statement(scope, title, grant(grantRead, reader)))
}
