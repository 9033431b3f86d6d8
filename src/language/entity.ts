import { z } from 'zod'
import {
  attributeCleaningShape,
  type Cleaning,
  cleaningShape,
  type Normalizer,
  normalizerSchema,
} from './cleaning.js'
import { aboutShape, type Declaration, type Pii, piiSchema } from './declaration.js'
import { type Duration, durationSchema } from './duration.js'
import { type LogicalType, typeSchema } from './logical-type.js'
import { type MergePolicy, mergePolicySchema } from './merge-policy.js'
import { entityNameSchema, nameSchema } from './name.js'
import type { Origin } from './origin.js'
import { count, dictionary, flag, list, mapping, nonEmpty, oneOrMany, words } from './shapes.js'
import { shareSchema } from './share.js'

/** An identifier type. Its place in the entity's list is its priority: the first is the strongest. */
export interface Identifier extends Declaration {
  readonly cleaning: Cleaning
  readonly pii?: Pii
  /** Other type → number of distinct values above which a value of this type is shared and joins nobody. */
  readonly sharedAbove: Readonly<Record<string, number>>
  /** Most different values of this type in one profile. */
  readonly maxPerProfile?: number
  /** Some value of this type is blocked by an override. */
  readonly hasBlocks?: boolean
}

/** A composite identifier: all parts must be present; it ranks after all identifiers, in the order of the rules. */
export interface MatchRule extends Declaration {
  readonly on: readonly {
    readonly attribute: string
    readonly normalize?: Normalizer
    readonly origin: Origin
  }[]
  readonly sharedAbove: Readonly<Record<string, number>>
}

export interface Attribute extends Declaration {
  readonly type: LogicalType
  readonly cleaning: Cleaning
  readonly merge: MergePolicy
  readonly pii?: Pii
  /** An identifier type whose values are the candidates (`emails` from `email`). */
  readonly from?: string
  /** Absent: first parties compete freely, second and third parties fill what is missing. */
  readonly enrich?: 'fill_missing' | 'update_if_newer'
  readonly expiresAfter?: Duration
  readonly provenance: boolean
  /** False for one that only sources mention: it is string and `most_recent`. */
  readonly declared: boolean
}

export interface Entity extends Declaration {
  readonly idColumn: string
  readonly partition?: string
  readonly identifiers: readonly Identifier[]
  readonly match: readonly MatchRule[]
  /** Rules that make candidates for review, no links. */
  readonly proposals: readonly MatchRule[]
  /** Declared ones in their order, then those that only sources mention, in order of first mention. */
  readonly attributes: readonly Attribute[]
  /** Identifier types that make a profile known; by default all, but of several not the last (the weakest, as a rule a browser). */
  readonly known: readonly string[]
  /** Share of all identifiers, 0 to 1, above which a profile fails the run. */
  readonly maxProfileShare: number
  /** Most different identifiers of a profile. */
  readonly maxProfileSize?: number
  /** Attributes: two profiles that both know one of them and differ are never joined by an identifier. */
  readonly keepApart: readonly string[]
  /** What becomes of the links at an identifier of which a limit refuses one: the best ones hold, or none does. */
  readonly onConflict: 'keep_best' | 'refuse_all'
  /** Table of decisions besides those of the project: [schema, name] or [database, schema, name]. */
  readonly overridesFrom?: readonly string[]
}

const sharedAbove = dictionary(nameSchema, count(1), 'a mapping of identifier types to numbers')
  .optional()
  .describe(
    'Identifier type → number of different values with which a value was seen, above which it is shared and joins nobody.',
  )

const identifierSchema = mapping({
  name: nameSchema.describe('Names the type, and the column of the profile with its latest value.'),
  ...cleaningShape,
  pii: piiSchema.optional(),
  shared_above: sharedAbove,
  max_per_profile: count(1)
    .optional()
    .describe('A profile holds at most so many different values: a link that would exceed it is refused.'),
  ...aboutShape,
}).meta({
  id: 'identifier',
  description:
    'A kind of value that identifies: an account, an e-mail address, a cookie. Its place in the list is its priority.',
})

