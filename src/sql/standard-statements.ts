import { InternalError } from '../diagnostics/errors.js'
import type { DialectStatements } from './dialect.js'
import { lines, name, raw, type Sql, sql } from './fragment.js'
import type { LogicalType } from './logical-type.js'
import { from, type Relation } from './relation.js'

const drops = {
  dropTable: (table: Relation) => sql`drop table if exists ${from(table)}`,
  dropView: (view: Relation) => sql`drop view if exists ${from(view)}`,
}

/** Of engines on which `or replace` reads the table as it was until the new one is whole. */
export function createOrReplaceTable(table: Relation, select: Sql): Sql {
  return sql`
    create or replace table ${from(table)} as
    ${select}
  `
}

/** A view that is described where it is made. */
export function createDescribedView(view: Relation, select: Sql, description?: string): Sql {
  return sql`
    create or replace view ${from(view)}${description === undefined ? raw('') : sql` comment ${description}`} as
    ${select}
  `
}

/** Statements as most engines write them; a dialect takes these and says what is otherwise. */
export const STANDARD_STATEMENTS = {
  prepare: () => [],
  createSchema: (schema) => sql`create schema if not exists ${name(schema)}`,
  createTable: (table, select) => sql`
    create table ${from(table)} as
    ${select}
  `,
  createView: (view, select) => sql`
    create or replace view ${from(view)} as
    ${select}
  `,
  ...drops,
  dropAll: (kind, relations) => dropEach(drops, kind, relations),
  renameTable: (table, to) => sql`alter table ${from(table)} rename to ${name(to)}`,
  malformedLines: () => undefined,
} satisfies Partial<DialectStatements>

/** Drops them in a statement each. */
export function dropEach(
  { dropTable, dropView }: Pick<DialectStatements, 'dropTable' | 'dropView'>,
  kind: 'table' | 'view',
  relations: readonly Relation[],
): readonly Sql[] {
  return relations.map(kind === 'view' ? dropView : dropTable)
}

/** `comment` of the SQL standard's followers. */
export function comment(kind: 'table' | 'view', on: Relation, column: string | undefined, text: string): Sql {
  return column === undefined
    ? sql`comment on ${raw(kind)} ${from(on)} is ${text}`
    : sql`comment on column ${from(on)}.${name(column)} is ${text}`
}

/** `typeOf`: the type of a column as the engine writes it. */
export function createEmptyTable(typeOf: (type: LogicalType) => Sql): DialectStatements['createEmptyTable'] {
  return (table, columns) => sql`
    create table if not exists ${from(table)} (
      ${lines(columns.map((column) => sql`${name(column.name)} ${typeOf(column.type)}`))}
    )
  `
}

/** Of engines that are given rows, not files. */
export function readsNoFiles(): never {
  throw new InternalError('the engine reads no files of this machine')
}
