import type { Dialect } from '../sql/dialect.js'
import type { Connection } from './connection.js'
import { duckdb } from './duckdb/dialect.js'
import { duckdbOptions } from './duckdb/options.js'

/** What the rest of cdp needs of an engine. Its driver is loaded when a connection is opened, never before. */
export interface Engine {
  readonly options: typeof duckdbOptions
  readonly dialect: Dialect
  /** Opens the target with its checked options; relative paths are below the project. */
  readonly open: (options: Readonly<Record<string, unknown>>, projectDir: string) => Promise<Connection>
}

/** The engines that targets can name as their `type`. */
export const ENGINES: Readonly<Record<string, Engine>> = {
  duckdb: {
    options: duckdbOptions,
    dialect: duckdb,
    open: async (options, projectDir) =>
      (await import('./duckdb/connection.js')).openTarget(options, projectDir),
  },
}

/** What the language must know of each engine to check `profiles.yml`. */
export const ENGINE_OPTIONS = Object.fromEntries(
  Object.entries(ENGINES).map(([name, { options }]) => [name, options]),
)