const matchPart = z.union(
  [
    nameSchema,
    mapping({
      attribute: nameSchema.describe('The attribute.'),
      normalize: normalizerSchema.optional(),
    }),
  ],
  {
    error: 'an attribute, or { attribute, normalize }',
  },
)

const matchRuleSchema = mapping({
  name: nameSchema.describe('Names the rule.'),
  on: oneOrMany(matchPart, 'a list of attributes').describe(
    'Attributes that must all be there and agree. Text is compared as `name` normalises it.',
  ),
  action: words('join', 'propose')
    .optional()
    .describe('`join` (default), or `propose`: no link, a candidate for review in `<entity>_proposals`.'),
  shared_above: sharedAbove,
  ...aboutShape,
}).meta({ id: 'match_rule', description: 'A composite identifier; ranks after all identifiers.' })

const attributeSchema = mapping({
  name: nameSchema.describe('Names the column of the profile.'),
  type: typeSchema.optional().describe('The type of the values of all sources; `string` by default.'),
  from: nameSchema.optional().describe('An identifier type whose values are the candidates.'),
  merge: mergePolicySchema.optional(),
  ...cleaningShape,
  ...attributeCleaningShape,
  enrich: words('fill_missing', 'update_if_newer')
    .optional()
    .describe('What second- and third-party sources may do; `fill_missing` by default.'),
  expires_after: durationSchema.optional().describe('How long after the time of its row a value counts.'),
  provenance: flag.optional().describe('`false`: left out of the table of provenance.'),
  pii: piiSchema.optional(),
  ...aboutShape,
}).meta({
  id: 'attribute',
  description: 'A golden value of the profile: its type, cleaning and merge policy.',
})

export const entitySchema = mapping({
  name: entityNameSchema.describe('Names the tables: `<entity>_profiles` and so on.'),
  id_column: nameSchema.optional().describe('Names the column of ids; `<entity>_id` by default.'),
  partition: nameSchema
    .optional()
    .describe('Profiles never cross it; every source says `partition: column` or `{ value: … }`.'),
  identifiers: list(identifierSchema, 'a list of identifier types').describe(
    'Strongest first: the order is the priority.',
  ),
  match: list(matchRuleSchema, 'a list of match rules')
    .optional()
    .describe('Further rules than "same identifier".'),
  attributes: list(attributeSchema, 'a list of attributes')
    .optional()
    .describe(
      'Attributes with more to say than their name; those that only sources mention are text, and the most recent value wins.',
    ),
  known: list(nameSchema, 'a list of identifier types')
    .optional()
    .describe(
      'Identifier types that make a profile known (`is_known`). By default all, but of several not the last, which is the weakest.',
    ),
  max_profile_share: shareSchema
    .refine((share) => share > 0, { error: 'a share above 0' })
    .optional()
    .describe(
      'A run with a profile that holds more than this share of all identifiers, and more than 1 000, fails; 1 % by default.',
    ),
  max_profile_size: count(1)
    .optional()
    .describe('Most different identifiers of a profile: a link that would exceed it is refused.'),
  keep_apart: list(nameSchema, 'a list of attributes')
    .optional()
    .describe('Profiles that both know one of these and differ are never joined by an identifier.'),
  on_conflict: words('keep_best', 'refuse_all')
    .optional()
    .describe(
      'What becomes of a contested identifier, one whose link to a stronger one is refused: `keep_best` (default) takes its best links and refuses the others; `refuse_all` refuses all its links to stronger identifiers.',
    ),
  overrides_from: mapping({
    table: nonEmpty.describe('The table: `schema.table` or `database.schema.table`.'),
  })
    .optional()
    .describe(
      'A table of reviewed decisions, besides the section `overrides`: kind, identifier, other_identifier, reason, by, expires.',
    ),
  ...aboutShape,
}).meta({
  id: 'entity',
  description: 'What rows are about, such as a customer: its identifiers, match rules and attributes.',
})

export type EntityInput = z.output<typeof entitySchema>
export type IdentifierInput = z.output<typeof identifierSchema>
export type MatchRuleInput = z.output<typeof matchRuleSchema>
export type AttributeInput = z.output<typeof attributeSchema>
