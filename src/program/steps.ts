import { name, type Sql, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from, type Relation } from '../sql/relation.js'
import type {
  CheckStep,
  ChoiceStep,
  GateStep,
  MeasureStep,
  ParameterStep,
  StatementStep,
  Step,
  WhenStep,
} from './program.js'
import { next, type Part, published, type Scope, type Table, whole } from './scope.js'

/** Makes the whole table readable, once its part is built. */
export function wholeSteps(scope: Scope, table: Table): Step[] {
  const { part } = table
  if (!part) return []
  const built = sql`select * from ${from(next(scope, table))}`
  const left = sql`
    select *
    from ${from(published(scope, table))} as ${name('t')}
    where not (${part(scope, 't')})
    union all
    ${built}
  `
  const make = (select: Sql) => [
    statement(scope, '', scope.dialect.statements.createView(whole(scope, table), select)),
  ]
  return [choice(`All of ${table.name}.`, { full: make(built), incremental: make(left) })]
}

/** In the publishing transaction: the part takes the place of what it replaces. */
export function replacePart(scope: Scope, table: Table, part: Part): StatementStep[] {
  const old = published(scope, table)
  const alias = old.parts.at(-1) ?? ''
  return [
    statement(
      scope,
      `What changes reached leaves ${alias} …`,
      sql`delete from ${from(old)} where ${part(scope, alias)}`,
    ),
    statement(
      scope,
      '… and comes back as it is now.',
      sql`insert into ${from(old)} select * from ${from(next(scope, table))}`,
    ),
  ]
}

/** After the run: what lives within it goes, views before the tables that they read. */
export function dropAll(
  scope: Scope,
  title: string,
  relations: Readonly<Record<'view' | 'table', readonly Relation[]>>,
): StatementStep[] {
  const { dropAll: drop } = scope.dialect.statements
  return [...drop('view', relations.view), ...drop('table', relations.table)].map((text, i) =>
    statement(scope, i === 0 ? title : '', text),
  )
}

/** A statement of the program, under a comment that says what it is for. */
export function statement(scope: Scope, title: string, body: Sql): StatementStep {
  return { kind: 'statement', title, sql: print(body, scope.dialect) }
}

/** A query of figures for the summary. */
export function measure(scope: Scope, name: string, body: Sql): MeasureStep {
  return { kind: 'measure', name, sql: print(body, scope.dialect) }
}

/** What of an incremental run counts what changes reach, and ends the node where that is nothing. */
export function gate(scope: Scope, title: string, body: Sql): GateStep {
  return { kind: 'gate', title, sql: print(body, scope.dialect) }
}

/** Steps that are executed where `counted` has a row. */
export function whenAny(scope: Scope, title: string, counted: Relation, steps: readonly Step[]): WhenStep {
  const body = sql`select count(*) as ${name('rows')} from ${from(counted)}`
  return { kind: 'when', title, sql: print(body, scope.dialect), steps }
}

/** A moment that later steps name. */
export function parameter(
  scope: Scope,
  title: string,
  name: ParameterStep['name'],
  body: Sql,
): ParameterStep {
  return { kind: 'parameter', title, name, sql: print(body, scope.dialect) }
}

/** Where a node is unchanged its tables of the last run are read under the names of this run. */
export function unchangedSteps(scope: Scope, table: Table): StatementStep[] {
  const select = sql`select * from ${from(published(scope, table))}`
  return [statement(scope, '', scope.dialect.statements.createView(whole(scope, table), select))]
}

/** … and what this run built of a table is nothing. */
export function emptyPart(scope: Scope, table: Table): StatementStep[] {
  const select = sql`select * from ${from(published(scope, table))} where false`
  return createTable(scope, '', next(scope, table), select)
}

/** Steps of which a run executes those of the mode in which it builds the node. */
export function choice(
  title: string,
  steps: { readonly full: readonly Step[]; readonly incremental: readonly Step[] },
): ChoiceStep {
  return { kind: 'choice', title, ...steps }
}

/** A query that must find nothing. */
export function check(
  scope: Scope,
  title: string,
  body: Sql,
  failure: Omit<CheckStep, 'kind' | 'title' | 'sql' | 'severity'> & {
    readonly severity?: 'error' | 'warning'
  },
): CheckStep {
  return { kind: 'check', title, sql: print(body, scope.dialect), severity: 'error', ...failure }
}

/** Makes a table of this run from a query. What a run before left under its name is gone when a run begins. */
export function createTable(scope: Scope, title: string, table: Relation, select: Sql): StatementStep[] {
  return [statement(scope, title, scope.dialect.statements.createTable(table, select))]
}

/** Makes a table of this run anew from a query that may read it; where the engine cannot do that at once, by way of another, `by`. */
export function rebuildTable(
  scope: Scope,
  title: string,
  { table, by }: { readonly table: Relation; readonly by: Relation },
  select: Sql,
): StatementStep[] {
  const { statements } = scope.dialect
  if (statements.rebuildTable) return [statement(scope, title, statements.rebuildTable(table, select))]
  return [
    ...createTable(scope, title, by, select),
    statement(scope, 'The old gives way.', statements.dropTable(table)),
    statement(scope, 'The new takes its name.', statements.renameTable(by, table.parts.at(-1) ?? '')),
  ]
}

/** A table of this run takes the place of the one that readers know. */
export function replacePublished(scope: Scope, table: Table): StatementStep[] {
  const old = published(scope, table)
  const title = `${old.parts.at(-1)} of this run takes its place.`
  return scope.dialect.statements
    .replacePublished(old, next(scope, table))
    .map((text, i) => statement(scope, i === 0 ? title : '', text))
}
