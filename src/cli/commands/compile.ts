import { join } from 'node:path'
import { compileProgram } from '../../compile/compile-program.js'
import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { SyncNode } from '../../graph/graph.js'
import { selectNodes } from '../../graph/select.js'
import { counted } from '../../report/amounts.js'
import { writeCompiled, writeManifest } from '../../run/artefacts.js'
import { compiledSyncOffline, writeCompiledSync } from '../../sync/compiled-syncs.js'
import { type CommandSpec, isJson, listOption } from '../command.js'
import { columnWarnings, isUsable, loadProject } from '../load-project.js'
import { projectOptions, selectOption } from '../options.js'
import { printDiagnostics, printJson, refuseProject } from '../print.js'
import { EXIT } from '../terminal.js'
import { VERSION } from '../version.js'

export const compile: CommandSpec = {
  name: 'compile',
  summary: 'write the SQL of every node to target/compiled/, and the program as JSON',
  description:
    'What is written is exactly what a run executes. No connection is needed: columns are those that the last run saw (target/catalog.json), or those that the project declares.',
  options: [...projectOptions, selectOption],
  examples: [
    { command: 'cdp compile', does: 'then read target/compiled/identity.customer.sql' },
    {
      command: 'cdp compile --select +lapsed_vip --output json',
      does: 'the program of a segment and all it needs',
    },
  ],
  run: async (invocation) => {
    const { terminal } = invocation
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const { graph, folder, engine, catalog, files } = loaded
    const selectors = listOption(invocation, 'select')
    const selection = selectors.length > 0 ? selectNodes(graph, selectors) : undefined
    const compiled = compileProgram(graph, {
      dialect: engine.dialect,
      catalog: catalog ?? { sources: {} },
      projectDir: folder,
      ...(selection && { selection }),
    })
    const diagnostics = [...loaded.diagnostics, ...columnWarnings(loaded), ...compiled.diagnostics]
    if (hasErrors(diagnostics)) return refuseProject(invocation, { ...loaded, diagnostics })
    const targetDir = join(folder, 'target')
    writeCompiled(targetDir, graph, compiled.value)
    const syncs = graph.nodes.filter((node): node is SyncNode => node.kind === 'sync')
    const chosen = syncs.filter(({ id }) => selection?.has(id) ?? true)
    for (const node of chosen)
      writeCompiledSync(
        targetDir,
        node,
        compiledSyncOffline(graph, node, { dialect: engine.dialect, catalog }),
      )
    writeManifest(targetDir, { cdpVersion: VERSION, graph, program: compiled.value, relations: [] })
    if (isJson(invocation)) printJson(terminal, compiled.value)
    else {
      printDiagnostics(terminal, diagnostics, files)
      const known = catalog
        ? 'columns as the last run saw them'
        : 'columns as declared: the last run was on another engine, or there was none'
      const nodes = counted(compiled.value.nodes.length, 'node')
      const written = chosen.length === 0 ? nodes : `${nodes} and ${counted(chosen.length, 'sync')}`
      terminal.err(`${written} in target/compiled/, the program in target/program.json (${known})\n`)
    }
    return EXIT.ok
  },
}
