import { z } from 'zod'
import { text } from '../option-fields.js'

/** What a target of `type: snowflake` may say besides what every target says. */
export const snowflakeOptions = {
  fields: {
    account: text('the identifier of an account')
      .optional()
      .meta({
        description: 'The identifier of the account.',
        examples: ['acme-analytics'],
      }),
    connection: text('the name of a connection')
      .optional()
      .describe(
        'A connection of your connections.toml in the place of `account` and of who connects; `database`, `warehouse` and `role` beside it count.',
      ),
    database: text('the name of a database').describe('The database that the schemas of the target are in.'),
    warehouse: text('the name of a warehouse')
      .optional()
      .describe('What computes the statements; that of the user by default.'),
    role: text('the name of a role').optional().describe('That of the user by default.'),
    user: text('the name of a user').optional().describe('Who connects.'),
    password: text('the password of the user')
      .optional()
      .meta({
        description: 'Of the user; not written out, but read from the environment.',
        examples: ["{{ env 'SNOWFLAKE_PASSWORD' }}"],
      }),
    authenticator: text('how to log in')
      .optional()
      .meta({
        description:
          'How to log in where neither a password nor a key does: `externalbrowser`, `oauth` with `token`, or the address of Okta.',
        examples: ['externalbrowser', 'oauth'],
      }),
    token: text('an access token')
      .optional()
      .describe('An OAuth access token. A reference to the environment.'),
    private_key_path: text('a file')
      .optional()
      .describe('File of the private key of the user (PEM), relative to the project.'),
    private_key: text('a private key')
      .optional()
      .describe('The same as text. A reference to the environment.'),
    private_key_passphrase: text('a passphrase')
      .optional()
      .describe('Of an encrypted key. A reference to the environment.'),
    query_tag: text('a tag').optional().describe('The query tag of every statement; `cdp` by default.'),
    url: z
      .url({ error: 'an address', protocol: /^https?$/ })
      .optional()
      .describe('The address of the account, where it is not the public one.'),
  },
  secrets: ['password', 'token', 'private_key', 'private_key_passphrase'] as readonly string[],
} as const
