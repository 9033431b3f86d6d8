import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.js'
import { type Connection, StatementError } from '../engines/connection.js'
import { checkColumns } from '../graph/columns.js'
import type { ProgramNode } from '../program/program.js'
import { current, modelTable, type Scope } from '../program/scope.js'
import type { CompiledRun } from './run-options.js'

/**
 * The columns of a model are known once it is built: a source that reads it is asked for them before it starts, so that a
 * name it does not have is told at its place in the project. `tell` is given what is wrong; then the node is refused.
 */
export function modelColumnCheck(
  { graph, program, dialect, options }: CompiledRun,
  tell: (diagnostics: readonly Diagnostic[]) => void,
): (node: ProgramNode, connection: Connection) => Promise<void> {
  const { project } = graph
  const { timezone, target } = project.settings
  const { schema: publicSchema, internalSchema } = target
  const building = new Set(program.nodes.map((node) => node.id))
  const scope: Scope = { dialect, publicSchema, internalSchema, building, timezone }
  return async (node, connection) => {
    const source = project.sources.find(({ name }) => `source.${name}` === node.id)
    if (source?.input.kind !== 'model') return
    const columns = await connection.describeTable(current(scope, modelTable(source.input.model)))
    if (!columns) return
    const { positions } = options
    const found = checkColumns(
      { ...project, sources: [source] },
      { sources: { [node.id]: columns } },
      { positions, dialect },
    )
    if (!hasErrors(found)) return
    tell(found)
    throw new StatementError(
      `${source.name} names columns that the model ${source.input.model} does not have`,
    )
  }
}
