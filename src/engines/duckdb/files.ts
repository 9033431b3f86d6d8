import type { FileInput } from '../../sql/dialect.js'
import { as, coalesce, lines, literal, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { readCsv, readUnknownCsv, rejectedLines, storeRejects } from './csv.js'
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
      return file.csv ? readCsv(file, file.csv) : readUnknownCsv(file)
    case 'jsonl':
    case 'json':
      return readObjects(file, columns)
  }
}

/**
 * The lines of a text file, `line`: the CSV reader with nothing that it could split at. Empty lines are null. Not in strict
 * mode, which refuses files that end some lines with CR LF and others with LF.
 */
export function readLines(path: string, more: Sql = raw('')): Sql {
  return linesOf(path, 'varchar', more)
}

/** As `json`, what is no JSON is a line that cannot be read, of which the engine tells the number. */
function linesOf(path: string, type: 'varchar' | 'json', more: Sql): Sql {
  return sql`read_csv(${path}, auto_detect = false, header = false, delim = '', quote = '', escape = '', strict_mode = false, columns = {'line': ${type}}${more})`
}

/** A JSON line may be as long as an object of other JSON: 16 MB. */
const JSON_LINE = raw(', max_line_size = 16777216, buffer_size = 33554432')

/** A column that is spelled in several ways, as `id` and `ID`, is one, of the first spelling: the first that has a value. */
function readObjects(file: FileInput, columns: readonly string[]): Sql {
  const { documents, text } = validDocuments(file, sql`, ${storeRejects(rejectsOf(file))}`)
  const spellings = new Map<string, { readonly column: string; readonly keys: Sql[] }>()
  columns.forEach((column, i) => {
    const found = spellings.get(column.toLowerCase())
    const value = jsonKey(name('values'), i + 1)
    if (found) found.keys.push(value)
    else spellings.set(column.toLowerCase(), { column, keys: [value] })
  })
  const values = [...spellings.values()].map(({ column, keys }) => as(coalesce(keys), column))
  return sql`
    (
      select
        ${values.length === 0 ? name('values') : lines(values)}
      from (
        select ${jsonKeys(text, columns)} as ${name('values')}
        from ${documents}
        where ${startsAsObject(text)}
      ) as ${name('objects')}
    )
  `
}

/** The documents of a JSON file, one a row, as they are: a line of JSON lines need not be JSON. */
export function jsonDocuments(file: FileInput): { readonly documents: Sql; readonly text: Sql } {
  if (file.format === 'jsonl')
    return { documents: linesOf(file.path, 'varchar', JSON_LINE), text: name('line') }
  return { documents: sql`read_json_objects(${file.path}, format = 'auto')`, text: name('json') }
}

/** JSON lines are read as lines, so that a broken one can be shown; other JSON has no lines, a fault in it stops the run. */
function validDocuments(file: FileInput, more: Sql): { readonly documents: Sql; readonly text: Sql } {
  if (file.format !== 'jsonl') return jsonDocuments(file)
  return { documents: linesOf(file.path, 'json', sql`${JSON_LINE}${more}`), text: name('line') }
}

/** Of text that need not be JSON. */
export function isObject(text: Sql): Sql {
  return sql`${startsAsObject(text)} and json_valid(${text})`
}

const startsAsObject = (text: Sql) => sql`starts_with(ltrim(${text}, e' \\t\\r\\n'), '{')`

/**
 * What could not be read of a file, after a statement that read it on the same connection and in the same transaction or
 * later: columns `place` (its file and, where it is known, its line), `value` (its text) and `message`.
 */
export function malformedLines(file: FileInput): Sql | undefined {
  switch (file.format) {
    case 'parquet':
      return undefined
    case 'csv':
      return file.csv ? rejectedLines(file) : undefined
    case 'json':
      return notObjects(sql`read_json_objects(${file.path}, format = 'auto', filename = true)`, name('json'))
    case 'jsonl': {
      const { documents, text } = validDocuments(file, sql`, ignore_errors = true, filename = true`)
      return sql`
        ${rejectedLines(file)}
        union all
        ${notObjects(documents, text)}
      `
    }
  }
}

/** JSON that is no object, one a row. Where in its file it stands nobody tells. */
function notObjects(documents: Sql, text: Sql): Sql {
  return sql`
    select
      parse_filename(${name('filename')}) as ${name('place')},
      cast(${text} as varchar) as ${name('value')},
      ${literal('This is not a JSON object.')} as ${name('message')}
    from ${documents}
    where trim(${text}) <> '' and not (${startsAsObject(text)})
  `
}
