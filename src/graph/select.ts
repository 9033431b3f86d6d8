import { closest } from '../diagnostics/closest.js'
import { UsageError } from '../diagnostics/errors.js'
import { didYouMean } from '../language/problem.js'
import type { Graph, GraphNode } from './graph.js'
import { ENTITY_TABLES } from './table-names.js'

/**
 * Ids of the nodes that selectors name, with the words of dbt: `name` (of a node, a trait or a public table), an id
 * (`segment.vip`), `tag:x`, `kind:segment`; `+name` with all that it is made from, `name+` with all that is made from it,
 * `2+name` and `name+2` so many steps far. Spaces between selectors mean either, commas both. None at all: every node.
 *
 * Throws a `UsageError` for a selector that names nothing.
 */
export function selectNodes(graph: Graph, selectors: readonly string[]): ReadonlySet<string> {
  const terms = selectors.flatMap((text) => text.split(/\s+/)).filter((term) => term !== '')
  if (selectors.length === 0) return new Set(graph.nodes.map((node) => node.id))
  // `--select "$unset"` is a slip; everything would be built.
  if (terms.length === 0) throw emptySelector()
  const lookup = lookupOf(graph)
  const selected = terms.flatMap((term) => {
    const [first = new Set<string>(), ...others] = term
      .split(',')
      .map((atom) => selectAtom(graph, lookup, atom))
    return [...first].filter((id) => others.every((other) => other.has(id)))
  })
  return withHealth(new Set(selected))
}

/** The health of a graph is read off what resolving leaves within the run: the two go together. */
function withHealth(selected: ReadonlySet<string>): ReadonlySet<string> {
  const both = [...selected].flatMap((id) => [
    id,
    ...(id.startsWith('identity.') ? [id.replace('identity.', 'health.')] : []),
    ...(id.startsWith('health.') ? [id.replace('health.', 'identity.')] : []),
  ])
  return new Set(both)
}

/** What can be written in a selector → ids. */
type Lookup = ReadonlyMap<string, ReadonlySet<string>>

function lookupOf({ nodes }: Graph): Lookup {
  const lookup = new Map<string, Set<string>>()
  const add = (written: string, id: string): void => {
    lookup.set(written, (lookup.get(written) ?? new Set()).add(id))
  }
  for (const node of nodes) {
    const { id, name, kind, tags } = node
    for (const written of [id, name, `kind:${kind}`, ...tags.map((tag) => `tag:${tag}`)]) add(written, id)
    for (const table of tablesOf(node)) add(table, id)
  }
  // A trait is not a node, but people think of it as one; a node of the same name goes before it.
  const taken = new Set(lookup.keys())
  for (const node of nodes) {
    if (node.kind !== 'traits') continue
    for (const trait of node.traits) if (!taken.has(trait.name)) add(trait.name, node.id)
  }
  return lookup
}

/** Public tables that a node makes. */
function tablesOf(node: GraphNode): readonly string[] {
  switch (node.kind) {
    case 'source':
      return [`enriched_${node.name}`]
    case 'segment':
      return [`segment_${node.name}`]
    case 'traits':
      return [`${node.name}_profiles`]
    case 'profile':
      return [`${node.name}_attributes`, `${node.name}_provenance`]
    case 'health':
      return OF_HEALTH.map((suffix) => `${node.name}_${suffix}`)
    case 'identity':
      return ENTITY_TABLES.filter((suffix) => !NOT_OF_IDENTITY.has(suffix)).map(
        (suffix) => `${node.name}_${suffix}`,
      )
    case 'model':
    case 'sync':
      return []
  }
}

const OF_HEALTH = ['identity_sizes', 'largest_profiles', 'bridges', 'identity_suspects'] as const
const NOT_OF_IDENTITY = new Set<string>([
  ...OF_HEALTH,
  'profiles',
  'attributes',
  'provenance',
  'segments',
  'segment_history',
])

function selectAtom(graph: Graph, lookup: Lookup, atom: string): ReadonlySet<string> {
  const [, before, written = '', after] = /^(\d*\+)?(.*?)(\+\d*)?$/.exec(atom) ?? []
  const found = lookup.get(written) ?? unknownSelector(lookup, written)
  const selected = new Set(found)
  const inputs = new Map(graph.nodes.map((node) => [node.id, node.inputs]))
  if (before !== undefined) spread(found, (id) => inputs.get(id) ?? [], stepsOf(before), selected)
  if (after !== undefined) {
    const outputs = outputsOf(graph)
    spread(found, (id) => outputs.get(id) ?? [], stepsOf(after), selected)
  }
  return selected
}

function stepsOf(plus: string): number {
  const digits = plus.replace('+', '')
  return digits === '' ? Number.POSITIVE_INFINITY : Number(digits)
}

/** Adds what is reached in at most so many steps. */
function spread(
  from: ReadonlySet<string>,
  next: (id: string) => readonly string[],
  steps: number,
  into: Set<string>,
): void {
  const seen = new Set(from)
  let border = [...from]
  for (let step = 0; step < steps && border.length > 0; step++) {
    border = [...new Set(border.flatMap(next))].filter((id) => !seen.has(id))
    for (const id of border) {
      seen.add(id)
      into.add(id)
    }
  }
}

function outputsOf({ nodes }: Graph): ReadonlyMap<string, readonly string[]> {
  const outputs = new Map<string, string[]>()
  for (const node of nodes) {
    for (const input of node.inputs) {
      const known = outputs.get(input)
      if (known) known.push(node.id)
      else outputs.set(input, [node.id])
    }
  }
  return outputs
}

function unknownSelector(lookup: Lookup, written: string): never {
  const method = /^([a-z]+):/.exec(written)?.[1]
  if (method === 'state') throw new UsageError(`the selector "${written}" is not built yet`)
  if (method !== undefined && method !== 'tag' && method !== 'kind') {
    throw new UsageError(
      `the selector "${written}" has no method that is known`,
      'write a name, tag:<tag> or kind:<kind>',
    )
  }
  const candidates = [...lookup.keys()].filter((key) =>
    method ? key.startsWith(`${method}:`) : !key.includes(':'),
  )
  const near = didYouMean(closest(written, candidates))
  const known =
    candidates.length > 0 && candidates.length <= 14 ? `one of ${candidates.join(', ')}` : undefined
  if (written === '') throw emptySelector()
  throw new UsageError(`nothing is selected by "${written}"`, near ?? known ?? 'cdp ls lists what there is')
}

function emptySelector(): UsageError {
  return new UsageError('a selector is empty', 'write a name, tag:<tag> or kind:<kind>')
}
