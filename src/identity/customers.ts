import { isEventSource, type Source } from '../language/source.js'
import type { Step } from '../program/program.js'
import { cast, next, noRows, nullOf, type Scope } from '../program/scope.js'
import { createTable, wholeSteps } from '../program/steps.js'
import {
  allOf,
  as,
  coalesce,
  joined,
  lines,
  literal,
  name,
  type Sql,
  sql,
  unionAll,
  whereAll,
} from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { placingIdentifiers } from '../staging/affected.js'
import { customersTable, identifiersTable, recordsTable } from '../staging/customer-tables.js'
import { nodeColumns } from '../staging/node-columns.js'
import { latestRows, placedRows } from '../staging/placement.js'
import {
  type IdentityInput,
  integer,
  recordsShape,
  refusedEdgesTable,
  rowsOf,
  type SourceAbout,
  text,
  timestamp,
  tuplesTable,
} from './graph-tables.js'
import { typeOfStrength } from './identifier-type.js'
import { hasLimits, limitsOf } from './limits/limits.js'
import { scratchOf } from './scratch.js'
import { hasSharing } from './sharing.js'

/** The published form of the graph: every node with the id of its customer, see staging/placement.ts. */
export function identifierSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const select = sql`
    select
      ${name('m', 'node')},
      ${name('a', 'customer_id')},
      ${typeOfStrength(input.entity, name('n', 'strength'))} as ${name('identifier')},
      ${name('n', 'strength')},
      ${name('n', 'value')},
      ${name('n', 'first_seen_at')},
      ${name('n', 'last_seen_at')},
      ${name('n', 'row_count')}
    from ${from(t.members)} as ${name('m')}
    join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('m', 'node')}
    join ${from(t.assigned)} as ${name('a')} on ${name('a', 'component')} = ${name('m', 'component')}
  `
  const table = next(scope, identifiersTable(input.entity.name))
  return [
    ...createTable(scope, 'Every identifier with the id of its customer.', table, select),
    ...wholeSteps(scope, identifiersTable(input.entity.name)),
  ]
}

/** One row a customer: when it was seen, and how many records and events it has, whatever their party. */
export function customerSteps(scope: Scope, input: IdentityInput): Step[] {
  const sources = input.sources.filter(({ about }) => nodeColumns(input.entity, about).length > 0)
  const byTuple = sources.filter(({ source }) => isCountedByTuple(input, source))
  const byRow = sources.filter((item) => !byTuple.includes(item))
  const sightings = [
    ...(byTuple.length === 0 ? [] : [ofTuples(scope, input, byTuple)]),
    ...byRow.map((item) => ofRows(scope, input, item)),
    ...withoutRows(scope, input),
  ]
  const none = noRows(scope, [
    { name: 'customer_id', type: text },
    { name: 'first_seen_at', type: timestamp },
    { name: 'last_seen_at', type: timestamp },
    { name: 'record_count', type: integer },
    { name: 'event_count', type: integer },
  ])
  const select = sql`
    with ${name('sightings')} as (
      ${sightings.length === 0 ? none : unionAll(sightings)}
    )
    select
      ${name('customer_id')},
      min(${name('first_seen_at')}) as ${name('first_seen_at')},
      max(${name('last_seen_at')}) as ${name('last_seen_at')},
      ${cast(scope, sql`sum(${name('record_count')})`, 'integer')} as ${name('record_count')},
      ${cast(scope, sql`sum(${name('event_count')})`, 'integer')} as ${name('event_count')}
    from ${name('sightings')}
    where ${name('customer_id')} is not null
    group by ${name('customer_id')}
  `
  const table = next(scope, customersTable(input.entity.name))
  return [
    ...createTable(scope, 'One row a customer: when it was seen, and how often.', table, select),
    ...wholeSteps(scope, customersTable(input.entity.name)),
  ]
}

/** A customer all of whose links were refused: each row with its identifiers is another one's, who is stronger. */
function withoutRows(scope: Scope, input: IdentityInput): Sql[] {
  if (!hasLimits(limitsOf(input))) return []
  const refused = next(scope, refusedEdgesTable(input.entity.name))
  const nothing = nullOf(scope, 'timestamp')
  return ['u', 'v'].map(
    (end) => sql`
      select
        ${name('i', 'customer_id')},
        ${as(nothing, 'first_seen_at')},
        ${as(nothing, 'last_seen_at')},
        0 as ${name('record_count')},
        0 as ${name('event_count')}
      from ${from(refused)} as ${name('r')}
      join ${from(next(scope, identifiersTable(input.entity.name)))} as ${name('i')} on ${name('i', 'node')} = ${name('r', end)}
    `,
  )
}

/** True where each row is counted once, at the customer of its first identifier: then its tuple stands for it. */
function isCountedByTuple(input: IdentityInput, source: Source): boolean {
  return source.identity === 'join' && !hasSharing(input) && source.versions === 'latest'
}

/** Tuples beside the customer of their first identifier: all sources meet the identifiers, a large table, in one join. */
function ofTuples(scope: Scope, input: IdentityInput, sources: readonly SourceAbout[]): Sql {
  const seen = sources.map(
    (item) => sql`
      select
        ${as(coalesce(nodeColumns(input.entity, item.about).map((c) => name(c.column))), 'node')},
        ${name('first_seen_at')},
        ${name('last_seen_at')},
        ${counts(item.source, name('row_count'))}
      from ${from(next(scope, tuplesTable(input, item)))}
    `,
  )
  const own = ['first_seen_at', 'last_seen_at', 'record_count', 'event_count'].map((column) =>
    name('t', column),
  )
  return sql`
    select
      ${lines([name('i', 'customer_id'), ...own])}
    from (
      ${unionAll(seen)}
    ) as ${name('t')}
    join ${from(next(scope, identifiersTable(input.entity.name)))} as ${name('i')} on ${name('i', 'node')} = ${name('t', 'node')}
  `
}

function ofRows(scope: Scope, input: IdentityInput, { source, about }: SourceAbout): Sql {
  const placed = placedRows(scope, input.entity, source, about)
  const one =
    source.versions === 'all' ? sql`case when ${allOf(latestRows(source))} then 1 else 0 end` : sql`1`
  return sql`
    select
      ${placed.customerId} as ${name('customer_id')},
      ${name('r', 'first_seen_at')},
      ${name('r', 'last_seen_at')},
      ${counts(source, one)}
    from ${placed.from}
  `
}

function counts(source: Source, count: Sql): Sql {
  const [records, events] = isEventSource(source) ? [sql`0`, count] : [count, sql`0`]
  return lines([as(records, 'record_count'), as(events, 'event_count')])
}

/** Rows of record sources with their customers, kept so that the next run knows whose records were whose. */
export function recordSteps(scope: Scope, input: IdentityInput): Step[] {
  const { entity } = input
  const selects = input.sources
    .filter(({ source }) => !isEventSource(source))
    .map(({ source, about }) => {
      const placed = placedRows(scope, entity, source, about, {
        rows: rowsOf(scope, input, source),
        identifiers: placingIdentifiers(scope, entity.name),
      })
      return sql`
        select
          ${lines([as(literal(source.name), 'source'), name('r', 'record_key'), as(placed.customerId, 'customer_id')])}
        from ${joined(placed.from, whereAll(latestRows(source)))}
      `
    })
  const select = selects.length === 0 ? noRows(scope, recordsShape) : unionAll(selects)
  return [
    ...createTable(scope, 'Records and their customers.', next(scope, recordsTable(entity.name)), select),
    ...wholeSteps(scope, recordsTable(entity.name)),
  ]
}
