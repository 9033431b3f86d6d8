/**
 * How each node of a run is built. A node is built incrementally where the last run left its tables by the very same
 * statements, from sources that are read incrementally too; everything else is built in full, and says why.
 *
 * Who is who, golden values, traits and segments of an entity go together: they are built from one set of affected rows.
 */
import { createHash } from 'node:crypto'
import type { Graph, GraphNode } from '../graph/graph.js'
import type { BuildMode, Program, ProgramNode } from '../program/program.js'
import type { Catalog } from '../sql/catalog.js'
import type { PublishedRun } from '../state/runs.js'
import type { Moment } from '../state/store.js'
import type { CalendarDays } from './calendar-days.js'

/** How a node is built; `because` says why it is built in full although an incremental run is possible in principle. */
export interface NodeMode {
  readonly mode: BuildMode
  readonly because?: string
}

export type BuildModes = ReadonlyMap<string, NodeMode>

/** What is known of the last published run. */
export interface BuiltBefore {
  readonly asOf: Moment
  /** Node id → fingerprint of its steps, of the nodes that it built. */
  readonly fingerprints: Readonly<Record<string, string>>
}

export interface ModeRequest {
  readonly graph: Graph
  readonly program: Program
  /** Of this run's nodes. */
  readonly fingerprints: Readonly<Record<string, string>>
  readonly asOf: Moment
  readonly before?: BuiltBefore
  readonly fullRefresh: boolean
  /** Only some nodes are built. */
  readonly isPartial: boolean
  /** Of the last run and of this one, where some override expires. */
  readonly days?: CalendarDays
}

/** What the data of a node depends on besides its steps. */
export interface Surroundings {
  /** The engine and its version: its hashes differ from version to version. */
  readonly engine: string
  readonly cdpVersion: string
  /** Types of the columns of sources: what is inserted into a table of other types would be cast. */
  readonly catalog: Catalog
  /** Node id → what people decided, outside of the project. */
  readonly decisions: Readonly<Record<string, string>>
  /** Where the project is: one that was moved, or is checked out elsewhere, has not changed. */
  readonly projectDir: string
}

/** Node id → fingerprint of its steps and of what else its data depends on; of what reads models, also of these. */
export function stepFingerprints(
  program: Program,
  { engine, cdpVersion, catalog, decisions, projectDir }: Surroundings,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  const place = withinText(projectDir)
  for (const node of program.nodes) {
    const inputs = node.inputs.filter((input) => node.kind === 'model' || input.startsWith('model.'))
    const content = JSON.stringify([
      ...[engine, cdpVersion, node.steps, node.outputs, catalog.sources[node.id], decisions[node.id]],
      inputs.map((input) => found[input]),
    ])
    found[node.id] = createHash('sha256').update(content.replaceAll(place, '')).digest('hex').slice(0, 32)
  }
  return found
}

/** How a path to what is in a folder begins in SQL that stands in JSON. */
function withinText(folder: string): string {
  return `${JSON.stringify(folder.replaceAll("'", "''")).slice(1, -1)}/`
}

/** Fingerprints of the nodes that a run built. */
export function builtBy({ summary }: PublishedRun): Readonly<Record<string, string>> {
  const { fingerprints = {} } = JSON.parse(summary) as {
    readonly fingerprints?: Readonly<Record<string, string>>
  }
  return fingerprints
}

export function buildModes(request: ModeRequest): BuildModes {
  const modes = new Map<string, NodeMode>()
  const everything = fullForAll(request)
  const byId = new Map(request.program.nodes.map((node) => [node.id, node]))
  for (const group of groupsOf(request.graph)) {
    const nodes = group.flatMap((id) => byId.get(id) ?? [])
    const because =
      everything ??
      ended(request, group) ??
      nodes.map((node) => fullForNode(request, node, modes)).find(Boolean)
    const mode: NodeMode = because === undefined ? { mode: 'incremental' } : { mode: 'full', because }
    for (const node of nodes) modes.set(node.id, mode)
  }
  return modes
}

function fullForAll({ before, fullRefresh, isPartial, asOf }: ModeRequest): string | undefined {
  if (!before) return 'it is the first run'
  if (fullRefresh) return '--full-refresh'
  if (isPartial) return '--select'
  return asOf < before.asOf ? 'time goes backwards' : undefined
}

/** A decision that held in the last run and no longer does changes for whom it held, and what they meet. */
function ended({ graph, days }: ModeRequest, group: readonly string[]): string | undefined {
  const over = graph.project.overrides.find(
    ({ entity, expires }) =>
      days !== undefined &&
      expires !== undefined &&
      group.includes(`identity.${entity}`) &&
      days.before < expires &&
      expires <= days.now,
  )
  return over && `an override expires: ${over.place}`
}

function fullForNode(request: ModeRequest, node: ProgramNode, modes: BuildModes): string | undefined {
  const { before, fingerprints } = request
  if (node.fullOnly !== undefined) return node.fullOnly
  const last = before?.fingerprints[node.id]
  if (last === undefined) return `the last run did not build ${node.id}`
  if (last !== fingerprints[node.id]) return `${node.id} has changed`
  const source = node.inputs.find((input) => input.startsWith('source.') && modes.get(input)?.mode === 'full')
  return source === undefined ? undefined : `${source} is built in full: ${modes.get(source)?.because}`
}

/** Nodes that are built alike, in the order of the graph: each source, and all that is computed of an entity. */
function groupsOf(graph: Graph): readonly (readonly string[])[] {
  const sources = graph.nodes.filter((node) => node.kind === 'source').map((node) => [node.id])
  const entities = graph.project.entities.map(({ name }) =>
    graph.nodes.filter((node) => entityOf(node) === name).map((node) => node.id),
  )
  return [...sources, ...entities]
}

function entityOf(node: GraphNode): string | undefined {
  if (node.kind === 'segment') return node.segment.entity
  return 'entity' in node ? node.entity.name : undefined
}
