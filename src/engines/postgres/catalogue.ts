import type { CatalogColumn } from '../../sql/catalog.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { from, type Relation } from '../../sql/relation.js'
import { columnsByTable } from '../columns-by-table.js'
import type { Connection, ExistingRelation, Row } from '../connection.js'
import { postgres } from './dialect.js'

// Not from information_schema, which shows only what the user owns or may write.

type Asked = Pick<Connection, 'query'>

/** Tables, views, materialized views, tables with partitions and foreign tables. */
const READABLE = sql`relkind in ('r', 'v', 'm', 'p', 'f')`

/** Undefined where there is none of that name. */
export async function columnsOfTable(
  asked: Asked,
  table: Relation,
): Promise<readonly CatalogColumn[] | undefined> {
  const rows = await answer(
    asked,
    sql`
      select attname as name, format_type(atttypid, atttypmod) as type
      from pg_attribute
      where attrelid = to_regclass(${print(from(table), postgres)}) and attnum > 0 and not attisdropped
      order by attnum
    `,
  )
  if (rows.length === 0) return undefined
  return rows.map((row) => ({ name: String(row.name), type: String(row.type) }))
}

export async function columnsOfSchema(
  asked: Asked,
  schema: string,
): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
  const rows = await answer(
    asked,
    sql`
      select
        c.relname as table_name,
        a.attname as column_name,
        format_type(a.atttypid, a.atttypmod) as data_type
      from pg_attribute as a
      join pg_class as c on c.oid = a.attrelid
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.${READABLE} and a.attnum > 0 and not a.attisdropped
      order by c.relname, a.attnum
    `,
  )
  return columnsByTable(rows)
}

export async function namesOfTables(asked: Asked): Promise<readonly string[]> {
  const rows = await answer(
    asked,
    sql`
      select n.nspname || '.' || c.relname as name
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where c.${READABLE}
        and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname not like ${'pg\\_toast%'}
        and has_schema_privilege(n.oid, 'usage')
      order by name
    `,
  )
  return rows.map((row) => String(row.name))
}

export async function relationsOf(asked: Asked, schema: string): Promise<readonly ExistingRelation[]> {
  const rows = await answer(
    asked,
    sql`
      select c.relname as name, case when c.relkind = 'v' then 'view' else 'table' end as kind
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.${READABLE}
      order by c.relname
    `,
  )
  return rows.map((row) => ({ name: String(row.name), kind: row.kind === 'view' ? 'view' : 'table' }))
}

function answer(asked: Asked, query: Sql): Promise<readonly Row[]> {
  return asked.query(print(query, postgres))
}
