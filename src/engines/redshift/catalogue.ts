import type { CatalogColumn } from '../../sql/catalog.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { Relation } from '../../sql/relation.js'
import { columnsByTable } from '../columns-by-table.js'
import type { Connection, Row } from '../connection.js'
import { redshift } from './dialect.js'

type Asked = Pick<Connection, 'query'>

/** Views that are not bound to their tables, and tables outside, are in these views of the system only. */
const COLUMNS = sql`
  table_name,
  column_name,
  data_type || case when data_type = 'numeric' then '(' || numeric_precision || ',' || numeric_scale || ')' else '' end as data_type
`

/** Undefined where there is none of that name. A name of three parts is of another database. */
export async function columnsOfTable(
  asked: Asked,
  table: Relation,
): Promise<readonly CatalogColumn[] | undefined> {
  const [name = '', schema = '', database] = [...table.parts].reverse()
  const rows = await answer(
    asked,
    database === undefined
      ? sql`
        select ${COLUMNS}
        from svv_columns
        where table_schema = ${schema} and table_name = ${name}
        order by ordinal_position
      `
      : sql`
        select ${COLUMNS}
        from svv_all_columns
        where database_name = ${database} and schema_name = ${schema} and table_name = ${name}
        order by ordinal_position
      `,
  )
  return columnsByTable(rows).get(name)
}

export async function columnsOfSchema(
  asked: Asked,
  schema: string,
): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
  return columnsByTable(
    await answer(
      asked,
      sql`
        select ${COLUMNS}
        from svv_columns
        where table_schema = ${schema}
        order by table_name, ordinal_position
      `,
    ),
  )
}

export async function namesOfTables(asked: Asked): Promise<readonly string[]> {
  const rows = await answer(
    asked,
    sql`
      select table_schema || '.' || table_name as name
      from svv_tables
      where table_schema not in ('pg_catalog', 'information_schema', 'pg_internal', 'pg_automv')
      order by name
    `,
  )
  return rows.map((row) => String(row.name))
}

function answer(asked: Asked, query: Sql): Promise<readonly Row[]> {
  return asked.query(print(query, redshift))
}
