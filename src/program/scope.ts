import type { Settings } from '../language/profiles.js'
import type { Dialect } from '../sql/dialect.js'
import { allOf, as, lines, name, raw, type Sql, selectNothing, sql } from '../sql/fragment.js'
import type { LogicalType, TypeKind } from '../sql/logical-type.js'
import { from, type Relation, relation } from '../sql/relation.js'
import { shortName } from '../sql/short-name.js'

/**
 * Where a program's tables are and how their SQL is written. Every table that stays has two names: the one that readers
 * and later runs know, and `<name>__next` while a run builds it; the publishing transaction renames the second to the first.
 * A node that is not part of the run (`--select`) is read under its published name.
 */
export interface Scope {
  readonly dialect: Dialect
  readonly publicSchema: string
  readonly internalSchema: string
  /** The zone in which a calendar day begins and ends. */
  readonly timezone: string
  /** Ids of the nodes that this program builds. */
  readonly building: ReadonlySet<string>
}

/** Where the tables of a target are; nothing is built, so that every table is read as it was published, unless ids are given. */
export function scopeOf(
  { target, timezone }: Settings,
  dialect: Dialect,
  building: ReadonlySet<string> = new Set(),
): Scope {
  const { schema: publicSchema, internalSchema } = target
  return { dialect, publicSchema, internalSchema, timezone, building }
}

/** Suffixes of what lives within a run only: tables under construction, and intermediate ones. */
export const LIVES_WITHIN_A_RUN = /__(next|scratch|view)$/

/** Suffix of what lives within a run of a sync only. Runs of the project leave it alone: both may work at a time. */
export const SYNC_SCRATCH = '__sync'

/** A table that a node builds in the internal schema, by its published name. */
export interface Table {
  readonly node: string
  readonly name: string
  /** What an incremental run builds of it; absent: all of it, as a full run does. */
  readonly part?: Part
}

/** A condition on the row `row` of a table as the last run left it: changes reach it, so that an incremental run builds it anew. */
export type Part = (scope: Scope, row: string) => Sql

/** The rows that agree in some columns with a row of a scratch table that has columns of these names. */
export function rowsIn(of: string, columns: readonly string[]): Part {
  return (scope, row) => {
    const equal = columns.map((column) => sql`${name('changed', column)} = ${name(row, column)}`)
    return sql`exists (select 1 from ${from(scratch(scope, of))} as ${name('changed')} where ${allOf(equal)})`
  }
}

/** A SQL model's table or view, in the internal schema under its own name. */
export function modelTable(model: string): Table {
  return { node: `model.${model}`, name: model }
}

/**
 * What this run builds of the table: all of it in a full run, the affected part in an incremental one; where its node is not
 * built, the table as last published.
 */
export function current(scope: Scope, table: Table): Relation {
  return scope.building.has(table.node) ? next(scope, table) : published(scope, table)
}

/** The whole table as it will be published: what an incremental run leaves, and what it builds anew. */
export function whole(scope: Scope, table: Table): Relation {
  return table.part && scope.building.has(table.node) ? wholeView(scope, table) : current(scope, table)
}

const wholeView = (scope: Scope, table: Table): Relation => runView(scope, `${table.name}__whole`)

/** A view that lives only within a run, in the internal schema: it may read tables that stay. */
export function runView(scope: Scope, name: string): Relation {
  return internal(scope, `${name}__view`)
}

/** The name under which a run builds the table. */
export function next(scope: Scope, table: Table): Relation {
  return internal(scope, `${table.name}__next`)
}

/** The name under which readers find the table after publishing; before it, what the last run left. */
export function published(scope: Scope, table: Table): Relation {
  return internal(scope, table.name)
}

/** How a view finds its tables: `published` for everybody, `current` for models within a run. */
export type Place = (scope: Scope, table: Table) => Relation

/** A table that lives only within a run: dropped before its node starts and after the run. */
export function scratch(scope: Scope, name: string): Relation {
  const database = scope.dialect.facts.scratchDatabase
  const full = `${name}__scratch`
  return database === undefined ? internal(scope, full) : relation(database, shortened(scope, full))
}

/**
 * A table that lives only within one run of a sync. Where it stands beside those of other processes its name tells the run:
 * each has its own.
 */
export function syncScratch(scope: Scope, name: string, run: string): Relation {
  if (scope.dialect.facts.scratchDatabase !== undefined) return scratch(scope, name)
  const end = `_${run}${SYNC_SCRATCH}`
  return internal(scope, `${name}${end}`, end)
}

/** A table of kept state, changed only by the publishing transaction. */
export function state(scope: Scope, name: string): Relation {
  return internal(scope, name)
}

export function publicRelation(scope: Scope, name: string): Relation {
  return relation(scope.publicSchema, shortened(scope, name))
}

function internal(scope: Scope, name: string, end?: string): Relation {
  return relation(scope.internalSchema, shortened(scope, name, end))
}

function shortened(scope: Scope, name: string, end = LIVES_WITHIN_A_RUN.exec(name)?.[0]): string {
  return shortName(name, scope.dialect.facts.maxIdentifierBytes, end)
}

/** Run parameters, as they are written in the program's text. */
export const asOf: Sql = sql`$as_of`
export const previousAsOf: Sql = sql`$previous_as_of`
export const runId: Sql = sql`$run_id`
/** The source of which a range of its cursor is read again, empty where there is none, and the range: from ≤ loaded_at < to. */
export const reprocess = {
  source: sql`$reprocess_source`,
  from: sql`$reprocess_from`,
  to: sql`$reprocess_to`,
} as const
export const round: Sql = sql`$round`
/** From when on rows of the source are compared, inclusive: see `ParameterStep`. */
export const loadedSince: Sql = sql`$loaded_since`

/** `cast(expression as <type of the engine>)`. */
export function cast(scope: Scope, expression: Sql, type: LogicalType | Exclude<TypeKind, 'number'>): Sql {
  const logical = typeof type === 'string' ? { kind: type } : type
  return sql`cast(${expression} as ${raw(scope.dialect.type(logical))})`
}

/** A null of the type, for columns of UNIONs and of empty tables. */
export function nullOf(scope: Scope, type: LogicalType | Exclude<TypeKind, 'number'>): Sql {
  return cast(scope, sql`null`, type)
}

/** A SELECT without rows that has the columns of a table. */
export function noRows(
  scope: Scope,
  columns: readonly { readonly name: string; readonly type: LogicalType }[],
): Sql {
  return selectNothing(lines(columns.map((column) => as(nullOf(scope, column.type), column.name))))
}
