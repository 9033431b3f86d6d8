import type { Source } from '../language/source.js'
import type { CompiledNode } from '../program/compiled-node.js'
import type { Context, NodeOf } from '../program/context.js'
import type { Step } from '../program/program.js'
import { cast, next, noRows, scratch } from '../program/scope.js'
import { createTable, measure, wholeSteps } from '../program/steps.js'
import { as, name, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { type InputColumn, sourceItem } from './input.js'
import { loadedTables, loadSteps } from './loading.js'
import { malformedRowSteps } from './malformed-rows.js'
import { rejectedRecordsShape, rejectedRecordsTable } from './rejected.js'
import { rejectedFigures, rejectedShare, talliedRows, tallyName } from './tally.js'

/** Neither entity nor properties: rows that only SQL models read, from the source itself. */
export function isReference(source: Source): boolean {
  return source.entities.length === 0
}

/** Sources that have a list of rejected records: all whose rows are staged, and reference tables in files that can have bad lines. */
export function listsRejectedRecords(source: Source): boolean {
  return !isReference(source) || (source.input.kind === 'file' && source.input.format !== 'parquet')
}

/** A reference table is read by the models themselves; here its rows are counted, and its bad lines listed. */
export function compileReference(
  context: Context,
  node: NodeOf<'source'>,
  columns: readonly InputColumn[],
): CompiledNode {
  const { source } = node
  const hasList = listsRejectedRecords(source)
  return {
    id: node.id,
    kind: 'source',
    description: `The rows of ${source.name}, which models read where they are.`,
    inputs: node.inputs,
    steps: [...loadSteps(context, source), ...(hasList ? steps(context, source, columns) : [])],
    tables: hasList ? [rejectedRecordsTable(source.name)] : [],
    loaded: loadedTables(context, source),
    scratch: hasList ? [tallyName(source)] : [],
    views: [],
    kept: [],
    state: [],
    fullOnly: 'its rows are only counted',
  }
}

function steps(context: Context, source: Source, columns: readonly InputColumn[]): Step[] {
  const { scope } = context
  const tallied = scratch(scope, tallyName(source))
  const rejected = next(scope, rejectedRecordsTable(source.name))
  const count = sql`
    select
      ${as(cast(scope, sql`'none'`, 'string'), 'fault')},
      count(*) as ${name('row_count')}
    from ${sourceItem(context, source, columns)} as ${name('source_rows')}
  `
  const readRows = sql`(select sum(${name('row_count')}) from ${from(tallied)})`
  const rejectedRows = sql`(select count(*) from ${from(rejected)})`
  return [
    ...createTable(scope, `The rows of ${source.name} are counted.`, tallied, count),
    ...createTable(
      scope,
      `Rows of ${source.name} that are set aside.`,
      rejected,
      noRows(scope, rejectedRecordsShape),
    ),
    ...malformedRowSteps(context, source, tallied),
    ...wholeSteps(scope, rejectedRecordsTable(source.name)),
    rejectedShare(context, source, talliedRows(scope, source)),
    measure(
      scope,
      'rows',
      sql`
        select
          ${readRows} as ${name('read')},
          ${readRows} - ${rejectedRows} as ${name('kept')},
          ${rejectedRows} as ${name('rejected')}
      `,
    ),
    rejectedFigures(context, source),
  ]
}
