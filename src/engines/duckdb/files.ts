import type { CsvLayout, FileInput } from '../../sql/dialect.js'
import { as, lines, list, literal, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { jsonKey, jsonKeys } from './json.js'
import { rejectsOf } from './rejects.js'

/**
 * Files as FROM items. What an item must hold: good rows are kept whatever the bad ones look like, and a bad one is never
 * lost silently: `malformedLines` lists it. Every choice of options below was found by experiment on DuckDB 1.5.5; see
 * `test/sql/duckdb-files.test.ts`.
 */
export function readFile(file: FileInput, columns: readonly string[]): Sql {
  switch (file.format) {
    case 'parquet':
      return sql`read_parquet(${file.path}, union_by_name = true)`
    case 'csv':
      return file.csv ? readKnownCsv(file, file.csv) : readUnknownCsv(file)
    case 'jsonl':
    case 'json':
      return readObjects(file, columns)
  }
}

/**
 * Without detection, since that fails or guesses wildly as soon as some of the first lines are broken. `null_padding`
 * keeps rows that end early; with line breaks inside quotes it needs `parallel = false`, and then a quote that is still
 * open at the end of the file is not reported, which is what `csvFaults` is for.
 */
function readKnownCsv(file: FileInput, layout: CsvLayout): Sql {
  return sql`
    read_csv(
      ${file.path},
      ${csvOptions(layout)},
      null_padding = true,
      parallel = false,
      ${storeRejects(file)}
    )
  `
}

export function csvOptions(layout: CsvLayout): Sql {
  const columns = layout.header.map((column) => sql`${column}: 'varchar'`)
  return sql`auto_detect = false, header = true, delim = ${layout.delimiter}, quote = '"', escape = '"', columns = {${list(columns)}}`
}

/** The header is not known (nothing was described) or not the same in all files. A bad line stops the run. */
function readUnknownCsv(file: FileInput): Sql {
  const delimiter = file.delimiter === undefined ? sql`` : sql`, delim = ${file.delimiter}`
  return sql`read_csv(${file.path}, all_varchar = true, header = true, null_padding = true, union_by_name = true, quote = '"', escape = '"', strict_mode = true, parallel = false${delimiter})`
}

/** The lines of a text file, `line`: the CSV reader with nothing that it could split at. Empty lines are null. */
export function readLines(path: string, more: Sql = raw('')): Sql {
  return sql`read_csv(${path}, auto_detect = false, header = false, delim = '', quote = '', escape = '', columns = {'line': 'varchar'}${more})`
}

function readObjects(file: FileInput, columns: readonly string[]): Sql {
  const { documents, text } = documentsOf(file)
  const values = columns.map((column, i) => as(jsonKey(name('values'), i + 1), column))
  return sql`
    (
      select
        ${values.length === 0 ? name('values') : lines(values)}
      from (
        select ${jsonKeys(text, columns)} as ${name('values')}
        from ${documents}
        where ${isObject(text)}
      ) as ${name('objects')}
    )
  `
}

/** JSON lines are read as lines, so that a broken one can be shown; other JSON has no lines, a fault in it stops the run. */
function documentsOf(file: FileInput): { readonly documents: Sql; readonly text: Sql } {
  if (file.format === 'jsonl') {
    return { documents: readLines(file.path, sql`, ${storeRejects(file)}`), text: name('line') }
  }
  return { documents: sql`read_json_objects(${file.path}, format = 'auto')`, text: name('json') }
}

function isObject(text: Sql): Sql {
  return sql`case when json_valid(${text}) then json_type(${text}) end = 'OBJECT'`
}

function storeRejects(file: FileInput): Sql {
  const table = rejectsOf(file)
  return sql`store_rejects = true, rejects_limit = 0, rejects_table = ${table}, rejects_scan = ${`${table}_scan`}`
}

/**
 * What could not be read of a file, after a statement that read it on the same connection and in the same transaction or
 * later: columns `line` (bigint, null where it is not known), `value` (its text) and `message`.
 */
export function malformedLines(file: FileInput): Sql | undefined {
  const { documents, text } = documentsOf(file)
  switch (file.format) {
    case 'parquet':
      return undefined
    case 'csv':
      return file.csv ? rejectedLines(file) : undefined
    case 'json':
      return notObjects(documents, text)
    case 'jsonl':
      return sql`
        ${rejectedLines(file)}
        union all
        ${notObjects(readLines(file.path, raw(', ignore_errors = true')), text)}
      `
  }
}

/** Of the last time that the file was read. DuckDB gives a line twice when two things are wrong with it. */
function rejectedLines(file: FileInput): Sql {
  const rejects = name(rejectsOf(file))
  return sql`
    select
      ${name('line')},
      any_value(${name('csv_line')}) as ${name('value')},
      min(${name('error_message')}) as ${name('message')}
    from ${rejects}
    where ${name('scan_id')} = (select max(${name('scan_id')}) from ${rejects})
    group by ${name('file_id')}, ${name('line')}
  `
}

function notObjects(documents: Sql, text: Sql): Sql {
  return sql`
    select
      cast(null as bigint) as ${name('line')},
      cast(${text} as varchar) as ${name('value')},
      ${literal('This is not a JSON object.')} as ${name('message')}
    from ${documents}
    where trim(${text}) <> '' and (${isObject(text)}) is not true
  `
}

/**
 * Two statements, one after the other on one connection: the second has a row (`line`, `value`) where a quote is opened
 * and never closed, so that all that follows would be lost. Only DuckDB's parallel reader, here without padding, tells.
 */
export function unclosedQuote(
  file: FileInput,
  layout: CsvLayout,
): { readonly scan: Sql; readonly find: Sql } {
  const table = `${rejectsOf(file)}_probe`
  const scan = sql`
    select count(*) as ${name('row_count')}
    from read_csv(
      ${file.path},
      ${csvOptions(layout)},
      store_rejects = true,
      rejects_limit = 0,
      rejects_table = ${table},
      rejects_scan = ${`${table}_scan`}
    )
  `
  const value = name('csv_line')
  const find = sql`
    select ${name('line')}, left(${value}, 200) as ${name('value')}
    from ${name(table)}
    where ${name('error_type')} = 'UNQUOTED VALUE'
      and contains(${value}, chr(10))
      and (length(${value}) - length(replace(${value}, '"', ''))) % 2 = 1
    order by ${name('line')}
    limit 1
  `
  return { scan, find }
}
