import type { CatalogColumn } from '../sql/catalog.js'
import type { Row } from './connection.js'

/** Of rows `table_name`, `column_name`, `data_type`, in the order of columns: the columns of each table. */
export function columnsByTable(rows: readonly Row[]): ReadonlyMap<string, readonly CatalogColumn[]> {
  const found = new Map<string, CatalogColumn[]>()
  for (const row of rows) {
    const columns = found.get(String(row.table_name)) ?? []
    found.set(String(row.table_name), columns)
    columns.push({ name: String(row.column_name), type: String(row.data_type) })
  }
  return found
}
