import type { Table } from '../../program/scope.js'

/** Golden values, one row a customer: customer_id and a column an attribute, before traits. */
export function attributesTable(entity: string): Table {
  return { node: `profile.${entity}`, name: `attributes_${entity}` }
}

/** Where golden values came from: customer_id, attribute, value (text), source, record_key, observed_at, policy. */
export function provenanceTable(entity: string): Table {
  return { node: `profile.${entity}`, name: `provenance_${entity}` }
}

/** Scratch: rows that give attributes, each beside its customer, with their places in the orders that policies ask for. */
export const candidatesName = (entity: string) => `candidates_${entity}`
/** Scratch: per customer the winning place of each attribute that is decided by order, and its value. */
export const rankedName = (entity: string) => `ranked_${entity}`
/** Scratch: golden values of one attribute that is decided otherwise, with the row that witnesses each. */
export const goldenName = (entity: string, attribute: string) => `golden_${entity}_${attribute}`
