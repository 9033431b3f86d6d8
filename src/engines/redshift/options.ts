import { port, settings, text } from '../option-fields.js'
import { serverFields } from '../postgres/options.js'

/** What a target of `type: redshift` may say besides what every target says. */
export const redshiftOptions = {
  fields: {
    host: text('the host of an endpoint')
      .optional()
      .meta({
        description: 'The endpoint of the cluster or workgroup; asked of AWS where one of them is named.',
        examples: ['acme.abc123xyz.eu-central-1.redshift.amazonaws.com'],
      }),
    port: port().optional().describe('5439 by default.'),
    database: text('the name of a database').describe('The database that the schemas of the target are in.'),
    user: text('the name of a user')
      .optional()
      .describe('Who connects. Beside `cluster`: who the temporary password is for.'),
    password: text('the password of the user')
      .optional()
      .meta({
        description: 'Of the user; not written out, but read from the environment.',
        examples: ["{{ env 'REDSHIFT_PASSWORD' }}"],
      }),
    cluster: text('the identifier of a cluster')
      .optional()
      .describe(
        'Of a provisioned cluster, in the place of `password`: AWS gives a temporary one to whoever the credentials of the environment, of `profile` or of the machine are of.',
      ),
    workgroup: text('the name of a workgroup')
      .optional()
      .describe('Of Redshift Serverless, in the place of `cluster`.'),
    region: text('a region of AWS')
      .optional()
      .meta({
        description: 'That of the environment or of `profile` by default.',
        examples: ['eu-central-1'],
      }),
    profile: text('the name of a profile')
      .optional()
      .describe('A profile of ~/.aws; that of the environment by default.'),
    endpoint: text('an address')
      .optional()
      .describe(
        'The address of the API that temporary passwords are asked of, where it is not the public one.',
      ),
    ...serverFields('verify-full'),
    query_group: text('a label').optional().describe('The query group of every statement; `cdp` by default.'),
    settings: settings()
      .optional()
      .meta({
        description: "Settings of Redshift for cdp's sessions.",
        examples: [{ statement_timeout: 3600000, enable_result_cache_for_session: 'off' }],
      }),
  },
  secrets: ['password'] as readonly string[],
} as const
