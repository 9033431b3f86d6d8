import type { Connector } from '../connectors/connector.js'
import { connectorsOf } from '../connectors/registry.js'
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../diagnostics/span.js'
import type { Connection, Tell } from '../engines/connection.js'
import { ENGINE_OPTIONS, ENGINES, type Engine } from '../engines/registry.js'
import { buildGraph } from '../graph/build-graph.js'
import { checkColumns } from '../graph/columns.js'
import type { Graph } from '../graph/graph.js'
import { parseProject } from '../language/parse-project.js'
import type { Positions } from '../language/positions.js'
import type { Project } from '../language/project.js'
import { findProject } from '../project/find-project.js'
import { readCatalog } from '../project/read-catalog.js'
import { readProject } from '../project/read-project.js'
import type { Catalog } from '../sql/catalog.js'
import { flagOption, type Invocation, textOption } from './command.js'
import { OpenTargets } from './open-targets.js'
import { varsOf } from './options.js'
import { tokenFolder } from './state-folder.js'

/** A project as far as it could be read, with everything that is wrong with it. */
export interface LoadedProject {
  readonly folder: string
  readonly files: readonly SourceFile[]
  readonly graph: Graph
  readonly positions: Positions
  /** What the last run saw of the sources; undefined where none has run here. */
  readonly catalog: Catalog | undefined
  readonly engine: Engine
  /** What destinations can name; none where the project has no destination. */
  readonly connectors: ReadonlyMap<string, Connector>
  readonly targets: OpenTargets
  readonly diagnostics: readonly Diagnostic[]
  /** Tells the user what an engine does unasked. */
  readonly tell: Tell
}

/** No project was found where one was looked for. */
export interface MissingProject {
  readonly diagnostics: readonly Diagnostic[]
}

/** Finds, reads and checks the project that an invocation means. Nothing is printed; nothing is connected to. */
export function loadProject(invocation: Invocation): LoadedProject | MissingProject {
  const { terminal } = invocation
  const found = findProject(terminal.cwd, textOption(invocation, 'projectDir'))
  if ('diagnostic' in found) return { diagnostics: [found.diagnostic] }
  const { value: files, diagnostics: unread } = readProject(found.folder)
  const options = {
    env: terminal.env,
    engines: ENGINE_OPTIONS,
    target: textOption(invocation, 'target'),
    vars: varsOf(invocation),
    allTargets: flagOption(invocation, 'allTargets'),
  }
  const parsed = parseProject(files, options)
  const engine = ENGINES[parsed.value.settings.target.type] ?? DEFAULT_ENGINE
  const catalog = readCatalog(found.folder, engine.dialect.name)
  const tell: Tell = (line) => terminal.err(`${line}\n`)
  const targets = new OpenTargets(files, found.folder, options, tell)
  const connectors = connectorsFor(
    parsed.value.destinations,
    files,
    found.folder,
    targets,
    tokenFolder(terminal.env),
  )
  const described = new Map([...connectors.value].map(([name, { description }]) => [name, description]))
  const graph = buildGraph(parsed.value, { dialect: engine.dialect, connectors: described, ...parsed })
  return {
    folder: found.folder,
    files,
    graph: graph.value,
    positions: parsed.positions,
    catalog,
    engine,
    connectors: connectors.value,
    targets,
    diagnostics: [...unread, ...parsed.diagnostics, ...connectors.diagnostics, ...graph.diagnostics],
    tell,
  }
}

/** Connectors are read by projects that name some. */
function connectorsFor(
  destinations: Project['destinations'],
  files: readonly SourceFile[],
  projectDir: string,
  targets: OpenTargets,
  tokenDir: string,
): ReturnType<typeof connectorsOf> {
  if (destinations.length === 0) return { value: new Map(), diagnostics: [] }
  const named = new Set(destinations.map(({ connector }) => connector))
  return connectorsOf(files, { projectDir, openTarget: targets.open, tokenDir }, named)
}

/** Reads expressions where the target names no engine that is known, which is reported elsewhere. */
const DEFAULT_ENGINE = ENGINES.duckdb as Engine

export function isUsable(loaded: LoadedProject | MissingProject): loaded is LoadedProject {
  return 'graph' in loaded && !hasErrors(loaded.diagnostics)
}

/**
 * Columns that sources use and, as the last run saw them, do not have. Only warnings, since the data may have changed: a
 * run looks at it anew, and there they are errors.
 */
export function columnWarnings({ graph, catalog, positions, engine }: LoadedProject): readonly Diagnostic[] {
  if (!catalog) return []
  return checkColumns(graph.project, catalog, { positions, dialect: engine.dialect }).map((diagnostic) => ({
    ...diagnostic,
    severity: 'warning',
    message: `${diagnostic.message}, as the last run saw it`,
  }))
}

/** Connects to the chosen target. */
export function openTarget({ engine, graph, folder, tell }: LoadedProject): Promise<Connection> {
  return engine.open(graph.project.settings.target.options, folder, tell)
}
