import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.js'

/** A folder with a project in it, or what was looked for in vain. */
export type FoundProject = { readonly folder: string } | { readonly diagnostic: Diagnostic }

/**
 * The project that a folder belongs to: the nearest folder upwards whose `profiles.yml` has `targets` at the top level
 * (dbt's never has). An `explicit` folder must be one itself.
 */
export function findProject(from: string, explicit?: string): FoundProject {
  if (explicit !== undefined) {
    const folder = resolve(from, explicit)
    const file = join(folder, 'profiles.yml')
    if (!existsSync(file)) return missing(`there is no project in ${folder}`, 'a file profiles.yml in it')
    if (!hasTargets(file))
      return missing(
        `${file} is not a profiles.yml of cdp`,
        '"targets" at its top level; that of dbt has none',
      )
    return { folder }
  }
  let foreign: string | undefined
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, 'profiles.yml')
    if (existsSync(file)) {
      if (hasTargets(file)) return { folder }
      foreign ??= file
    }
    if (dirname(folder) === folder) break
  }
  const seen = foreign ? `; ${foreign} has no "targets" at its top level` : ''
  return missing(
    `no project in ${resolve(from)} or above${seen}`,
    'a profiles.yml with "targets" at its top level',
  )
}

function missing(message: string, expected: string): FoundProject {
  const hint = 'go to the folder of a project, name it by --project-dir, or make one by "cdp init"'
  return { diagnostic: { code: 'CDP1007', severity: 'error', message, expected, hint } }
}

/** Looks for the key alone: a file with mistakes must still be found, so that they can be shown. */
function hasTargets(file: string): boolean {
  try {
    return /^(?:targets|"targets"|'targets')[ \t]*:|^\{[\s\S]*\btargets\b/m.test(readFileSync(file, 'latin1'))
  } catch {
    return false
  }
}
