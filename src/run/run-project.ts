import { join } from 'node:path'
import { compileProgram } from '../compile/compile-program.js'
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.js'
import { UsageError, WarehouseError } from '../diagnostics/errors.js'
import type { Connection } from '../engines/connection.js'
import type { Graph } from '../graph/graph.js'
import type { Positions } from '../language/positions.js'
import type { Program } from '../program/program.js'
import type { Catalog } from '../sql/catalog.js'
import type { Dialect } from '../sql/dialect.js'
import { ForeignProjectError, foreignProject } from '../state/owner.js'
import { writeCatalog, writeCompiled, writeRunResults } from './artefacts.js'
import { describeSources } from './describe-sources.js'
import type { RunResult } from './result.js'
import { runCompiled } from './run-compiled.js'
import { writeRunCatalog, writeRunManifest } from './run-manifest.js'
import type { CompiledRun, RunProjectOptions } from './run-options.js'

/** What came of `runProject`. `result` is absent where project or data are wrong, so that nothing was begun. */
export interface ProjectRun {
  readonly diagnostics: readonly Diagnostic[]
  readonly catalog: Catalog
  readonly program?: Program
  readonly result?: RunResult
}

/**
 * Runs a project whose graph has no errors: describes the sources, compiles, opens the state, executes, publishes, and
 * writes what there is to read into `target/`. Mistakes of project and data come back as diagnostics; a run that fails
 * comes back as its result. Rejects with a `WarehouseError` where the warehouse cannot be used at all, with a
 * `UsageError` where the run is not admitted (its time goes backwards, its id is taken, what it reads was never built).
 */
export async function runProject(
  graph: Graph,
  connection: Connection,
  dialect: Dialect,
  options: RunProjectOptions,
): Promise<ProjectRun> {
  const selected = (id: string): boolean => options.selection?.has(id) ?? true
  const described = await describeSources(graph, {
    connection,
    dialect,
    positions: options.positions,
    projectDir: options.projectDir,
    counts: (source) => selected(`source.${source.name}`),
    allowEmpty: options.allowEmpty ?? false,
  })
  const { catalog } = described
  if (hasErrors(described.diagnostics)) return { diagnostics: described.diagnostics, catalog }
  const { projectDir, selection } = options
  const compiled = compileProgram(graph, { dialect, catalog, projectDir, ...(selection && { selection }) })
  const diagnostics = [...described.diagnostics, ...compiled.diagnostics]
  if (hasErrors(diagnostics)) return { diagnostics, catalog }
  const program = compiled.value
  if (program.nodes.length === 0) throw nothingToBuild()
  const targetDir = join(projectDir, 'target')
  writeCatalog(targetDir, catalog)
  writeCompiled(targetDir, graph, program)
  const told: Diagnostic[] = []
  const tell = (more: readonly Diagnostic[]): void => void told.push(...more)
  const { files } = described
  const run = { graph, program, catalog, files, connection, dialect, options, tell }
  const compiledRun = await runCompiled(run).catch(orForeign)
  if (compiledRun instanceof ForeignProjectError) {
    const foreign = foreignProject(compiledRun, graph.project.settings, options.positions)
    return { diagnostics: [...diagnostics, foreign], catalog, program }
  }
  const result = await reported(targetDir, run, compiledRun)
  const found = faultOfData(result, graph, options.positions)
  return { diagnostics: [...diagnostics, ...told, ...found], catalog, program, result }
}

function orForeign(error: unknown): ForeignProjectError {
  if (error instanceof ForeignProjectError) return error
  throw error
}

/** A checkout without its models must not take the published tables away. */
function nothingToBuild(): UsageError {
  return new UsageError(
    'there is nothing to build: no file below models/ declares a source, an entity or a model',
    'Declare them in models/*.yml. What was published stays as it is.',
  )
}

/** Writes what there is to read about a run. Where that cannot be written, what became of the run is still told. */
async function reported(targetDir: string, run: CompiledRun, result: RunResult): Promise<RunResult> {
  const isPublished = result.status === 'succeeded'
  try {
    writeRunResults(targetDir, result)
    if (!isPublished) return result
    await writeRunManifest(targetDir, run)
    await writeRunCatalog(targetDir, run)
    return result
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error
    const { message, remedy } = error
    if (isPublished)
      throw new WarehouseError(`the run ${result.run_id} was published, but ${message}`, remedy, {
        cause: error,
      })
    const warning = { node: 'publish', message, ...(remedy !== undefined && { remedy }), rows: [] }
    return { ...result, warnings: [...result.warnings, warning] }
  }
}

/** Rows, a file or a customer that made the run fail, said at the source or entity that they are of. */
function faultOfData(result: RunResult, graph: Graph, positions: Positions): readonly Diagnostic[] {
  const { error } = result
  if (!error?.code) return []
  // What a check of all sources found names them in its rows.
  const named = error.node === 'publish' ? error.rows.map((row) => `source.${row.source}`) : [error.node]
  const source = graph.project.sources.find(({ name }) => named.includes(`source.${name}`))
  const entity = graph.project.entities.find(({ name }) => `identity.${name}` === error.node)
  const origin = error.code === 'CDP6003' ? source?.origin : (source?.input.origin ?? entity?.origin)
  return [
    {
      code: error.code,
      severity: 'error',
      message: error.message,
      ...(origin && { span: positions.span(origin) }),
      ...(error.remedy !== undefined && { hint: error.remedy }),
    },
  ]
}
