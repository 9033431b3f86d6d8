import type pg from 'pg'
import { WarehouseError } from '../../diagnostics/errors.js'
import type { ServerKind } from '../postgres/server.js'
import { sslOptions } from '../postgres/target.js'
import { explainFailure, isRolledBack } from './failures.js'
import { clusterPlace, type RedshiftTarget } from './target.js'
import { type Login, temporaryLogin } from './temporary-password.js'

/** What the settings of a target may replace. */
const OURS = { timezone: 'UTC', datestyle: 'ISO, YMD', extra_float_digits: '2' }

/** A cluster or a workgroup of Redshift. */
export function redshiftServer(target: RedshiftTarget, projectDir: string): ServerKind {
  const { database, query_group: group = 'cdp', connect_timeout: seconds = 10 } = target
  const settings = Object.entries({ ...OURS, query_group: group, ...target.settings })
  const ssl = sslOptions(target, target.sslmode ?? 'verify-full', projectDir)
  const logIn = rememberedLogin(target)
  return {
    config: async () => {
      const { host, port, user, password } = await logIn()
      return { host, port, user, password, database, ssl, connectionTimeoutMillis: seconds * 1000 }
    },
    place: clusterPlace({ ...target }).place,
    settings: Object.fromEntries(settings.map(([key, value]) => [key, String(value)])),
    versionOf,
    explain: explainFailure,
    isRolledBack,
  }
}

/** A temporary password is asked for again where it would soon end. */
function rememberedLogin(target: RedshiftTarget): () => Promise<Login> {
  const { host, port = 5439, user, password } = target
  if (target.cluster !== undefined || target.workgroup !== undefined) {
    let last: Promise<Login> | undefined
    let expires = 0
    return async () => {
      if (last === undefined || Date.now() > expires - 60_000) {
        last = temporaryLogin(target)
        expires = (await last).expires
      }
      return last
    }
  }
  if (host === undefined || user === undefined || password === undefined)
    throw new WarehouseError(
      'the target does not say who connects, and where',
      'Give it `host`, `user` and `password`; or `cluster` or `workgroup`, for which AWS gives a temporary password.',
    )
  return async () => ({ host, port, user, password, expires: Number.POSITIVE_INFINITY })
}

/** What the dialect takes from the documentation and cannot be asked for otherwise: each is true on a server that is so. */
const ASSUMPTIONS: Readonly<Record<string, string>> = {
  'a backslash in a text escapes': String.raw`length('\\') = 1`,
  'patterns see characters, not bytes': `length(regexp_replace('aéb', '[éß]', '', 1, 'p')) = 2`,
  'groups of patterns are $1, $2': `regexp_replace('ab', '(a)(?:b)', '$1', 1, 'p') = 'a'`,
  'letters beyond ASCII have lower case': `lower('Ü') = 'ü'`,
}

/** `PostgreSQL 8.0.2 on …, Redshift 1.0.12345`: Postgres itself would read the SQL otherwise, or not at all. */
async function versionOf(client: pg.Client): Promise<string> {
  const checks = Object.values(ASSUMPTIONS).map((check, i) => `, ${check} as a${i}`)
  const { rows } = await client.query('select version() as version')
  const version = /Redshift ([0-9.]+)/.exec(String(rows[0]?.version))?.[1]
  if (version === undefined)
    throw new WarehouseError('the server is not Redshift', 'Write `type: postgres` for a Postgres server.')
  const { rows: found } = await client.query(`select 1 as one${checks.join('')}`)
  const wrong = Object.keys(ASSUMPTIONS).find((_, i) => found[0]?.[`a${i}`] !== true)
  if (wrong !== undefined)
    throw new WarehouseError(
      `on this server it is not so that ${wrong}`,
      'cdp would compute other values than elsewhere: please report this, with the version of Redshift.',
    )
  return version
}
