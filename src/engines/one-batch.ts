import type { RowBatch } from './connection.js'

/** Rows that are all in memory, as what `insertRows` takes. */
export async function* oneBatch(batch: RowBatch): AsyncGenerator<RowBatch> {
  yield batch
}
