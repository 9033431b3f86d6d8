import type { Model } from '../language/model.js'
import type { Context } from '../program/context.js'
import { current, modelTable, publicRelation, published } from '../program/scope.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { sourceColumns, sourceItem } from '../staging/input.js'
import { renderSqlTemplate } from '../template/sql-template.js'
import { readableSelect } from './readable.js'

/**
 * The SQL of a model with names filled in: over the tables of this run (`current`) or over the published ones.
 * What cdp generates and what users write meet only here, at the names of nodes.
 */
export function renderModel(context: Context, model: Model, tables: 'current' | 'published'): string {
  const { scope, project } = context
  const { dialect } = scope
  return renderSqlTemplate(trimmed(model.sql), project.macros, {
    ref: (node) => {
      if (project.models.some((m) => m.name === node)) {
        const table = modelTable(node)
        return print(from(tables === 'current' ? current(scope, table) : published(scope, table)), dialect)
      }
      const select = tables === 'current' ? readableSelect(context, node) : undefined
      return print(select ? nested(select) : from(publicRelation(scope, node)), dialect)
    },
    source: (sourceName) => {
      const source = project.sources.find((s) => s.name === sourceName)
      return source
        ? print(
            sourceItem(
              context,
              source,
              sourceColumns(context, source),
              tables === 'current' ? current : published,
            ),
            dialect,
          )
        : print(name(sourceName), dialect)
    },
    vars: project.settings.vars,
    literal: (value) => print(sql`${value}`, dialect),
    asOf: '$as_of',
  })
}

function nested(select: Sql): Sql {
  return sql`
    (
      ${select}
    )
  `
}

/** Without white space and a semicolon at the end: the text becomes the body of a table or view. */
function trimmed(text: string): string {
  return text.trim().replace(/;\s*$/, '')
}
