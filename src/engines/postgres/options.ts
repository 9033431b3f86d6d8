import { z } from 'zod'
import { port, settings, text as textOf } from '../option-fields.js'
import { SSL_MODES, type SslMode } from './target.js'

const text = textOf('text')

/** What targets of every server say that speaks the protocol of Postgres. */
export const serverFields = (sslmode: SslMode) => ({
  sslmode: z
    .enum(SSL_MODES, { error: SSL_MODES.join(', ') })
    .optional()
    .describe(
      `\`disable\`, \`require\` (encrypted, whoever answers), \`verify-ca\` (a certificate that is trusted), \`verify-full\` (one of this very host); \`${sslmode}\` by default.`,
    ),
  sslrootcert: text
    .optional()
    .describe('File of the certificates that are trusted, relative to the project.'),
  connect_timeout: z
    .int({ error: 'seconds' })
    .min(1, { error: 'seconds' })
    .optional()
    .describe('Seconds to wait for the server when connecting; 10 by default.'),
})

/** What a target of `type: postgres` may say besides what every target says. */
export const postgresOptions = {
  fields: {
    url: text.optional().meta({
      description:
        'Everything in one: `postgresql://user:password@host:port/database`. The keys below win over its parts.',
      examples: ["{{ env 'DATABASE_URL' }}"],
    }),
    host: text.optional().describe('`localhost` by default; a folder is that of a Unix socket.'),
    port: port().optional().describe('5432 by default.'),
    database: text.optional().describe('The name of the user by default.'),
    user: text.optional().describe('Who connects.'),
    password: text.optional().meta({
      description: 'Of the user; not written out, but read from the environment.',
      examples: ["{{ env 'POSTGRES_PASSWORD' }}"],
    }),
    ...serverFields('disable'),
    sslcert: text.optional().describe('File of the certificate of the client.'),
    sslkey: text.optional().describe('File of the key of the client.'),
    settings: settings()
      .optional()
      .meta({
        description: "Settings of Postgres for cdp's sessions.",
        examples: [{ work_mem: '256MB', role: 'analytics' }],
      }),
  },
  secrets: ['url', 'password'] as readonly string[],
  grants: true,
} as const
