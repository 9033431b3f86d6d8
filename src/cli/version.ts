import { readFileSync } from 'node:fs'

/** The version of cdp, from its own package.json: two folders up, in the source as in the package. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version
