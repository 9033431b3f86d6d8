/** A target of `type: databricks`; `ca` is an absolute path. */
export interface DatabricksTarget {
  readonly host: string
  readonly http_path: string
  readonly catalog: string
  readonly token?: string | undefined
  readonly client_id?: string | undefined
  readonly client_secret?: string | undefined
  readonly port?: number | undefined
  readonly ca?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** Where a target's data is, without its secrets. */
export function databricksPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { host, catalog } = options as unknown as DatabricksTarget
  return { place: `https://${host}/${catalog}`, exists: true }
}
