import type { Dialect } from '../sql/dialect.js'
import { bigquery } from './bigquery/dialect.js'
import { bigqueryOptions } from './bigquery/options.js'
import { projectPlace } from './bigquery/target.js'
import type { Connection, Tell } from './connection.js'
import { databricks } from './databricks/dialect.js'
import { databricksOptions } from './databricks/options.js'
import { databricksPlace } from './databricks/target.js'
import { databasePlace } from './duckdb/database-file.js'
import { duckdb } from './duckdb/dialect.js'
import { duckdbOptions } from './duckdb/options.js'
import { httpPlace } from './http-target.js'
import type { EngineOptions } from './options.js'
import { postgres } from './postgres/dialect.js'
import { postgresOptions } from './postgres/options.js'
import { serverPlace } from './postgres/target.js'
import { redshift } from './redshift/dialect.js'
import { redshiftOptions } from './redshift/options.js'
import { clusterPlace } from './redshift/target.js'
import { snowflake } from './snowflake/dialect.js'
import { snowflakeOptions } from './snowflake/options.js'
import { accountPlace } from './snowflake/target.js'
import { spark } from './spark/dialect.js'
import { sparkOptions } from './spark/options.js'
import { trino } from './trino/dialect.js'
import { trinoOptions } from './trino/options.js'

/** Where the data of a target is. */
export interface TargetPlace {
  /** Tells databases apart; without secrets. */
  readonly place: string
  /** Whether it is there, as far as can be told without connecting. */
  readonly exists: boolean
  /** The path of its file, where it is one of this machine. */
  readonly file?: string
}

/** What the rest of cdp needs of an engine. Its driver is loaded when a connection is opened, never before. */
export interface Engine {
  readonly options: EngineOptions
  readonly dialect: Dialect
  /** Opens the target with its checked options; relative paths are below the project. */
  readonly open: (
    options: Readonly<Record<string, unknown>>,
    projectDir: string,
    tell?: Tell,
  ) => Promise<Connection>
  readonly place: (options: Readonly<Record<string, unknown>>, projectDir: string) => TargetPlace
  /** The version of the engine's driver; rejects where that cannot be loaded. */
  readonly version: () => Promise<string>
}

/** The engines that targets can name as their `type`. */
export const ENGINES: Readonly<Record<string, Engine>> = {
  duckdb: {
    options: duckdbOptions,
    dialect: duckdb,
    open: async (options, projectDir) =>
      (await import('./duckdb/connection.js')).openTarget(options, projectDir),
    place: databasePlace,
    version: async () => (await import('./duckdb/connection.js')).engineVersion(),
  },
  postgres: {
    options: postgresOptions,
    dialect: postgres,
    open: async (options, projectDir, tell) =>
      (await import('./postgres/connection.js')).openTarget(options, projectDir, tell),
    place: serverPlace,
    version: async () => (await import('./postgres/connection.js')).engineVersion(),
  },
  redshift: {
    options: redshiftOptions,
    dialect: redshift,
    open: async (options, projectDir, tell) =>
      (await import('./redshift/connection.js')).openTarget(options, projectDir, tell),
    place: clusterPlace,
    version: async () => (await import('./redshift/connection.js')).engineVersion(),
  },
  spark: {
    options: sparkOptions,
    dialect: spark,
    open: async (options, projectDir) =>
      (await import('./spark/connection.js')).openTarget(options, projectDir),
    place: httpPlace,
    version: async () => (await import('./spark/connection.js')).engineVersion(),
  },
  databricks: {
    options: databricksOptions,
    dialect: databricks,
    open: async (options, projectDir) =>
      (await import('./databricks/connection.js')).openTarget(options, projectDir),
    place: databricksPlace,
    version: async () => (await import('./databricks/connection.js')).engineVersion(),
  },
  trino: {
    options: trinoOptions,
    dialect: trino,
    open: async (options, projectDir) =>
      (await import('./trino/connection.js')).openTarget(options, projectDir),
    place: httpPlace,
    version: async () => (await import('./trino/connection.js')).engineVersion(),
  },
  bigquery: {
    options: bigqueryOptions,
    dialect: bigquery,
    open: async (options, projectDir) =>
      (await import('./bigquery/connection.js')).openTarget(options, projectDir),
    place: projectPlace,
    version: async () => (await import('./bigquery/connection.js')).engineVersion(),
  },
  snowflake: {
    options: snowflakeOptions,
    dialect: snowflake,
    open: async (options, projectDir) =>
      (await import('./snowflake/connection.js')).openTarget(options, projectDir),
    place: accountPlace,
    version: async () => (await import('./snowflake/connection.js')).engineVersion(),
  },
}

/** What the language must know of each engine to check `profiles.yml`. */
export const ENGINE_OPTIONS = Object.fromEntries(
  Object.entries(ENGINES).map(([name, { options }]) => [name, options]),
)
