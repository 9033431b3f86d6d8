import { z } from 'zod'
import { BODY_TYPES, METHODS } from './connector-words.js'
import { dictionary, mapping, nonEmpty, oneOrMany, scalar, text, words } from './shapes.js'

/** A path into an answer: `errors.0.message`; `$` is the answer itself. */
export const pathSchema = nonEmpty.meta({
  id: 'path',
  description: 'A path into the answer, with dots: `errors.0.message`. `$` is the whole answer.',
})

const statuses = oneOrMany(
  z.int({ error: 'an HTTP status' }).min(100).max(599),
  'an HTTP status, or a list of them',
)

export const requestSchema = mapping({
  method: words(...METHODS),
  url: nonEmpty.describe('Values in it are encoded; a base URL of `config` stands at its beginning.'),
  query: dictionary(z.string(), scalar)
    .optional()
    .describe('Parameters, encoded. One whose template is `optional` and yields nothing is left out.'),
  headers: dictionary(z.string(), text).optional().describe('A value with a line break is refused.'),
  body_type: words(...BODY_TYPES)
    .optional()
    .describe(
      '`json` (default), `form`, `ndjson` (a list, one item a line), `csv` (a list of mappings) or `none`.',
    ),
  body: z
    .unknown()
    .optional()
    .describe(
      'Its shape is written out; its leaves are templates. `$each: rows` with `$do` gives a list with one item for each row, `$if` with `$then` and `$else` a choice, `$merge` one mapping of several.',
    ),
}).meta({ id: 'request', description: 'What is sent.' })

const errorRule = mapping({
  status: statuses.optional(),
  body: dictionary(z.string(), z.union([scalar, z.array(scalar)]))
    .optional()
    .describe('Path of the answer → the value, or one of the values, that it has.'),
  when: nonEmpty.optional().describe('A template that yields true; it sees `status`, `headers` and `body`.'),
  do: words(
    'throttle',
    'retry',
    'split',
    'reject',
    'stop',
    'refresh',
    'accept',
    'results',
    'pending',
  ).describe(
    '`throttle`: the connection waits. `retry`: another attempt. `split`: the batch is halved. `reject`: every row is refused. `stop`: the run stops, and no row is refused. `refresh`: the token is asked for anew, once. `accept`: it is done. `results`: the answer says it of each row. `pending`: of a poll, not yet.',
  ),
  wait: nonEmpty
    .optional()
    .describe(
      'How long: seconds, an HTTP date, seconds or milliseconds since 1970, or `10s`; `Retry-After` by default.',
    ),
  message: nonEmpty.optional(),
  code: nonEmpty.optional(),
  remedy: nonEmpty.optional(),
}).meta({ id: 'error_rule', description: 'What an answer means. The first rule that fits counts.' })

const errorsShape = {
  path: oneOrMany(pathSchema, 'a path, or a list of them').describe(
    'The list of rows that were refused; of several lists the name of each is the code of its rows.',
  ),
  message: pathSchema.optional().describe('In an item.'),
  code: pathSchema.optional().describe('In an item.'),
}

const acceptCodes = z.array(nonEmpty).optional().describe('Codes of errors that mean that it is so already.')

const retryCodes = z
  .array(nonEmpty)
  .optional()
  .describe('Codes of errors after which the row is simply sent again.')

const createdSchema = pathSchema.optional().describe('What is true where the record was not there before.')

const resultsSchema = z
  .discriminatedUnion(
    'match',
    [
      mapping({
        match: z.literal('position').describe('The answer has one item for each row, in their order.'),
        path: pathSchema.describe('The list.'),
        ok: pathSchema
          .optional()
          .describe('What is true in an item that went well; else it did where it has no code.'),
        code: pathSchema.optional(),
        message: pathSchema.optional(),
        id: pathSchema.optional().describe('Kept as `$destination_id`.'),
        created: createdSchema,
        retry_codes: retryCodes,
        accept_codes: acceptCodes,
      }),
      mapping({
        match: z.literal('key').describe('Items of the answer name the row that they are about.'),
        errors: mapping({
          ...errorsShape,
          key: oneOrMany(pathSchema, 'a path, or a list of them').describe(
            'What names the row, in an item; of several paths the first that names one.',
          ),
          row_key: nonEmpty.optional().describe('What of a row is named; `$key` by default.'),
        }).optional(),
        successes: mapping({
          path: pathSchema,
          key: pathSchema,
          row_key: nonEmpty.optional(),
          id: pathSchema.optional().describe('Kept as `$destination_id`.'),
          created: createdSchema,
        }).optional(),
        ignore_case: z.boolean().optional().describe('The destination answers with keys in another case.'),
        if_none: words('split', 'retry', 'ok')
          .optional()
          .describe('Neither results nor errors: do not believe it. `retry` by default.'),
        believe: pathSchema.optional().describe('What the answer must hold, else it is not believed.'),
        retry_codes: retryCodes,
        accept_codes: acceptCodes,
      }),
      mapping({
        match: z
          .literal('index')
          .describe('Errors have the place of the row in the request, from 0; the rest went well.'),
        errors: mapping({
          ...errorsShape,
          index: pathSchema.describe(
            'In an item: a number, or text whose first number it is (`contacts[0].email`).',
          ),
        }),
        believe: pathSchema.optional().describe('What an answer without errors must hold.'),
        retry_codes: retryCodes,
        accept_codes: acceptCodes,
      }),
      mapping({
        match: z
          .literal('all')
          .describe('The rows share one fate: a status of success means that all went well.'),
        believe: pathSchema.optional().describe('What the answer must hold, else it is not believed.'),
        id: pathSchema.optional().describe('Kept as `$destination_id`; for batches of one row.'),
        created: createdSchema,
      }),
    ],
    {
      error: (issue) => (issue.path?.length ? 'one of position, key, index, all' : 'a mapping with "match"'),
    },
  )
  .meta({
    id: 'results',
    description: 'How the outcome of each row is found in the answer. Without it: `match: all`.',
  })

