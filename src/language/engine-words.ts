/** Engines that the language knows and this version cannot speak to, with the keys of theirs that hold secrets. */
export const ENGINES_TO_COME: Readonly<Record<string, readonly string[]>> = {
  redshift: ['url', 'password'],
  snowflake: ['url', 'password', 'private_key', 'private_key_passphrase', 'token'],
  databricks: ['token', 'client_secret'],
  spark: ['url', 'password', 'token'],
}
