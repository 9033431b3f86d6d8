import type { CsvLayout, FileInput } from '../../sql/dialect.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import { DataFileError, type FileDescription, type Row } from '../connection.js'
import { probeCsv, unitedColumns } from './csv.js'
import { headerOf, neverClosed } from './csv-header.js'
import { quoteFault } from './csv-quotes.js'
import { duckdb } from './dialect.js'
import { mixedLineEnds, notUtf8 } from './failures.js'
import { readLines } from './files.js'
import { canUnpack, endsLinesWithCrLf, filesOf, lineAt, type Query, refuseLoneReturn } from './text-files.js'

/** Lines at the beginning of a file among which its header is looked for. */
const HEADER_LINES = 50
/** DuckDB shows no more of a line than this. */
const SHOWN_CHARACTERS = 10_000

/**
 * The columns of CSV files, all of them text, and how to read them: files with the same header are read together. All rows
 * are read once, in parallel and without keeping them, for that alone tells of quotes that are never closed, of text that is
 * not UTF-8, and whether rows end early.
 */
export async function describeCsv(query: Query, file: FileInput): Promise<FileDescription> {
  const groups = await layoutsOf(query, file)
  const layouts: CsvLayout[] = []
  let hasRows = false
  for (const group of groups) {
    const probed = await probe(query, file, group)
    hasRows ||= probed.hasRows
    layouts.push(probed.layout)
  }
  const [only, ...others] = layouts
  if (!only) return { columns: [], hasRows: false, complete: true }
  const { files: _, ...everywhere } = only
  const csv = others.length === 0 ? [everywhere] : layouts
  const columns = unitedColumns(csv).map((column) => ({ name: column, type: 'VARCHAR' }))
  return { columns, hasRows, complete: true, csv }
}

async function layoutsOf(query: Query, file: FileInput): Promise<readonly CsvLayout[]> {
  const groups = new Map<string, { layout: CsvLayout; files: string[] }>()
  for (const path of await filesOf(query, file)) {
    const layout = await layoutOf(query, file, path)
    if (!layout) continue
    const key = JSON.stringify(layout)
    const group = groups.get(key)
    if (group) group.files.push(path)
    else groups.set(key, { layout, files: [path] })
  }
  return [...groups.values()].map(({ layout, files }) => ({ ...layout, files }))
}

/** Undefined for an empty file. */
async function layoutOf(query: Query, file: FileInput, path: string): Promise<CsvLayout | undefined> {
  const above = file.skip ?? 0
  const rows = await query(
    text(sql`select ${name('line')} from ${readLines(path, sql`, parallel = false`)}`),
    above + HEADER_LINES,
  )
  const lines = rows.map((row) => (row.line === null ? '' : String(row.line)))
  const found = headerOf({ ...file, path, lines })
  if (!found) return undefined
  const { delimiter, columns, skip } = found
  const isHeaderless = file.header === false
  // DuckDB takes the first line break of a file for how its lines end.
  const isMisleading = columns.some((column) => column.includes('\n'))
  return {
    delimiter,
    header: isHeaderless ? columns.map((_, i) => `column${i + 1}`) : columns,
    ...(isHeaderless && { headerless: true }),
    ...(skip > 0 && { skip }),
    ...(isMisleading && canUnpack(path) && (await endsLinesWithCrLf(path)) && { crlf: true }),
  }
}

interface Probed {
  readonly layout: CsvLayout
  readonly hasRows: boolean
}

async function probe(query: Query, file: FileInput, layout: CsvLayout): Promise<Probed> {
  const { scan, found } = probeCsv(file, layout)
  let counted: Row | undefined
  try {
    ;[counted] = await query(text(scan))
  } catch (error) {
    if (layout.lenient || !isStateMachine(error)) throw error
    const { files = [] } = layout
    // What cannot be looked at is not taken to be in order.
    if (!files.every(canUnpack) || (await hasQuotes(query, files))) throw error
    for (const path of files) await refuseLoneReturn(path)
    return probe(query, file, { ...layout, lenient: true })
  }
  const faults = await query(text(found))
  for (const fault of faults) await stopAtFault(fault, layout)
  const isRagged = faults.some((fault) => fault.error_type === 'MISSING COLUMNS')
  return {
    layout: isRagged ? { ...layout, ragged: true } : layout,
    hasRows: Number(counted?.row_count) > 0 || faults.length > 0,
  }
}

/** DuckDB refuses lines that end in several ways unless it reads less strictly, and then it misreads quotes. */
function isStateMachine(error: unknown): boolean {
  return error instanceof DataFileError && /parser state machine/i.test(String(error.cause))
}

async function hasQuotes(query: Query, files: readonly string[]): Promise<boolean> {
  for (const path of files) {
    const found = sql`select 1 as found from ${readLines(path)} where contains(${name('line')}, '"')`
    if ((await query(text(found), 1)).length > 0) return true
  }
  return false
}

/**
 * Faults that a run must not go on with. A quote that another one closes lines later spoils only those lines, which are set
 * aside together; one that is not closed within what DuckDB shows, or for which it shows a line that is in order and not
 * the one it means, would swallow more than anybody could see.
 */
async function stopAtFault(row: Row, layout: CsvLayout): Promise<void> {
  const { file_path, error_type, value, is_elsewhere } = row
  const path = String(file_path)
  if (error_type === 'INVALID ENCODING') throw notUtf8(path, await lineOf(row))
  if (error_type !== 'UNQUOTED VALUE') return
  const shown = String(value)
  const fault = quoteFault(shown, layout.delimiter)
  if (fault === 'none' && is_elsewhere !== true && shown.length < SHOWN_CHARACTERS) {
    throw mixedLineEnds(`${path}, line ${await lineOf(row)}:`)
  }
  if (fault !== 'stray' || shown.length >= SHOWN_CHARACTERS) throw neverClosed(path, await lineOf(row))
}

/** DuckDB counts rows, so that one with line breaks in it is one line to it. */
async function lineOf({ file_path, line, line_start }: Row): Promise<number> {
  const path = String(file_path)
  return canUnpack(path) ? lineAt(path, Number(line_start)) : Number(line)
}

function text(statement: Sql): string {
  return print(statement, duckdb)
}
