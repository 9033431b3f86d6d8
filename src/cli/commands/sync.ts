import { UsageError } from '../../diagnostics/errors.js'
import type { SyncNode } from '../../graph/graph.js'
import { syncedBy } from '../../graph/synced.js'
import { dryRunText } from '../../report/dry-run.js'
import { syncLogText, syncStatusText } from '../../report/sync-status.js'
import { syncSummary } from '../../report/sync-summary.js'
import type { StateStore } from '../../state/store.js'
import { dryRun } from '../../sync/dry-run.js'
import { maskKey, personalFields } from '../../sync/personal-fields.js'
import type { SyncResult } from '../../sync/result.js'
import { runSyncs } from '../../sync/run-syncs.js'
import { type LoggedRow, syncState, troubledRows } from '../../sync/status.js'
import type { Mend } from '../../sync/sync-job.js'
import { type CommandSpec, flagOption, type Invocation, isJson, type OptionSpec } from '../command.js'
import { isUsable, type LoadedProject, loadProject, openTarget } from '../load-project.js'
import { limitOf, reveals } from '../look-into.js'
import { projectOptions, selectOption } from '../options.js'
import { errPaint, printJson, refuseProject } from '../print.js'
import { syncsNamed } from '../sync-nodes.js'
import { withSyncs } from '../sync-run.js'
import { EXIT, type ExitCode } from '../terminal.js'

/** Of every command that sends. */
export const sendOptions: readonly OptionSpec[] = [
  { flags: '--reveal', description: 'personal data as it is, although the output is no terminal' },
  { flags: '--accept', description: 'do what a guard or a changed mapping would stop' },
  { flags: '--fail-on-rejected', description: 'exit 1 where a destination rejected rows' },
]

/** Words before the names of syncs: what is to be done with them besides sending. */
const WORDS = ['status', 'log', 'retry', 'resync', 'rebase'] as const
type Word = (typeof WORDS)[number]

export const sync: CommandSpec = {
  name: 'sync',
  summary: 'push what changed to destinations',
  description: `Sends what has changed since a destination acknowledged it last. Nothing is built: cdp build does both.

Before the names may stand: status (how syncs are), log (rows that did not arrive), retry (rejected and held rows are due now),
resync (send everything again), rebase (send nothing: what the destination has is what it should have).`,
  arguments: [{ syntax: '[name...]', description: 'syncs; all by default' }],
  options: [
    ...projectOptions,
    selectOption,
    { flags: '--dry-run', description: 'plan and show, mark and send nothing; also where syncs are off' },
    {
      flags: '--limit <rows>',
      description: 'send at most so many of the planned rows of each sync; of log: rows shown',
    },
    {
      flags: '--reconcile',
      description: 'of resync: also take away again whatever was ever sent and is not to be there',
    },
    ...sendOptions,
  ],
  examples: [
    { command: 'cdp sync --dry-run', does: 'what would be sent' },
    { command: 'cdp sync vips_to_crm', does: 'one sync' },
    { command: 'cdp sync vips_to_crm --limit 10', does: 'ten rows of it, to see how they arrive' },
    { command: 'cdp sync log vips_to_crm', does: 'rows that did not arrive, and why' },
    { command: 'cdp sync retry vips_to_crm', does: 'try rejected rows now' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const [first = '', ...rest] = invocation.args
    const word = WORDS.find((one) => one === first)
    const nodes = syncsNamed(loaded, invocation, word ? rest : invocation.args)
    if (word === 'status' || word === 'log') return tell(invocation, loaded, nodes, word)
    if (flagOption(invocation, 'reconcile') && word !== 'resync')
      throw new UsageError('--reconcile goes with resync', 'Write cdp sync resync --reconcile.')
    if (flagOption(invocation, 'dryRun')) return show(invocation, loaded, nodes)
    return send(invocation, loaded, nodes, mendOf(invocation, word))
  },
}

function mendOf(invocation: Invocation, word: Exclude<Word, 'status' | 'log'> | undefined): Mend | undefined {
  return word === 'resync' && flagOption(invocation, 'reconcile') ? 'reconcile' : word
}

async function tell(
  invocation: Invocation,
  loaded: LoadedProject,
  nodes: readonly SyncNode[],
  word: 'status' | 'log',
): Promise<ExitCode> {
  const { terminal } = invocation
  const { schema: publicSchema, internalSchema } = loaded.graph.project.settings.target
  const connection = await openTarget(loaded)
  try {
    const store: StateStore = { connection, dialect: loaded.engine.dialect, publicSchema, internalSchema }
    const states = []
    for (const node of nodes) states.push(await syncState(store, node.sync))
    if (word === 'status') {
      if (isJson(invocation)) printJson(terminal, { version: 1, syncs: states })
      else terminal.out(syncStatusText(states))
      return EXIT.ok
    }
    const ran = states.flatMap((state) => (state.last ? [state.sync] : []))
    const found = await troubledRows(store, ran, limitOf(invocation, 50))
    const rows = reveals(invocation) ? found : found.map((row) => maskedLog(row, loaded, nodes))
    if (isJson(invocation)) printJson(terminal, { version: 1, rows })
    else terminal.out(syncLogText(rows, terminal.width))
    return EXIT.ok
  } finally {
    await connection.close()
  }
}

function maskedLog(row: LoggedRow, { graph, engine }: LoadedProject, nodes: readonly SyncNode[]): LoggedRow {
  const { project } = graph
  const sync = nodes.find(({ name }) => name === row.sync)?.sync
  const synced = sync && syncedBy(sync, project)
  if (!sync || !synced) return row
  return maskKey(row, personalFields(sync, synced, project, engine.dialect.lexicon))
}

async function show(
  invocation: Invocation,
  loaded: LoadedProject,
  nodes: readonly SyncNode[],
): Promise<ExitCode> {
  const { terminal } = invocation
  const connection = await openTarget(loaded)
  try {
    const runs = await withSyncs(
      { invocation, loaded, connection, nodes, reveal: reveals(invocation) },
      async ({ jobs }) => {
        const found = []
        for (const job of jobs) found.push(await dryRun(job))
        return found
      },
    )
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
  mend: Mend | undefined,
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
    const results = await withSyncs(
      { invocation, loaded, connection, nodes, reveal: revealsResults(invocation), ...(mend && { mend }) },
      runSyncs,
    )
    if (!results) return EXIT.project
    terminal.err(`\n${syncSummary(results, errPaint(terminal), terminal.width)}`)
    if (isJson(invocation)) printJson(terminal, { version: 1, syncs: results })
    return exitCodeOfSyncs(results, flagOption(invocation, 'failOnRejected'))
  } finally {
    await connection.close()
  }
}

/** Results are told on standard error, and with `--output json` on standard output too. */
export function revealsResults(invocation: Invocation): boolean {
  const { errIsTerminal, outIsTerminal } = invocation.terminal
  const isSeen = errIsTerminal && (outIsTerminal || !isJson(invocation))
  return isSeen || flagOption(invocation, 'reveal')
}

/** A sync that was stopped or failed is exit 3; rows that were rejected within the guards are none, unless asked for. */
export function exitCodeOfSyncs(results: readonly SyncResult[], failsOnRejected: boolean): ExitCode {
  if (results.some(({ status }) => status === 'interrupted')) return EXIT.interrupted
  if (results.some(({ status }) => status !== 'succeeded')) return EXIT.warehouse
  return failsOnRejected && results.some(({ rejected }) => rejected > 0) ? EXIT.project : EXIT.ok
}
