import type { RedshiftClientConfig } from '@aws-sdk/client-redshift'
import { WarehouseError } from '../../diagnostics/errors.js'
import { loadDriver } from '../driver.js'
import type { RedshiftTarget } from './target.js'

/** Who logs in, and where. */
export interface Login {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Milliseconds since 1970 after which the password opens no new session. */
  readonly expires: number
}

interface Endpoint {
  readonly host: string | undefined
  readonly port: number | undefined
}

const CLUSTERS = '@aws-sdk/client-redshift'
const WORKGROUPS = '@aws-sdk/client-redshift-serverless'

/** What AWS gives to whoever its credentials are of. Rejects with a `WarehouseError` that says what is in the way. */
export async function temporaryLogin(target: RedshiftTarget): Promise<Login> {
  try {
    return target.workgroup === undefined ? await toCluster(target) : await toWorkgroup(target)
  } catch (error) {
    throw explainAws(error, target)
  }
}

function config({
  region,
  profile,
  endpoint,
  connect_timeout: seconds = 10,
}: RedshiftTarget): RedshiftClientConfig {
  return {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: { connectionTimeout: seconds * 1000, requestTimeout: 60_000 },
  }
}

async function toCluster(target: RedshiftTarget): Promise<Login> {
  const sdk = await loadDriver(() => import('@aws-sdk/client-redshift'), CLUSTERS)
  const client = new sdk.RedshiftClient(config(target))
  const { cluster: ClusterIdentifier, database: DbName, user: DbUser } = target
  try {
    const { host, port } = await placed(target, async () => {
      const found = await client.send(new sdk.DescribeClustersCommand({ ClusterIdentifier }))
      const { Address, Port } = found.Clusters?.[0]?.Endpoint ?? {}
      return { host: Address, port: Port }
    })
    const given =
      DbUser === undefined
        ? await client.send(new sdk.GetClusterCredentialsWithIAMCommand({ ClusterIdentifier, DbName }))
        : await client.send(new sdk.GetClusterCredentialsCommand({ ClusterIdentifier, DbName, DbUser }))
    return login(host, port, given.DbUser, given.DbPassword, given.Expiration)
  } finally {
    client.destroy()
  }
}

async function toWorkgroup(target: RedshiftTarget): Promise<Login> {
  const sdk = await loadDriver(() => import('@aws-sdk/client-redshift-serverless'), WORKGROUPS)
  const client = new sdk.RedshiftServerlessClient(config(target))
  const { workgroup: workgroupName, database: dbName } = target
  try {
    const { host, port } = await placed(target, async () => {
      const { workgroup } = await client.send(new sdk.GetWorkgroupCommand({ workgroupName }))
      return { host: workgroup?.endpoint?.address, port: workgroup?.endpoint?.port }
    })
    const given = await client.send(new sdk.GetCredentialsCommand({ workgroupName, dbName }))
    return login(host, port, given.dbUser, given.dbPassword, given.expiration)
  } finally {
    client.destroy()
  }
}

/** What the target says wins over what AWS knows. */
async function placed(target: RedshiftTarget, ask: () => Promise<Endpoint>): Promise<Endpoint> {
  const known = target.host === undefined ? await ask() : undefined
  return { host: target.host ?? known?.host, port: target.port ?? known?.port }
}

function login(
  host: string | undefined,
  port: number | undefined,
  user: string | undefined,
  password: string | undefined,
  expiration: Date | undefined,
): Login {
  if (host === undefined)
    throw new WarehouseError(
      'AWS knows no endpoint of it yet',
      'Wait until it is available, or name its `host`.',
    )
  if (user === undefined || password === undefined)
    throw new WarehouseError('AWS gave no temporary password', 'Run again; else name `user` and `password`.')
  return { host, port: port ?? 5439, user, password, expires: expiration?.getTime() ?? 0 }
}

/** By the name of what AWS or its client throws: what a user can do. */
const REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [
    /^(CredentialsProviderError|TokenProviderError)$/,
    'Log in to AWS ("aws sso login", or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or name a `profile`.',
  ],
  [
    /^(AccessDenied|UnauthorizedOperation)/,
    'Ask for the right to redshift:GetClusterCredentialsWithIAM (with `user` redshift:GetClusterCredentials, of a workgroup redshift-serverless:GetCredentials), and without `host` to describe it.',
  ],
  [
    /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature)/,
    'Log in to AWS again: its credentials are not valid, or no longer.',
  ],
  [/^(ClusterNotFound|ResourceNotFound)/, 'Mend `cluster` or `workgroup`, and `region`, of the target.'],
  [/^(Throttling|TooManyRequests)/, 'AWS has too many requests: wait, then run again.'],
]

function explainAws(cause: unknown, { cluster, workgroup }: RedshiftTarget): WarehouseError {
  if (cause instanceof WarehouseError) return cause
  const { name, message } = cause as Error
  const which = workgroup === undefined ? `cluster ${cluster}` : `workgroup ${workgroup}`
  const remedy = /Region is missing/i.test(message)
    ? 'Name `region` of the target, or set AWS_REGION.'
    : REMEDIES.find(([pattern]) => pattern.test(name))?.[1]
  return new WarehouseError(`AWS gives no password for the ${which}: ${message || name}`, remedy, { cause })
}
