import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Job, Table } from '@google-cloud/bigquery'
import type { RowBatch } from '../connection.js'
import { allowedName } from './quoting.js'

/**
 * Rows as lines of JSON, which one load job takes: they are in the table when all are, and cost nothing. Where it fails,
 * none is.
 */
export async function loadRows(
  table: Table,
  columns: readonly string[],
  batches: AsyncIterable<RowBatch>,
): Promise<number> {
  const keys = columns.map((column) => JSON.stringify(allowedName(column)))
  let count = 0
  async function* text(): AsyncGenerator<string> {
    for await (const batch of batches) {
      count += batch.length
      yield batch.map((row) => jsonLine(keys, row)).join('')
    }
  }
  const stream = table.createWriteStream({
    sourceFormat: 'NEWLINE_DELIMITED_JSON',
    writeDisposition: 'WRITE_APPEND',
    createDisposition: 'CREATE_NEVER',
  })
  const done = once(stream, 'complete') as Promise<[Job]>
  await Promise.all([pipeline(Readable.from(text()), stream), done])
  return count
}

function jsonLine(keys: readonly string[], row: readonly (string | null)[]): string {
  return `{${row.map((value, i) => `${keys[i]}:${JSON.stringify(value)}`).join(',')}}\n`
}
