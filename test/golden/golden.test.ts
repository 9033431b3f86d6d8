import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compileProgram } from '../../src/compile/compile-program.js'
import { connectorsOf } from '../../src/connectors/registry.js'
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostic.js'
import { ENGINE_OPTIONS, ENGINES } from '../../src/engines/registry.js'
import { buildGraph } from '../../src/graph/build-graph.js'
import type { SyncNode } from '../../src/graph/graph.js'
import { parseProject } from '../../src/language/parse-project.js'
import { readProject } from '../../src/project/read-project.js'
import { compiledSql, prepareSql, publishSql } from '../../src/run/compiled-sql.js'
import { compiledSyncOffline } from '../../src/sync/compiled-syncs.js'

/**
 * Each folder is a small project and the SQL that each engine is given for it, one file a node, as `cdp compile` prints it;
 * that of syncs on the engines from which they run.
 * `UPDATE_EXPECTED=1 npx vitest run test/golden` writes what is compiled now: read the difference as you would a colleague's.
 */
const here = fileURLToPath(new URL('.', import.meta.url))
const cases = readdirSync(here, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))
const isUpdate = process.env.UPDATE_EXPECTED === '1'

function compiled(folder: string, engine: string): ReadonlyMap<string, string> {
  const dialect = ENGINES[engine]?.dialect
  if (!dialect) throw new Error(`no engine ${engine}`)
  const { value: files } = readProject(folder)
  const parsed = parseProject(files, { env: {}, engines: ENGINE_OPTIONS })
  const connectors = connectorsOf(files, { projectDir: '/project', openTarget: neverOpened })
  const described = new Map([...connectors.value].map(([name, { description }]) => [name, description]))
  const graph = buildGraph(parsed.value, { dialect, connectors: described, ...parsed })
  const catalog = { sources: {} }
  const program = compileProgram(graph.value, { dialect, catalog, projectDir: '/project' })
  const diagnostics = [...parsed.diagnostics, ...graph.diagnostics, ...program.diagnostics]
  expect(renderDiagnostics(diagnostics, files)).toBe('')
  const syncs = graph.value.nodes.filter((node): node is SyncNode => node.kind === 'sync')
  return new Map([
    ['prepare.sql', prepareSql(program.value)],
    ...program.value.nodes.map((node) => [`${node.id}.sql`, compiledSql(node)] as const),
    ['publish.sql', publishSql(program.value)],
    ...(dialect.facts.leases ? syncs : []).map(
      (node) => [`${node.id}.sql`, compiledSyncOffline(graph.value, node, { dialect, catalog })] as const,
    ),
  ])
}

const neverOpened = () => Promise.reject(new Error('compiling opens nothing'))

describe.each(cases)('%s', (name) => {
  test.each(Object.keys(ENGINES))('on %s', (engine) => {
    const folder = join(here, name, 'expected', engine)
    const actual = compiled(join(here, name, 'project'), engine)
    if (isUpdate || !existsSync(folder)) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      for (const [file, text] of actual) writeFileSync(join(folder, file), text)
    }
    expect(readdirSync(folder).sort()).toEqual([...actual.keys()].sort())
    for (const [file, text] of actual) expect(text, file).toBe(readFileSync(join(folder, file), 'utf8'))
  })

  test.each(Object.keys(ENGINES))('text of %s is the same every time', (engine) => {
    const folder = join(here, name, 'project')
    expect([...compiled(folder, engine)]).toEqual([...compiled(folder, engine)])
  })
})
