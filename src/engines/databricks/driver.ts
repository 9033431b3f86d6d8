import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { DBSQLClient } from '@databricks/sql'
import { WarehouseError } from '../../diagnostics/errors.js'
import { loadDriver } from '../driver.js'
import type { DatabricksTarget } from './target.js'

const DRIVER = '@databricks/sql'

export type DriverSession = Awaited<ReturnType<DBSQLClient['openSession']>>

/** The vendor's own, which is not in the box: few need it, and it is large. */
async function load() {
  const driver = await loadDriver(() => import('@databricks/sql'), DRIVER)
  const { version } = createRequire(import.meta.url)(`${DRIVER}/package.json`) as { version: string }
  if (!checksCertificates(version))
    throw new WarehouseError(
      `the driver ${DRIVER} ${version} does not check whose server answers, and would send it the token`,
      `npm install ${DRIVER}@2.1`,
    )
  return { ...driver, version }
}

/** Before 2.1 it spoke TLS with anybody. */
export function checksCertificates(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 1)
}

/** The version of the driver; rejects where it is not there. */
export async function driverVersion(): Promise<string> {
  return `${DRIVER} ${(await load()).version}`
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
