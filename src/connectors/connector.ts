import type { Config, ConnectorDescription, FieldType, OperationName } from './description.js'

/**
 * The seam between the engine of syncs and the places that they write to. The engine decides what is sent, in which
 * batches, when, and how often: retries, backoff, rates, concurrency and splitting are its own. A connector makes ONE
 * attempt and says what it means.
 */
export interface Connector {
  readonly description: ConnectorDescription
  /** Opens a destination. Rejects with a `DeliveryError` where that cannot be. Sends nothing yet. */
  open(options: OpenOptions): Promise<Destination>
}

export interface OpenOptions {
  /** Name of the destination in the project. */
  readonly name: string
  readonly config: Config
  /** Texts beside the fields of type `secret` that nobody is to read: what follows the host of an address from the environment. */
  readonly hidden?: readonly string[]
  /** What the destination says in the project: plain HTTP, and addresses of private networks. */
  readonly allowHttp: boolean
  readonly allowPrivate: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** From 0 to below 1. */
  readonly random: () => number
}

/**
 * A place that is open for sending. No method rejects for what the other side does or does not do: that is an answer.
 * They reject where `signal` aborts (time is up, or the run stops), and for bugs. No text in an answer holds a secret.
 */
export interface Destination {
  /**
   * Names what limits are shared by: the account at the vendor, as a hash of what identifies it (host, token), so that two
   * destinations of one account have one budget.
   */
  readonly connection: string
  /** Whether it can be reached and the credentials hold, without changing anything there. */
  check(signal: AbortSignal): Promise<CheckAnswer>
  /** Delivery `changes`: one attempt at one batch. */
  send?(batch: Batch, signal: AbortSignal): Promise<Answer>
  /** Asks how a job is that `send` or `poll` answered with `pending`. The rows may hold nothing but `seq` and `key`. */
  poll?(job: string, batch: Batch, signal: AbortSignal): Promise<Answer>
  /** Finds an audience of this name, or makes it, unless rows of it were acknowledged: then it is gone, and so are they. */
  prepare?(audience: string, mayMake: boolean, signal: AbortSignal): Promise<PreparedAudience | Refusal>
  /**
   * Delivery `snapshot`: replaces what is there by these rows, wholly or not at all. Not called where nothing changed and
   * `isThere` says that it is still there.
   */
  write?(
    rows: AsyncIterable<readonly OutgoingRow[]>,
    columns: readonly Column[],
    signal: AbortSignal,
  ): Promise<Written | Refusal>
  /** Delivery `snapshot`: whether what was written last still exists. */
  isThere?(): Promise<boolean>
  /** Bytes that a row adds to a request of the operation; needed where a batch is limited by bytes. */
  sizeOf?(operation: OperationName, row: OutgoingRow): number
  /** The requests that the batch would become, as text for people, secrets masked. */
  preview?(batch: Batch): string
  /** Never rejects. */
  close(): Promise<void>
}

/** A field that rows may have, whether or not any has it. */
export interface Column {
  readonly name: string
  readonly type: FieldType
  readonly isKey: boolean
}

/** A value as it leaves the warehouse: dates as `2026-01-31`, timestamps as `2026-01-31T09:00:00Z`, json as its structure. */
export type Value =
  | string
  | number
  /** An integer that a double does not hold. */
  | bigint
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value }

export interface OutgoingRow {
  /** The number of the row in its batch, from 1 (`row.$seq`). */
  readonly seq: number
  /** What identifies it at the destination (`row.$key`); of several columns the JSON array of their texts. */
  readonly key: string
  /** The mapped fields that hold the key; of a key that is not mapped, its columns under their own names. */
  readonly keyFields: Readonly<Record<string, Value>>
  /** All other mapped fields (`row.$fields`; both together are `row.$all`). Nulls are left out unless the sync says `nulls: send`. */
  readonly fields: Readonly<Record<string, Value>>
  /** What the destination called it when it was acknowledged last (`row.$destination_id`). */
  readonly destinationId?: string
  readonly customerId?: string
  /** Names of fields that are set only where the destination has no value. */
  readonly onlyIfEmpty?: readonly string[]
  /** Of `rekey`, the key under which the destination has the row; of `merge`, that of the row that is to become part of this one. */
  readonly previous?: { readonly key: string; readonly destinationId?: string }
}

export interface Batch {
  readonly operation: OperationName
  /** At least one; each key at most once. */
  readonly rows: readonly OutgoingRow[]
  /** Fields that rows may have, those of the key first; absent where the batch was not planned by the engine. */
  readonly columns?: readonly Column[]
  /** Where the sync names one: all rows of a batch have the same. */
  readonly audience?: PreparedAudience
  /** The same for every attempt at the same rows, another after they were planned again. */
  readonly idempotencyKey: string
}

export interface PreparedAudience {
  readonly kind: 'audience'
  readonly name: string
  /** What the destination calls it. */
  readonly id: string
}

/** What one attempt came to. `status` is the HTTP status, where there is one, for the log. */
export type Answer = (Results | Throttled | Failed | Refused | Refusal | Pending) & {
  readonly status?: number
}

/** The outcome of each row, in the order of `Batch.rows`. */
export interface Results {
  readonly kind: 'results'
  readonly rows: readonly RowOutcome[]
}

export type RowOutcome =
  | {
      readonly outcome: 'ok'
      readonly destinationId?: string
      /** Whether the record was not there before, where the destination says so. */
      readonly created?: boolean
      /** Of `rekey`: another row was there under the new key already, so that the one of the former key is there too. */
      readonly previousStays?: boolean
    }
  /** The destination says no to this row: sending the same again would end the same. */
  | { readonly outcome: 'rejected'; readonly code: string; readonly message: string }
  /** It was not processed, but another attempt may help. */
  | { readonly outcome: 'retry'; readonly message: string }
  /** Nothing in the answer says what became of it. */
  | { readonly outcome: 'unknown'; readonly message: string }

/** Too many requests, and nothing was processed: the connection is left alone for so long. Counts as no attempt. */
export interface Throttled {
  readonly kind: 'throttle'
  /** Absent: the destination does not say; the engine backs off. */
  readonly waitMs?: number
}

/** The attempt came to nothing that is known, as with a 500, a reset or an answer that makes no sense: another may help. */
export interface Failed {
  readonly kind: 'retry'
  readonly message: string
  /** Whether it may have been processed all the same; false only where that is certain (the connection was refused). */
  readonly maybeProcessed: boolean
  readonly waitMs?: number
}

/** The batch as a whole was refused without a word about rows: it is halved, and a single row is rejected with this. */
export interface Refused {
  readonly kind: 'split'
  readonly code: string
  readonly message: string
}

/** Nothing more can be sent: the credentials are refused, the audience is gone. The run stops, no row is marked rejected. */
export interface Refusal {
  readonly kind: 'stop'
  readonly message: string
  readonly remedy?: string
}

/** The destination took the batch as a job, and will say later how it went. */
export interface Pending {
  readonly kind: 'pending'
  /** What `poll` needs to ask for it, also from another process. */
  readonly job: string
  /** When to ask first. */
  readonly waitMs?: number
}

export interface Written {
  readonly kind: 'written'
  readonly rows: number
}

export type CheckAnswer =
  | { readonly kind: 'ok'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy?: string }
