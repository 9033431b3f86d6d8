import { notRunYet } from '../../inspect/find-customer.js'
import { hasTable, type Inspected } from '../../inspect/inspected.js'
import { maskHealth } from '../../inspect/mask-health.js'
import { personalNames } from '../../inspect/personal.js'
import { readHealth } from '../../inspect/read-health.js'
import { chosenEntities } from '../../inspect/wanted.js'
import type { Entity } from '../../language/entity.js'
import { identityHealthText } from '../../report/identity-health.js'
import { paintFor } from '../../report/paint.js'
import { type CommandSpec, type Invocation, isJson, textOption } from '../command.js'
import { isUsable, loadProject } from '../load-project.js'
import { lookInto, lookOptions, reveals } from '../look-into.js'
import { projectOptions } from '../options.js'
import { printJson, refuseProject } from '../print.js'
import { EXIT, type ExitCode } from '../terminal.js'

export const identity: CommandSpec = {
  name: 'identity',
  summary: 'show the health of identity: sizes, largest customers, bridges, suspects',
  description:
    'As the last run left it, each part with the word of the language that would help. Values marked `pii` are shown on a terminal only; pipes, files and logs get masks (a…@x.com) unless --reveal.',
  options: [...projectOptions, ...lookOptions],
  examples: [
    { command: 'cdp identity', does: 'all entities' },
    { command: 'cdp identity --entity customer --output json', does: 'one, for a program' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const entities = chosenEntities(loaded.graph.project, textOption(invocation, 'entity'))
    return await lookInto(invocation, loaded, (inspected) => print(invocation, inspected, entities))
  },
}

async function print(
  invocation: Invocation,
  inspected: Inspected,
  entities: readonly Entity[],
): Promise<ExitCode> {
  const { terminal } = invocation
  const { project, scope } = inspected
  const healths = []
  for (const entity of entities) {
    if (!(await hasTable(inspected, `${entity.name}_identity_sizes`))) continue
    const health = await readHealth(inspected, entity)
    const rules = entity.match.map((rule) => rule.name)
    healths.push(
      reveals(invocation)
        ? health
        : maskHealth(health, personalNames(project, entity, scope.dialect.lexicon), rules),
    )
  }
  if (healths.length === 0) throw notRunYet(project.settings.target.name)
  if (isJson(invocation)) printJson(terminal, { entities: healths })
  else {
    const paint = paintFor(terminal.outColours)
    terminal.out(healths.map((one) => identityHealthText(one, paint, terminal.width)).join('\n'))
  }
  return EXIT.ok
}
