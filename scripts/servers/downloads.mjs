import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const MAVEN_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'

/** Where something that was downloaded is kept. */
export const cacheFolder = (name) =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdp', name)

/**
 * A folder of the cache, which the first time `fill` makes: it is given an empty folder to work in, and gives the one below
 * that is to be kept. Whole or not at all: of several processes that fill it one is first.
 */
export function cachedFolder(name, fill) {
  const folder = cacheFolder(name)
  if (existsSync(folder)) return folder
  mkdirSync(dirname(folder), { recursive: true })
  const work = mkdtempSync(join(dirname(folder), 'unpacking-'))
  try {
    const filled = fill(work)
    try {
      renameSync(filled, folder)
    } catch (error) {
      if (!existsSync(folder)) throw error
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}

/** Copies an artefact of Maven Central (`group:name:version[:type]`) into a folder; Maven keeps its own copy. */
export function copyArtefact(what, artefact, into) {
  const maven = (args) => tool(what, 'mvn', ['-q', '-B', ...args])
  maven([`${MAVEN_PLUGIN}:get`, `-Dartifact=${artefact}`, '-Dtransitive=false'])
  maven(['-o', `${MAVEN_PLUGIN}:copy`, `-Dartifact=${artefact}`, `-DoutputDirectory=${into}`])
}

/** Runs a program. Throws an error that says why `what` cannot be had where it fails. */
export function tool(what, command, args) {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  } catch (error) {
    const why =
      error.code === 'ENOENT' ? `there is no \`${command}\` on the path` : String(error.stderr).trim()
    throw new Error(`${what} cannot be had: ${why}`, { cause: error })
  }
}
