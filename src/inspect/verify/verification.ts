/** What was compared with what the sources' rows say, and what differs. */
export interface Verification {
  readonly ok: boolean
  /** How many were looked at, by entity; `skipped` have too many rows to be recomputed here. */
  readonly checked: readonly CheckedEntity[]
  /** The first ones; `difference_count` counts all. */
  readonly differences: readonly Difference[]
  readonly difference_count: number
  /** Chooses the same sample again. */
  readonly seed: string
}

export interface CheckedEntity {
  readonly entity: string
  /** All that there are. */
  readonly total: number
  readonly customers: number
  readonly identifiers: number
  readonly rows: number
  readonly golden_values: number
  /** Rows that were read again from their sources. */
  readonly source_rows: number
  readonly skipped: number
  /** What is not recomputed, as a person reads it. */
  readonly unchecked: readonly string[]
}

/** One thing that the tables say and the rows do not, or the other way round. */
export interface Difference {
  readonly entity: string
  readonly kind: DifferenceKind
  readonly customer_id: string | null
  /** What it is about: `email:ann@x.com`, `first_name`, `record_count`. */
  readonly about: readonly Named[]
  readonly published: string | null
  readonly expected: string | null
  /** A row that says so: `source/key`. */
  readonly row: { readonly source: string; readonly record_key: string } | null
}

/** An identifier with its value, or a column without. */
export interface Named {
  readonly name: string
  readonly value?: string
}

export type DifferenceKind =
  /** A staged row is not what its source's row gives. */
  | 'row_differs'
  /** A row of a source with a cursor came, changed or went without a new value of it. */
  | 'promise_broken'
  /** A row links two identifiers, no refused link says why they are apart. */
  | 'linked_apart'
  /** Two identifiers of a customer between whom a link is listed as refused. */
  | 'refused_together'
  /** No chain of links holds the identifiers of a customer together. */
  | 'not_connected'
  /** A row has an identifier that no customer has. */
  | 'identifier_missing'
  /** A customer has an identifier that no row has. */
  | 'identifier_unseen'
  /** The same identifier is listed twice. */
  | 'identifier_twice'
  /** The value is not that of its number. */
  | 'identifier_renamed'
  /** When and how often an identifier was seen. */
  | 'identifier_differs'
  /** A value meets more others than `shared_above` allows, and is no shared one. */
  | 'not_shared'
  /** A customer holds more values of a type than `max_per_profile`, or more identifiers than `max_profile_size`. */
  | 'over_limit'
  /** A row belongs to another customer. */
  | 'record_misplaced'
  /** When a customer was seen and how many rows it has. */
  | 'customer_differs'
  | 'customer_missing'
  | 'golden_value'
  /** The wide table does not say what the others say. */
  | 'profile_differs'
  /** The id is not in the registry, is retired there, or is not what its anchor gives. */
  | 'id_registry'
