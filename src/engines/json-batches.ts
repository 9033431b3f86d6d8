import type { RowBatch } from './connection.js'

/** Some rows as one JSON text: an array of arrays of texts. */
export interface JsonBatch {
  readonly json: string
  readonly rows: number
}

/**
 * Rows as JSON texts of as many rows as fit into `limit`, one at least. `lengthOf`: what a row takes in a statement.
 * One text for many rows is tens of times as quick to insert as a list of values, which engines analyse one by one.
 */
export async function* jsonBatches(
  batches: AsyncIterable<RowBatch>,
  limit: number,
  lengthOf: (row: string) => number,
): AsyncGenerator<JsonBatch, void, undefined> {
  const whole = (rows: readonly string[]): JsonBatch => ({ json: `[${rows.join(',')}]`, rows: rows.length })
  let rows: string[] = []
  let length = 0
  for await (const batch of batches) {
    for (const values of batch) {
      const row = JSON.stringify(values)
      const added = lengthOf(row)
      if (rows.length > 0 && length + added > limit) {
        yield whole(rows)
        rows = []
        length = 0
      }
      rows.push(row)
      length += added
    }
  }
  if (rows.length > 0) yield whole(rows)
}
