import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { Connection } from '../../engines/connection.js'
import { isBuilt, type SyncNode } from '../../graph/graph.js'
import { selectNodes } from '../../graph/select.js'
import { diagnosticsJson } from '../../report/diagnostics-json.js'

import { syncSummary } from '../../report/sync-summary.js'
import type { ProjectRun } from '../../run/run-project.js'
import type { SyncResult } from '../../sync/result.js'
import { runSyncs } from '../../sync/run-syncs.js'
import { type CommandSpec, flagOption, type Invocation, isJson, listOption } from '../command.js'
import { isUsable, type LoadedProject, loadProject, openTarget } from '../load-project.js'
import { projectOptions, selectOption } from '../options.js'
import { errPaint, printJson, refuseProject } from '../print.js'
import { withSyncs } from '../sync-run.js'
import { EXIT, type ExitCode } from '../terminal.js'
import { exitCodeOfRun, runOn, runOptions, tellRun } from './run.js'
import { exitCodeOfSyncs, revealsResults, sendOptions } from './sync.js'

export const build: CommandSpec = {
  name: 'build',
  summary: 'build everything, then push what changed to destinations',
  description:
    'cdp run, and then cdp sync, on one connection. What is not published is not sent; where the syncs of the target are off, nothing is.',
  options: [...projectOptions, selectOption, ...runOptions, ...sendOptions],
  examples: [
    { command: 'cdp build', does: 'build the default target and sync' },
    { command: 'cdp build --select +vips_to_crm', does: 'one sync and what it is made from' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const connection = await openTarget(loaded)
    try {
      return await buildOn(connection, invocation, loaded)
    } finally {
      await connection.close()
    }
  },
}

async function buildOn(
  connection: Connection,
  invocation: Invocation,
  loaded: LoadedProject,
): Promise<ExitCode> {
  const { graph } = loaded
  const selection = selectNodes(graph, listOption(invocation, 'select'))
  const syncs = graph.nodes.filter((node): node is SyncNode => node.kind === 'sync' && selection.has(node.id))
  const builds = graph.nodes.some((node) => isBuilt(node) && selection.has(node.id))
  const run = builds || syncs.length === 0 ? await runOn(connection, invocation, loaded) : undefined
  const diagnostics = [...loaded.diagnostics, ...(run?.diagnostics ?? [])]
  tellRun(invocation, loaded.files, { ...run, diagnostics })
  const failed = run && exitOf(run)
  const results = failed ? undefined : await send(connection, invocation, loaded, syncs)
  if (isJson(invocation)) {
    const found = diagnosticsJson(diagnostics, loaded.files)
    printJson(invocation.terminal, { version: 1, run: run?.result, syncs: results ?? [], diagnostics: found })
  }
  if (failed) return failed
  return results ? exitCodeOfSyncs(results, flagOption(invocation, 'failOnRejected')) : EXIT.project
}

/** Of a run after which nothing is sent; undefined where it was published. */
function exitOf({ diagnostics, result }: ProjectRun): ExitCode | undefined {
  if (hasErrors(diagnostics)) return EXIT.project
  return result?.status === 'succeeded' ? undefined : exitCodeOfRun(result)
}

async function send(
  connection: Connection,
  invocation: Invocation,
  loaded: LoadedProject,
  syncs: readonly SyncNode[],
): Promise<readonly SyncResult[] | undefined> {
  const { terminal } = invocation
  const { target } = loaded.graph.project.settings
  if (syncs.length === 0) return []
  if (target.syncs !== 'live') {
    terminal.err(`\nThe syncs of the target ${target.name} are off: nothing was sent.\n`)
    return []
  }
  terminal.err('\n')
  const results = await withSyncs(
    { invocation, loaded, connection, nodes: syncs, reveal: revealsResults(invocation) },
    runSyncs,
  )
  if (results) terminal.err(`\n${syncSummary(results, errPaint(terminal), terminal.width)}`)
  return results
}
