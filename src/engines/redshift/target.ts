import type { SslMode } from '../postgres/target.js'

/** A target of `type: redshift`, as its options say it. */
export interface RedshiftTarget {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly cluster?: string | undefined
  readonly workgroup?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly endpoint?: string | undefined
  readonly sslmode?: SslMode | undefined
  readonly sslrootcert?: string | undefined
  readonly connect_timeout?: number | undefined
  readonly query_group?: string | undefined
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Where a target's data is, without its secrets. */
export function clusterPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { host, port, cluster, workgroup, database } = options as unknown as RedshiftTarget
  const where = host === undefined ? (cluster ?? workgroup ?? '') : `${host}:${port ?? 5439}`
  return { place: `redshift://${where}/${database}`, exists: true }
}
