import { join } from 'node:path'
import { hasErrors } from '../diagnostics/diagnostic.js'
import { UsageError } from '../diagnostics/errors.js'
import type { Connection } from '../engines/connection.js'
import type { SyncNode } from '../graph/graph.js'
import { syncProgress } from '../report/sync-progress.js'
import { compiledSync, writeCompiledSync } from '../sync/compiled-syncs.js'
import { type Mend, targetFingerprint } from '../sync/sync-job.js'
import { type OpenedSyncs, openSyncs } from '../sync/sync-project.js'
import { flagOption, type Invocation, textOption } from './command.js'
import { interruption, progressScreen } from './interruptible.js'
import type { LoadedProject } from './load-project.js'
import { printDiagnostics } from './print.js'
import { VERSION } from './version.js'

export interface SyncsWanted {
  readonly invocation: Invocation
  readonly loaded: LoadedProject
  readonly connection: Connection
  readonly nodes: readonly SyncNode[]
  readonly mend?: Mend
  /** Results may name personal data. */
  readonly reveal: boolean
}

/** Opens syncs for a piece of work, with progress and Ctrl-C, and closes them whatever happens. Undefined where they are wrong. */
export async function withSyncs<T>(
  { invocation, loaded, connection, nodes, mend, reveal }: SyncsWanted,
  work: (opened: OpenedSyncs, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const { terminal } = invocation
  const { graph, engine, positions, targets } = loaded
  const { target } = graph.project.settings
  const progress = syncProgress(progressScreen(terminal))
  const { signal, stopListening } = interruption(terminal)
  targets.use(target, connection)
  const limit = limitOption(invocation)
  const { place } = engine.place(target.options, loaded.folder)
  const opened = await openSyncs(graph, nodes, connection, engine.dialect, {
    positions,
    cdpVersion: VERSION,
    connectors: loaded.connectors,
    env: terminal.env,
    target: targetFingerprint([target.type, place, target.schema, target.internalSchema]),
    accept: flagOption(invocation, 'accept'),
    reveal,
    ...(limit !== undefined && { limit }),
    ...(mend && { mend }),
    now: terminal.now,
    random: () => terminal.random(10),
    listener: progress.listener,
    signal,
  })
  try {
    printDiagnostics(terminal, opened.diagnostics, loaded.files)
    if (hasErrors(opened.diagnostics)) return undefined
    writeCompiled(loaded, nodes, opened)
    return await work(opened, signal)
  } finally {
    progress.stop()
    stopListening()
    await opened.close()
    await targets.close()
  }
}

/** The SQL that is executed, with the columns as they are now. */
function writeCompiled({ folder }: LoadedProject, nodes: readonly SyncNode[], { jobs }: OpenedSyncs): void {
  for (const { scope } of jobs) {
    const node = nodes.find(({ name }) => name === scope.sync.name)
    if (node) writeCompiledSync(join(folder, 'target'), node, compiledSync(node, scope))
  }
}

function limitOption(invocation: Invocation): number | undefined {
  const text = textOption(invocation, 'limit')
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new UsageError(
    `--limit ${JSON.stringify(text)} is no number of rows`,
    'Write a whole number, such as 20.',
  )
}
