import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ClientConfig } from 'pg'
import { WarehouseError } from '../../diagnostics/errors.js'

export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof SSL_MODES)[number]

/** What a target says about encryption. */
export interface TlsTarget {
  readonly sslmode?: SslMode | undefined
  readonly sslrootcert?: string | undefined
  readonly sslcert?: string | undefined
  readonly sslkey?: string | undefined
}

/** A target of `type: postgres`, as its options say it. */
export interface PostgresTarget extends TlsTarget {
  readonly url?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly connect_timeout?: number | undefined
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Where a target is, its keys taken together with its URL. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: string
  readonly sslmode: SslMode
}

export function addressOf(target: PostgresTarget): ServerAddress {
  const url = target.url === undefined ? undefined : parseUrl(target.url)
  const user = target.user ?? decoded(url?.username) ?? 'postgres'
  const password = target.password ?? decoded(url?.password)
  return {
    host: target.host ?? url?.searchParams.get('host') ?? decoded(url?.hostname) ?? 'localhost',
    port: target.port ?? (url?.port ? Number(url.port) : 5432),
    database: target.database ?? decoded(url?.pathname.slice(1)) ?? user,
    user,
    ...(password !== undefined && { password }),
    sslmode: target.sslmode ?? sslmodeOf(url?.searchParams.get('sslmode')),
  }
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text)
    if (/^postgres(ql)?:$/.test(url.protocol)) return url
  } catch {
    // Said below; the text may hold a password.
  }
  throw new WarehouseError(
    'the `url` of the target is no address of a Postgres server',
    'Write postgresql://user:password@host:port/database; special characters of a password as %40 and the like.',
  )
}

function decoded(part: string | undefined): string | undefined {
  return part ? decodeURIComponent(part) : undefined
}

function sslmodeOf(written: string | null | undefined): SslMode {
  if (written === null || written === undefined || /^(allow|prefer)$/.test(written)) return 'disable'
  const known = SSL_MODES.find((mode) => mode === written)
  if (known !== undefined) return known
  throw new WarehouseError(
    `sslmode ${JSON.stringify(written)} of the \`url\` is not known`,
    'It is disable, require, verify-ca or verify-full.',
  )
}

/** What the driver is told. Files of certificates are relative to the project. */
export function clientConfig(target: PostgresTarget, projectDir: string): ClientConfig {
  const { sslmode, ...address } = addressOf(target)
  return {
    ...address,
    ssl: sslOptions(target, sslmode, projectDir),
    connectionTimeoutMillis: (target.connect_timeout ?? 10) * 1000,
  }
}

/** How a session is encrypted, and whose certificates are trusted: those of Node unless files are named. */
export function sslOptions(target: TlsTarget, sslmode: SslMode, projectDir: string): ClientConfig['ssl'] {
  if (sslmode === 'disable') return false
  const file = (path: string | undefined, key: string) =>
    path === undefined ? undefined : readCertificate(resolve(projectDir, path), key)
  const ca = file(target.sslrootcert, 'sslrootcert')
  const cert = file(target.sslcert, 'sslcert')
  const key = file(target.sslkey, 'sslkey')
  return {
    rejectUnauthorized: sslmode !== 'require',
    ...(sslmode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

function readCertificate(path: string, key: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new WarehouseError(`the file ${path} of \`${key}\` cannot be read`, 'Name a file that is there.', {
      cause,
    })
  }
}

/** Where a target's data is, without its secrets. */
export function serverPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { host, port, database } = addressOf(options as PostgresTarget)
  return { place: `postgresql://${host}:${port}/${database}`, exists: true }
}
