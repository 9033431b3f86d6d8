import type { ConnectorDescription } from '../connectors/description.js'
import type { Checked } from '../diagnostics/diagnostic.js'
import type { BrokenNames } from '../language/broken-names.js'
import type { Positions } from '../language/positions.js'
import type { Project } from '../language/project.js'
import type { Catalog } from '../sql/catalog.js'
import type { Dialect } from '../sql/dialect.js'
import { checkConsent, checkPurpose } from './check-consents.js'
import { checkCycles } from './check-cycles.js'
import { checkDestination } from './check-destinations.js'
import { checkEntity } from './check-entities.js'
import { checkModel, referable } from './check-models.js'
import { checkContradictions, checkOverride } from './check-overrides.js'
import { checkSegment } from './check-segments.js'
import { checkSharedFiles } from './check-shared-files.js'
import { checkSource } from './check-sources.js'
import { checkSync } from './check-syncs.js'
import { checkTrait } from './check-traits.js'
import type { Checking } from './checking.js'
import { checkColumns } from './columns.js'
import { Declarations } from './declarations.js'
import { checkDuplicates, checkReserved } from './duplicates.js'
import { Edges } from './edges.js'
import { Findings } from './findings.js'
import type { Graph } from './graph.js'
import { levelsOf } from './levels.js'
import { graphNodes, structuralEdges } from './nodes.js'
import { saidOnce } from './said-once.js'

export interface BuildOptions {
  /** How expressions of users are read; what columns of its types are. */
  readonly dialect: Pick<Dialect, 'lexicon'>
  /** What is known of the sources' columns; without it columns are not checked. */
  readonly catalog?: Catalog
  readonly positions: Positions
  /** Names whose declarations were dropped: they are missed in silence. */
  readonly broken: BrokenNames
  /** Names with `enabled: false`: whoever misses them is told so. */
  readonly disabled?: BrokenNames
  /** What destinations can name, by name. */
  readonly connectors?: ReadonlyMap<string, ConnectorDescription>
}

/**
 * Project → graph: every name resolved, types checked, everything in order. The graph is as whole as the mistakes allow:
 * what names something unknown is in it without that edge, of a cycle one edge does not count.
 */
export function buildGraph(project: Project, options: BuildOptions): Checked<Graph> {
  const { positions, catalog, dialect } = options
  const findings = new Findings(positions, options.broken, options.disabled)
  const declarations = new Declarations(project)
  const checking: Checking = {
    declarations,
    findings,
    lexicon: dialect.lexicon,
    edges: new Edges(),
    fragments: [],
    connectors: options.connectors ?? new Map(),
  }
  structuralEdges(checking)
  checkDeclarations(checking)
  const nodes = graphNodes(checking)
  const ids = nodes.map((node) => node.id)
  checkDuplicates(findings, declarations)
  checkReserved(findings, declarations)
  checkCycles(checking, ids)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const order = levelsOf(ids, (id) => checking.edges.inputsOf(id)).flat()
  const diagnostics = saidOnce(findings.masked())
  if (catalog) diagnostics.push(...checkColumns(project, catalog, options))
  const { fragments } = checking
  return { value: { project, nodes: order.flatMap((id) => byId.get(id) ?? []), fragments }, diagnostics }
}

function checkDeclarations(checking: Checking): void {
  const { declarations } = checking
  const { project } = declarations
  const readable = referable(checking)
  for (const source of project.sources) checkSource(checking, source)
  for (const entity of project.entities) checkEntity(checking, entity)
  for (const model of project.models) checkModel(checking, model, readable)
  for (const trait of project.traits) checkTrait(checking, trait)
  for (const segment of project.segments) checkSegment(checking, segment)
  for (const override of project.overrides) checkOverride(checking, override)
  checkContradictions(checking, project.overrides)
  for (const purpose of project.purposes) checkPurpose(checking, purpose)
  for (const consent of project.consents) checkConsent(checking, consent)
  for (const destination of project.destinations) checkDestination(checking, destination)
  for (const sync of project.syncs) checkSync(checking, sync)
  checkSharedFiles(checking)
}
