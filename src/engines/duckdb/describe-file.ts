import { closest } from '../../diagnostics/closest.js'
import type { CatalogColumn } from '../../sql/catalog.js'
import type { FileInput } from '../../sql/dialect.js'
import { type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { DataFileError, type FileDescription } from '../connection.js'
import { describeCsv } from './describe-csv.js'
import { describeJson } from './describe-json.js'
import { duckdb } from './dialect.js'
import { checkTextFiles, filesOf, isUrl, type Query } from './text-files.js'

/** JSON files up to this many bytes are read whole to find their keys; of larger ones only the beginning is. */
const READ_WHOLE = 64 * 1024 * 1024

const NOTHING: FileDescription = { columns: [], hasRows: false, complete: true }

/** What a file or glob holds: its columns as the dialect's `readFile` names them; those of JSON are its top-level keys. */
export async function describeFile(
  query: Query,
  file: FileInput,
  thorough: boolean,
): Promise<FileDescription> {
  const bytes = await sizeOf(query, file)
  const files = (await filesOf(query, file)).filter((path) => !isUrl(path))
  if (file.format !== 'parquet') {
    if (bytes === 0) return NOTHING
    await checkTextFiles(files)
  }
  return {
    ...(await contentOf(query, file, thorough || (bytes !== undefined && bytes <= READ_WHOLE))),
    files,
  }
}

async function contentOf(query: Query, file: FileInput, whole: boolean): Promise<FileDescription> {
  if (file.format === 'json' || file.format === 'jsonl') {
    return describeJson(query, file, whole)
  }
  if (file.format === 'csv') return describeCsv(query, file)
  const input = duckdb.statements.readFile(file, [])
  const columns = await columnsOf(query, sql`select * from ${input}`)
  const first = await query(text(sql`select 1 as found from ${input}`), 1)
  return { columns, hasRows: first.length > 0, complete: true }
}

/** Bytes of all files together; undefined where that cannot be known without reading them (URLs). */
async function sizeOf(query: Query, file: FileInput): Promise<number | undefined> {
  if (isUrl(file.path)) return undefined
  const [found] = await query(
    text(sql`select count(*) as files, coalesce(sum(size), 0) as bytes from read_blob(${file.path})`),
  )
  if (Number(found?.files) === 0) {
    throw await missing(query, file.path)
  }
  return Number(found?.bytes)
}

async function missing(query: Query, path: string): Promise<DataFileError> {
  const [inside] = await query(text(sql`select file from glob(${`${path}/*`}) limit 1`))
  if (inside)
    return new DataFileError('missing', `${path} is a folder`, 'Name its files, for example with *.')
  const what = /[*?[]/.test(path) ? 'no file matches' : 'there is no file'
  const near = await nearest(query, path)
  const remedy = near ? `did you mean "${near}"?` : 'A path is relative to the folder of profiles.yml.'
  return new DataFileError('missing', `${what} ${path}`, remedy)
}

/** The file of the same folder whose name is near. */
async function nearest(query: Query, path: string): Promise<string | undefined> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  if (/[*?[]/.test(folder)) return undefined
  const beside = await query(text(sql`select file from glob(${`${folder}*`}) limit 1000`))
  const names = beside.map(({ file }) => String(file).slice(folder.length))
  const near = closest(path.slice(folder.length), names)
  return near && folder + near
}

async function columnsOf(query: Query, select: Sql): Promise<readonly CatalogColumn[]> {
  const rows = await query(text(sql`describe ${select}`))
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }))
}

function text(statement: Sql): string {
  return print(statement, duckdb)
}
