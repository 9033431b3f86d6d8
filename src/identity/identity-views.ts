import { isEventSource } from '../language/source.js'
import type { PublishedView } from '../program/compiled-node.js'
import { noRows, type Place, type Scope, state } from '../program/scope.js'
import { as, joined, lines, list, literal, name, type Sql, sql, unionAll, whereAll } from '../sql/fragment.js'
import { identifiersTable, recordsTable } from '../staging/customer-tables.js'
import { latestRows, placedRows } from '../staging/placement.js'
import { rowsTable } from '../staging/rows.js'
import { entityView } from './entity-view.js'
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
import { refusedEdgesShape } from './limits/refused.js'

/** The public views over what identity resolution found. */
export function identityViews(scope: Scope, input: IdentityInput, place: Place): PublishedView[] {
  return [
    ...memberViews(scope, input, place),
    ...linkViews(scope, input, place),
    ...idViews(scope, input, place),
  ]
}

/** What belongs to whom: `<entity>_identifiers`, `_records` and `_events`. */
function memberViews(scope: Scope, input: IdentityInput, place: Place): PublishedView[] {
  const { entity } = input
  const { name: who } = entity
  const rules = entity.match.map((rule) => sql`${rule.name}`)
  return [
    entityView(entity, {
      suffix: 'identifiers',
      description: `One identifier of one ${who}.`,
      table: place(scope, identifiersTable(who)),
      columns: [
        'customer_id',
        { name: 'identifier', description: 'Its type.' },
        { name: 'value', description: 'Its normal form.' },
        'first_seen_at',
        'last_seen_at',
        'row_count',
      ],
      ...(rules.length > 0 && { where: sql`${name('identifier')} not in (${list(rules)})` }),
    }),
    entityView(entity, {
      suffix: 'records',
      description: `Rows of record sources and the ${who} they belong to.`,
      table: place(scope, recordsTable(who)),
      columns: ['source', 'record_key', 'customer_id'],
    }),
    {
      schema: 'public',
      name: `${who}_events`,
      description: `Events and the ${who} they belong to.`,
      select: events(scope, input, place),
      columns: [{ name: entity.idColumn, description: `The ${who}.` }],
    },
  ]
}

/** Links that were not made: `<entity>_proposals` and `_refused_edges`. */
function linkViews(scope: Scope, { entity }: IdentityInput, place: Place): PublishedView[] {
  return [
    entityView(entity, {
      suffix: 'proposals',
      description: 'Candidates for review: two who agree in all columns of a rule, and are not one.',
      table: place(scope, proposalsTable(entity.name)),
      columns: ['rule', 'customer_id', 'other_id', 'value'],
    }),
    entityView(entity, {
      suffix: 'refused_edges',
      description: 'Links that a limit refused, and why.',
      table: place(scope, refusedEdgesTable(entity.name)),
      columns: refusedEdgesShape.map((column) => column.name),
    }),
  ]
}

/** What became of ids: `<entity>_id_changes` and `_id_aliases`. */
function idViews(scope: Scope, { entity }: IdentityInput, place: Place): PublishedView[] {
  const { name: who } = entity
  return [
    entityView(entity, {
      suffix: 'id_changes',
      description: `Every change of a ${who}'s id: created, merged, split, retired.`,
      table: state(scope, changesState(who)),
      columns: changesShape.map((column) => column.name),
    }),
    entityView(entity, {
      suffix: 'id_aliases',
      description: `Ids that no ${who} has any more, and who answers for them today.`,
      table: place(scope, aliasesTable(who)),
      columns: [
        { name: 'previous_id', description: 'An id that was published once.' },
        { name: 'customer_id', description: 'Who answers for it; null where nobody does.' },
      ],
    }),
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
        from ${joined(placed.from, whereAll(latestRows(source)))}
      `
    })
  return selects.length === 0 ? noRows(scope, shape) : unionAll(selects)
}
