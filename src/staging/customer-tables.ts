import { type Part, rowsIn, type Scope, scratch, type Table } from '../program/scope.js'
import { name, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'

/** Scratch of incremental runs: customers of the last run whom changes reach, `customer_id`. */
export const affectedCustomersName = (entity: string) => `affected_customers_${entity}`
/** Scratch of incremental runs: identifiers whom changes reach, of those that join or joined somebody, `node`. */
export const affectedNodesName = (entity: string) => `affected_nodes_${entity}`
/** True of a node whom changes reach. */
export function isAffectedNode(scope: Scope, entity: string, node: Sql): Sql {
  return sql`${node} in (select ${name('node')} from ${from(scratch(scope, affectedNodesName(entity)))})`
}
/** Scratch of incremental runs: records whom changes reach, `source`, `record_key`. */
export const affectedRecordsName = (entity: string) => `affected_records_${entity}`

/** The part of a table of customers that an incremental run builds anew. */
export function affectedCustomers(entity: string): Part {
  return rowsIn(affectedCustomersName(entity), ['customer_id'])
}

/**
 * Every node of an entity with the customer it belongs to, table `identifiers_<entity>`:
 * node (bigint), customer_id (text), identifier (type or rule), strength (integer, 0 the strongest), value (text),
 * first_seen_at, last_seen_at, row_count (over rows that join). Shared and blocked values are not in it.
 */
export function identifiersTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `identifiers_${entity}`, part: affectedCustomers(entity) }
}

/** Rows of record sources with their customer, table `records_<entity>`: source, record_key, customer_id (null: unidentified). */
export function recordsTable(entity: string): Table {
  const part = rowsIn(affectedRecordsName(entity), ['source', 'record_key'])
  return { node: `identity.${entity}`, name: `records_${entity}`, part }
}

/** One row a customer, table `customers_<entity>`: customer_id, first_seen_at, last_seen_at, record_count, event_count. */
export function customersTable(entity: string): Table {
  return { node: `identity.${entity}`, name: `customers_${entity}`, part: affectedCustomers(entity) }
}
