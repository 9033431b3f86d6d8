import type { Code } from '../diagnostics/codes.js'

/** Something to be said about a range of one file; becomes a diagnostic where the file is known. */
export interface Draft {
  readonly code: Code
  readonly message: string
  readonly start: number
  readonly end: number
  readonly expected?: string
  readonly hint?: string
}
