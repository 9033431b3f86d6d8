import type { Connection } from '../../engines/connection.js'
import type { Dialect } from '../../sql/dialect.js'

/** A target of `profiles.yml` that is open; undefined is the one that syncs run on. */
export type OpenTarget = (target: string | undefined) => Promise<OpenedTarget>

export interface OpenedTarget {
  readonly connection: Connection
  readonly dialect: Dialect
  /** Tells databases apart, without secrets. */
  readonly place: string
}
