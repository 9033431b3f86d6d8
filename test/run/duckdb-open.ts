import { expect, onTestFinished } from 'vitest'
import { WarehouseError } from '../../src/diagnostics/errors.js'
import type { Connection } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import type { DuckDbTarget } from '../../src/engines/duckdb/settings.js'

/** A connection that is closed when the test is over. */
export async function open(target: DuckDbTarget): Promise<Connection> {
  const connection = await openDuckDb(target)
  onTestFinished(() => connection.close())
  return connection
}

/** What the engine or its file says. */
export async function failure(work: Promise<unknown>): Promise<WarehouseError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(WarehouseError)
  return error as WarehouseError
}
