import { isAbsolute, join } from 'node:path'
import type { SourceInput } from '../language/source.js'
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
    format,
    ...(delimiter !== undefined && { delimiter }),
    ...(header !== undefined && { header }),
    ...(skip !== undefined && { skip }),
    ...(csv && { csv }),
  }
}
