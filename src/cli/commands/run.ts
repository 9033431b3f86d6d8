import { closest } from '../../diagnostics/closest.js'
import { hasErrors } from '../../diagnostics/diagnostic.js'
import { UsageError } from '../../diagnostics/errors.js'
import type { Connection } from '../../engines/connection.js'
import { selectNodes } from '../../graph/select.js'
import { diagnosticsJson } from '../../report/diagnostics-json.js'
import { progressOf } from '../../report/progress.js'
import { runSummary } from '../../report/run-summary.js'
import { parseMoment } from '../../run/moments.js'
import type { RunResult } from '../../run/result.js'
import { type ProjectRun, runProject } from '../../run/run-project.js'
import {
  type CommandSpec,
  flagOption,
  type Invocation,
  isJson,
  listOption,
  type OptionSpec,
  textOption,
} from '../command.js'
import { interruption, progressScreen } from '../interruptible.js'
import { isUsable, type LoadedProject, loadProject, openTarget } from '../load-project.js'
import { projectOptions, selectOption } from '../options.js'
import { errPaint, printDiagnostics, printJson, refuseProject } from '../print.js'
import { EXIT, type ExitCode } from '../terminal.js'
import { VERSION } from '../version.js'

/** Of every command that builds. */
export const runOptions: readonly OptionSpec[] = [
  {
    flags: '--as-of <time>',
    description:
      'the moment that windows and expiries are measured from, UTC; the start of the run by default',
  },
  { flags: '--run-id <id>', description: 'names the run; a time-ordered unique id by default' },
  {
    flags: '--full-refresh',
    description:
      'rebuild everything from the sources instead of what has changed since the last run; ids and histories are kept',
  },
  {
    flags: '--allow-empty',
    description: 'a data file without rows, or a source that had rows and has none any more, is no error',
  },
  {
    flags: '--reprocess <source>',
    description: 'compare a range of a source with loaded_at again, from --from up to --to (not included)',
  },
  { flags: '--from <time>', description: 'where the range begins; with --reprocess' },
  { flags: '--to <time>', description: 'where the range ends; with --reprocess' },
  { flags: '--allow-backwards', description: 'allow an --as-of before that of the last run' },
]

export const run: CommandSpec = {
  name: 'run',
  summary: 'build everything and publish it at one moment',
  description:
    'Readers see the tables of the last run until all of this one are ready. A run that fails or is stopped changes nothing that they see.',
  options: [...projectOptions, selectOption, ...runOptions],
  examples: [
    { command: 'cdp run', does: 'build the default target' },
    { command: 'cdp run --target prod --output json > result.json', does: 'in CI' },
    { command: 'cdp run --select lapsed_vip', does: 'one segment, over the tables of the last run' },
    { command: 'cdp run --as-of 2026-06-30', does: 'as if it were the end of June' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const result = await execute(invocation, loaded)
    const diagnostics = [...loaded.diagnostics, ...result.diagnostics]
    reportRun(invocation, loaded, { ...result, diagnostics })
    if (hasErrors(diagnostics)) return EXIT.project
    return exitCodeOfRun(result.result)
  },
}

async function execute(invocation: Invocation, loaded: LoadedProject): Promise<ProjectRun> {
  const connection = await openTarget(loaded)
  try {
    return await runOn(connection, invocation, loaded)
  } finally {
    await connection.close()
  }
}

/** Builds on a connection that is open, with progress and Ctrl-C, as the options of the command say. */
export async function runOn(
  connection: Connection,
  invocation: Invocation,
  loaded: LoadedProject,
): Promise<ProjectRun> {
  const { terminal } = invocation
  const { graph, engine, positions, folder } = loaded
  const selectors = listOption(invocation, 'select')
  const moment = momentOption(invocation, 'as-of', 'asOf')
  const reprocess = reprocessOption(invocation, loaded)
  const selection = selectors.length > 0 ? selectNodes(graph, selectors) : undefined
  const runId = textOption(invocation, 'runId')
  const progress = progressOf(progressScreen(terminal))
  const { signal, stopListening } = interruption(terminal)
  try {
    return await runProject(graph, connection, engine.dialect, {
      positions,
      projectDir: folder,
      cdpVersion: VERSION,
      ...(selection && { selection }),
      ...(moment !== undefined && { asOf: moment }),
      ...(runId !== undefined && { runId }),
      ...(reprocess && { reprocess }),
      fullRefresh: flagOption(invocation, 'fullRefresh'),
      allowBackwards: flagOption(invocation, 'allowBackwards'),
      allowEmpty: flagOption(invocation, 'allowEmpty'),
      now: terminal.now,
      random: () => terminal.random(10),
      listener: progress.listener,
      signal,
    })
  } finally {
    progress.stop()
    stopListening()
  }
}

function momentOption(invocation: Invocation, flag: string, key: string): string | undefined {
  const text = textOption(invocation, key)
  if (text === undefined) return undefined
  const moment = parseMoment(text)
  if (moment === undefined)
    throw new UsageError(
      `--${flag} ${JSON.stringify(text)} is no time`,
      'Write 2026-06-30 or 2026-06-30T12:00:00Z.',
    )
  return moment
}

/** A range of one source that is read again: what else happened to rows than their cursor tells. */
function reprocessOption(
  invocation: Invocation,
  { graph }: LoadedProject,
): { source: string; from: string; to: string } | undefined {
  const source = textOption(invocation, 'reprocess')
  const from = momentOption(invocation, 'from', 'from')
  const to = momentOption(invocation, 'to', 'to')
  if (source === undefined) {
    if (from === undefined && to === undefined) return undefined
    throw new UsageError('--from and --to are of a source that is read again', 'Add --reprocess <source>.')
  }
  const { sources } = graph.project
  const declared = sources.find(({ name }) => name === source)
  if (!declared) {
    const near = closest(
      source,
      sources.map(({ name }) => name),
    )
    throw new UsageError(
      `there is no source ${JSON.stringify(source)}`,
      near === undefined ? 'cdp ls kind:source lists them.' : `Did you mean ${near}?`,
    )
  }
  if (!declared.loadedAt)
    throw new UsageError(
      `${source} has no loaded_at: every run compares all its rows`,
      'There is nothing to read again.',
    )
  if (from === undefined || to === undefined)
    throw new UsageError(
      '--reprocess needs --from and --to',
      'Both are times of its loaded_at; --to is not included.',
    )
  return { source, from, to }
}

function reportRun(invocation: Invocation, { files }: LoadedProject, run: ProjectRun): void {
  const { result, diagnostics } = run
  tellRun(invocation, files, run)
  if (isJson(invocation))
    printJson(invocation.terminal, { ...result, diagnostics: diagnosticsJson(diagnostics, files) })
}

/** For a person: what is wrong, then what the run did. */
export function tellRun(
  { terminal }: Invocation,
  files: LoadedProject['files'],
  { result, diagnostics }: Pick<ProjectRun, 'result' | 'diagnostics'>,
): void {
  printDiagnostics(terminal, diagnostics, files)
  const said = diagnostics.map(({ message }) => message)
  if (result) terminal.err(`\n${runSummary(result, errPaint(terminal), terminal.width, said)}`)
}

export function exitCodeOfRun(result: RunResult | undefined): ExitCode {
  switch (result?.status) {
    case 'succeeded':
      return EXIT.ok
    case 'interrupted':
      return EXIT.interrupted
    default:
      return result?.error?.exit_code ?? EXIT.project
  }
}
