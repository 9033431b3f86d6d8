import type pg from 'pg'
import { WarehouseError } from '../../diagnostics/errors.js'
import { explainFailure, isRolledBack } from './failures.js'
import type { ServerKind } from './server.js'
import { clientConfig, type PostgresTarget, serverPlace } from './target.js'

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

/** PostgreSQL itself. */
export function postgresServer(target: PostgresTarget, projectDir: string): ServerKind {
  const settings = Object.entries({ ...OURS, ...target.settings }).map(([key, value]) => [key, String(value)])
  return {
    config: async () => clientConfig(target, projectDir),
    place: serverPlace({ ...target }).place,
    settings: Object.fromEntries(settings),
    versionOf,
    explain: explainFailure,
    isRolledBack,
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
