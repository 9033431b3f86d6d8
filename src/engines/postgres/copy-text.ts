import type { RowBatch } from '../connection.js'

/** Rows in the text format of COPY. */
export async function* copyText(batches: AsyncIterable<RowBatch>): AsyncGenerator<string> {
  for await (const batch of batches) {
    yield batch.map((row) => `${row.map(copyValue).join('\t')}\n`).join('')
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function copyValue(value: string | null): string {
  if (value === null) return '\\N'
  return /[\\\t\n\r]/.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (one) => ESCAPES[one] ?? one) : value
}
