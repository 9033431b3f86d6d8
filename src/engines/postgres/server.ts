import pg from 'pg'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { Tell } from '../connection.js'
import { explainFailure, isBusy } from './failures.js'
import { withRetries } from './retries.js'
import { addressOf, clientConfig, type PostgresTarget, serverPlace } from './target.js'

/** Of the server: what the dialect needs came with it. */
const OLDEST = 17

/**
 * What the settings of a target may replace. Plans that are compiled to machine code cost more than they save in
 * statements that are executed once.
 */
const OURS = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  jit: 'off',
  work_mem: '64MB',
  client_min_messages: 'warning',
  // A client that is stopped, or whose machine is gone, must not keep its locks from others.
  idle_in_transaction_session_timeout: '60s',
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '6',
}

/** A session on the server. */
export interface Session {
  readonly client: pg.Client
  /** The number of its process, by which it is cancelled. */
  readonly process: number
}

/** A database and the sessions on it. */
export class Server {
  readonly #open = new Set<pg.Client>()
  #version = ''

  constructor(
    private readonly target: PostgresTarget,
    private readonly projectDir: string,
    readonly tell: Tell,
  ) {}

  /** The version of the server; empty before the first session. */
  get version(): string {
    return this.#version
  }

  async open(): Promise<Session> {
    const client = await this.newClient()
    this.#open.add(client)
    try {
      if (this.#version === '') this.#version = await versionOf(client)
      for (const [setting, value] of Object.entries({ ...OURS, ...this.target.settings }))
        await client.query('select set_config($1, $2, false)', [setting, String(value)])
      return { client, process: await processOf(client) }
    } catch (error) {
      await this.close(client)
      throw explainFailure(error)
    }
  }

  /** A client that is connected, and nothing more. */
  newClient(): Promise<pg.Client> {
    const wasThere = this.#version !== ''
    return withRetries(
      () => this.#connected(),
      (error) => isBusy(error, wasThere),
      this.tell,
    )
  }

  async #connected(): Promise<pg.Client> {
    const client = new pg.Client({ ...clientConfig(this.target, this.projectDir), types: { getTypeParser } })
    // What ends a connection rejects the statement that runs on it, or the next one.
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (error) {
      const { user } = addressOf(this.target)
      throw explainFailure(error, `cannot connect to ${serverPlace({ ...this.target }).place} as ${user}`)
    }
    return client
  }

  async close(client: pg.Client): Promise<void> {
    if (this.#open.delete(client)) await client.end().catch(() => undefined)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((client) => this.close(client)))
  }
}

async function versionOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major, getdatabaseencoding() as encoding`,
  )
  const [{ version, major, encoding }] = rows as [{ version: string; major: number; encoding: string }]
  if (major < OLDEST)
    throw new WarehouseError(
      `the server is PostgreSQL ${version}, which is too old`,
      `cdp needs PostgreSQL ${OLDEST} or later.`,
    )
  if (encoding !== 'UTF8')
    throw new WarehouseError(
      `the database is encoded in ${encoding}`,
      'cdp needs one in UTF8: create database … encoding UTF8 template template0.',
    )
  return version
}

async function processOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select pg_backend_pid() as id')
  return Number(rows[0]?.id)
}

/** Text as the server writes it, but for what JavaScript holds without loss. */
function getTypeParser(type: number): (text: string) => unknown {
  switch (type) {
    case pg.types.builtins.BOOL:
      return (text) => text === 't'
    case pg.types.builtins.INT2:
    case pg.types.builtins.INT4:
    case pg.types.builtins.OID:
    case pg.types.builtins.FLOAT4:
    case pg.types.builtins.FLOAT8:
      return (text) => (Number.isFinite(Number(text)) ? Number(text) : text)
    default:
      return (text) => text
  }
}
