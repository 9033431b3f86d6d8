import type { FileInput } from '../sql/dialect.js'

/**
 * The program: everything that a run executes, as plain JSON, in order. Loops and choices are data, so that what
 * `cdp compile` prints is what `cdp run` does. The texts never change between runs: what does change (`as_of`, that of
 * the last run, `run_id`, the round of a loop) are parameters, written `$as_of`, `$previous_as_of`, `$run_id`, `$round`
 * (and `$reprocess_source`, `_from`, `_to`, and those that a node asks for itself) outside of quotes and comments.
 */
export interface Program {
  /** Of this format; grows only by additions. */
  readonly version: 1
  readonly project: string
  readonly target: string
  readonly dialect: string
  /** Executed one after the other before any node: tables of kept state, made on the first run and never dropped. */
  readonly prepare: readonly StatementStep[]
  readonly nodes: readonly ProgramNode[]
  /** What becomes visible, all in one transaction, after every node has succeeded. */
  readonly publish: PublishStep
}

export type NodeKind =
  | 'source'
  | 'model'
  | 'identity'
  | 'health'
  | 'profile'
  | 'traits'
  | 'segment'
  | 'publish'

/** One node of the graph with the steps that build it. It may start when all `inputs` are done. */
export interface ProgramNode {
  /** `kind.name`, e.g. `source.orders`; also the name of its file below `target/compiled`. */
  readonly id: string
  readonly kind: NodeKind
  readonly description: string
  readonly inputs: readonly string[]
  readonly steps: readonly Step[]
  /** Tables and views that it makes, by display name, that stay after the run. */
  readonly outputs: readonly string[]
  /** Why it is always built in full; absent where an incremental run can build it. */
  readonly fullOnly?: string
  /** The node with the gate that decides whether this one has anything to do. */
  readonly follows?: string
  /** What is executed in the place of the steps where changes do not reach it: the tables of the last run, as nodes after it read them. */
  readonly unchanged?: readonly Step[]
}

export type Step =
  | StatementStep
  | LoadStep
  | LoopStep
  | CheckStep
  | MeasureStep
  | ChoiceStep
  | GateStep
  | WhenStep
  | ParameterStep

/** One statement. `title` is the comment on top of it: what it is for. */
export interface StatementStep {
  readonly kind: 'statement'
  readonly title: string
  readonly sql: string
}

/**
 * Streams a file into tables that are there and empty, on engines that do not read files themselves: its rows, and the
 * lines that are no rows, where there is a table for them (`place`, `value`, `message`).
 */
export interface LoadStep {
  readonly kind: 'load'
  readonly title: string
  readonly file: FileInput
  readonly columns: readonly string[]
  /** Parts of the table's name, from the outside in. */
  readonly into: readonly string[]
  readonly malformedInto?: readonly string[]
}

/**
 * Runs `body` with `$round` = 1, 2, … until the query `until` gives 0 in its first column, asked before each round,
 * then `unwind` with `$round` counting back from the last round run to 1. More than `limit` rounds is an error.
 */
export interface LoopStep {
  readonly kind: 'loop'
  readonly title: string
  readonly until: string
  readonly limit: number
  /** Its rounds are none of those that the result tells: it looks at the graph, it does not resolve it. */
  readonly uncounted?: true
  readonly body: readonly Step[]
  readonly unwind: readonly Step[]
}

/**
 * How a run builds a node: from all rows, or only what changes since the last run reach, merged into what is there. Chosen
 * once a run and node, from what is known of the last run, and recorded in the result.
 */
export type BuildMode = 'full' | 'incremental'

/**
 * In an incremental run: a query that counts what changes reach. Where it gives 0 the node is as the last run left it: its
 * further steps are not executed, nor those of nodes that follow it, but their `unchanged`; and nothing of them is published.
 */
export interface GateStep {
  readonly kind: 'gate'
  readonly title: string
  readonly sql: string
}

/** Steps that are executed where the query counts something; elsewhere they would find nothing, and read whole tables to find it. */
export interface WhenStep {
  readonly kind: 'when'
  readonly title: string
  readonly sql: string
  readonly steps: readonly Step[]
}

/**
 * A moment that the query gives in its only row, put in the place of `$name` in the steps beside this one that come after it: an
 * engine reads only the part of a table that a literal asks for, where it would read all of it to compare with a subquery. Null
 * is the beginning of time.
 */
export interface ParameterStep {
  readonly kind: 'parameter'
  readonly title: string
  readonly name: 'loaded_since'
  readonly sql: string
}

/** Steps of which a run executes those of the node's mode. */
export interface ChoiceStep {
  readonly kind: 'choice'
  readonly title: string
  readonly full: readonly Step[]
  readonly incremental: readonly Step[]
}

/** A choice of the publishing transaction, by the mode in which the node was built; of one that is unchanged nothing is executed. */
export interface PublishChoice {
  readonly kind: 'choice'
  readonly title: string
  readonly node: string
  readonly full: readonly StatementStep[]
  readonly incremental: readonly StatementStep[]
}

/** A query that must give no row. Its rows, at most ten, are shown with the message; `code` is a diagnostic's where the data is at fault. */
export interface CheckStep {
  readonly kind: 'check'
  readonly title: string
  readonly sql: string
  readonly message: string
  readonly remedy?: string
  readonly code?: string
  /** What it finds is a bug in cdp, whatever the data. */
  readonly bug?: true
  readonly severity: 'error' | 'warning'
}

/** A query of figures for the summary: its rows are kept in the run's results under `name`. */
export interface MeasureStep {
  readonly kind: 'measure'
  readonly name: string
  readonly sql: string
}

/** Statements executed in one transaction where the engine has them, in this order otherwise; then scratch is dropped. */
export interface PublishStep {
  readonly statements: readonly (StatementStep | PublishChoice)[]
  readonly cleanup: readonly StatementStep[]
}
