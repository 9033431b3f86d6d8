import type { Checked, Diagnostic } from '../diagnostics/diagnostic.js'
import { unreachable } from '../diagnostics/errors.js'
import { type BuiltNode, type Graph, isBuilt } from '../graph/graph.js'
import { compileHealth } from '../identity/health-node.js'
import { compileIdentity, identityInput } from '../identity/identity-node.js'
import { keptStateTables } from '../identity/ids/kept-state.js'
import type { CompiledNode } from '../program/compiled-node.js'
import type { Context } from '../program/context.js'
import type { Program, ProgramNode, StatementStep } from '../program/program.js'
import { type Scope, scopeOf, scratch } from '../program/scope.js'
import { emptyPart, statement, unchangedSteps } from '../program/steps.js'
import type { Catalog } from '../sql/catalog.js'
import type { Dialect } from '../sql/dialect.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { compileSource } from '../staging/source-node.js'
import { crossingsOf } from './crossings.js'
import { grantSchema } from './grants.js'
import { compileModel } from './model-node.js'
import { compileProfile } from './profile/profile-node.js'
import { publishStep } from './publish.js'
import { compileSegment } from './segments/segment-node.js'
import { historyTables } from './segments/segment-tables.js'
import { compileTraits } from './traits/traits-node.js'

export interface CompileOptions {
  readonly dialect: Dialect
  /** What is known of the sources' columns; absent sources are taken as declared. */
  readonly catalog: Catalog
  /** Ids of the nodes to build; all by default. */
  readonly selection?: ReadonlySet<string>
  /** The project folder, absolute: files of sources are read below it. */
  readonly projectDir: string
}

/** Graph → program: pure, the same for the same arguments. */
export function compileProgram(graph: Graph, options: CompileOptions): Checked<Program> {
  const { project } = graph
  const { target } = project.settings
  const selected = graph.nodes.filter(isBuilt).filter((node) => options.selection?.has(node.id) ?? true)
  const scope = scopeOf(project.settings, options.dialect, new Set(selected.map((node) => node.id)))
  const diagnostics: Diagnostic[] = []
  const context: Context = {
    project,
    graph,
    catalog: options.catalog,
    scope,
    projectDir: options.projectDir,
    report: (diagnostic) => diagnostics.push(diagnostic),
  }
  const compiled = selected.map((node) => compileNode(context, node))
  const program: Program = {
    version: 1,
    project: project.settings.name,
    target: target.name,
    dialect: options.dialect.name,
    prepare: [
      ...prepared(scope),
      ...grantSchema(context),
      ...distinct([
        ...compiled.flatMap((node) => node.kept),
        ...identityTables(context),
        ...historyTables(context),
      ]),
    ],
    nodes: compiled.map((node) => programNode(scope, node)),
    publish: publishStep(context, compiled),
  }
  return { value: program, diagnostics }
}

function prepared(scope: Scope): readonly StatementStep[] {
  const title = 'What the statements of the run rely on.'
  return scope.dialect.statements.prepare(scope.internalSchema).map((text) => statement(scope, title, text))
}

/** Views over rows and their customers can be made before anybody's identity was resolved. */
function identityTables({ project, scope }: Context): readonly StatementStep[] {
  return project.entities.flatMap((entity) => keptStateTables(scope, identityInput(project, entity)))
}

/** Of statements that several nodes ask for, the first. */
function distinct(statements: readonly StatementStep[]): readonly StatementStep[] {
  return [...new Map(statements.map((step) => [step.sql, step])).values()]
}

function compileNode(context: Context, node: BuiltNode): CompiledNode {
  switch (node.kind) {
    case 'source':
      return compileSource(context, node)
    case 'model':
      return compileModel(context, node)
    case 'identity':
      return compileIdentity(context, node, crossingsOf(context, node.entity))
    case 'health':
      return compileHealth(context, node)
    case 'profile':
      return compileProfile(context, node)
    case 'traits':
      return compileTraits(context, node)
    case 'segment':
      return compileSegment(context, node)
    default:
      return unreachable(node)
  }
}

/** Scratch tables that publishing does not read go as soon as their node is done: a run holds no more than it needs. */
function spent(scope: Scope, node: CompiledNode): readonly StatementStep[] {
  const read = node.state.map((step) => step.sql).join('\n')
  return node.scratch
    .map((table) => scratch(scope, table))
    .filter((table) => !read.includes(print(from(table), scope.dialect)))
    .map((table) => statement(scope, 'Not read any more.', scope.dialect.statements.dropTable(table)))
}

function programNode(scope: Scope, node: CompiledNode): ProgramNode {
  return {
    id: node.id,
    kind: node.kind,
    description: node.description,
    inputs: node.inputs.filter((input) => scope.building.has(input)),
    steps: [...node.steps, ...spent(scope, node)],
    outputs: [
      ...[...node.tables, ...(node.loaded ?? [])].map((table) => `${scope.internalSchema}.${table.name}`),
      ...node.views.map(
        (view) => `${view.schema === 'public' ? scope.publicSchema : scope.internalSchema}.${view.name}`,
      ),
    ],
    ...(node.fullOnly === undefined ? {} : { fullOnly: node.fullOnly }),
    ...(node.follows === undefined
      ? {}
      : {
          follows: node.follows,
          unchanged: [
            ...node.tables.flatMap((table) => unchangedSteps(scope, table)),
            ...(node.partsRead ?? []).flatMap((table) => emptyPart(scope, table)),
          ],
        }),
  }
}
