import { readFileSync } from 'node:fs'
import type { DBSQLClient } from '@databricks/sql'
import { loadDriver } from '../driver.js'
import type { DatabricksTarget } from './target.js'

/** The vendor's own, which is not in the box: few need it, and it is large. */
const load = () => loadDriver(() => import('@databricks/sql'), '@databricks/sql')

export type DriverSession = Awaited<ReturnType<DBSQLClient['openSession']>>

/** The version of the driver; rejects where it is not there. */
export async function driverVersion(): Promise<string> {
  await load()
  const { createRequire } = await import('node:module')
  const { version } = createRequire(import.meta.url)('@databricks/sql/package.json') as { version: string }
  return `@databricks/sql ${version}`
}

/** A client of the driver that has not connected yet: it reads what is text as text, logs nothing, and reports nothing to anybody. */
export async function driverClient(target: DatabricksTarget): Promise<DBSQLClient> {
  const { DBSQLClient: Client } = await load()
  const client = new Client({ logger: { log: () => {} } })
  // Times of Arrow would be cut to milliseconds; as text they are whole, and so are decimals.
  client.getConfig().useArrowNativeTypes = false
  const { host, http_path: path, port, ca, token, client_id, client_secret } = target
  const credentials =
    token === undefined
      ? ({
          authType: 'databricks-oauth',
          ...(client_id !== undefined && { oauthClientId: client_id }),
          ...(client_secret !== undefined && { oauthClientSecret: client_secret }),
        } as const)
      : { token }
  await client.connect({
    host,
    path,
    ...(port !== undefined && { port }),
    ...(ca !== undefined && { customCaCert: readFileSync(ca) }),
    ...credentials,
    userAgentEntry: 'cdp',
    preserveBigNumericPrecision: true,
    telemetryEnabled: false,
    retriesTimeout: 60_000,
  })
  return client
}
