/** A target of `type: snowflake`, as its options say it. */
export interface SnowflakeTarget {
  readonly account?: string | undefined
  readonly connection?: string | undefined
  readonly database: string
  readonly warehouse?: string | undefined
  readonly role?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly authenticator?: string | undefined
  readonly token?: string | undefined
  readonly private_key?: string | undefined
  readonly private_key_path?: string | undefined
  readonly private_key_passphrase?: string | undefined
  readonly query_tag?: string | undefined
  readonly url?: string | undefined
}

/** Where a target's data is, without its secrets. */
export function accountPlace(options: Readonly<Record<string, unknown>>): {
  readonly place: string
  readonly exists: boolean
} {
  const { account, connection, database } = options as unknown as SnowflakeTarget
  return { place: `snowflake://${account ?? connection ?? 'default'}/${database}`, exists: true }
}
