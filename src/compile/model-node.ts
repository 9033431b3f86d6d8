import type { CompiledNode } from '../program/compiled-node.js'
import type { Context, NodeOf } from '../program/context.js'
import { modelTable, next, published } from '../program/scope.js'
import { createTable, statement } from '../program/steps.js'
import { type Sql, sql, verbatim } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { renderModel } from './model-sql.js'

/**
 * A SQL model: what its author wrote, with names of nodes filled in, as a table or a view in the internal schema, and a
 * public view over it where it is public. A view is written twice: over the tables of this run, for the nodes that read
 * it now, and over the published ones, for everybody afterwards.
 */
export function compileModel(context: Context, node: NodeOf<'model'>): CompiledNode {
  const { scope } = context
  const { model } = node
  const table = modelTable(model.name)
  const isView = model.materialized === 'view'
  const build = next(scope, table)
  const body = renderModel(context, model, 'current')
  const { statements } = scope.dialect
  const steps = isView
    ? [
        statement(
          scope,
          model.description ?? `The model ${model.name}, for this run.`,
          statements.createView(build, verbatim(body)),
        ),
      ]
    : createTable(scope, model.description ?? `The model ${model.name}.`, build, verbatim(body))
  const description = model.description ?? `The model ${model.name}.`
  const ownView = { schema: 'internal' as const, name: model.name, description, columns: [] }
  const publicView = { schema: 'public' as const, name: model.name, description, columns: [] }
  const all: Sql = sql`select * from ${from(published(scope, table))}`
  return {
    id: node.id,
    kind: 'model',
    description,
    inputs: node.inputs,
    steps,
    tables: isView ? [] : [table],
    scratch: [],
    views: [
      ...(isView ? [{ ...ownView, select: verbatim(renderModel(context, model, 'published')) }] : []),
      ...(model.public ? [{ ...publicView, select: all }] : []),
    ],
    kept: [],
    state: [],
  }
}
