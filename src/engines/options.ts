import type { z } from 'zod'

/** What an engine says about its targets: the keys that only they have, and which of those hold secrets. */
export interface EngineOptions {
  readonly fields: z.ZodRawShape
  readonly secrets: readonly string[]
  /** Its targets can say who may read the public tables: its dialect has `grantRead`. */
  readonly grants?: true
}
