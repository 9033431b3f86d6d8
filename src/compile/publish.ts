import { sharedValuesTable } from '../identity/graph-tables.js'
import type { CompiledNode, PublishedView } from '../program/compiled-node.js'
import type { Context } from '../program/context.js'
import type { PublishChoice, PublishStep, StatementStep } from '../program/program.js'
import {
  modelTable,
  next,
  publicRelation,
  published,
  runView,
  type Scope,
  scratch,
  type Table,
  whole,
} from '../program/scope.js'
import { dropAll, replacePart, replacePublished, statement } from '../program/steps.js'
import { list, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { from, type Relation } from '../sql/relation.js'
import { isReference, listsRejectedRecords } from '../staging/reference-node.js'
import {
  rejectedIdentifiersShape,
  rejectedIdentifiersTable,
  rejectedRecordsShape,
  rejectedRecordsTable,
  rejectedValuesShape,
  rejectedValuesTable,
} from '../staging/rejected.js'
import { consentViews } from './consents.js'
import { grantViews } from './grants.js'
import { closedSegments } from './segments/segment-history.js'
import { emptyMembers, segmentTables } from './segments/segment-tables.js'
import { syncLogViews } from './syncs/log-views.js'

/**
 * What makes a run visible, in this order in one transaction: kept state grows, tables of this run take their published
 * names, views are made over them, comments are written, readers are let in. Before it readers see the last run, after it this one.
 */
export function publishStep(context: Context, nodes: readonly CompiledNode[]): PublishStep {
  const { scope } = context
  const views = [
    ...nodes.flatMap((node) => node.views),
    ...sharedViews(context, nodes),
    ...syncLogViews(context),
  ]
  return {
    statements: [
      ...emptyRejections(context),
      ...emptyMembers(context),
      ...nodes.flatMap(keptState),
      ...closedSegments(context),
      ...nodes.flatMap((node) => node.tables.map((table) => takePlace(scope, table))),
      ...nodes.flatMap((node) => (node.loaded ?? []).flatMap((table) => replacePublished(scope, table))),
      ...views.map((view) => createView(scope, view)),
      ...views.flatMap((view) => comments(scope, view)),
      ...grantViews(
        context,
        views.filter(({ schema }) => schema === 'public').map((view) => relationOf(scope, view)),
      ),
    ],
    cleanup: dropAll(scope, 'What lived within the run goes.', livedWithinRun(context, nodes)),
  }
}

function livedWithinRun({ scope, project }: Context, nodes: readonly CompiledNode[]) {
  const passedOn = (kind: 'table' | 'view') =>
    nodes.flatMap((node) => node.passedOn ?? []).filter((relation) => relation.kind === kind)
  const builtViews = project.models.filter(
    (model) => model.materialized === 'view' && scope.building.has(`model.${model.name}`),
  )
  return {
    view: [
      ...nodes.flatMap((node) => node.tables.map((table) => whole(scope, table))),
      ...passedOn('view').map(({ name }) => runView(scope, name)),
      ...builtViews.map(({ name }) => next(scope, modelTable(name))),
    ],
    table: [
      ...nodes.flatMap((node) => node.tables.filter(({ part }) => part).map((table) => next(scope, table))),
      ...passedOn('table').map(({ name }) => scratch(scope, name)),
      ...nodes.flatMap((node) => node.scratch.map((name) => scratch(scope, name))),
    ],
  }
}

function keptState({ id, state }: CompiledNode): readonly PublishChoice[] {
  if (state.length === 0) return []
  return [{ kind: 'choice', title: `What is kept of ${id}.`, node: id, full: state, incremental: state }]
}

/** A table takes the place of that of the last run, or its part that of what it replaces. */
function takePlace(scope: Scope, table: Table): PublishChoice {
  const name = published(scope, table).parts.at(-1) ?? ''
  const full = replacePublished(scope, table)
  const incremental = table.part ? replacePart(scope, table, table.part) : full
  return { kind: 'choice', title: `${name} of this run.`, node: table.node, full, incremental }
}

function createView(scope: Scope, view: PublishedView): StatementStep {
  const { createView: create } = scope.dialect.statements
  const comment = view.schema === 'public' ? view.description : undefined
  return statement(scope, view.description, create(relationOf(scope, view), view.select, comment))
}

function relationOf(scope: Scope, view: PublishedView): Relation {
  return view.schema === 'public'
    ? publicRelation(scope, view.name)
    : published(scope, { node: '', name: view.name })
}

function comments(scope: Scope, view: PublishedView): StatementStep[] {
  if (view.schema !== 'public') return []
  const on = relationOf(scope, view)
  const { comment } = scope.dialect.statements
  if (!comment) return []
  const texts = [
    comment('view', on, undefined, view.description),
    ...view.columns.map((c) =>
      c.description === undefined ? undefined : comment('view', on, c.name, c.description),
    ),
  ]
  return texts.flatMap((text) => (text === undefined ? [] : [statement(scope, '', text)]))
}

/** A source that has never run has no lists of its own yet, but the public lists are over all sources. */
function emptyRejections(context: Context): StatementStep[] {
  const { scope } = context
  const { createEmptyTable } = scope.dialect.statements
  const title = 'Of a source that never ran nothing was rejected.'
  const empty = (table: Table, shape: readonly { name: string; type: LogicalType }[]) =>
    statement(scope, title, createEmptyTable(published(scope, table), shape))
  return context.project.sources
    .filter((source) => listsRejectedRecords(source) && !scope.building.has(`source.${source.name}`))
    .flatMap((source) => [
      empty(rejectedRecordsTable(source.name), rejectedRecordsShape),
      ...(isReference(source)
        ? []
        : [
            empty(rejectedValuesTable(source.name), rejectedValuesShape),
            empty(rejectedIdentifiersTable(source.name), rejectedIdentifiersShape),
          ]),
    ])
}

function staged(context: Context) {
  return context.project.sources.filter((source) => !isReference(source))
}

/** Views over what all nodes of a kind make: the lists of rejections, and the segments of an entity. */
function sharedViews(context: Context, nodes: readonly CompiledNode[]): PublishedView[] {
  const { scope } = context
  const sources = staged(context)
  if (sources.length === 0) return []
  const listing = context.project.sources.filter(listsRejectedRecords)
  const stack = (relations: readonly Relation[], shape: readonly { readonly name: string }[]): Sql =>
    unionAll(
      relations.map(
        (relation) => sql`
          select
            ${list(
              shape.map((c) => name(c.name)),
              ',\n',
            )}
          from ${from(relation)}
        `,
      ),
    )
  const shared = context.project.entities
    .filter((entity) => nodes.some((node) => node.id === `identity.${entity.name}`))
    .map((entity) => published(scope, sharedValuesTable(entity.name)))
  const view = (viewName: string, description: string, select: Sql): PublishedView => ({
    schema: 'public',
    name: viewName,
    description,
    select,
    columns: [],
  })
  return [
    view(
      'rejected_records',
      'Rows that were set aside, and why: the current state of each source.',
      stack(
        listing.map((s) => published(scope, rejectedRecordsTable(s.name))),
        rejectedRecordsShape,
      ),
    ),
    view(
      'rejected_values',
      'Values that did not cast or that a rule refused, up to 1 000 a column.',
      stack(
        sources.map((s) => published(scope, rejectedValuesTable(s.name))),
        rejectedValuesShape,
      ),
    ),
    view(
      'rejected_identifiers',
      'Identifiers that were refused or are shared, and by which rule.',
      stack(
        [...sources.map((s) => published(scope, rejectedIdentifiersTable(s.name))), ...shared],
        rejectedIdentifiersShape,
      ),
    ),
    ...segmentTables(context),
    ...consentViews(context),
  ]
}
