import { z } from 'zod'

const text = (what: string) => z.string({ error: what }).min(1, { error: what })

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
    user: text('the name of a user').optional().describe('Who runs the statements; `cdp` by default.'),
    password: text('the password of the user')
      .optional()
      .describe('Of the user, over https only. A reference to the environment.'),
    token: text('a JSON web token')
      .optional()
      .describe(
        'A JSON web token in the place of a password, over https only. A reference to the environment.',
      ),
    ca: text('a file of certificates')
      .optional()
      .describe('A file of certificates (PEM) to trust besides those of the system.'),
    tags: z
      .array(text('a tag'), { error: 'a list of tags' })
      .optional()
      .describe('Client tags of every statement besides `cdp`: resource groups and the event log see them.'),
    session: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }),
        { error: 'a mapping' },
      )
      .optional()
      .describe("Trino's own session properties, set for every statement."),
  },
  secrets: ['password', 'token'] as readonly string[],
} as const
