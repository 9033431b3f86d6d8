import type { CONNECTOR_OPERATIONS } from '../language/connector-words.js'

/**
 * What is known of a connector before anything is sent: plain data, read by the compiler to check syncs and by the engine
 * to cut batches, to keep to limits and to retry.
 */
export interface ConnectorDescription {
  readonly name: string
  /** As people call the product. */
  readonly title: string
  /** The vendor's documentation. */
  readonly docs?: string
  /** Syncs to a `marketing` connector must name a purpose. */
  readonly category: 'marketing' | 'other'
  /** What a destination of the project fills in, by name. */
  readonly config: Readonly<Record<string, ConfigField>>
  readonly rows: RowSchema
  readonly operations: Readonly<Partial<Record<OperationName, Operation>>>
  readonly limits: Limits
  readonly retry: RetryPolicy
  /**
   * `changes`: only rows that changed are sent, in batches. `snapshot`: where anything changed, all rows are given to
   * `Destination.write`, which replaces what is there as a whole.
   */
  readonly delivery: 'changes' | 'snapshot'
  /** Rows can be put into audiences by name: the destination has `prepare`. */
  readonly audiences: boolean
}

/**
 * What a destination can be asked to do with rows. The mode of a sync chooses: upsert and mirror → `upsert`, update_only →
 * `update`, create_only → `create`, append → `append`, delete → `delete`. Leaving: `remove`, `delete`, or an `upsert` of
 * the declared fields. Withdrawn consent: `unsubscribe`, `remove`, `delete`. One customer over time: `rekey` and `merge`.
 */
export type OperationName = (typeof CONNECTOR_OPERATIONS)[number]

export interface Operation {
  /** What it touches: whether somebody is in a list or audience, or the record of the person itself. */
  readonly kind: 'membership' | 'record'
  /** Sending a batch again does no harm: one whose outcome is unknown is simply sent again. */
  readonly idempotent: boolean
  /** It may subscribe somebody: refused unless the sync says `allow_opt_in: true`. */
  readonly optsIn: boolean
  /** Its results say of each row whether it was created, so that a sync can tell its own records from others. */
  readonly reportsCreated?: boolean
  /** It can leave a field alone that has a value already: `OutgoingRow.onlyIfEmpty`. */
  readonly onlyIfEmpty?: boolean
  /** Of `rekey`: the destination takes the new key and nothing else, so that the row is to be sent once more. */
  readonly keyOnly?: boolean
  readonly batch: BatchLimits
}

export interface BatchLimits {
  readonly maxRows: number
  /** Of the request; measured by `Destination.sizeOf`, row by row. */
  readonly maxBytes?: number
  /** No two rows of a batch have the same value of this field; `$key` is the key. */
  readonly uniqueBy?: string
}

export interface Limits {
  /** Token buckets, all of which must have room; shared by all syncs to the same connection. */
  readonly rates: readonly { readonly requests: number; readonly perMs: number }[]
  /** Requests at the same time, of all syncs to the same connection. */
  readonly concurrency: number
  /** Of one request, from its start to the last byte of the answer. */
  readonly timeoutMs: number
}

/** Waits between attempts are drawn from 0 to `min(maxMs, baseMs · factor^n)`. */
export interface RetryPolicy {
  readonly maxAttempts: number
  readonly baseMs: number
  readonly factor: number
  readonly maxMs: number
  /** A batch is given up (deferred) when it has taken this long. */
  readonly maxElapsedMs: number
}

/** Types of mapped fields and of config: those of the language, `number` for every number that is no integer. */
export type FieldType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' | 'json'

/** What a mapped row must be. Others are invalid: counted, logged, never sent. */
export interface RowSchema {
  readonly key: KeySchema
  readonly fields: Readonly<Record<string, FieldSchema>>
  /** What fields that are not listed may be; absent: there may be none. */
  readonly additional?: FieldSchema
}

export interface KeySchema extends FieldSchema {
  /** Keys that are e-mail addresses are taken in small letters: to the destination those that differ in case are one. */
  readonly emailsIgnoreCase?: boolean
}

export interface FieldSchema {
  /** One of these; a value of another type is a mistake in the sync, found before anything is sent. */
  readonly types: readonly FieldType[]
  /** The sync must map it, and a row without it is invalid. */
  readonly required?: boolean
  /** In characters. */
  readonly maxLength?: number
  readonly enum?: readonly string[]
  readonly pii?: 'direct' | 'sensitive'
  /** Setting it may subscribe somebody: refused unless the sync says `allow_opt_in: true`. */
  readonly optsIn?: boolean
  readonly description?: string
}

export interface ConfigField {
  /**
   * `secret` is text that is masked by value wherever anything is printed or kept; `path` is of the project's folder;
   * `target` names one of `profiles.yml`.
   */
  readonly type: 'string' | 'secret' | 'url' | 'path' | 'target' | 'integer' | 'number' | 'boolean'
  readonly required?: boolean
  readonly default?: string | number | boolean
  readonly enum?: readonly (string | number)[]
  readonly description?: string
}

/** The config of a destination, rendered, checked against `ConnectorDescription.config`, with defaults filled in. */
export type Config = Readonly<Record<string, string | number | boolean>>
