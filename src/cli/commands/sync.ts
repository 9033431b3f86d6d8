import { closest } from '../../diagnostics/closest.js'
import { UsageError } from '../../diagnostics/errors.js'
import type { SyncNode } from '../../graph/graph.js'
import { selectNodes } from '../../graph/select.js'
import { dryRunText } from '../../report/dry-run.js'
import { syncSummary } from '../../report/sync-summary.js'
import { dryRun } from '../../sync/dry-run.js'
import type { SyncResult } from '../../sync/result.js'
import { runSyncs } from '../../sync/run-syncs.js'
import {
  type CommandSpec,
  flagOption,
  type Invocation,
  isJson,
  listOption,
  type OptionSpec,
} from '../command.js'
import { isUsable, type LoadedProject, loadProject, openTarget } from '../load-project.js'
import { projectOptions, selectOption } from '../options.js'
import { errPaint, printJson, refuseProject } from '../print.js'
import { withSyncs } from '../sync-run.js'
import { EXIT, type ExitCode } from '../terminal.js'

/** Of every command that sends. */
export const sendOptions: readonly OptionSpec[] = [
  { flags: '--accept', description: 'do what a guard or a changed mapping would stop' },
  { flags: '--fail-on-rejected', description: 'exit 1 where a destination rejected rows' },
]

export const sync: CommandSpec = {
  name: 'sync',
  summary: 'push what changed to destinations',
  description:
    'Sends what has changed since a destination acknowledged it last. Nothing is built: cdp build does both.',
  arguments: [{ syntax: '[name...]', description: 'syncs; all by default' }],
  options: [
    ...projectOptions,
    selectOption,
    { flags: '--dry-run', description: 'plan and show, mark and send nothing; also where syncs are off' },
    { flags: '--limit <rows>', description: 'send at most so many of the planned rows of each sync' },
    ...sendOptions,
  ],
  examples: [
    { command: 'cdp sync --dry-run', does: 'what would be sent' },
    { command: 'cdp sync vips_to_crm', does: 'one sync' },
    { command: 'cdp sync vips_to_crm --limit 10', does: 'ten rows of it, to see how they arrive' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const nodes = syncsNamed(loaded, invocation)
    return flagOption(invocation, 'dryRun')
      ? show(invocation, loaded, nodes)
      : send(invocation, loaded, nodes)
  },
}

/** Syncs that the command line names, in the order of the graph. */
function syncsNamed({ graph }: LoadedProject, invocation: Invocation): readonly SyncNode[] {
  const all = graph.nodes.filter((node): node is SyncNode => node.kind === 'sync')
  const names = all.map(({ name }) => name)
  const unknown = invocation.args.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const near = closest(unknown, names)
    const known =
      near === undefined
        ? `There ${names.length === 0 ? 'is none' : `are ${names.join(', ')}`}.`
        : `Did you mean ${near}?`
    throw new UsageError(`there is no sync ${JSON.stringify(unknown)}`, known)
  }
  const selectors = listOption(invocation, 'select')
  const selection = selectNodes(graph, selectors)
  const isNamed = ({ name }: SyncNode): boolean =>
    invocation.args.length === 0 || invocation.args.includes(name)
  return all.filter((node) => isNamed(node) && selection.has(node.id))
}

async function show(
  invocation: Invocation,
  loaded: LoadedProject,
  nodes: readonly SyncNode[],
): Promise<ExitCode> {
  const { terminal } = invocation
  const connection = await openTarget(loaded)
  try {
    const runs = await withSyncs(invocation, loaded, connection, nodes, async ({ jobs }) => {
      const found = []
      for (const job of jobs) found.push(await dryRun(job))
      return found
    })
    if (!runs) return EXIT.project
    if (isJson(invocation)) printJson(terminal, { version: 1, syncs: runs })
    else terminal.out(dryRunText(runs, errPaint(terminal), terminal.width))
    return EXIT.ok
  } finally {
    await connection.close()
  }
}

async function send(
  invocation: Invocation,
  loaded: LoadedProject,
  nodes: readonly SyncNode[],
): Promise<ExitCode> {
  const { terminal } = invocation
  const { target } = loaded.graph.project.settings
  if (target.syncs !== 'live')
    throw new UsageError(
      `the syncs of the target ${target.name} are off: it reaches nobody`,
      'Say `syncs: live` in the target that is meant to send, or look with --dry-run.',
    )
  const connection = await openTarget(loaded)
  try {
    const results = await withSyncs(invocation, loaded, connection, nodes, runSyncs)
    if (!results) return EXIT.project
    terminal.err(`\n${syncSummary(results, errPaint(terminal), terminal.width)}`)
    if (isJson(invocation)) printJson(terminal, { version: 1, syncs: results })
    return exitCodeOfSyncs(results, flagOption(invocation, 'failOnRejected'))
  } finally {
    await connection.close()
  }
}

/** A sync that was stopped or failed is exit 3; rows that were rejected within the guards are none, unless asked for. */
export function exitCodeOfSyncs(results: readonly SyncResult[], failsOnRejected: boolean): ExitCode {
  if (results.some(({ status }) => status === 'interrupted')) return EXIT.interrupted
  if (results.some(({ status }) => status !== 'succeeded')) return EXIT.warehouse
  return failsOnRejected && results.some(({ rejected }) => rejected > 0) ? EXIT.project : EXIT.ok
}
