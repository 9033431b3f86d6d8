import { findCustomer } from '../../inspect/find-customer.js'
import { maskCustomer } from '../../inspect/mask-customer.js'
import { personalNames } from '../../inspect/personal.js'
import { readCustomer } from '../../inspect/read-customer.js'
import { readWanted } from '../../inspect/wanted.js'
import { customerText } from '../../report/customer.js'
import { paintFor } from '../../report/paint.js'
import { type CommandSpec, isJson, textOption } from '../command.js'
import { isUsable, loadProject } from '../load-project.js'
import { limitOf, lookInto, lookOptions, reveals } from '../look-into.js'
import { projectOptions } from '../options.js'
import { printJson, refuseProject } from '../print.js'
import { EXIT } from '../terminal.js'

export const show: CommandSpec = {
  name: 'show',
  summary: 'show one customer: profile, identifiers, records, events, segments',
  description:
    'An identifier is written type:value and read as a run would read it, a row source/key, an id is itself. Values marked `pii` are shown on a terminal only; pipes, files and logs get masks (a…@x.com) unless --reveal.',
  arguments: [{ syntax: '<identifier>', description: 'type:value, source/key, or an id' }],
  options: [
    ...projectOptions,
    ...lookOptions,
    { flags: '--limit <number>', description: 'most records and events that are shown; 10 by default' },
  ],
  examples: [
    { command: 'cdp show email:ann@x.com', does: 'by an identifier' },
    { command: 'cdp show orders/1001', does: 'by a row of a source' },
    { command: 'cdp show c_04dc0923fb3a558c0ae6 --output json', does: 'by id, for a program' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const limit = limitOf(invocation, 10)
    const { project } = loaded.graph
    const { terminal } = invocation
    const wanted = readWanted(project, invocation.args[0] ?? '', textOption(invocation, 'entity'))
    return await lookInto(invocation, loaded, async (inspected) => {
      const found = await findCustomer(inspected, wanted)
      const customer = await readCustomer(inspected, found, limit)
      const { lexicon } = inspected.scope.dialect
      const shown = reveals(invocation)
        ? customer
        : maskCustomer(customer, personalNames(project, found.entity, lexicon))
      if (found.note !== undefined) terminal.err(`${found.note}\n\n`)
      if (isJson(invocation)) printJson(terminal, shown)
      else terminal.out(customerText(shown, paintFor(terminal.outColours), terminal.width))
      return EXIT.ok
    })
  },
}
