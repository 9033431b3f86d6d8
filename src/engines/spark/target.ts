/** A target of `type: spark`; `ca` is an absolute path. */
export interface SparkTarget {
  readonly url: string
  readonly catalog: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  readonly ca?: string | undefined
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Where a target's data is, without its secrets. */
export function sparkPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { url, catalog } = options as unknown as SparkTarget
  return { place: `${new URL(url).origin}/${catalog}`, exists: true }
}
