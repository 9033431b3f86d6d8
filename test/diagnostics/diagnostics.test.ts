import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { connectorsOf } from '../../src/connectors/registry.js'
import { CODES } from '../../src/diagnostics/codes.js'
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { ENGINE_OPTIONS } from '../../src/engines/registry.js'
import { buildGraph } from '../../src/graph/build-graph.js'
import { parseProject } from '../../src/language/parse-project.js'
import { findProject } from '../../src/project/find-project.js'
import { readProject } from '../../src/project/read-project.js'

/**
 * Each folder `<code>-<slug>` is a small project with a mistake, and `expected.txt` is exactly what is printed about it.
 * `links.json` names symbolic links to be made in a copy of it.
 * `UPDATE_EXPECTED=1 npx vitest run test/diagnostics` writes what is printed now: read the difference.
 */
const here = fileURLToPath(new URL('.', import.meta.url))
const cases = readdirSync(here, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

function printed(folder: string): string {
  const found = findProject(folder, '.')
  if ('diagnostic' in found) return renderDiagnostics([found.diagnostic], []).replaceAll(folder, '<project>')
  const { value: files, diagnostics } = readProject(folder)
  const parsed = parseProject(files, { env: {}, engines: ENGINE_OPTIONS })
  const connectors = connectorsOf(files, {
    projectDir: folder,
    openTarget: () => Promise.reject(new Error('nothing is opened here')),
  })
  const described = new Map([...connectors.value].map(([name, { description }]) => [name, description]))
  const graph = buildGraph(parsed.value, { dialect: duckdb, connectors: described, ...parsed })
  const all = [...diagnostics, ...parsed.diagnostics, ...connectors.diagnostics, ...graph.diagnostics]
  return renderDiagnostics(all, files)
}

/** Links are not kept in the repository: tools that walk it fall over those that leave it. */
function withLinks(folder: string, work: (folder: string) => string): string {
  const links = join(folder, 'links.json')
  if (!existsSync(links)) return work(folder)
  const copy = mkdtempSync(join(tmpdir(), 'cdp-diagnostics-'))
  try {
    cpSync(folder, copy, { recursive: true })
    for (const [path, target] of Object.entries(
      JSON.parse(readFileSync(links, 'utf8')) as Record<string, string>,
    )) {
      symlinkSync(target, join(copy, path))
    }
    return work(copy)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

describe('what is printed about', () => {
  for (const name of cases) {
    test(name, () => {
      const folder = join(here, name)
      const actual = withLinks(folder, printed)
      const expected = join(folder, 'expected.txt')
      if (process.env.UPDATE_EXPECTED === '1' || !existsSync(expected)) writeFileSync(expected, actual)
      expect(actual).toBe(readFileSync(expected, 'utf8'))
    })
  }
})

test('folders are named for codes', () => {
  expect(cases.filter((name) => !(name.slice(0, 7) in CODES))).toEqual([])
})

test('every code of a stage before the run is shown by a case', () => {
  const shown = cases.map((name) => readFileSync(join(here, name, 'expected.txt'), 'utf8')).join('\n')
  // Of data, of engines, and of columns once they are known.
  const late = /^CDP(6|4003|3005)/
  expect(Object.keys(CODES).filter((code) => !late.test(code) && !shown.includes(code))).toEqual([])
})