const responseShape = {
  success: z
    .array(z.int().min(100).max(599), { error: 'a list of HTTP statuses' })
    .min(1)
    .optional()
    .describe('All of 2xx by default.'),
  results: resultsSchema.optional(),
  errors: z
    .array(errorRule)
    .optional()
    .describe(
      'The first that fits; then success; else 408, 425, 429, 5xx are tried again, and other statuses refuse the row.',
    ),
}

export const responseSchema = mapping(responseShape).meta({
  id: 'response',
  description: 'What an answer means.',
})

/** A list that comes in pages, each with the address of the next one. */
const pagedShape = {
  path: pathSchema.describe('The list of items.'),
  next: pathSchema.optional().describe('The address of the next page, at the same host.'),
}

export const jobSchema = mapping({
  id: pathSchema.describe('In the answer to the request: what the job is called.'),
  every: nonEmpty.optional().describe('How long to wait between two questions; 5s by default.'),
  poll: mapping({ request: requestSchema, response: responseSchema }).describe(
    'How it is asked for: `{{job.id}}`.',
  ),
  details: mapping({
    when: nonEmpty.describe('A template over the answer to the poll: whether there is something to ask for.'),
    request: requestSchema,
    next: pagedShape.next,
    results: resultsSchema,
  })
    .optional()
    .describe('Where the outcome of rows stands in an answer of its own.'),
}).meta({ id: 'job', description: 'The destination takes a batch and works on it later.' })

export const lookupSchema = mapping({
  request: requestSchema,
  response: mapping({
    success: responseShape.success,
    errors: responseShape.errors,
  }).optional(),
  path: pathSchema.describe('The list of what was found.'),
  key: pathSchema.describe('What names the row, in an item; it may hold `{{config.…}}`.'),
  row_key: nonEmpty.optional().describe('What of a row is named; `$key` by default.'),
  value: pathSchema.describe('What is looked up, in an item.'),
  as: words('$found', '$previous_found').optional().describe('Its name in templates; `$found` by default.'),
  ignore_case: z.boolean().optional(),
  missing: words('reject', 'accept').describe(
    'A row that is not found is refused, or there is nothing to do for it.',
  ),
}).meta({
  id: 'lookup',
  description: 'Asked before the request: gives each row what the destination calls it, `row.$found`.',
})

export const audienceSchema = mapping({
  find: mapping({
    request: requestSchema,
    ...pagedShape,
    name: pathSchema.describe('In an item.'),
    id: pathSchema.describe('In an item.'),
    missing: statuses.optional().describe('Statuses that say that there is none of this name.'),
  }).describe('How an audience is found by its name: `{{audience.name}}`.'),
  create: mapping({ request: requestSchema, id: pathSchema.describe('In the answer.') }),
}).meta({ id: 'audience', description: 'How the audiences that syncs name are found and made.' })

export const checkSchema = mapping({
  ...requestSchema.shape,
  success: responseShape.success,
  errors: responseShape.errors,
}).meta({ id: 'check', description: 'A request that changes nothing and shows that the credentials hold.' })

export type RequestDefinition = z.output<typeof requestSchema>
export type ResponseDefinition = z.output<typeof responseSchema>
export type ResultsDefinition = z.output<typeof resultsSchema>
export type ErrorRule = z.output<typeof errorRule>
export type JobDefinition = z.output<typeof jobSchema>
export type LookupDefinition = z.output<typeof lookupSchema>
export type AudienceDefinition = z.output<typeof audienceSchema>
export type CheckDefinition = z.output<typeof checkSchema>
