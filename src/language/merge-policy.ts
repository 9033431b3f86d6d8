// biome-ignore-all lint/suspicious/noThenProperty: "then" is a key of the language
import { z } from 'zod'
import { nameSchema } from './name.js'
import { count, list, mapping, nonEmpty, words } from './shapes.js'

/** Which candidate becomes the golden value (survivorship). Nulls and rejected values never win. */
export type MergePolicy =
  | {
      readonly kind:
        | 'most_recent'
        | 'oldest'
        | 'most_frequent'
        | 'longest'
        | 'min'
        | 'max'
        | 'any_true'
        | 'all_true'
    }
  | { readonly kind: 'collect'; readonly limit: number }
  /** The sources named first win, in order; sources not named come after; ties go to `then`. */
  | {
      readonly kind: 'source_priority'
      readonly sources: readonly string[]
      readonly then: 'most_recent' | 'oldest' | 'most_frequent' | 'longest' | 'min' | 'max'
    }
  /** One aggregate over `value, source, party, observed_at, record_key`. */
  | { readonly kind: 'sql'; readonly sql: string }

/** Elements that `collect` keeps unless it says otherwise. */
export const DEFAULT_COLLECT_LIMIT = 20

const POLICIES = [
  'most_recent',
  'oldest',
  'most_frequent',
  'longest',
  'min',
  'max',
  'any_true',
  'all_true',
  'collect',
] as const

const policyMapping = mapping({
  collect: mapping({ limit: count(1).optional().describe('Elements kept; 20 by default.') })
    .optional()
    .describe('All values, as a JSON array, latest first.'),
  source_priority: list(nameSchema, 'a list of sources')
    .optional()
    .describe('Sources in the order in which they win.'),
  then: words('most_recent', 'oldest', 'most_frequent', 'longest', 'min', 'max')
    .optional()
    .describe('What decides within one source; `most_recent` by default.'),
  sql: nonEmpty
    .optional()
    .describe('One SQL aggregate over `value`, `source`, `party`, `observed_at`, `record_key`.'),
})
  .refine(
    (value) => [value.collect, value.source_priority, value.sql].filter((v) => v !== undefined).length === 1,
    { error: 'exactly one of collect, source_priority, sql' },
  )
  .refine((value) => value.then === undefined || value.source_priority !== undefined, {
    error: 'a mapping in which "then" goes with "source_priority"',
  })

export const mergePolicySchema = z
  .union([words(...POLICIES), policyMapping], { error: `one of ${POLICIES.join(', ')}, or a mapping` })
  .transform((input): MergePolicy => {
    if (input === 'collect') return { kind: 'collect', limit: DEFAULT_COLLECT_LIMIT }
    if (typeof input === 'string') return { kind: input }
    if (input.collect) return { kind: 'collect', limit: input.collect.limit ?? DEFAULT_COLLECT_LIMIT }
    if (input.source_priority)
      return { kind: 'source_priority', sources: input.source_priority, then: input.then ?? 'most_recent' }
    return { kind: 'sql', sql: input.sql ?? '' }
  })
  .meta({
    id: 'merge_policy',
    description: 'Which of several values becomes the golden one. Nulls and rejected values never win.',
    examples: [
      'most_recent',
      { source_priority: ['crm_contacts', 'shop_customers'], then: 'most_recent' },
      { collect: { limit: 10 } },
    ],
  })
