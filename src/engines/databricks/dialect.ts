import type { Dialect } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { STANDARD_STATEMENTS } from '../../sql/standard-statements.js'
import { spark } from '../spark/dialect.js'

/** Columns of Delta may have any name only where they are mapped. */
const MAPPED = sql`tblproperties ('delta.columnMapping.mode' = 'name')`

function rebuildTable(table: Relation, select: Sql): Sql {
  return sql`
    create or replace table ${from(table)}
    ${MAPPED} as
    ${select}
  `
}

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
      ${spark.statements.createEmptyTable(table, columns)}
      ${MAPPED}
    `,
    dropTable: STANDARD_STATEMENTS.dropTable,
    dropAll: STANDARD_STATEMENTS.dropAll,
    rebuildTable,
    replacePublished: (old, by) => [
      rebuildTable(old, sql`select * from ${from(by)}`),
      databricks.statements.dropTable(by),
    ],
  },
}
