import type { Dialect } from '../../sql/dialect.js'
import { lines, name, raw, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { spark } from '../spark/dialect.js'

/** Columns of Delta may have any name only where they are mapped. */
const MAPPED = sql`tblproperties ('delta.columnMapping.mode' = 'name')`

/** Databricks with tables of Delta: Spark's SQL, but for what Delta wants said. */
export const databricks: Dialect = {
  ...spark,
  name: 'databricks',
  statements: {
    ...spark.statements,
    createTable: (table, select) => sql`
      create table ${from(table)}
      ${MAPPED} as
      ${select}
    `,
    createEmptyTable: (table, columns) => sql`
      create table if not exists ${from(table)} (
        ${lines(columns.map((column) => sql`${name(column.name)} ${raw(spark.type(column.type))}`))}
      )
      ${MAPPED}
    `,
    dropTable: (table) => sql`drop table if exists ${from(table)}`,
    dropAll: (kind, relations) =>
      relations.map(kind === 'view' ? databricks.statements.dropView : databricks.statements.dropTable),
    replacePublished: (old, by) => [
      sql`
        create or replace table ${from(old)}
        ${MAPPED} as
        select * from ${from(by)}
      `,
      databricks.statements.dropTable(by),
    ],
  },
}
