import type { Connection } from '../../src/engines/connection.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { createPositions } from '../../src/language/positions.js'
import type { Program } from '../../src/program/program.js'
import type { RunResult } from '../../src/run/result.js'
import { runCompiled } from '../../src/run/run-compiled.js'
import type { RunProjectOptions } from '../../src/run/run-options.js'
import { emptyGraph } from './small-program.js'

/** The clock of small runs goes on by a second whenever it is read, over all runs of a test file. */
let now = Date.UTC(2026, 10, 1)

export function clock(): number {
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
  })
}
