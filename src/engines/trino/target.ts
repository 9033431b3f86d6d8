/** A target of `type: trino`; `ca` is an absolute path. */
export interface TrinoTarget {
  readonly url: string
  readonly catalog: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  readonly ca?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly session?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Where a target's data is, without its secrets. */
export function trinoPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { url, catalog } = options as unknown as TrinoTarget
  return { place: `${new URL(url).origin}/${catalog}`, exists: true }
}
