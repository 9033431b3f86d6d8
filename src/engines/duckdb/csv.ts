import type { CsvLayout, FileInput } from '../../sql/dialect.js'
import { as, lines, list, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { rejectsOf } from './rejects.js'

/**
 * CSV whose layout is known. Nothing is detected, since that fails or guesses wildly as soon as some of the first lines are
 * broken. Files with different headers are read apart, each by its own header, and united by name.
 */
export function readCsv(file: FileInput, layouts: readonly CsvLayout[]): Sql {
  const [only] = layouts
  if (only && layouts.length === 1) return readLayout(file, only, rejectsOf(file))
  const columns = unitedColumns(layouts)
  const selects = layouts.map((layout, i) => {
    const own = new Map(layout.header.map((column) => [column.toLowerCase(), column]))
    const values = columns.map((column) => {
      const there = own.get(column.toLowerCase())
      return as(there === undefined ? sql`cast(null as varchar)` : name(there), column)
    })
    return sql`
      select
        ${lines(values)}
      from ${readLayout(file, layout, rejectsOf(file, i))}
    `
  })
  return sql`
    (
      ${unionAll(selects)}
    )
  `
}

/** The columns of all headers, each once without regard to case, in the order in which they are met. */
export function unitedColumns(layouts: readonly CsvLayout[]): readonly string[] {
  const found = new Map<string, string>()
  for (const column of layouts.flatMap(({ header }) => header))
    if (!found.has(column.toLowerCase())) found.set(column.toLowerCase(), column)
  return [...found.values()]
}

/**
 * Lines that cannot be read are set aside in a table of rejects. Rows that end early are filled with nulls only where a
 * file has such: with quoted line breaks that takes DuckDB's serial reader, which makes all of the statement serial.
 */
function readLayout(file: FileInput, layout: CsvLayout, rejects: string): Sql {
  return csvItem(file, layout, rejects, layout.ragged ? sql`, null_padding = true, parallel = false` : sql``)
}

function csvItem(file: FileInput, layout: CsvLayout, rejects: string, more: Sql): Sql {
  const columns = layout.header.map((column) => sql`${column}: 'varchar'`)
  const path = layout.files ? sql`[${list(layout.files.map((one) => sql`${one}`))}]` : sql`${file.path}`
  const skip = layout.skip === undefined ? sql`` : sql`, skip = ${layout.skip}`
  const lineEnd = layout.crlf ? sql`, new_line = '\\r\\n'` : sql``
  const strictness = layout.lenient ? sql`, strict_mode = false` : sql``
  return sql`
    read_csv(
      ${path},
      auto_detect = false, header = ${layout.headerless !== true}, delim = ${layout.delimiter}, quote = '"', escape = '"'${skip}${lineEnd}${strictness},
      columns = {${list(columns)}}${more},
      ${storeRejects(rejects)}
    )
  `
}

export function storeRejects(table: string): Sql {
  return sql`store_rejects = true, rejects_limit = 0, rejects_table = ${table}, rejects_scan = ${`${table}_scan`}`
}

/** The header is not known, since nothing was described. A bad line stops the statement. */
export function readUnknownCsv(file: FileInput): Sql {
  const delimiter = file.delimiter === undefined ? sql`` : sql`, delim = ${file.delimiter}`
  const skip = file.skip === undefined ? sql`` : sql`, skip = ${file.skip}`
  const header = file.header !== false
  return sql`read_csv(${file.path}, all_varchar = true, header = ${header}, null_padding = true, union_by_name = true, quote = '"', escape = '"', strict_mode = true, parallel = false${delimiter}${skip})`
}

/**
 * What the last read of the file on this connection set aside: `place` (file and line), `value`, `message`. DuckDB gives a
 * line several times when several things are wrong with it, and with the second half of the line break before it where
 * lines end as on Windows.
 */
export function rejectedLines(file: FileInput): Sql {
  const layouts = file.csv ?? []
  return unionAll(
    (layouts.length === 0 ? [undefined] : layouts).map((_, i) => rejectedOf(rejectsOf(file, i))),
  )
}

function rejectedOf(rejects: string): Sql {
  const scans = `${rejects}_scan`
  return sql`
    select
      parse_filename(any_value(${name('scan', 'file_path')})) || ':' || ${name('reject', 'line')} as ${name('place')},
      ltrim(any_value(${name('reject', 'csv_line')}), chr(10)) as ${name('value')},
      min(${name('reject', 'error_message')}) as ${name('message')}
    from ${name(rejects)} as ${name('reject')}
    join ${name(scans)} as ${name('scan')}
      on ${name('scan', 'scan_id')} = ${name('reject', 'scan_id')} and ${name('scan', 'file_id')} = ${name('reject', 'file_id')}
    where ${name('reject', 'scan_id')} = (select max(${name('scan_id')}) from ${name(scans)})
    group by ${name('reject', 'file_id')}, ${name('reject', 'line')}
  `
}

/**
 * Two statements, one after the other on one connection: `scan` counts the rows that read, `found` lists what does not.
 * All columns are asked for, since DuckDB checks the text only of those, and the parallel reader is used, without
 * filling, since only it tells of quotes that are never closed.
 */
export function probeCsv(file: FileInput, layout: CsvLayout): { readonly scan: Sql; readonly found: Sql } {
  const rejects = `${rejectsOf(file)}_probe`
  const scans = `${rejects}_scan`
  const counts = layout.header.map((column, i) => as(sql`count(${name(column)})`, `count_${i}`))
  const scan = sql`
    select
      count(*) as ${name('row_count')},
      ${lines(counts)}
    from ${csvItem(file, layout, rejects, sql``)}
  `
  const found = sql`
    select
      ${name('scan', 'file_path')},
      ${name('reject', 'line')},
      ${name('reject', 'line_byte_position')} as ${name('line_start')},
      ${name('reject', 'error_type')},
      case when ${name('reject', 'error_type')} = 'UNQUOTED VALUE' then ${name('reject', 'csv_line')} end as ${name('value')},
      ${name('reject', 'byte_position')} > ${name('reject', 'line_byte_position')} + strlen(${name('reject', 'csv_line')}) + 1 as ${name('is_elsewhere')}
    from ${name(rejects)} as ${name('reject')}
    join ${name(scans)} as ${name('scan')}
      on ${name('scan', 'scan_id')} = ${name('reject', 'scan_id')} and ${name('scan', 'file_id')} = ${name('reject', 'file_id')}
    where ${name('reject', 'scan_id')} = (select max(${name('scan_id')}) from ${name(scans)})
    order by ${name('file_path')}, ${name('line')}
  `
  return { scan, found }
}
