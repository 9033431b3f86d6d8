import { movesWithTime } from '../conditions/leaves.js'
import type { Source } from '../language/source.js'
import type { CompiledNode } from '../program/compiled-node.js'
import type { Context, NodeOf } from '../program/context.js'
import type { MeasureStep, Step } from '../program/program.js'
import { next, type Scope, scratch, whole } from '../program/scope.js'
import { choice, createTable, measure, statement, wholeSteps } from '../program/steps.js'
import { name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import {
  asideTable,
  CHANGE_HASH,
  changeHash,
  deletedAside,
  faultyAside,
  incomingName,
  incomingRows,
  incomingSteps,
  losersAside,
} from './changed.js'
import type { RefusableValue } from './cleaning.js'
import { cursorSteps, cursorTable } from './cursor.js'
import { contestedName, duplicateSteps } from './duplicates.js'
import { enrichedView } from './enriched.js'
import { defineIdentifiers, defineMatchRules, type IdentifierOccurrence } from './identifier-columns.js'
import { FieldReader, filledText, type InputColumn, sourceColumns } from './input.js'
import { LayeredSelect } from './layers.js'
import { loadedTables, loadSteps } from './loading.js'
import { canBeMalformed, malformedRowSteps } from './malformed-rows.js'
import { personalFields, toldKey } from './personal.js'
import { compileReference, isReference } from './reference-node.js'
import { rejectedIdentifiersTable, rejectedRecordsTable, rejectedValuesTable } from './rejected.js'
import {
  rejectedDuplicateStep,
  rejectedIdentifierSteps,
  rejectedRecordSteps,
  rejectedValueSteps,
} from './rejections.js'
import { defineRow, type Fault, faultOf, labelOf } from './row-faults.js'
import { knownRowFigures, rowFigures } from './row-figures.js'
import { changedName, rawColumn, refusedColumn, rowsTable } from './rows.js'
import { knownRows, rejectedFigures, rejectedShare, talliedRows, tally, tallyName } from './tally.js'
import { defineAttributes, defineProperties } from './value-columns.js'
import { sourceCondition } from './where.js'

/** What the definition of a source's staged rows gives to the steps after it. */
interface Definition {
  readonly select: LayeredSelect
  readonly faults: readonly Fault[]
  readonly identifiers: readonly IdentifierOccurrence[]
  readonly values: readonly RefusableValue[]
}

/** From a source's file, table or model to `rows_<source>`: read, cast, cleaned, judged, one row a key. */
export function compileSource(context: Context, node: NodeOf<'source'>): CompiledNode {
  const { source } = node
  const columns = sourceColumns(context, source)
  if (isReference(source)) return compileReference(context, node, columns)
  const definition = define(context, source, columns, from(incomingRows(context.scope, source)))
  const isGated = !canBeMalformed(context, source)
  return {
    id: node.id,
    kind: 'source',
    description: `The rows of ${source.name}, cleaned, one a key.`,
    inputs: node.inputs,
    steps: steps(context, source, columns, definition, isGated),
    tables: [
      rowsTable(source.name),
      asideTable(source.name),
      ...(source.loadedAt ? [cursorTable(source.name)] : []),
      rejectedRecordsTable(source.name),
      rejectedValuesTable(source.name),
      rejectedIdentifiersTable(source.name),
    ],
    loaded: loadedTables(context, source),
    scratch: [contestedName(source), tallyName(source)],
    passedOn: [
      { kind: 'table', name: changedName(source.name) },
      { kind: 'view', name: incomingName(source.name) },
    ],
    ...(source.where && movesWithTime(source.where) && { fullOnly: 'its where moves with time' }),
    ...(isGated && { follows: node.id, partsRead: [rowsTable(source.name)] }),
    views: enrichedView(context, source, columns),
    kept: [],
    state: [],
  }
}

/**
 * Rows of a source as they are staged, with the columns of `rows_<source>`, before faulty ones and all but one of a key are
 * taken out. `rows`: a FROM item without alias that has the source's own columns.
 */
export function stagedRows(
  context: Context,
  source: Source,
  columns: readonly InputColumn[],
  rows: Sql,
): { readonly select: Sql; readonly columns: readonly string[] } {
  const { select } = define(context, source, columns, rows)
  return { select: select.toSql(context.scope.dialect.facts.fence), columns: select.columns }
}

function define(context: Context, source: Source, columns: readonly InputColumn[], rows: Sql): Definition {
  const select = new LayeredSelect(sql`${rows} as ${name('source_rows')}`)
  const { text } = context.scope.dialect.functions
  for (const column of columns) {
    const value = column.isText ? text(filledText(column)) : name(column.name)
    select.result('source', rawColumn(column.name), value)
  }
  select.result('source', CHANGE_HASH, changeHash(context.scope, columns))
  const reader = new FieldReader(context, select, columns)
  if (source.loadedAt)
    select.result('read', 'loaded_at', reader.typed(source.loadedAt.field, { kind: 'timestamp' }))
  const isRead = source.where ? sourceCondition(reader, source.where) : undefined
  const row = defineRow(reader, source, isRead)
  const identifiers: IdentifierOccurrence[] = []
  const values: RefusableValue[] = [...row.values]
  for (const about of source.entities) {
    const entity = context.project.entities.find((e) => e.name === about.entity)
    if (!entity) continue
    identifiers.push(...defineIdentifiers(reader, entity, about))
    values.push(...defineAttributes(reader, entity, about))
    defineMatchRules(reader, entity, about)
  }
  values.push(...defineProperties(reader, source))
  if (source.versions === 'all') select.result('staged', 'is_latest', sql`true`)
  select.result('staged', 'fault', faultOf(row.faults))
  return { select, faults: row.faults, identifiers, values }
}

function steps(
  context: Context,
  source: Source,
  columns: readonly InputColumn[],
  definition: Definition,
  isGated: boolean,
): Step[] {
  const { scope } = context
  const rows = next(scope, rowsTable(source.name))
  const { select, faults, identifiers, values } = definition
  const stored = select.columns
  const hashed = columns.map((column) => {
    const value = name(rawColumn(column.name))
    return column.isText ? value : scope.dialect.functions.nativeText(value, column.native, column.engineType)
  })
  const occurrences = identifiers.map((o) => ({ ...o, canRefuse: select.has(refusedColumn(o.column)) }))
  return [
    ...loadSteps(context, source),
    ...incomingSteps(context, source, columns, isGated),
    ...createTable(
      scope,
      `The rows of ${source.name} as they were read, with what is wrong with them.`,
      rows,
      select.toSql(scope.dialect.facts.fence),
    ),
    ...cursorSteps(scope, source),
    ...faultyAside(scope, source),
    ...createTable(
      scope,
      'How many rows were read, and how many of them are faulty.',
      scratch(scope, tallyName(source)),
      tally(scope, source),
    ),
    ...rejectedRecordSteps(scope, source, faults),
    ...malformedRowSteps(context, source, scratch(scope, tallyName(source))),
    ...duplicateSteps(scope, source, stored, hashed),
    ...losersAside(scope, source),
    rejectedDuplicateStep(scope, source, {
      label: source.key.map(labelOf).join(', '),
      pii: source.key.some(personalFields(context.project, source)),
    }),
    ...(source.deleted
      ? [
          deletedAside(scope, source),
          statement(
            scope,
            'Rows that were deleted at the source are gone.',
            sql`delete from ${from(rows)} where ${name('is_deleted')}`,
          ),
        ]
      : []),
    ...wholeSteps(scope, rowsTable(source.name)),
    ...wholeSteps(scope, asideTable(source.name)),
    ...wholeSteps(scope, rejectedRecordsTable(source.name)),
    ...rejectedValueSteps(scope, source, values),
    ...rejectedIdentifierSteps(scope, source, occurrences),
    choice('Rows that were read, counted as they were read or as they are known.', {
      full: [rejectedShare(context, source, talliedRows(scope, source)), rowFigures(scope, source)],
      incremental: [rejectedShare(context, source, knownRows(scope, source)), knownRowFigures(scope, source)],
    }),
    rejectedFigures(context, source),
    ...refusedValueFigures(context, source, values),
    refusedIdentifierFigures(scope, source),
  ]
}

function refusedIdentifierFigures(scope: Scope, source: Source): MeasureStep {
  return measure(
    scope,
    'refused_identifiers',
    sql`
      select
        ${name('identifier')},
        ${name('rule')},
        sum(${name('row_count')}) as ${name('row_count')},
        count(distinct ${name('value')}) as ${name('value_count')}
      from ${from(next(scope, rejectedIdentifiersTable(source.name)))}
      group by ${name('identifier')}, ${name('rule')}
      order by ${name('identifier')}, ${name('rule')}
    `,
  )
}

function refusedValueFigures(
  context: Context,
  source: Source,
  values: readonly RefusableValue[],
): MeasureStep[] {
  if (values.length === 0) return []
  const { scope } = context
  const { firstByRank } = scope.dialect.functions
  const value = name('value')
  const selects = values.map(
    (v) => sql`
      select
        ${v.label} as ${name('column_name')},
        ${name('rule')},
        count(*) as ${name('row_count')},
        ${v.pii ? sql`'…'` : firstByRank(value, name('place'), value, { kind: 'string' })} as ${name('sample_value')},
        ${toldKey(context, source, sql`min(${name('record_key')})`)} as ${name('sample_record_key')}
      from (
        select
          ${name(refusedColumn(v.column))} as ${name('rule')},
          ${name('record_key')},
          ${v.raw} as ${value},
          row_number() over (
            partition by ${name(refusedColumn(v.column))}
            order by ${name('record_key')} nulls last
          ) as ${name('place')}
        from ${from(whole(scope, rowsTable(source.name)))}
        where ${name(refusedColumn(v.column))} is not null
      ) as ${name('refused')}
      group by ${name('rule')}
    `,
  )
  return [measure(scope, 'refused_values', unionAll(selects))]
}
