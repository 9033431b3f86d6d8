import type { HttpTarget } from '../http-target.js'

/** A target of `type: trino`; `ca` is an absolute path. */
export interface TrinoTarget extends HttpTarget {
  readonly tags?: readonly string[] | undefined
  readonly session?: Readonly<Record<string, string | number | boolean>> | undefined
}
