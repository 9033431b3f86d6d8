import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cachedFolder, cacheFolder, copyArtefact, tool } from '../servers/downloads.mjs'
import { findJava } from '../servers/java.mjs'

/** The version that cdp is tested with. */
export const TRINO_VERSION = '476'

const WHAT = `Trino ${TRINO_VERSION}`
const FOLDER = `trino-server-${TRINO_VERSION}`

/** What a server needs here; the archive has forty more plugins, 1.5 GB of them. */
const PLUGINS = ['iceberg', 'password-authenticators']

/** Trino 476 refuses to start on an older one. */
export const findTrinoJava = () => findJava('Trino', 24)

/**
 * The folder of the unpacked server, which is downloaded from Maven Central by `mvn` and unpacked the first time
 * (800 MB to download, 500 MB to keep). Throws an error that says what stands in the way.
 */
export function trinoDistribution() {
  return cachedFolder(FOLDER, (work) => {
    copyArtefact(WHAT, `io.trino:trino-server:${TRINO_VERSION}:tar.gz`, work)
    tool(WHAT, 'tar', ['xzf', join(work, `${FOLDER}.tar.gz`), '-C', work])
    const unpacked = join(work, FOLDER)
    for (const plugin of readdirSync(join(unpacked, 'plugin')))
      if (!PLUGINS.includes(plugin)) rmSync(join(unpacked, 'plugin', plugin), { recursive: true })
    return unpacked
  })
}

/** Throws an error where the server is not here and cannot be downloaded. */
export function checkMaven() {
  if (!existsSync(cacheFolder(FOLDER))) tool(WHAT, 'mvn', ['--version'])
}
