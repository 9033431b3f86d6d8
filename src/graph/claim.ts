import type { Origin } from '../language/origin.js'

/** Something that takes a name: where it is declared, or that cdp makes it itself. */
export interface Claim {
  readonly name: string
  /** For messages: `the attribute`, `the view of the segment vip`. */
  readonly by: string
  /** The declaration that takes it; absent where cdp does. */
  readonly origin?: Origin
  /** What whoever else wants the name is to do, where that is not to rename one of the two. */
  readonly remedy?: string
}
