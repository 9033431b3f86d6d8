import type { Step } from '../../program/program.js'
import { runView, type Scope, scratch } from '../../program/scope.js'
import { createTable, statement } from '../../program/steps.js'
import { list, name, type Sql, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'

/** A view of this run over a table: all of its columns, or some. */
export function view(scope: Scope, viewName: string, table: Relation, columns?: readonly string[]): Step {
  const select = sql`select ${columns ? list(columns.map((column) => name(column))) : sql`*`} from ${from(table)}`
  return statement(scope, '', scope.dialect.statements.createView(runView(scope, viewName), select))
}

/** A table of this run, under the name of the view by which steps read it. */
export function tableAndView(scope: Scope, title: string, viewName: string, select: Sql): Step[] {
  const table = scratch(scope, viewName)
  return [...createTable(scope, title, table, select), view(scope, viewName, table)]
}
