import { createHash } from 'node:crypto'
import type { FileInput } from '../../sql/dialect.js'

/** The temporary table in which DuckDB notes the lines of a file that it could not read; one a file and connection. */
export function rejectsOf(file: FileInput): string {
  return `rejects_${createHash('md5').update(file.path).digest('hex').slice(0, 12)}`
}
