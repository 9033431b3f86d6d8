import { isAbsolute, join } from 'node:path'
import type { Source, SourceInput } from '../language/source.js'
import type { Scope, Table } from '../program/scope.js'
import type { CsvLayout, FileInput } from '../sql/dialect.js'

/** The file of a source as an engine reads it: its path is below the project unless it is absolute or a URL. */
export function fileInput(
  input: Extract<SourceInput, { kind: 'file' }>,
  projectDir: string,
  csv?: readonly CsvLayout[],
): FileInput {
  const { path, format, delimiter, header, skip } = input
  const isWhole = isAbsolute(path) || /^[a-z0-9]+:\/\//i.test(path)
  return {
    path: isWhole ? path : join(projectDir, path),
    written: path,
    format,
    ...(delimiter !== undefined && { delimiter }),
    ...(header !== undefined && { header }),
    ...(skip !== undefined && { skip }),
    ...(csv && { csv }),
  }
}

/** Whether rows of the source come through a table of ours, since the engine cannot read its file. */
export function isLoaded({ dialect }: Scope, { input }: Source): boolean {
  return input.kind === 'file' && !dialect.facts.readsFiles
}

/** The rows of a file that was loaded, as they are; models read them too, so that they stay after the run. */
export function loadedTable(source: string): Table {
  return { node: `source.${source}`, name: `file_${source}` }
}

/** Lines of a loaded file that are no rows: `place`, `value`, `message`. */
export function malformedTable(source: string): Table {
  return { node: `source.${source}`, name: `file_${source}_malformed` }
}

/** Lines of Parquet files are either rows, or the file is broken. */
export function loadsMalformedLines({ input }: Source): boolean {
  return input.kind === 'file' && input.format !== 'parquet'
}
