import type { Table } from '../../program/scope.js'
import { affectedCustomers } from '../../staging/customer-tables.js'

/** The wide table: customer_id, identifiers, attributes, traits, is_known, first and last seen, counts. */
export function profilesTable(entity: string): Table {
  return { node: `traits.${entity}`, name: `profiles_${entity}`, part: affectedCustomers(entity) }
}

/** Scratch: what one group of sources says in one pass, a column a trait. */
export const passName = (entity: string, n: number) => `pass_${entity}_${n}`
/** Scratch: one trait that must count values before it can choose: `most_frequent`, `collect`. */
export const countedName = (entity: string, trait: string) => `counted_${entity}_${trait}`
/** Scratch: the latest value of each identifier type. */
export const latestName = (entity: string) => `latest_${entity}`
