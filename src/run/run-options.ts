import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { Connection } from '../engines/connection.js'
import type { Graph } from '../graph/graph.js'
import type { Positions } from '../language/positions.js'
import type { Program } from '../program/program.js'
import type { Catalog } from '../sql/catalog.js'
import type { Dialect } from '../sql/dialect.js'
import type { Moment } from '../state/store.js'
import type { RunListener } from './events.js'
import type { Reprocess } from './execute-program.js'
import type { FileMark } from './replaced-files.js'

export interface RunProjectOptions {
  readonly positions: Positions
  /** Absolute; files of sources and `target/` are below it. */
  readonly projectDir: string
  readonly cdpVersion: string
  /** Ids of the nodes to build; the others keep their last tables. All by default. */
  readonly selection?: ReadonlySet<string>
  /** The start of the run by default. */
  readonly asOf?: Moment
  /** A time-ordered unique id by default. */
  readonly runId?: string
  readonly allowBackwards?: boolean
  /** A source with a cursor, and the range of it that is read again. */
  readonly reprocess?: Reprocess
  /** Build everything from all rows; ids and histories are kept. */
  readonly fullRefresh?: boolean
  /** A data file without rows is an error unless this is true. */
  readonly allowEmpty?: boolean
  /** Nodes at the same time; 2 by default. */
  readonly parallel?: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ten random bytes, for the run's id. */
  readonly random: () => Uint8Array
  readonly listener?: RunListener
  readonly signal?: AbortSignal
}

/** A program with all that running it needs. */
export interface CompiledRun {
  readonly graph: Graph
  readonly program: Program
  /** What is known of the columns of sources. */
  readonly catalog: Catalog
  /** The files of sources, as they were when they were described. */
  readonly files: readonly FileMark[]
  readonly connection: Connection
  readonly dialect: Dialect
  readonly options: RunProjectOptions
  /** Takes mistakes of the project that only the run can see. */
  readonly tell: (diagnostics: readonly Diagnostic[]) => void
}
