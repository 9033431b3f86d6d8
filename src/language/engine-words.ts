/** Engines that the language knows and this version cannot speak to, with the keys of theirs that hold secrets. */
export const ENGINES_TO_COME: Readonly<Record<string, readonly string[]>> = {
  redshift: ['url', 'password'],
}
