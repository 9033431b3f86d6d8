import { identityFingerprint } from '../graph/fingerprint.js'
import type { Entity } from '../language/entity.js'
import type { Project } from '../language/project.js'
import { isEventSource } from '../language/source.js'
import type { CompiledNode, PublishedView } from '../program/compiled-node.js'
import { type Context, type NodeOf, sourcesOf } from '../program/context.js'
import type { MeasureStep, Step } from '../program/program.js'
import { measure, next, noRows, published, type Scope, state, type Table } from '../program/scope.js'
import { as, lines, list, literal, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import {
  customersTable,
  identifiersTable,
  latestRows,
  placedRows,
  recordsTable,
} from '../staging/placement.js'
import { rowsTable } from '../staging/rows.js'
import { aliasSteps } from './aliases.js'
import { causeSteps } from './causes.js'
import { componentSteps, separation } from './components.js'
import { contestedSteps } from './contested.js'
import { customerSteps, identifierSteps, recordSteps } from './customers.js'
import { decisionSteps, settleSteps } from './decisions.js'
import {
  aliasesTable,
  changesShape,
  changesState,
  type IdentityInput,
  idChangesTable,
  identitySizesTable,
  identitySuspectsTable,
  largestProfileEdgesTable,
  largestProfilesTable,
  refusedEdgesTable,
  rowsOf,
  scratchNamesOf,
  scratchOf,
  sharedValuesTable,
  text,
  timestamp,
  tuplesTable,
} from './graph-tables.js'
import { healthSteps } from './health.js'
import { healthViews } from './health-views.js'
import { explainedChangeSteps, idChangeSteps, idSteps, keptStateChanges, keptStateTables } from './ids.js'
import { hasLimits, limitsOf } from './limits.js'
import { memberSteps, nodeSteps } from './members.js'
import { overrideFigures, overrideSteps } from './overrides.js'
import { profileShareCheck } from './profile-share.js'
import { sizeSteps } from './profile-sizes.js'
import { noRefusedEdges, refusedEdgeSteps, refusedEdgesShape } from './refused.js'
import { sharedValueSteps } from './shared-values.js'
import { edgeSteps, joining, sharingSteps, tupleSteps } from './tuples.js'

/** All that identity resolution of an entity looks at. */
export function identityInput(project: Project, entity: Entity): IdentityInput {
  return {
    entity,
    sources: sourcesOf(project, entity.name),
    overrides: project.overrides.filter((override) => override.entity === entity.name),
    fingerprint: identityFingerprint(project, entity),
    timezone: project.settings.timezone,
  }
}

/** Who is who: from the staged rows of an entity's sources to its customers, step by step as docs/how-it-works.md tells. */
export function compileIdentity(context: Context, node: NodeOf<'identity'>): CompiledNode {
  const { scope } = context
  const input = identityInput(context.project, node.entity)
  const entity = node.entity.name
  return {
    id: node.id,
    kind: 'identity',
    description: `Who is who among the rows about ${entity}: identifiers, links, components, ids.`,
    inputs: node.inputs,
    steps: [
      ...tupleSteps(scope, input),
      ...nodeSteps(scope, input),
      ...overrideSteps(scope, input),
      ...sharingSteps(scope, input),
      ...edgeSteps(scope, input),
      ...componentSteps(scope, input),
      ...limitSteps(scope, input),
      separation(scope, input),
      ...memberSteps(scope, input),
      ...idSteps(scope, input),
      ...identifierSteps(scope, input),
      ...sizeSteps(scope, input),
      profileShareCheck(scope, input),
      ...idChangeSteps(scope, input),
      ...aliasSteps(scope, input),
      ...causeSteps(scope, input),
      ...explainedChangeSteps(scope, input),
      ...customerSteps(scope, input),
      ...recordSteps(scope, input),
      ...sharedValueSteps(scope, input),
      ...figures(scope, input),
      ...overrideFigures(scope, input),
      ...healthSteps(scope, input),
    ],
    // The first is the one whose rows are told.
    tables: [
      customersTable(entity),
      recordsTable(entity),
      ...joining(input).map(({ source }) => tuplesTable(entity, source.name)),
      identifiersTable(entity),
      idChangesTable(entity),
      aliasesTable(entity),
      sharedValuesTable(entity),
      refusedEdgesTable(entity),
      identitySizesTable(entity),
      largestProfilesTable(entity),
      largestProfileEdgesTable(entity),
      identitySuspectsTable(entity),
    ],
    scratch: scratchNamesOf(entity),
    views: identityViews(scope, input, published),
    kept: keptStateTables(scope, input),
    state: keptStateChanges(scope, input),
  }
}

/** Where limits are declared and broken, edges are decided one by one; what they refuse is kept with its reason. */
function limitSteps(scope: Scope, input: IdentityInput): Step[] {
  const limits = limitsOf(input)
  if (!hasLimits(limits)) return noRefusedEdges(scope, input)
  return [
    ...contestedSteps(scope, input, limits),
    ...decisionSteps(scope, input, limits),
    ...refusedEdgeSteps(scope, input),
    ...settleSteps(scope, input),
  ]
}

function figures(scope: Scope, input: IdentityInput): MeasureStep[] {
  const entity = input.entity.name
  const t = scratchOf(scope, entity)
  const identifiers = from(next(scope, identifiersTable(entity)))
  const count = (item: Sql, where: Sql = sql`true`) => sql`(select count(*) from ${item} where ${where})`
  const changes = from(next(scope, idChangesTable(entity)))
  const ofKind = (kind: string) => count(changes, sql`${name('kind')} = ${kind}`)
  const counts = sql`${name('record_count')} + ${name('event_count')}`
  const placed = sql`(select coalesce(sum(${counts}), 0) from ${from(next(scope, customersTable(entity)))})`
  const rows = input.sources.map(
    ({ source }) => sql`
      select count(*) as ${name('row_count')}
      from ${from(rowsOf(scope, source))} as ${name('r')}${source.versions === 'all' ? sql`\nwhere ${latestRows(source)}` : sql``}
    `,
  )
  const unidentified = sql`
    (
      select sum(${name('row_count')}) - ${placed}
      from (
        ${rows.length === 0 ? sql`select 0 as ${name('row_count')}` : unionAll(rows)}
      ) as ${name('rows')}
    )
  `
  return [
    measure(
      scope,
      'identity',
      sql`
        select
          ${count(from(t.assigned))} as ${name('customers')},
          ${count(identifiers)} as ${name('identifiers')},
          ${count(from(t.edges))} as ${name('edges')},
          ${unidentified} as ${name('unidentified')},
          (select coalesce(max(${name('node_count')}), 0) from ${from(t.sizes)}) as ${name('largest_profile')},
          ${count(from(t.minted), sql`not ${name('is_split')}`)} as ${name('created')},
          ${ofKind('merged')} as ${name('merged')},
          ${ofKind('split')} as ${name('split')},
          ${ofKind('retired')} as ${name('retired')}
      `,
    ),
    measure(
      scope,
      'shared',
      sql`
        select ${name('identifier')}, count(distinct ${name('value')}) as ${name('value_count')}
        from ${from(next(scope, sharedValuesTable(entity)))}
        group by ${name('identifier')}
        order by ${name('identifier')}
      `,
    ),
  ]
}

/** Where a view finds tables: `published` for everybody, `current` for models within a run. */
type Place = (scope: Scope, table: Table) => Relation

/** `<entity>_identifiers`, `_records`, `_events` and `_id_changes`. */
export function identityViews(scope: Scope, input: IdentityInput, place: Place): PublishedView[] {
  const { name: entity, idColumn } = input.entity
  const rules = input.entity.match.map((rule) => sql`${rule.name}`)
  const identifiers = sql`
    select
      ${as(name('customer_id'), idColumn)},
      ${name('identifier')},
      ${name('value')},
      ${name('first_seen_at')},
      ${name('last_seen_at')},
      ${name('row_count')}
    from ${from(place(scope, identifiersTable(entity)))}
    ${rules.length === 0 ? sql`` : sql`where ${name('identifier')} not in (${list(rules)})`}
  `
  const changes = sql`
    select
      ${list(
        changesShape.map((column) =>
          column.name === 'customer_id' ? as(name('customer_id'), idColumn) : name(column.name),
        ),
        ',\n',
      )}
    from ${from(state(scope, changesState(entity)))}
  `
  const idText = { name: idColumn, description: `The ${entity}.` }
  return [
    {
      schema: 'public',
      name: `${entity}_identifiers`,
      description: `One identifier of one ${entity}.`,
      select: identifiers,
      columns: [
        idText,
        { name: 'identifier', description: 'Its type.' },
        { name: 'value', description: 'Its normal form.' },
      ],
    },
    {
      schema: 'public',
      name: `${entity}_records`,
      description: `Rows of record sources and the ${entity} they belong to.`,
      select: sql`
        select
          ${lines([name('source'), name('record_key'), as(name('customer_id'), idColumn)])}
        from ${from(place(scope, recordsTable(entity)))}
      `,
      columns: [idText],
    },
    {
      schema: 'public',
      name: `${entity}_events`,
      description: `Events and the ${entity} they belong to.`,
      select: events(scope, input, place),
      columns: [idText],
    },
    {
      schema: 'public',
      name: `${entity}_refused_edges`,
      description: 'Links that a limit refused, and why.',
      select: sql`
        select
          ${lines(refusedEdgesShape.map((column) => name(column.name)))}
        from ${from(place(scope, refusedEdgesTable(entity)))}
      `,
      columns: [],
    },
    {
      schema: 'public',
      name: `${entity}_id_changes`,
      description: `Every change of a ${entity}'s id: created, merged, split, retired.`,
      select: changes,
      columns: [idText],
    },
    {
      schema: 'public',
      name: `${entity}_id_aliases`,
      description: `Ids that no ${entity} has any more, and who answers for them today.`,
      select: sql`
        select
          ${lines([name('previous_id'), as(name('customer_id'), idColumn)])}
        from ${from(place(scope, aliasesTable(entity)))}
      `,
      columns: [
        { name: 'previous_id', description: 'An id that was published once.' },
        { name: idColumn, description: 'Who answers for it; null where nobody does.' },
      ],
    },
    ...healthViews(scope, input, place),
  ]
}

/** Events stay where they are: a view over the rows and their customers. */
function events(scope: Scope, input: IdentityInput, place: Place): Sql {
  const { entity } = input
  const shape = [
    { name: entity.idColumn, type: text },
    { name: 'source', type: text },
    { name: 'event', type: text },
    { name: 'occurred_at', type: timestamp },
    { name: 'record_key', type: text },
  ]
  const selects = input.sources
    .filter(({ source }) => isEventSource(source))
    .map(({ source, about }) => {
      const placed = placedRows(scope, entity, source, about, {
        rows: place(scope, rowsTable(source.name)),
        identifiers: place(scope, identifiersTable(entity.name)),
      })
      const columns = [
        as(placed.customerId, entity.idColumn),
        as(literal(source.name), 'source'),
        name('r', 'event'),
        name('r', 'occurred_at'),
        name('r', 'record_key'),
      ]
      return sql`
        select
          ${lines(columns)}
        from ${placed.from}
        where ${latestRows(source)}
      `
    })
  return selects.length === 0 ? noRows(scope, shape) : unionAll(selects)
}
