import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { DataFileError, type FileDescription } from '../connection.js'
import { describeCsv, type Query } from './describe-csv.js'
import { duckdb } from './dialect.js'
import { readLines } from './files.js'

/** JSON files up to this many bytes are read whole to find their keys; of larger ones only the beginning is. */
const READ_WHOLE = 64 * 1024 * 1024
const SAMPLE_ROWS = 100_000

const NOTHING: FileDescription = { columns: [], hasRows: false, complete: true }

/** What a file or glob holds: its columns as the dialect's `readFile` names them; those of JSON are its top-level keys. */
export async function describeFile(
  query: Query,
  file: FileInput,
  thorough: boolean,
): Promise<FileDescription> {
  const bytes = await sizeOf(query, file)
  if (bytes === 0 && file.format !== 'parquet') return NOTHING
  if (file.format === 'json' || file.format === 'jsonl') {
    return describeJson(query, file, thorough || (bytes !== undefined && bytes <= READ_WHOLE))
  }
  if (file.format === 'csv') return describeCsv(query, file)
  const input = duckdb.statements.readFile(file, [])
  const columns = await columnsOf(query, sql`select * from ${input}`)
  const first = await query(text(sql`select 1 as found from ${input}`), 1)
  return { columns, hasRows: first.length > 0, complete: true }
}

/** Bytes of all files together; undefined where that cannot be known without reading them (URLs). */
async function sizeOf(query: Query, file: FileInput): Promise<number | undefined> {
  if (/^[a-z0-9]+:\/\//i.test(file.path)) return undefined
  const [found] = await query(
    text(sql`select count(*) as files, coalesce(sum(size), 0) as bytes from read_blob(${file.path})`),
  )
  if (Number(found?.files) === 0) {
    const remedy = 'A path is relative to the folder of profiles.yml.'
    throw new DataFileError('missing', `there is no file ${file.path}`, remedy)
  }
  return Number(found?.bytes)
}

async function describeJson(query: Query, file: FileInput, whole: boolean): Promise<FileDescription> {
  const isLines = file.format === 'jsonl'
  const format = isLines ? 'newline_delimited' : 'auto'
  // Its lines are read for this alone: the first that is not valid UTF-8 is told by its number.
  if (isLines) await query(text(sql`select count(${name('line')}) as lines from ${readLines(file.path)}`))
  const first = await query(
    text(sql`select 1 as found from read_json_objects(${file.path}, format = ${format})`),
    1,
  )
  if (first.length === 0) return NOTHING
  const keys = sql`
    select *
    from read_json(
      ${file.path},
      format = ${format},
      records = 'true',${
        isLines
          ? sql`
      ignore_errors = true,`
          : sql``
      }
      union_by_name = true,
      map_inference_threshold = -1,
      sample_size = ${whole ? -1 : SAMPLE_ROWS}
    )
  `
  return { columns: await columnsOf(query, keys), hasRows: true, complete: whole }
}

async function columnsOf(query: Query, select: Sql): Promise<readonly CatalogColumn[]> {
  const rows = await query(text(sql`describe ${select}`))
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }))
}

function text(statement: Sql): string {
  return print(statement, duckdb)
}
