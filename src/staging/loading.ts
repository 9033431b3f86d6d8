import type { Source } from '../language/source.js'
import type { Context } from '../program/context.js'
import type { Step } from '../program/program.js'
import { next, type Table } from '../program/scope.js'
import { statement } from '../program/steps.js'
import type { LogicalType } from '../sql/logical-type.js'
import { sourceColumns } from './input.js'
import { fileInput, isLoaded, loadedTable, loadsMalformedLines, malformedTable } from './source-file.js'

const TEXT: LogicalType = { kind: 'string' }

export function loadedTables(context: Context, source: Source): readonly Table[] {
  if (!isLoaded(context.scope, source)) return []
  return [loadedTable(source.name), ...(loadsMalformedLines(source) ? [malformedTable(source.name)] : [])]
}

/** The file of the source goes into its table, before anything reads it. */
export function loadSteps(context: Context, source: Source): readonly Step[] {
  const { scope, catalog, projectDir } = context
  if (!isLoaded(scope, source) || source.input.kind !== 'file') return []
  const { createEmptyTable } = scope.dialect.statements
  const columns = sourceColumns(context, source).map(({ name, native }) => ({ name, type: native ?? TEXT }))
  const rows = next(scope, loadedTable(source.name))
  const malformed = next(scope, malformedTable(source.name))
  const malformedColumns = ['place', 'value', 'message'].map((name) => ({ name, type: TEXT }))
  return [
    statement(scope, `The file of ${source.name}, as it is.`, createEmptyTable(rows, columns)),
    ...(loadsMalformedLines(source)
      ? [statement(scope, 'Its lines that are no rows.', createEmptyTable(malformed, malformedColumns))]
      : []),
    {
      kind: 'load',
      title: `${source.input.path} is loaded.`,
      file: fileInput(source.input, projectDir, catalog.csv?.[`source.${source.name}`]),
      columns: columns.map(({ name }) => name),
      into: rows.parts,
      ...(loadsMalformedLines(source) && { malformedInto: malformed.parts }),
    },
  ]
}
