import { join } from 'node:path'
import type { Row } from '../../src/engines/connection.js'
import { openDuckDb } from '../../src/engines/duckdb/connection.js'

export interface Published {
  /** All public tables with all their rows, in one order, as a reader finds them. */
  readonly tables: Readonly<Record<string, readonly Row[]>>
  /** Runs that were published, in order of their time. */
  readonly runs: readonly string[]
}

/** Reads what the project of a folder has published into `target/dev.duckdb`. */
export async function published(folder: string): Promise<Published> {
  const connection = await openDuckDb({ path: join(folder, 'target/dev.duckdb') })
  try {
    const tables: Record<string, readonly Row[]> = {}
    for (const { name } of await connection.relations('cdp'))
      tables[name] = await connection.query(`select * from cdp."${name}" order by all`)
    const runs = await connection.query(
      "select run_id from cdp_internal.cdp_runs where status = 'succeeded' order by as_of",
    )
    return { tables, runs: runs.map((run) => String(run.run_id)) }
  } finally {
    await connection.close()
  }
}
