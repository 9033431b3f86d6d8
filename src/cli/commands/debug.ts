import { type Paint, paintFor } from '../../report/paint.js'
import { type CommandSpec, isJson } from '../command.js'
import {
  type Check,
  isConnectable,
  missingProject,
  projectChecks,
  toolCheck,
  warehouseChecks,
} from '../debug-checks.js'
import { loadProject } from '../load-project.js'
import { projectOptions } from '../options.js'
import { printJson } from '../print.js'
import { EXIT, type ExitCode } from '../terminal.js'

export const debug: CommandSpec = {
  name: 'debug',
  summary: 'test the connection and everything that a run needs',
  description:
    'Versions, project, target, database, who has it open, kept state, the last run, the right to write: what is wrong is said with its remedy. No secret is printed. Exit code 3 if the connection fails, 1 if the project has errors.',
  options: projectOptions,
  examples: [
    { command: 'cdp debug', does: 'the default target' },
    { command: 'cdp debug --target prod --output json', does: 'for a support ticket' },
  ],
  run: async (invocation) => {
    const { terminal } = invocation
    const loaded = loadProject(invocation)
    const checks = [toolCheck()]
    if (!('graph' in loaded)) checks.push(missingProject(loaded.diagnostics))
    else {
      checks.push(...projectChecks(loaded))
      if (isConnectable(loaded)) checks.push(...(await warehouseChecks(loaded)))
    }
    if (isJson(invocation)) printJson(terminal, { ok: checks.every(({ ok }) => ok), checks })
    else terminal.out(checks.map((check) => lineOf(check, paintFor(terminal.outColours))).join(''))
    return exitCodeOf(checks)
  },
}

function lineOf({ name, ok, message, remedy }: Check, paint: Paint): string {
  const sign = ok ? paint.green('ok    ') : paint.red('failed')
  const hint = remedy === undefined ? '' : `${' '.repeat(8)}${paint.dim('hint:')} ${remedy}\n`
  return `${sign}  ${paint.bold(name)}: ${message}\n${hint}`
}

function exitCodeOf(checks: readonly Check[]): ExitCode {
  const failed = checks.filter(({ ok }) => !ok)
  if (failed.some(({ about }) => about !== 'project')) return EXIT.warehouse
  return failed.length > 0 ? EXIT.project : EXIT.ok
}
