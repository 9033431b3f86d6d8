import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** The version that cdp is tested with. */
export const TRINO_VERSION = '476'

const ARTEFACT = `io.trino:trino-server:${TRINO_VERSION}:tar.gz`
const MAVEN_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'

/** What a server needs here; the archive has forty more plugins, 1.5 GB of them. */
const PLUGINS = ['iceberg', 'password-authenticators']

const serverFolder = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdp', `trino-server-${TRINO_VERSION}`)

/**
 * The folder of the unpacked server, which is downloaded from Maven Central by `mvn` and unpacked the first time
 * (800 MB to download, 500 MB to keep). Throws an error that says what stands in the way.
 */
export function trinoDistribution() {
  const folder = serverFolder()
  if (existsSync(folder)) return folder
  const cache = dirname(folder)
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'unpacking-'))
  try {
    const archive = download(work)
    run('tar', ['xzf', archive, '-C', work])
    const unpacked = join(work, `trino-server-${TRINO_VERSION}`)
    for (const plugin of readdirSync(join(unpacked, 'plugin')))
      if (!PLUGINS.includes(plugin)) rmSync(join(unpacked, 'plugin', plugin), { recursive: true })
    moveInto(unpacked, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}

/** Throws an error where the server is not here and cannot be downloaded. */
export function checkMaven() {
  if (!existsSync(serverFolder())) run('mvn', ['--version'])
}

/** Maven looks into its own repository first: a second download is none. */
function download(work) {
  run('mvn', ['-q', '-B', `${MAVEN_PLUGIN}:get`, `-Dartifact=${ARTEFACT}`, '-Dtransitive=false'])
  run('mvn', [
    '-q',
    '-B',
    '-o',
    `${MAVEN_PLUGIN}:copy`,
    `-Dartifact=${ARTEFACT}`,
    `-DoutputDirectory=${work}`,
  ])
  return join(work, `trino-server-${TRINO_VERSION}.tar.gz`)
}

/** Whole or not at all: another process may unpack it at the same time, and one of them is first. */
function moveInto(unpacked, folder) {
  try {
    renameSync(unpacked, folder)
  } catch (error) {
    if (!existsSync(join(folder, 'lib'))) throw error
  }
}

function run(command, args) {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  } catch (error) {
    const why =
      error.code === 'ENOENT' ? `there is no \`${command}\` on the path` : String(error.stderr).trim()
    throw new Error(`Trino ${TRINO_VERSION} cannot be had: ${why}`, { cause: error })
  }
}
