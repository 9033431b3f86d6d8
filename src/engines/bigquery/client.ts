import { resolve } from 'node:path'
import type { BigQuery, BigQueryOptions } from '@google-cloud/bigquery'
import { WarehouseError } from '../../diagnostics/errors.js'
import { loadDriver } from '../driver.js'
import type { BigQueryTarget } from './target.js'

const DRIVER = '@google-cloud/bigquery'

/** The driver, with the credentials of the target. */
export async function newClient(target: BigQueryTarget, projectDir: string): Promise<BigQuery> {
  const { BigQuery: Client } = await loadDriver(() => import('@google-cloud/bigquery'), DRIVER)
  return new Client({
    projectId: target.project,
    userAgent: 'cdp',
    ...(target.location !== undefined && { location: target.location }),
    ...(target.endpoint !== undefined && { apiEndpoint: target.endpoint }),
    ...(await credentials(target, projectDir)),
  })
}

async function credentials(target: BigQueryTarget, projectDir: string): Promise<Partial<BigQueryOptions>> {
  const { token, keyfile, keyfile_json: json } = target
  if (token !== undefined) {
    const load = () => import('google-auth-library')
    const { OAuth2Client } = await loadDriver(load, DRIVER, 'google-auth-library')
    const authClient = new OAuth2Client()
    authClient.setCredentials({ access_token: token })
    return { authClient }
  }
  if (json !== undefined) return { credentials: parsedKey(json) }
  return keyfile === undefined ? {} : { keyFilename: resolve(projectDir, keyfile) }
}

/** Nothing of the text is told where it does not read: it is a secret. */
function parsedKey(json: string): NonNullable<BigQueryOptions['credentials']> {
  try {
    return JSON.parse(json)
  } catch {
    throw new WarehouseError(
      '`keyfile_json` of the target is no JSON',
      'It is the content of the file that Google gives for the key of a service account.',
    )
  }
}

/** The version of the driver; rejects where it is not installed. */
export async function engineVersion(): Promise<string> {
  await loadDriver(() => import('@google-cloud/bigquery'), DRIVER)
  return `driver ${DRIVER}`
}
