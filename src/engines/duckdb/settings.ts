import { WarehouseError } from '../../diagnostics/errors.js'
import { duckdb } from './dialect.js'
import { explainFailure } from './failures.js'

/** A target of `type: duckdb`, its `path` absolute or `:memory:`. */
export interface DuckDbTarget {
  readonly path: string
  readonly threads?: number | undefined
  readonly memory_limit?: string | undefined
  readonly temp_directory?: string | undefined
  /** DuckDB's own settings, set on every connection. */
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** A setting, and the statement that makes it. */
export interface Setting {
  readonly name: string
  readonly statement: string
}

export function refusedSetting(name: string, cause: unknown): WarehouseError {
  const { message } = explainFailure(cause)
  return new WarehouseError(
    `DuckDB refuses the setting ${name}: ${message}`,
    'Mend it in the target, in profiles.yml; `settings` takes names and values of DuckDB itself.',
    { cause },
  )
}

/**
 * What the settings of a target may replace. Trying whether a dictionary would shorten a column of text takes a third of
 * the time of writing a table, for files that come out a tenth smaller.
 */
const OURS = { TimeZone: 'UTC', disabled_compression_methods: 'dictionary' }

/** The settings of a target: ours, then its own. */
export function settingsOf(target: DuckDbTarget): readonly Setting[] {
  const { threads, memory_limit, temp_directory, settings } = target
  const given = { threads, memory_limit, temp_directory, ...OURS, ...settings }
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (!/^[A-Za-z_]+$/.test(name)) throw new WarehouseError(`"${name}" is no setting of DuckDB`)
    return [{ name, statement: `set ${name} = ${typeof value === 'string' ? duckdb.text(value) : value}` }]
  })
}

/** Work that spills well: half a gigabyte, and a thread for each 128 MB of it, which DuckDB needs at least. */
const LITTLE = { memory: '512MB', threads: 4 }

/** Statements that make an open database get along with little memory, unless its target says how much it may use. */
export function memoryLimits(settings: readonly Setting[], threads: number): readonly string[] {
  const says = (...names: readonly string[]) => settings.some(({ name }) => names.includes(name))
  if (says('memory_limit', 'max_memory')) return []
  const fewer = threads > LITTLE.threads && !says('threads', 'worker_threads')
  return [
    ...(fewer ? [`set threads = ${LITTLE.threads}`] : []),
    `set memory_limit = ${duckdb.text(LITTLE.memory)}`,
  ]
}
