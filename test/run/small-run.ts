import { onTestFinished } from 'vitest'
import { UsageError, WarehouseError } from '../../src/diagnostics/errors.js'
import type { Connection } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { createPositions } from '../../src/language/positions.js'
import type { Program } from '../../src/program/program.js'
import type { RunResult } from '../../src/run/result.js'
import { runCompiled } from '../../src/run/run-compiled.js'
import type { RunProjectOptions } from '../../src/run/run-options.js'
import { emptyGraph } from './small-program.js'

/** The clock of small runs goes on by a second whenever it is read, over all runs of a test file. */
let now = Date.UTC(2026, 10, 1)

function clock(): number {
  now += 1000
  return now
}

/** Runs a program with its state, as `cdp run` does once it has compiled one. */
export function smallRun(
  connection: Connection,
  program: Program,
  options: Partial<RunProjectOptions> = {},
): Promise<RunResult> {
  return runCompiled({
    graph: emptyGraph(),
    program,
    catalog: { sources: {} },
    files: [],
    connection,
    dialect: duckdb,
    options: {
      positions: createPositions([]),
      projectDir: '/nowhere',
      cdpVersion: '0.1.0',
      now: clock,
      random: () => crypto.getRandomValues(new Uint8Array(10)),
      ...options,
    },
    tell: () => {},
  })
}

/** A database that is closed when the test is over; in memory, unless it has a path. */
export async function warehouse(path = ':memory:'): Promise<Connection> {
  const connection = await openDuckDb({ path, threads: 2 })
  onTestFinished(() => connection.close())
  return connection
}

/** What a run that is refused or fails says. */
export async function refusal(work: Promise<unknown>): Promise<UsageError | WarehouseError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (error instanceof UsageError || error instanceof WarehouseError) return error
  throw new Error(`expected a refusal, got ${String(error)}`)
}
