import { UsageError } from '../diagnostics/errors.js'
import { notRunYet } from '../inspect/find-customer.js'
import type { Inspected } from '../inspect/inspected.js'
import { scopeOf } from '../program/scope.js'
import { readStateVersion, refuseNewer } from '../state/open-state.js'
import { flagOption, type Invocation, type OptionSpec, textOption } from './command.js'
import { type LoadedProject, openTarget } from './load-project.js'

/** Of commands that look into the published tables. */
export const lookOptions: readonly OptionSpec[] = [
  { flags: '--entity <name>', description: 'which one is meant, where the project has several' },
  { flags: '--reveal', description: 'personal data as it is, although the output is no terminal' },
]

/** Opens the target for looking, and closes it whatever happens. */
export async function lookInto<T>(
  invocation: Invocation,
  loaded: LoadedProject,
  work: (inspected: Inspected) => Promise<T>,
): Promise<T> {
  const { project } = loaded.graph
  const { target } = project.settings
  if (loaded.engine.place(target.options, loaded.folder).exists === false) throw notRunYet(target.name)
  const connection = await openTarget(loaded)
  try {
    const scope = scopeOf(project.settings, loaded.engine.dialect)
    const store = { ...scope, connection }
    refuseNewer(store, await readStateVersion(store))
    return await work({
      project,
      connection,
      scope,
      saysPersonal: invocation.terminal.errIsTerminal || flagOption(invocation, 'reveal'),
    })
  } finally {
    await connection.close()
  }
}

/** Whether results may name personal data. */
export function reveals(invocation: Invocation): boolean {
  return invocation.terminal.outIsTerminal || flagOption(invocation, 'reveal')
}

export function limitOf(invocation: Invocation, usual: number): number {
  const text = textOption(invocation, 'limit') ?? String(usual)
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UsageError(
    `--limit ${JSON.stringify(text)} is no number of rows`,
    'Write a whole number, such as 20.',
  )
}
