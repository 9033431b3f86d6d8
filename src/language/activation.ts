import { z } from 'zod'
import { aboutShape } from './declaration.js'
import { durationSchema } from './duration.js'
import { nameSchema } from './name.js'
import { dictionary, flag, mapping, nonEmpty, oneOrMany, scalar, text, words } from './shapes.js'
import { shareSchema } from './share.js'

/**
 * Activation: destinations, purposes, consents and syncs. The grammar is known and checked as far as it goes;
 * none of it is built yet, so nothing but the schemas exists.
 */

export const destinationSchema = mapping({
  name: nameSchema,
  connector: nonEmpty.describe('`file`, `table`, or a connector of `connectors/`.'),
  config: dictionary(z.string(), z.unknown())
    .optional()
    .describe("What the connector needs; secrets as `{{ env 'NAME' }}`."),
  allow_http: flag.optional().describe('Plain HTTP is allowed.'),
  allow_private: flag.optional().describe('Private network addresses are allowed.'),
  ...aboutShape,
}).meta({ id: 'destination', description: 'A place outside of the warehouse. Not built yet.' })

export const purposeSchema = mapping({
  name: nameSchema,
  applies_to: nonEmpty.optional().describe('The identifier type that consent is given for.'),
  default: words('granted', 'denied').optional(),
  expires_after: durationSchema.optional(),
  ...aboutShape,
}).meta({ id: 'purpose', description: 'What personal data may be used for. Not built yet.' })

export const consentSchema = mapping({
  name: nameSchema.optional(),
  from: nonEmpty.describe('The source of decisions.'),
  of: oneOrMany(nameSchema, 'an identifier type, or a list of them'),
  purpose: z.union([nonEmpty, mapping({ value: nonEmpty })]),
  granted: nonEmpty,
  at: nonEmpty,
  description: aboutShape.description,
  tags: aboutShape.tags,
  owner: aboutShape.owner,
  meta: aboutShape.meta,
  enabled: aboutShape.enabled,
}).meta({ id: 'consent', description: 'Where decisions of people are recorded. Not built yet.' })

const fromShape = {
  segment: nameSchema.optional(),
  segments: z.array(nameSchema).optional(),
  profiles: nameSchema.optional(),
  model: nameSchema.optional(),
  events: nameSchema.optional(),
  relation: nameSchema.optional(),
}

const onLeave = z.union(
  [words('nothing', 'remove', 'delete'), mapping({ update: dictionary(z.string(), scalar) })],
  {
    error: 'nothing, remove, delete, or { update: … }',
  },
)

const mapped = z.union([
  text,
  mapping({
    from: nonEmpty.optional(),
    value: scalar.optional(),
    only_if_empty: flag.optional(),
    normalize: z.unknown().optional(),
    hash: z.unknown().optional(),
  }),
])

export const syncSchema = mapping({
  name: nameSchema,
  from: mapping(fromShape).describe(
    'What is sent: a segment, several, profiles, a model, events or a relation.',
  ),
  to: nameSchema.describe('The destination.'),
  mode: words('upsert', 'update_only', 'create_only', 'mirror', 'append', 'delete').optional(),
  key: oneOrMany(nonEmpty, 'a column, or a list of columns')
    .optional()
    .describe('What identifies a row at the destination.'),
  map: dictionary(z.string(), mapped).optional().describe('Field of the destination → column.'),
  nulls: words('skip', 'send').optional(),
  on_leave: onLeave.optional(),
  purpose: nonEmpty.optional(),
  on_withdraw: words('nothing', 'suppress', 'unsubscribe', 'remove', 'delete').optional(),
  on_unknown: words('hold', 'resend').optional(),
  audience: nonEmpty.optional(),
  allow_delete: flag.optional(),
  allow_opt_in: flag.optional(),
  diff: mapping({ ignore: z.array(nonEmpty).optional() }).optional(),
  guards: mapping({
    max_added: shareSchema.optional(),
    max_changed: shareSchema.optional(),
    max_removed: shareSchema.optional(),
    max_rejected: shareSchema.optional(),
    empty_source: words('stop', 'allow').optional(),
    max_age: durationSchema.optional(),
  }).optional(),
  log: mapping({
    payload: words('none', 'hash', 'full').optional(),
    keep: durationSchema.optional(),
  }).optional(),
  ...aboutShape,
}).meta({ id: 'sync', description: 'Keeps a destination equal to what is declared. Not built yet.' })
