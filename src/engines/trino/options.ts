import { z } from 'zod'
import { HTTP_CREDENTIALS, settings, text } from '../option-fields.js'

/** What a target of `type: trino` may say besides what every target says. */
export const trinoOptions = {
  fields: {
    url: text('the address of the coordinator, as https://trino.example.com')
      .transform((written, context) => {
        const url = URL.canParse(written) ? new URL(written) : undefined
        if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return written
        context.addIssue({
          code: 'custom',
          message: 'the address of the coordinator, as https://trino.example.com',
        })
        return z.NEVER
      })
      .meta({
        description: 'The address of the coordinator.',
        examples: ['https://trino.example.com', 'http://localhost:8080'],
      }),
    catalog: text('the name of a catalog').meta({
      description: 'The Iceberg catalog that the schemas of the target are in.',
      examples: ['iceberg'],
    }),
    ...HTTP_CREDENTIALS,
    tags: z
      .array(text('a tag'), { error: 'a list of tags' })
      .optional()
      .describe('Client tags of every statement besides `cdp`: resource groups and the event log see them.'),
    session: settings().optional().describe("Trino's own session properties, set for every statement."),
  },
  secrets: ['password', 'token'] as readonly string[],
} as const
