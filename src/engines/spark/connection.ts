import { WarehouseError } from '../../diagnostics/errors.js'
import { name, sql } from '../../sql/fragment.js'
import { print } from '../../sql/printer.js'
import type { Connection } from '../connection.js'
import { checkedTarget } from '../http-target.js'
import { SparkClient } from './client.js'
import { spark } from './dialect.js'
import { SessionHost } from './session-connection.js'
import type { SparkTarget } from './target.js'

/** Opens what the options of a target name; its file of certificates is relative to the project. */
export async function openTarget(
  options: Readonly<Record<string, unknown>>,
  projectDir: string,
): Promise<Connection> {
  const given = options as unknown as SparkTarget
  const server = new Server(
    checkedTarget(given, projectDir, 'Use https:// in `url` of the target, or leave them out.'),
  )
  try {
    return await server.openFirst()
  } catch (error) {
    await server.close()
    throw error
  }
}

/** The driver is our own. */
export function engineVersion(): string {
  return 'HiveServer2 protocol 8'
}

/** Of the server: variants and sessions of ANSI SQL came with 4.0. */
const OLDEST = 4

/** What the statements of cdp rely on: the same text means the same everywhere. */
const SETTINGS = {
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.timestampType': 'TIMESTAMP_NTZ',
  'spark.sql.variable.substitute': 'false',
  'spark.sql.parser.escapedStringLiterals': 'false',
  'spark.sql.ansi.doubleQuotedIdentifiers': 'false',
}

class Server extends SessionHost {
  readonly #client: SparkClient
  readonly #settings: Readonly<Record<string, string>>

  constructor(readonly target: SparkTarget) {
    super(spark, 'Spark')
    this.#client = new SparkClient(target)
    const all = { ...target.settings, ...SETTINGS, 'spark.sql.defaultCatalog': target.catalog }
    this.#settings = Object.fromEntries(
      Object.entries(all).map(([key, value]) => [`set:${key}`, String(value)]),
    )
  }

  /** The first connection, once the server is known to be one that cdp can work on. */
  override async openFirst(): Promise<Connection> {
    const connection = await super.openFirst()
    if (Number.parseInt(this.version, 10) < OLDEST)
      throw new WarehouseError(
        `the server is Spark ${this.version}, which is too old`,
        `cdp needs Spark ${OLDEST}.0 or later.`,
      )
    await checkCatalog(connection, this.target.catalog)
    return connection
  }

  async open(): Promise<Connection> {
    return this.add(await this.#client.openSession(this.#settings))
  }

  protected disconnect(): void {
    this.#client.close()
  }
}

async function checkCatalog(connection: Connection, catalog: string): Promise<void> {
  await connection.execute(print(sql`use ${name(catalog)}`, spark)).catch((cause: unknown) => {
    throw new WarehouseError(
      `Spark has no catalog "${catalog}"`,
      'Mend `catalog` of the target: it is one that Spark was configured with, as spark.sql.catalog.<name>.',
      { cause },
    )
  })
}
