import type { Sql } from '../../sql/fragment.js'

/** Some customers with everything that bears on them: what the tables say, and the rows that have their identifiers. */
export interface Batch {
  readonly customers: ReadonlySet<string>
  /** Identifiers of these customers, each as it is listed. */
  readonly identifiers: readonly ListedIdentifier[]
  /** Who has an identifier, by node: of these customers and of others that their rows name. */
  readonly owners: ReadonlyMap<string, string>
  readonly rows: readonly StagedRow[]
  /** `type\0value` of shared and blocked values. */
  readonly setAside: ReadonlySet<string>
  /** `pairKey` of refused links. */
  readonly refused: ReadonlySet<string>
  /** What people linked, as pairs of `type\0value`. */
  readonly links: readonly (readonly [string, string])[]
  readonly seen: readonly ListedCustomer[]
  /** `source\0key` → customer, of rows that are listed for these customers. */
  readonly records: ReadonlyMap<string, string>
  /** Golden values by customer and attribute, as text. */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, string | null>>
  /** The same of the wide table, with when and how often the customer was seen; undefined where there is none. */
  readonly profiles: ReadonlyMap<string, ReadonlyMap<string, string | null>> | undefined
  readonly registry: ReadonlyMap<string, RegisteredId>
}

export interface ListedIdentifier {
  readonly node: string
  readonly customerId: string
  readonly type: string
  readonly value: string
  readonly first: string | null
  readonly last: string | null
  readonly rows: number
}

export interface StagedRow {
  readonly source: string
  readonly key: string
  /** Its rows make customers and links. */
  readonly joins: boolean
  readonly isEvent: boolean
  readonly isLatest: boolean
  readonly party: 1 | 2 | 3
  readonly first: string | null
  readonly last: string | null
  /** When it was last true. */
  readonly at: string | null
  /** The strongest first; a value of several columns is there several times. */
  readonly values: readonly RowValue[]
  /** Attribute → its value as text; absent where the source does not give it. */
  readonly attributes: ReadonlyMap<string, string>
}

export interface RowValue {
  readonly node: string
  readonly type: string
  readonly value: string
}

export interface ListedCustomer {
  readonly customerId: string
  readonly first: string | null
  readonly last: string | null
  readonly records: number
  readonly events: number
}

export interface RegisteredId {
  readonly isRetired: boolean
  /** The id that its anchor gives. */
  readonly minted: string
}

export const valueKey = (type: string, value: string): string => `${type}\u0000${value}`

/** The same for both directions. */
export function pairKey(a: string, b: string): string {
  return a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`
}

/** Restricts a column of ids to the customers of a batch. */
export type Chosen = (customerId: Sql) => Sql
