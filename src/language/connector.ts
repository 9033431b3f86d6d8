import { z } from 'zod'
import {
  audienceSchema,
  checkSchema,
  jobSchema,
  lookupSchema,
  requestSchema,
  responseSchema,
} from './connector-request.js'
import { CONFIG_TYPES, CONNECTOR_OPERATIONS, FIELD_TYPES, OPERATION_MEANINGS } from './connector-words.js'
import { durationSchema } from './duration.js'
import { nameSchema } from './name.js'
import { count, dictionary, flag, list, mapping, nonEmpty, oneOrMany, scalar, text, words } from './shapes.js'

/** A connector as data: `connectors/<name>.yml`. One file says all that cdp knows of a place outside of the warehouse. */

const configFieldSchema = mapping({
  type: words(...CONFIG_TYPES).describe(
    '`secret`: text that is masked wherever something is printed or kept.',
  ),
  required: flag.optional().describe('A destination without it is a mistake of the project.'),
  default: scalar.optional(),
  enum: list(scalar).optional().describe('The only values.'),
  allow_hosts: list(nonEmpty)
    .optional()
    .describe('Of a `url`: the only hosts it may have; `*.example.com` is every host below.'),
  description: text.optional(),
}).meta({ id: 'config_field', description: 'Something that a destination of the project fills in.' })

const credential = nonEmpty.describe('A template: `{{config.token}}`')

const authSchema = z
  .discriminatedUnion(
    'type',
    [
      mapping({ type: z.literal('none') }),
      mapping({ type: z.literal('bearer'), token: credential }),
      mapping({ type: z.literal('basic'), username: credential, password: z.string().optional() }),
      mapping({
        type: z.literal('api_key'),
        in: words('header', 'query'),
        name: nonEmpty.describe('Of the header or parameter.'),
        value: credential,
      }),
      mapping({
        type: z.literal('oauth2'),
        grant: words('client_credentials', 'refresh_token', 'either').describe(
          '`either`: `refresh_token` where the config has one.',
        ),
        token_url: nonEmpty,
        client_id: credential,
        client_secret: credential.optional(),
        refresh_token: credential.optional(),
        scope: nonEmpty.optional(),
      }),
    ],
    { error: '{ type: none | bearer | basic | api_key | oauth2, … }' },
  )
  .meta({ id: 'auth', description: 'How requests show who sends them. Never sent to another host.' })

const signatureSchema = mapping({
  secret: credential.describe('A template; where it yields nothing, nothing is signed. `whsec_…` is base64.'),
}).meta({
  id: 'signature',
  description:
    'Requests show that their body comes from here, and when: headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard Webhooks.',
})

const limitsSchema = mapping({
  rate: z
    .array(mapping({ requests: count(1), per: durationSchema }))
    .optional()
    .describe('Token buckets, shared by all syncs to the same account.'),
  concurrency: count(1).optional().describe('Requests at the same time; 1 by default.'),
  timeout: durationSchema.optional().describe('Of one request, to the end of its answer; 30s by default.'),
}).meta({ id: 'limits', description: 'What the destination bears.' })

const fieldShape = {
  type: oneOrMany(words(...FIELD_TYPES), `one of ${FIELD_TYPES.join(', ')}, or a list of them`),
  max_length: count(1).optional().describe('In characters.'),
  enum: list(nonEmpty).optional().describe('The only values.'),
  pii: words('direct', 'sensitive').optional().describe('Personal data, as of identifiers and attributes.'),
  description: text.optional(),
}

const fieldSchema = mapping({
  ...fieldShape,
  required: flag.optional().describe('The sync must map it.'),
  opts_in: flag
    .optional()
    .describe('Setting it may subscribe somebody: a sync must say `allow_opt_in: true`.'),
}).meta({ id: 'connector_field', description: 'A field of the destination.' })

const rowSchema = mapping({
  key: mapping({
    ...fieldShape,
    emails_ignore_case: flag
      .optional()
      .describe('E-mail addresses that differ in case are one key: they are taken in small letters.'),
  })
    .optional()
    .describe("The value of the sync's `key`."),
  fields: dictionary(z.string(), fieldSchema).optional(),
  additional_fields: mapping(fieldShape)
    .optional()
    .describe('What other fields may be; without it there are none.'),
}).meta({ id: 'row_schema', description: 'What a mapped row must be; others are invalid and never sent.' })

const operationSchema = mapping({
  kind: words('membership', 'record').describe(
    'It touches whether somebody is in a list, or the record of the person.',
  ),
  idempotent: flag.optional().describe('Sending it again does no harm; `false` by default.'),
  opts_in: flag.optional().describe('It may subscribe somebody: a sync must say `allow_opt_in: true`.'),
  key_only: flag
    .optional()
    .describe('Of `rekey`: only the key becomes another; the other fields are sent by the next run.'),
  batch: mapping({
    max_rows: count(1),
    max_bytes: count(1).optional().describe('Of the body of a request.'),
    unique_by: nonEmpty.optional().describe('A field, or `$key`, that no two rows of a request share.'),
  })
    .optional()
    .describe('One row a request by default.'),
  lookup: oneOrMany(lookupSchema, 'a lookup, or a list of them')
    .optional()
    .describe('Several are asked one after the other.'),
  request: requestSchema,
  response: responseSchema.optional(),
  job: jobSchema.optional(),
}).meta({ id: 'operation', description: 'Something that the destination can be asked to do with rows.' })

