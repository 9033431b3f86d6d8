import { z } from 'zod'
import { HTTP_CREDENTIALS, settings, text } from '../option-fields.js'

const ADDRESS = 'the address of a Thrift server over HTTP, as http://localhost:10001/cliservice'

/** What a target of `type: spark` may say besides what every target says. */
export const sparkOptions = {
  fields: {
    url: text(ADDRESS)
      .transform((written, context) => {
        const url = URL.canParse(written) ? new URL(written) : undefined
        if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
          return url.pathname === '/' ? new URL('/cliservice', url).href : url.href
        context.addIssue({ code: 'custom', message: ADDRESS })
        return z.NEVER
      })
      .meta({
        description: "The address of Spark's Thrift server, in its HTTP mode; without a path, `/cliservice`.",
        examples: ['https://spark.example.com/cliservice', 'http://localhost:10001'],
      }),
    catalog: text('the name of a catalog').meta({
      description: 'The Iceberg catalog that the schemas of the target are in.',
      examples: ['lake'],
    }),
    ...HTTP_CREDENTIALS,
    settings: settings()
      .optional()
      .meta({
        description: "Spark's own settings of cdp's sessions.",
        examples: [{ 'spark.sql.shuffle.partitions': 8 }],
      }),
  },
  secrets: ['password', 'token'] as readonly string[],
} as const
