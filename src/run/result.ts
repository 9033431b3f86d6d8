import type { Code } from '../diagnostics/codes.js'
import type { Row } from '../engines/connection.js'
import type { BuildMode, NodeKind } from '../program/program.js'

/**
 * What a run did, as plain JSON: `target/run_results.json`, `cdp run --output json`, and `cdp_runs.summary` hold it.
 * Times are UTC, `2026-11-01T00:00:00Z`; durations are whole milliseconds. It grows only by additions.
 */
export interface RunResult {
  readonly version: 1
  readonly cdp_version: string
  readonly project: string
  readonly target: string
  readonly run_id: string
  readonly as_of: string
  readonly started_at: string
  readonly finished_at: string
  readonly elapsed_ms: number
  /** That the warehouse was given, queries among them: what a run costs where each has a price, whatever it does. */
  readonly statements: number
  /** Only a run that `succeeded` was published: the others changed nothing that a reader sees. */
  readonly status: RunStatus
  /** All nodes of the program, in its order. */
  readonly nodes: readonly NodeResult[]
  readonly measures: Measures
  readonly warnings: readonly RunWarning[]
  /** Present exactly where status is `failed`. */
  readonly error?: RunError
  /** The last run that was published before this one, for what has changed since. */
  readonly previous?: PreviousRun
}

export type RunStatus = 'succeeded' | 'failed' | 'interrupted'

/** `skipped`: not started, since something before it failed. `interrupted`: stopped while it ran. */
export type NodeStatus = 'succeeded' | 'failed' | 'skipped' | 'interrupted'

export interface NodeResult {
  readonly id: string
  readonly kind: NodeKind
  readonly status: NodeStatus
  readonly elapsed_ms: number
  /** Of the first table that it makes; absent for views. */
  readonly rows?: number
  /** Of its loop, where it has one. */
  readonly rounds?: number
  /** From all rows, or what changes since the last run reach, or nothing where they reach nobody; absent of models. */
  readonly mode?: BuildMode | 'unchanged'
  /** Why it was built in full. */
  readonly full_because?: string
}

/** Node id → name of the measure step → the rows of its query. */
export type Measures = Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>

/** A check of severity `warning` that found something, or a cleanup that did not work. */
export interface RunWarning {
  readonly node: string
  readonly code?: Code
  readonly message: string
  readonly remedy?: string
  /** What the check found, ten rows at most. */
  readonly rows: readonly Row[]
}

export interface RunError {
  /** The node, or `publish`. */
  readonly node: string
  /** The title of the step that failed. */
  readonly step: string
  /** Where its SQL is, relative to the project: `target/compiled/<node>.sql`. */
  readonly file: string
  /** Of a SQL model that the engine refuses: its file, and the line where that can be told. */
  readonly written_in?: string
  readonly message: string
  readonly remedy?: string
  /** What a failed check found, ten rows at most. */
  readonly rows: readonly Row[]
  /** Present where a data file or its rows are at fault; the same is then a diagnostic with the place of the source. */
  readonly code?: Code
  /** 1: data or project are at fault; 3: the warehouse is; 70: cdp. */
  readonly exit_code: 1 | 3 | 70
}

export interface PreviousRun {
  readonly run_id: string
  readonly as_of: string
  readonly finished_at: string
  readonly measures: Measures
}
