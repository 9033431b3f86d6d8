import type { Sql } from '../../sql/fragment.js'

/** What time alone has changed since the last run, as compile/crossings.ts finds it. */
export interface Crossings {
  /** By source: a condition on its rows, `r`: what it says of somebody is another thing than at the time of the last run. */
  readonly rows: ReadonlyMap<string, Sql>
  /** A SELECT of `customer_id`: customers about whom that holds by what the last run said of them. */
  readonly customers?: Sql
}
