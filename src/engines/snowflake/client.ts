import { resolve } from 'node:path'
import type { ConnectionOptions, Connection as Session } from 'snowflake-sdk'
import { loadDriver } from '../driver.js'
import { explainFailure } from './failures.js'
import { quotedName, quotedText } from './quoting.js'
import type { SnowflakeTarget } from './target.js'

const DRIVER = 'snowflake-sdk'

type Driver = typeof import('snowflake-sdk')

/** Its log goes to a file of its own otherwise. */
async function load(): Promise<Driver> {
  const driver = (await loadDriver(() => import('snowflake-sdk'), DRIVER)) as unknown as { default: Driver }
  driver.default.configure({ logLevel: 'OFF', additionalLogToConsole: false })
  return driver.default
}

/** What the dialect relies on: times without a zone are plain ones, names in quotes keep their case. */
const SETTINGS: Readonly<Record<string, string | boolean>> = {
  TIMEZONE: 'UTC',
  TIMESTAMP_TYPE_MAPPING: 'TIMESTAMP_NTZ',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF6',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF6',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  QUOTED_IDENTIFIERS_IGNORE_CASE: false,
}

/** The statements that a session begins with. */
export function sessionStatements(target: SnowflakeTarget): readonly string[] {
  const settings = Object.entries({ ...SETTINGS, QUERY_TAG: target.query_tag ?? 'cdp' }).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? quotedText(value) : value}`,
  )
  const used = (['role', 'warehouse', 'database'] as const).flatMap((what) => {
    const name = target[what]
    return name === undefined ? [] : [`use ${what} ${quotedName(name)}`]
  })
  return [`alter session set ${settings.join(', ')}`, ...used]
}

/** A session that is logged in. */
export async function newSession(target: SnowflakeTarget, projectDir: string): Promise<Session> {
  const driver = await load()
  const session = created(driver, target, projectDir)
  // The promise that the driver gives holds where the login failed, too.
  return new Promise((done, failed) => {
    const refuse = (error: unknown) => failed(explainFailure(error))
    session.connectAsync((error) => (error ? refuse(error) : done(session))).catch(refuse)
  })
}

/** The driver reads connections.toml where it is given nothing, and the name from the environment. */
function created(driver: Driver, target: SnowflakeTarget, projectDir: string): Session {
  const before = process.env.SNOWFLAKE_DEFAULT_CONNECTION_NAME
  try {
    if (target.connection === undefined) return driver.createConnection(connectionOptions(target, projectDir))
    process.env.SNOWFLAKE_DEFAULT_CONNECTION_NAME = target.connection
    return driver.createConnection()
  } catch (error) {
    throw explainFailure(error)
  } finally {
    if (before === undefined) delete process.env.SNOWFLAKE_DEFAULT_CONNECTION_NAME
    else process.env.SNOWFLAKE_DEFAULT_CONNECTION_NAME = before
  }
}

/** Seven, its own number, take more than three minutes to say that nobody answers. */
const LOGIN_RETRIES = 2

function connectionOptions(target: SnowflakeTarget, projectDir: string): ConnectionOptions {
  const { account, user, password, token, url } = target
  const { private_key: key, private_key_path: path, private_key_passphrase: passphrase } = target
  const hasKey = key !== undefined || path !== undefined
  const authenticator = target.authenticator?.toUpperCase().startsWith('HTTP')
    ? target.authenticator
    : (target.authenticator?.toUpperCase() ?? (hasKey ? 'SNOWFLAKE_JWT' : undefined))
  return {
    application: 'cdp',
    account: account ?? '',
    fetchAsString: ['Number', 'Date', 'JSON', 'Buffer'],
    rowMode: 'array',
    clientSessionKeepAlive: true,
    sfRetryMaxLoginRetries: LOGIN_RETRIES,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
    ...(url !== undefined && { accessUrl: url }),
    ...(authenticator !== undefined && { authenticator }),
    ...(key !== undefined && { privateKey: key }),
    ...(path !== undefined && { privateKeyPath: resolve(projectDir, path) }),
    ...(passphrase !== undefined && { privateKeyPass: passphrase }),
  } as ConnectionOptions
}

/** The version of the driver; rejects where it is not installed. */
export async function engineVersion(): Promise<string> {
  await load()
  return `driver ${DRIVER}`
}
