import type { Connection, Row } from '../engines/connection.js'
import type { Entity } from '../language/entity.js'
import type { Project } from '../language/project.js'
import { publicRelation, type Scope } from '../program/scope.js'
import type { Sql } from '../sql/fragment.js'
import { substituteParameters } from '../sql/lexer.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { type Moment, stateLiteral } from '../state/store.js'

/** What is looked into: the published tables of a project on one target. */
export interface Inspected {
  readonly project: Project
  readonly connection: Connection
  /** Builds nothing: every table is read under its published name. */
  readonly scope: Scope
  /** Whether messages may name personal data that was not asked for, such as the nearest value. */
  readonly saysPersonal: boolean
}

export function ask({ connection, scope }: Inspected, query: Sql): Promise<readonly Row[]> {
  return connection.query(print(query, scope.dialect))
}

/** Asks what names `$as_of`, which is that of a run. */
export function askAsOf(
  { connection, scope: { dialect } }: Inspected,
  query: Sql,
  moment: Moment,
): Promise<readonly Row[]> {
  const values = { as_of: print(stateLiteral({ moment }), dialect) }
  return connection.query(substituteParameters(print(query, dialect), dialect.lexicon, values))
}

/** A public table of an entity, for a FROM clause. */
export function entityTable({ scope }: Inspected, entity: Entity, suffix: string): Sql {
  return from(publicRelation(scope, `${entity.name}_${suffix}`))
}

/** Whether a run has made the public table. */
export async function hasTable({ connection, scope }: Inspected, table: string): Promise<boolean> {
  return (await connection.describeTable(publicRelation(scope, table))) !== undefined
}

/** A text of a row, or undefined where it is null. */
export function textOf(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column]
  return value === null || value === undefined ? undefined : String(value)
}

/** A text of a row, or null: as it goes into what is told. */
export function textOrNull(row: Row, column: string): string | null {
  return textOf(row, column) ?? null
}
