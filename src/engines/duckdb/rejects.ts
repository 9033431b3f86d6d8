import { createHash } from 'node:crypto'
import type { FileInput } from '../../sql/dialect.js'

/**
 * The temporary table in which DuckDB notes the lines of a file that it could not read; one a file and connection, or, of
 * files with different headers, one a header.
 */
export function rejectsOf(file: FileInput, part = 0): string {
  const hash = createHash('md5')
    .update(file.written ?? file.path)
    .digest('hex')
    .slice(0, 12)
  return part === 0 ? `rejects_${hash}` : `rejects_${hash}_${part + 1}`
}
