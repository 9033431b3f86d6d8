import { z } from 'zod'
import type { Scalar } from './declaration.js'
import { dictionary, flag, list, mapping, nonEmpty, scalar, spelled, text, words } from './shapes.js'

/** How a value is brought to its normal form; the meaning of each is the table of normalisers in the reference. */
export type Normalizer =
  | { readonly kind: 'trim' | 'none' | 'lower' | 'digits' | 'uuid' | 'name' }
  | { readonly kind: 'email'; readonly foldGmail: boolean }
  /** Default region for national numbers, e.g. `US`; absent: a number without `+` needs a region column. */
  | { readonly kind: 'phone'; readonly region?: string }
  /** One expression over `value`. */
  | { readonly kind: 'sql'; readonly sql: string }

/** One rule of `reject`: a literal (normalised like the values) or a portable pattern that searches anywhere. */
export type RejectRule =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'pattern'; readonly pattern: string }

/** What an identifier or attribute accepts after normalising. `min`, `max` only for ordered attribute types. */
export interface Cleaning {
  readonly normalize?: Normalizer
  readonly reject: readonly RejectRule[]
  readonly accept?: string
  /** null, none, n/a, … : true by default for identifiers, `reject: default` for attributes. */
  readonly defaultRejects: boolean
  readonly min?: Scalar
  readonly max?: Scalar
  /** Equal spellings: `{ usa: us }`, applied after `normalize`. */
  readonly values?: Readonly<Record<string, string>>
}

const regionSchema = spelled<string>(
  (written) =>
    /^[A-Z]{2}$/.test(written)
      ? { value: written }
      : {
          code: 'CDP2004',
          message: `${JSON.stringify(written)} is not a region`,
          ...(/^[a-z]{2}$/i.test(written) && { hint: `did you mean "${written.toUpperCase()}"?` }),
        },
  'two capital letters (ISO 3166) such as US',
)

const NORMALIZERS = ['email', 'phone', 'name', 'digits', 'uuid', 'lower', 'trim', 'none'] as const

const normalizerMapping = mapping({
  email: mapping({
    gmail: words('fold', 'keep')
      .optional()
      .describe('`fold`: dots and `+tag` of gmail.com and googlemail.com are dropped.'),
  }).optional(),
  phone: mapping({
    region: regionSchema.optional().describe('The region of numbers without country code, such as `US`.'),
  }).optional(),
  sql: nonEmpty.optional().describe('One SQL expression over `value`.'),
}).refine((value) => Object.values(value).filter((v) => v !== undefined).length === 1, {
  error: 'exactly one of email, phone, sql',
})

export const normalizerSchema = z
  .union([words(...NORMALIZERS), normalizerMapping], {
    error: `one of ${NORMALIZERS.join(', ')}, or a mapping`,
  })
  .transform((input): Normalizer => {
    if (input === 'email') return { kind: 'email', foldGmail: false }
    if (typeof input === 'string') return { kind: input }
    if (input.email) return { kind: 'email', foldGmail: input.email.gmail === 'fold' }
    if (input.phone)
      return { kind: 'phone', ...(input.phone.region !== undefined && { region: input.phone.region }) }
    return { kind: 'sql', sql: input.sql ?? '' }
  })
  .meta({
    id: 'normalizer',
    description:
      'How a value is brought to its normal form: e-mail addresses, phone numbers, names, digits, UUIDs, lower case, trimmed (default), or nothing at all.',
    examples: ['email', { phone: { region: 'US' } }, { sql: 'upper(trim(value))' }],
  })

const rejectRule = z
  .union(
    [
      text,
      z.null(),
      mapping({ pattern: nonEmpty.describe('A regular expression that is searched anywhere in the value.') }),
    ],
    { error: 'a value, or { pattern: … }' },
  )
  .transform(
    (rule): RejectRule =>
      typeof rule === 'object' && rule !== null
        ? { kind: 'pattern', pattern: rule.pattern }
        : { kind: 'literal', value: String(rule) },
  )

const rejectSchema = z
  .union([rejectRule, list(rejectRule)], { error: 'a list of values and patterns' })
  .transform((rules): RejectRule[] => (Array.isArray(rules) ? rules : [rules]))
  .meta({
    id: 'reject',
    description: 'Values that are never taken: literals, normalised like the values, and patterns.',
    examples: [['noreply@example.com', { pattern: '^(test|none)@' }]],
  })

/** Keys that identifiers and attributes share. */
export const cleaningShape = {
  normalize: normalizerSchema.optional(),
  accept: nonEmpty
    .optional()
    .describe(
      'A regular expression that a value must match; it is searched anywhere unless anchored by `^` and `$`.',
    ),
  reject: rejectSchema.optional(),
  default_rejects: flag
    .optional()
    .describe(
      'Whether `null`, `none`, `n/a`, `unknown`, `0000` and the like are rejected. Identifiers: true; attributes: false.',
    ),
}

/** Keys that only attributes have. */
export const attributeCleaningShape = {
  values: dictionary(text, text)
    .optional()
    .describe('Equal spellings: `{ usa: us, u.s.: us }`, applied after `normalize`.'),
  min: scalar.optional().describe('The least value that is taken.'),
  max: scalar.optional().describe('The greatest value that is taken.'),
}

interface CleaningInput {
  readonly normalize?: Normalizer | undefined
  readonly accept?: string | undefined
  readonly reject?: readonly RejectRule[] | undefined
  readonly default_rejects?: boolean | undefined
}

export function identifierCleaning(input: CleaningInput): Cleaning {
  const { normalize, accept, reject = [], default_rejects = true } = input
  return {
    reject,
    defaultRejects: default_rejects,
    ...(normalize && { normalize }),
    ...(accept !== undefined && { accept }),
  }
}

interface AttributeCleaningInput extends CleaningInput {
  readonly values?: Readonly<Record<string, string>> | undefined
  readonly min?: Scalar | undefined
  readonly max?: Scalar | undefined
}

/** `reject: default` names the list of the identifiers. */
export function attributeCleaning(input: AttributeCleaningInput): Cleaning {
  const { values, min, max, reject = [] } = input
  const [first] = reject
  const named = reject.length === 1 && first?.kind === 'literal' && first.value === 'default'
  return {
    ...identifierCleaning({
      ...input,
      default_rejects: input.default_rejects ?? named,
      reject: named ? [] : reject,
    }),
    ...(values && { values }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  }
}
