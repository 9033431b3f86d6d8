import { z } from 'zod'
import { text } from '../option-fields.js'

const LABEL = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u

/** What a target of `type: bigquery` may say besides what every target says. */
export const bigqueryOptions = {
  fields: {
    project: text('the id of a project').meta({
      description: 'The project that the datasets of the target are in, and that is billed.',
      examples: ['acme-analytics'],
    }),
    location: text('a location')
      .optional()
      .meta({
        description: 'Where its datasets are; that of new ones, and of every job.',
        examples: ['EU', 'us-east1'],
      }),
    keyfile: text('a file')
      .optional()
      .describe(
        'The key of a service account, relative to the project. Without it, and without the two below, the application default credentials count.',
      ),
    keyfile_json: text('the JSON of a key')
      .optional()
      .describe('The same as text. A reference to the environment.'),
    token: text('an access token')
      .optional()
      .describe('An OAuth access token, which lasts an hour. A reference to the environment.'),
    maximum_bytes_billed: z
      .int({ error: 'a number of bytes' })
      .min(1, { error: 'a number of bytes' })
      .optional()
      .describe('A statement that would be billed for more fails, and costs nothing.'),
    priority: z
      .enum(['interactive', 'batch'], { error: 'interactive, batch' })
      .optional()
      .describe('`interactive` (default), or `batch`: statements wait for idle resources.'),
    job_timeout: z
      .int({ error: 'seconds' })
      .min(1, { error: 'seconds' })
      .optional()
      .describe('Seconds after which BigQuery ends a statement.'),
    labels: z
      .record(
        z.string().regex(LABEL, { error: 'lower case letters, digits, _ and -, at most 63' }),
        z
          .string({ error: 'text' })
          .regex(LABEL, { error: 'lower case letters, digits, _ and -, at most 63' }),
        { error: 'a mapping' },
      )
      .optional()
      .meta({
        description: 'Labels of every statement besides `tool: cdp`: the bill and the audit log show them.',
        examples: [{ team: 'marketing' }],
      }),
    endpoint: z
      .url({ error: 'an address', protocol: /^https?$/ })
      .optional()
      .describe('The address of the API, where it is not the public one.'),
  },
  secrets: ['keyfile_json', 'token'] as readonly string[],
} as const
