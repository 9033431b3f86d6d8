import type { HttpTarget } from '../http-target.js'

/** A target of `type: spark`; `ca` is an absolute path. */
export interface SparkTarget extends HttpTarget {
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined
}
