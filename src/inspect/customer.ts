/** A value as it is shown: typed where JSON has the type, numbers that JSON cannot hold as text. `null`: there is none. */
export type Shown = string | number | boolean | null | readonly Shown[]

/** One customer with everything that the published tables say of it. Moments are UTC, `2026-11-01T00:00:00Z`. */
export interface Customer {
  readonly entity: string
  readonly id: string
  readonly is_known: boolean
  readonly first_seen_at: string | null
  readonly last_seen_at: string | null
  readonly record_count: number
  readonly event_count: number
  readonly identifiers: readonly CustomerIdentifier[]
  readonly attributes: readonly GoldenValue[]
  readonly traits: readonly { readonly name: string; readonly value: Shown }[]
  readonly segments: readonly { readonly segment: string; readonly entered_at: string | null }[]
  /** The latest, at most as many as were asked for. */
  readonly records: readonly CustomerRow[]
  readonly events: readonly (CustomerRow & { readonly event: string | null })[]
  /** What happened to the id, the latest first. */
  readonly changes: readonly IdChange[]
}

export interface CustomerIdentifier {
  readonly identifier: string
  readonly value: string
  readonly first_seen_at: string | null
  readonly last_seen_at: string | null
  readonly row_count: number
}

export interface GoldenValue {
  readonly name: string
  readonly value: Shown
  /** The rows that it came from: several for a collected one, without a row where an expression decided. */
  readonly provenance: readonly Provenance[]
}

export interface Provenance {
  readonly source: string | null
  readonly record_key: string | null
  readonly observed_at: string | null
  readonly policy: string
}

export interface CustomerRow {
  readonly source: string
  readonly record_key: string
  /** When the event happened, or the record was last true. */
  readonly at: string | null
  readonly properties: Readonly<Record<string, Shown>>
}

export interface IdChange {
  readonly kind: string
  readonly changed_at: string | null
  readonly customer_id: string
  readonly previous_id: string | null
  readonly reason: string | null
}
