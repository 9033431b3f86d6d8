/** The health of an entity's graph, as the last run left it. */
export interface IdentityHealth {
  readonly entity: string
  readonly customers: number
  readonly identifiers: number
  /** Links that hold; null where the last run did not resolve all of identity. */
  readonly links: number | null
  readonly refused: readonly { readonly reason: string; readonly links: number }[]
  /** Values that join nobody: shared or blocked ones. */
  readonly set_aside: readonly SetAside[]
  readonly sizes: readonly SizeStep[]
  readonly largest: readonly LargeProfile[]
  /** What would split most first, ten at most. */
  readonly bridges: readonly ProfileBridge[]
  /** Customers with too many links, or too deep, to be searched for bridges. */
  readonly not_searched: readonly { readonly customer_id: string; readonly identifiers: number }[]
  readonly suspects: readonly Suspect[]
}

export interface SetAside {
  readonly identifier: string
  readonly rule: string
  readonly values: number
  readonly rows: number
}

/** Customers with `min` to `max` identifiers. */
export interface SizeStep {
  readonly min: number
  readonly max: number
  readonly customers: number
  readonly identifiers: number
}

export interface LargeProfile {
  readonly customer_id: string
  readonly identifiers: number
  readonly records: number
  readonly events: number
  /** Identifiers by type, the strongest first. */
  readonly types: readonly { readonly identifier: string; readonly count: number }[]
  /** One of its strongest identifiers. */
  readonly sample: NamedValue | null
}

export interface NamedValue {
  readonly identifier: string
  readonly value: string
}

/** A single link without which a customer would be two. */
export interface ProfileBridge {
  readonly customer_id: string
  readonly ends: readonly [NamedValue, NamedValue]
  /** Identifiers on either side. */
  readonly smaller: number
  readonly larger: number
  readonly rows: number
  readonly first_seen_at: string | null
}

export interface Suspect extends NamedValue {
  readonly met_identifier: string
  readonly met: number
  readonly refused: number
  readonly rows: number
  readonly customer_id: string
}
