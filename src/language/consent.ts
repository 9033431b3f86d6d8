import { z } from 'zod'
import { aboutShape, type Declaration } from './declaration.js'
import { type Duration, durationSchema } from './duration.js'
import { entityNameSchema, nameSchema } from './name.js'
import type { Origin } from './origin.js'
import { mapping, nonEmpty, oneOrMany, words } from './shapes.js'

/** What personal data may be used for. */
export interface Purpose extends Declaration {
  readonly entity: string
  /** The identifier type that is asked about: consent is given for a value of it. Absent: for a customer, by any identifier. */
  readonly appliesTo?: string
  /** What holds where nobody decided, and after a decision has expired. */
  readonly default: 'granted' | 'denied'
  readonly expiresAfter?: Duration
}

/** Where decisions are recorded: rows of a source. */
export interface Consent {
  readonly origin: Origin
  readonly entity: string
  readonly from: string
  /** Identifier types of the source: a decision holds for each value that its row has of them. */
  readonly of: readonly string[]
  /** A property of the rows that names the purpose, or the one purpose of them all. */
  readonly purpose: { readonly kind: 'field' | 'value'; readonly name: string }
  /** A boolean property: true is consent, false is withdrawal. */
  readonly granted: string
  /** When it was decided. */
  readonly at: string
}

export const purposeSchema = mapping({
  name: nameSchema.describe('What syncs and decisions call it.'),
  entity: entityNameSchema
    .optional()
    .describe('The entity whose consent is meant; may be left out where the project has one.'),
  applies_to: nonEmpty
    .optional()
    .describe(
      'The identifier type that is asked about: consent is given for a value of it, such as one e-mail address. Without it, for the customer as a whole.',
    ),
  default: words('granted', 'denied')
    .optional()
    .describe('What holds where nobody decided, and after a decision has expired; `denied` by default.'),
  expires_after: durationSchema.optional().describe('How long consent lasts. A withdrawal does not expire.'),
  ...aboutShape,
}).meta({
  id: 'purpose',
  description: 'What personal data may be used for.',
  examples: [{ name: 'email_marketing', applies_to: 'email', default: 'denied', expires_after: '730 days' }],
})

export const consentSchema = mapping({
  name: nameSchema.optional().describe('For people.'),
  entity: entityNameSchema
    .optional()
    .describe('The entity whose decisions they are; may be left out where the project has one.'),
  from: nonEmpty.describe('The source of decisions, one a row.'),
  of: oneOrMany(nameSchema, 'an identifier type, or a list of them').describe(
    'Identifier types of the source: a decision holds for each value that its row has of them.',
  ),
  purpose: z
    .union([nonEmpty, mapping({ value: nonEmpty.describe('A purpose.') })], {
      error: 'a property of the source, or { value: … }',
    })
    .describe('The property that names the purpose, or `{ value: … }` where all rows are about one.'),
  granted: nonEmpty.describe('A boolean property: true is consent, false is withdrawal.'),
  at: nonEmpty.describe('The property that says when it was decided; the latest decision holds.'),
  description: aboutShape.description,
  tags: aboutShape.tags,
  owner: aboutShape.owner,
  meta: aboutShape.meta,
  enabled: aboutShape.enabled,
}).meta({
  id: 'consent',
  description: 'Where decisions of people are recorded; they become the table `<entity>_consents`.',
  examples: [{ from: 'consent_log', of: 'email', purpose: 'purpose', granted: 'granted', at: 'decided_at' }],
})
