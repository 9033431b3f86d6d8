import { closest } from '../diagnostics/closest.js'
import { UsageError } from '../diagnostics/errors.js'
import type { SyncNode } from '../graph/graph.js'
import { selectNodes } from '../graph/select.js'
import { type Invocation, listOption } from './command.js'
import type { LoadedProject } from './load-project.js'

/** Syncs that are named, all where none is, in the order of the graph. */
export function syncsNamed(
  { graph }: LoadedProject,
  invocation: Invocation,
  names: readonly string[],
): readonly SyncNode[] {
  const all = graph.nodes.filter((node): node is SyncNode => node.kind === 'sync')
  if (all.length === 0)
    throw new UsageError(
      'there is nothing to sync: no file below models/ declares a sync',
      'Declare one below `syncs:` in models/*.yml.',
    )
  const known = all.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw noSuchSync(unknown, known)
  const selection = selectNodes(graph, listOption(invocation, 'select'))
  return all.filter((node) => (names.length === 0 || names.includes(node.name)) && selection.has(node.id))
}

function noSuchSync(written: string, known: readonly string[]): UsageError {
  const near = closest(written, known)
  return new UsageError(
    `there is no sync ${JSON.stringify(written)}`,
    near === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`,
  )
}
