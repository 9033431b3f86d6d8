/** A target of `type: bigquery`, as its options say it. */
export interface BigQueryTarget {
  readonly project: string
  readonly location?: string | undefined
  readonly keyfile?: string | undefined
  readonly keyfile_json?: string | undefined
  readonly token?: string | undefined
  readonly maximum_bytes_billed?: number | undefined
  readonly priority?: 'interactive' | 'batch' | undefined
  readonly job_timeout?: number | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly endpoint?: string | undefined
}

/** Where a target's data is, without its secrets. */
export function projectPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { project, endpoint } = options as unknown as BigQueryTarget
  const at = endpoint === undefined ? '' : `${new URL(endpoint).host}/`
  return { place: `bigquery://${at}${project}`, exists: true }
}
