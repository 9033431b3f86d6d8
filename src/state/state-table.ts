import type { LogicalType } from '../sql/logical-type.js'

/** An internal table in which cdp remembers what it did: its name and columns, the same on every engine. */
export interface StateTable {
  readonly name: string
  /** A row is this. */
  readonly row: string
  readonly columns: readonly { readonly name: string; readonly type: LogicalType }[]
}
