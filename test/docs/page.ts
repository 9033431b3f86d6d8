import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A page of the repository, without the spaces that align the cells of its tables. */
export function readPage(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8').replaceAll(/^\|.*\|$/gm, (line) =>
    line.replaceAll(/ {2,}\|/g, ' |'),
  )
}
