import { UsageError } from '../../diagnostics/errors.js'
import { findCustomer, notRunYet } from '../../inspect/find-customer.js'
import type { Inspected } from '../../inspect/inspected.js'
import { maskCustomer } from '../../inspect/mask-customer.js'
import { personalNames } from '../../inspect/personal.js'
import { readCustomer } from '../../inspect/read-customer.js'
import { readWanted, type Wanted } from '../../inspect/wanted.js'
import { customerText } from '../../report/customer.js'
import { paintFor } from '../../report/paint.js'
import { type CommandSpec, flagOption, type Invocation, isJson, textOption } from '../command.js'
import { isUsable, type LoadedProject, loadProject, openTarget } from '../load-project.js'
import { projectOptions } from '../options.js'
import { printJson, refuseProject } from '../print.js'
import { EXIT, type ExitCode } from '../terminal.js'

export const show: CommandSpec = {
  name: 'show',
  summary: 'show one customer: profile, identifiers, records, events, segments',
  description:
    'An identifier is written type:value and read as a run would read it, a row source/key, an id is itself. Values marked `pii` are shown on a terminal only; pipes, files and logs get masks (a…@x.com) unless --reveal.',
  arguments: [{ syntax: '<identifier>', description: 'type:value, source/key, or an id' }],
  options: [
    ...projectOptions,
    { flags: '--entity <name>', description: 'which one is meant, where the project has several' },
    { flags: '--limit <number>', description: 'most records and events that are shown; 10 by default' },
    { flags: '--reveal', description: 'personal data as it is, although the output is no terminal' },
  ],
  examples: [
    { command: 'cdp show email:ann@x.com', does: 'by an identifier' },
    { command: 'cdp show orders/1001', does: 'by a row of a source' },
    { command: 'cdp show c_04dc0923fb3a558c0ae6 --output json', does: 'by id, for a program' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const limit = limitOf(invocation)
    const { project } = loaded.graph
    const wanted = readWanted(project, invocation.args[0] ?? '', textOption(invocation, 'entity'))
    const { target } = project.settings
    if (loaded.engine.place(target.options, loaded.folder).exists === false) throw notRunYet(target.name)
    const connection = await openTarget(loaded)
    try {
      const { terminal } = invocation
      const { schema: publicSchema, internalSchema } = target
      return await print(invocation, loaded, wanted, limit, {
        project,
        connection,
        scope: {
          dialect: loaded.engine.dialect,
          publicSchema,
          internalSchema,
          timezone: project.settings.timezone,
          building: new Set(),
        },
        saysPersonal: terminal.errIsTerminal || flagOption(invocation, 'reveal'),
      })
    } finally {
      await connection.close()
    }
  },
}

async function print(
  invocation: Invocation,
  { graph, engine }: LoadedProject,
  wanted: Wanted,
  limit: number,
  inspected: Inspected,
): Promise<ExitCode> {
  const { terminal } = invocation
  const found = await findCustomer(inspected, wanted)
  const customer = await readCustomer(inspected, found, limit)
  const reveals = terminal.outIsTerminal || flagOption(invocation, 'reveal')
  const shown = reveals
    ? customer
    : maskCustomer(customer, personalNames(graph.project, found.entity, engine.dialect.lexicon))
  if (found.note !== undefined) terminal.err(`${found.note}\n\n`)
  if (isJson(invocation)) printJson(terminal, shown)
  else terminal.out(customerText(shown, paintFor(terminal.outColours), terminal.width))
  return EXIT.ok
}

function limitOf(invocation: Invocation): number {
  const text = textOption(invocation, 'limit') ?? '10'
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UsageError(
    `--limit ${JSON.stringify(text)} is no number of rows`,
    'Write a whole number, such as 20.',
  )
}
