import { z } from 'zod'
import { port, text } from '../option-fields.js'

const HOST = 'the host of a workspace, as dbc-a1b2345c-d6e7.cloud.databricks.com'

/** What a target of `type: databricks` may say besides what every target says. */
export const databricksOptions = {
  fields: {
    host: text(HOST)
      .refine((host) => /^[a-z0-9.-]+$/i.test(host), { error: HOST })
      .meta({
        description: 'The host of the workspace, without https://.',
        examples: ['dbc-a1b2345c-d6e7.cloud.databricks.com'],
      }),
    http_path: text('the HTTP path of a SQL warehouse').meta({
      description: 'Of the SQL warehouse, as its connection details tell it.',
      examples: ['/sql/1.0/warehouses/a1b234c567d8e9fa'],
    }),
    catalog: text('the name of a catalog').meta({
      description: 'The catalog of Unity Catalog that the schemas of the target are in.',
      examples: ['main'],
    }),
    token: text('an access token')
      .optional()
      .meta({
        description: 'A personal access token. A reference to the environment.',
        examples: ["{{ env 'DATABRICKS_TOKEN' }}"],
      }),
    client_id: text('the id of a service principal')
      .optional()
      .describe('Of a service principal, in the place of `token`: OAuth from machine to machine.'),
    client_secret: text('the secret of a service principal')
      .optional()
      .describe('Its OAuth secret. A reference to the environment.'),
    port: port().optional().describe('443 by default.'),
    ca: text('a file of certificates')
      .optional()
      .describe('A file of certificates (PEM) to trust besides those of Node.'),
    tags: z
      .record(z.string(), z.string({ error: 'text' }), { error: 'a mapping' })
      .optional()
      .meta({
        description: 'Query tags of every statement, besides `application: cdp`.',
        examples: [{ team: 'marketing' }],
      }),
  },
  secrets: ['token', 'client_secret'] as readonly string[],
} as const
