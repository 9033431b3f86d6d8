import { isEventSource } from '../language/source.js'
import type { PublishedView } from '../program/compiled-node.js'
import { noRows, type Scope, state, type Table } from '../program/scope.js'
import { as, lines, list, literal, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { identifiersTable, latestRows, placedRows, recordsTable } from '../staging/placement.js'
import { rowsTable } from '../staging/rows.js'
import {
  aliasesTable,
  changesShape,
  changesState,
  type IdentityInput,
  proposalsTable,
  refusedEdgesTable,
  text,
  timestamp,
} from './graph-tables.js'
import { healthViews } from './health-views.js'
import { refusedEdgesShape } from './limits/refused.js'

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
      name: `${entity}_proposals`,
      description: 'Candidates for review: two who agree in all columns of a rule, and are not one.',
      select: sql`
        select
          ${lines([name('rule'), as(name('customer_id'), idColumn), name('other_id'), name('value')])}
        from ${from(place(scope, proposalsTable(entity)))}
      `,
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
