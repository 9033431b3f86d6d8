import pg from 'pg'
import type { WarehouseError } from '../../diagnostics/errors.js'
import type { Tell } from '../connection.js'
import { isBusy } from './failures.js'
import { withRetries } from './retries.js'

/** A server that speaks the protocol of Postgres: where it is, and what is asked of it. */
export interface ServerKind {
  /** What the driver is told; rejects where nobody can be logged in. Asked for each session: credentials may be temporary. */
  readonly config: () => Promise<pg.ClientConfig>
  /** Without secrets. */
  readonly place: string
  /** Of each session, in the order in which they are set. */
  readonly settings: Readonly<Record<string, string>>
  /** The version of the server; rejects where it is none that cdp can use. */
  readonly versionOf: (client: pg.Client) => Promise<string>
  /** What the server or the driver threw, as an error with a remedy; `place` goes in front. */
  readonly explain: (cause: unknown, place?: string) => WarehouseError
  /** The server rolled the transaction back for the sake of another one. */
  readonly isRolledBack: (error: unknown) => boolean
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
    readonly kind: ServerKind,
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
      if (this.#version === '') this.#version = await this.kind.versionOf(client)
      for (const [setting, value] of Object.entries(this.kind.settings))
        await client.query('select set_config($1, $2, false)', [setting, value])
      return { client, process: await processOf(client) }
    } catch (error) {
      await this.close(client)
      throw this.kind.explain(error)
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
    const config = await this.kind.config()
    const client = new pg.Client({
      ...config,
      application_name: 'cdp',
      keepAlive: true,
      types: { getTypeParser },
    })
    // What ends a connection rejects the statement that runs on it, or the next one.
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (error) {
      throw this.kind.explain(error, `cannot connect to ${this.kind.place} as ${config.user}`)
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
