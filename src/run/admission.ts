import { UsageError } from '../diagnostics/errors.js'
import { type Graph, isBuilt } from '../graph/graph.js'
import type { Program } from '../program/program.js'
import { neverPublished } from '../state/registry.js'
import { isRunId } from '../state/run-id.js'
import type { PublishedRun } from '../state/runs.js'
import type { Moment, StateStore } from '../state/store.js'
import { shownMoment } from './moments.js'

/** A run id that a caller gives appears in tables, files and logs. */
export function checkRunId(runId: string): void {
  if (isRunId(runId)) return
  throw new UsageError(
    `${JSON.stringify(runId)} is no run id`,
    'Letters, digits and . _ : / + - are allowed, 128 characters at most.',
  )
}

/** Windows and histories are built on time that goes forward. */
export function checkAsOf(asOf: Moment, previous: PublishedRun | undefined, allowBackwards: boolean): void {
  if (!previous || allowBackwards || asOf >= previous.asOf) return
  throw new UsageError(
    `as of ${shownMoment(asOf)} is earlier than the last published run, which was as of ${shownMoment(previous.asOf)}`,
    'Give a later --as-of, or --allow-backwards if histories may go back in time.',
  )
}

/** Nodes that a partial run reads but does not build must have been built by a run before. `whole` is the program of all nodes. */
export async function checkUpstream(
  store: StateStore,
  graph: Graph,
  whole: Program,
  selection: ReadonlySet<string>,
): Promise<void> {
  const makesSomething = new Set(whole.nodes.filter((node) => node.outputs.length > 0).map((node) => node.id))
  const readers = graph.nodes.filter(isBuilt).filter((node) => selection.has(node.id))
  const reads = readers.flatMap((node) =>
    node.inputs.filter((id) => !selection.has(id) && makesSomething.has(id)),
  )
  const missing = await neverPublished(store, [...new Set(reads)])
  if (missing.length === 0) return
  const reader = readers.find((node) => node.inputs.some((input) => missing.includes(input)))
  throw new UsageError(
    `${missing.join(', ')} ${missing.length === 1 ? 'was' : 'were'} never built, and ${reader?.id} reads ${missing.length === 1 ? 'it' : 'them'}`,
    `Select what it is made from as well: --select +${reader?.id}, or run everything once.`,
  )
}
