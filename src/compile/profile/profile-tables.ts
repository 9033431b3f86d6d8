import type { Table } from '../../program/scope.js'
import { affectedCustomers } from '../../staging/customer-tables.js'

/**
 * Golden values, one row a customer: customer_id and a column an attribute, before traits; and the place of the row that
 * won each attribute which is decided by order, for provenance.
 */
export function attributesTable(entity: string): Table {
  return { node: `profile.${entity}`, name: `attributes_${entity}`, part: affectedCustomers(entity) }
}

/** Rows that give attributes: each beside its customer, with its place in each order that a policy asks for. */
export function candidatesTable(entity: string): Table {
  return { node: `profile.${entity}`, name: `candidates_${entity}`, part: affectedCustomers(entity) }
}

/** Golden values of one attribute that no order of rows decides, with the row that witnesses each. */
export function goldenTable(entity: string, attribute: string): Table {
  return { node: `profile.${entity}`, name: `golden_${entity}_${attribute}`, part: affectedCustomers(entity) }
}

/** Scratch: per customer the winning place of each attribute that is decided by order, and its value. */
export const rankedName = (entity: string) => `ranked_${entity}`
