import { resolve } from 'node:path'
import type { DBSQLClient } from '@databricks/sql'
import { WarehouseError } from '../../diagnostics/errors.js'
import { name, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { Connection } from '../connection.js'
import { SessionHost } from '../spark/session-connection.js'
import { databricks } from './dialect.js'
import { driverClient } from './driver.js'
import { explainDriver } from './failures.js'
import { DatabricksSession } from './session.js'
import type { DatabricksTarget } from './target.js'

export { driverVersion as engineVersion } from './driver.js'

/** Opens what the options of a target name; its file of certificates is relative to the project. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): Promise<Connection> {
  const given = options as unknown as DatabricksTarget
  const { ca, token, client_id, client_secret } = given
  if (token === undefined && (client_id === undefined || client_secret === undefined))
    throw new WarehouseError(
      'the target does not say who connects',
      'Give it `token`, or `client_id` and `client_secret` of a service principal.',
    )
  const target = { ...given, ...(ca !== undefined && { ca: resolve(projectDir, ca) }) }
  const workspace = new Workspace(target, await driverClient(target).catch(explained(target.host)))
  try {
    return await workspace.openFirst()
  } catch (error) {
    await workspace.close()
    throw error
  }
}

const explained = (host: string) => (error: unknown) => {
  throw error instanceof WarehouseError ? error : explainDriver(host, error)
}

/** What the statements of cdp rely on: the same text means the same everywhere. */
const SETTINGS = { timezone: 'UTC', ansi_mode: 'true' }

class Workspace extends SessionHost {
  constructor(
    private readonly target: DatabricksTarget,
    private readonly client: DBSQLClient,
  ) {
    super(databricks, 'Databricks')
  }

  /** Once the catalog is known to be there. */
  async open(): Promise<Connection> {
    const { host, catalog, tags } = this.target
    const session = await this.client.openSession({ configuration: SETTINGS }).catch(explained(host))
    const explain = (error: unknown, statement: string) => explainDriver(host, error, statement)
    const connection = this.add(new DatabricksSession(session, { ...tags, application: 'cdp' }, explain))
    await connection.execute(print(sql`set catalog ${name(catalog)}`, databricks)).catch((cause: unknown) => {
      throw new WarehouseError(`Databricks has no catalog "${catalog}"`, 'Mend `catalog` of the target.', {
        cause,
      })
    })
    return connection
  }

  protected async disconnect(): Promise<void> {
    await this.client.close().catch(() => undefined)
  }
}
