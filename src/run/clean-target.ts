import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { explained } from './target-folder.js'

const FILES = /^(program|manifest|run_results|catalog)\.json(\.\d+\.tmp)?$/
const COMPILED = /\.sql(\.\d+\.tmp)?$/

/**
 * Removes what `compile` and `run` write into `target/`, also what a process that died left half-written, and folders that
 * are empty then. Everything else stays, the database before all. Gives the paths that were removed, relative to the folder.
 */
export function cleanTarget(targetDir: string): readonly string[] {
  return [
    ...removeFiles(targetDir, 'compiled', COMPILED),
    ...removeFiles(targetDir, '', FILES),
    ...removeIfEmpty(targetDir, ''),
  ]
}

function removeFiles(targetDir: string, folder: string, pattern: RegExp): readonly string[] {
  const path = join(targetDir, folder)
  if (!existsSync(path)) return []
  return explained(path, () => {
    const files = readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && pattern.test(entry.name))
      .map((entry) => join(folder, entry.name))
      .sort()
    for (const file of files) rmSync(join(targetDir, file), { force: true })
    return [...files, ...(folder === '' ? [] : removeIfEmpty(targetDir, folder))]
  })
}

function removeIfEmpty(targetDir: string, folder: string): readonly string[] {
  const path = join(targetDir, folder)
  if (!existsSync(path) || readdirSync(path).length > 0) return []
  return explained(path, () => {
    rmdirSync(path)
    return folder === '' ? [] : [`${folder}/`]
  })
}