/** Every operation, each of which a connector may have. */
const operationsShape = Object.fromEntries(
  CONNECTOR_OPERATIONS.map((name) => [name, operationSchema.optional().describe(OPERATION_MEANINGS[name])]),
) as Record<(typeof CONNECTOR_OPERATIONS)[number], z.ZodOptional<typeof operationSchema>>

const retrySchema = mapping({
  max_attempts: count(1).optional().describe('7 by default.'),
  backoff: mapping({
    base: durationSchema.optional().describe('1s by default.'),
    factor: z.number().min(1).optional().describe('2 by default.'),
    max: durationSchema.optional().describe('60s by default.'),
    jitter: words('full').optional().describe('The only kind: a random part of the wait.'),
  })
    .optional()
    .describe('The wait before attempt n is a random part of `base · factor^n`, at most `max`.'),
  max_elapsed: durationSchema
    .optional()
    .describe('A batch that takes longer is left for the next run; 15m by default.'),
}).meta({ id: 'retry', description: 'How often, and after what wait, a batch is tried again.' })

const exampleAnswer = mapping({
  status: z.int().min(100).max(599),
  headers: dictionary(z.string(), text).optional(),
  body: z.unknown().optional().describe('JSON; a text is sent as it is.'),
})

const exampleSchema = mapping({
  name: nonEmpty.describe('What it shows.'),
  config: dictionary(z.string(), scalar)
    .optional()
    .describe('Of the destination; defaults need not be said.'),
  operation: words(...CONNECTOR_OPERATIONS)
    .optional()
    .describe('Without it: the `check`.'),
  key: oneOrMany(nonEmpty, 'a field, or a list of fields')
    .optional()
    .describe('The fields that are the key.'),
  audience: nonEmpty.optional().describe('Is prepared first.'),
  rows: z
    .array(dictionary(z.string(), z.unknown()))
    .optional()
    .describe('Fields by name, and `$destination_id`, `$customer_id`, `$previous`.'),
  requests: z
    .array(
      mapping({
        method: nonEmpty,
        url: nonEmpty,
        headers: dictionary(z.string(), text).optional().describe('Those that are looked at.'),
        body: z.unknown().optional().describe('Compared as data: JSON, form fields, lines, rows.'),
        answer: exampleAnswer,
      }),
    )
    .describe('In their order, with what is answered.'),
  outcome: z
    .union([
      z.array(z.union([words('ok', 'unknown', 'retry'), mapping({ ok: text }), mapping({ rejected: text })])),
      words('ok', 'failed', 'retry', 'split', 'stop', 'throttle', 'pending'),
      mapping({ throttle: durationSchema }),
    ])
    .describe(
      'Of each row: `ok`, `{ ok: <id> }`, `{ rejected: <code> }` …; or of the whole: `retry`, `stop`, `{ throttle: 5s }` …',
    ),
}).meta({
  id: 'example',
  description: 'Rows in, requests out, answers in, outcomes out: run by `cdp connector test`.',
})

export const connectorSchema = mapping({
  kind: z.literal('destination', { error: 'destination' }).describe('The only kind there is.'),
  name: nameSchema.describe('What a destination says as `connector`; the file is called `<name>.yml`.'),
  title: nonEmpty.describe('As people call the product.'),
  description: text.optional().describe('What rows become there, and what the key is.'),
  category: words('marketing', 'other')
    .optional()
    .describe('Syncs to a `marketing` connector must name a purpose; `other` by default.'),
  docs: nonEmpty.optional().describe("The vendor's documentation."),
  config: dictionary(nameSchema, configFieldSchema)
    .optional()
    .describe('What a destination of the project fills in.'),
  auth: authSchema.optional(),
  signature: signatureSchema.optional(),
  limits: limitsSchema.optional(),
  schema: rowSchema.optional(),
  operations: mapping(operationsShape).describe('What the destination can be asked to do.'),
  audience: audienceSchema.optional(),
  retry: retrySchema.optional(),
  check: checkSchema.optional(),
  examples: z.array(exampleSchema).optional().describe('What the connector does, shown and tested.'),
}).meta({ id: 'connector', description: 'All that cdp knows of a place outside of the warehouse.' })

export type ConnectorDefinition = z.output<typeof connectorSchema>
export type ConfigFieldDefinition = z.output<typeof configFieldSchema>
export type OperationDefinition = z.output<typeof operationSchema>
export type AuthDefinition = z.output<typeof authSchema>
export type ConnectorExample = z.output<typeof exampleSchema>
export type ConnectorField = z.output<typeof fieldSchema>
