import type { IdChange } from '../customer.js'

/** One place of a chain: an identifier, a match rule's value (a JSON array of its parts), or a row that was asked for. */
export type Point =
  | { readonly kind: 'identifier' | 'match'; readonly identifier: string; readonly value: string }
  | ({ readonly kind: 'row' } & RowName)

export interface RowName {
  readonly source: string
  readonly record_key: string
}

/** When something was seen, UTC, and in how many rows. */
export interface Sightings {
  readonly first_seen_at: string | null
  readonly last_seen_at: string | null
  readonly row_count: number
}

/** A decision of a person. */
export interface Ruling {
  readonly kind: 'link' | 'unlink' | 'block'
  readonly identifiers: readonly { readonly identifier: string; readonly value: string }[]
  readonly reason: string | null
  readonly by: string | null
  readonly expires: string | null
  /** `models/overrides.yml:3`. */
  readonly place: string
  /** Whether it held in the last run. */
  readonly holds: boolean
}

/**
 * One link of a chain: a real row that has both ends, the earliest of those that say so, or a person's decision. `rule` and
 * `value` are what it rests on: the weaker end, of a type of identifier or of a match rule.
 */
export interface Hop extends Sightings {
  readonly from: Point
  readonly to: Point
  readonly rule: string
  readonly value: string
  /** Null where only a decision makes the link. */
  readonly source: string | null
  readonly record_key: string | null
  readonly override: Ruling | null
}

export interface Chain {
  readonly hops: readonly Hop[]
  /** The place of its weakest hop; null where there is none. */
  readonly weakest: number | null
}

/** What was asked for, as it was understood, and whose it is. */
export interface Asked {
  readonly asked: Point | { readonly kind: 'customer'; readonly id: string }
  readonly customer_id: string
  /** What became of an id that answers under another name today. */
  readonly note: string | null
}

/** A link between the two that a limit or a decision refused, with a row that makes it. */
export interface RefusedLink extends Sightings {
  readonly from: Point
  readonly to: Point
  readonly reason: string
  readonly source: string | null
  readonly record_key: string | null
}

/** What a limit allows, and what each of the two has. */
export interface LimitReached {
  readonly reason: string
  readonly limit: number
  readonly from: number
  readonly to: number
}

/** A value that rows of both have and that joins nobody: shared, blocked (`rule`), or rejected by its type's rules. */
export interface CommonValue {
  readonly identifier: string
  readonly value: string
  readonly rule: string
  readonly row_count: number
  readonly from: RowName
  readonly to: RowName
  readonly override: Ruling | null
}

export interface Together {
  readonly kind: 'together'
  readonly entity: string
  readonly from: Asked
  readonly to: Asked
  readonly customer_id: string
  /** The strongest first; of several, no link is in two. Without hops where both are the same. */
  readonly chains: readonly Chain[]
  /** Whether the two would be apart without these chains; null where only the strongest was looked for. */
  readonly complete: boolean | null
}

export interface Apart {
  readonly kind: 'apart'
  readonly entity: string
  readonly from: Asked
  readonly to: Asked
  /** Of an entity with partitions, where they differ: profiles never cross them. */
  readonly partitions: { readonly from: string; readonly to: string } | null
  readonly refused: readonly RefusedLink[]
  readonly refused_count: number
  readonly limits: readonly LimitReached[]
  /** Decisions about one identifier of each. */
  readonly overrides: readonly Ruling[]
  readonly set_aside: readonly CommonValue[]
  readonly rejected: readonly CommonValue[]
}

/** How a customer came to be. */
export interface Story {
  readonly kind: 'story'
  readonly entity: string
  readonly asked: Asked['asked']
  /** Null where nobody answers to the id any more. */
  readonly customer_id: string | null
  readonly note: string | null
  readonly sources: readonly SourceShare[]
  readonly identifier_count: number
  /** In the order in which they were joined: the first is what the customer is named after, where it still has it. */
  readonly identifiers: readonly JoinedIdentifier[]
  /** The earliest first: of this id, and of those that were merged into it. */
  readonly changes: readonly StoryChange[]
}

export interface SourceShare extends Sightings {
  readonly source: string
  readonly kind: 'records' | 'events'
}

export interface JoinedIdentifier extends Sightings {
  readonly kind: 'identifier' | 'match'
  readonly identifier: string
  readonly value: string
  /** When it can have been joined at the earliest: the latest time of the links to the first. An undated link counts from when the identifier was seen. */
  readonly joined_at: string | null
  /** The link that joined it to one before it; null of the first. */
  readonly joined_by: Hop | null
}

export interface StoryChange extends IdChange {
  readonly run_id: string
  readonly identifier: string | null
  readonly value: string | null
  readonly source: string | null
  readonly record_key: string | null
}

export type Explanation = Together | Apart | Story
