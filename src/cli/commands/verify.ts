import { UsageError } from '../../diagnostics/errors.js'
import { personalNames } from '../../inspect/personal.js'
import { maskDifference } from '../../inspect/verify/mask-verification.js'
import type { Difference } from '../../inspect/verify/verification.js'
import { verify as verified } from '../../inspect/verify/verify.js'
import { chosenEntities } from '../../inspect/wanted.js'
import type { Project } from '../../language/project.js'
import { paintFor } from '../../report/paint.js'
import { verificationText } from '../../report/verification.js'
import type { Lexicon } from '../../sql/lexer.js'
import { type CommandSpec, flagOption, type Invocation, isJson, textOption } from '../command.js'
import { isUsable, loadProject } from '../load-project.js'
import { lookInto, lookOptions, reveals } from '../look-into.js'
import { projectOptions } from '../options.js'
import { printJson, refuseProject } from '../print.js'
import { EXIT } from '../terminal.js'
import { VERSION } from '../version.js'

export const verify: CommandSpec = {
  name: 'verify',
  summary: 'recompute customers from their rows and compare with the tables',
  description:
    'Links, identifiers, counts, golden values and ids of a random sample, computed without the SQL of a run; its rows are read again from their sources. What differs is an error (exit code 1) that shows the rows. Values marked `pii` are shown on a terminal only, unless --reveal.',
  options: [
    ...projectOptions,
    ...lookOptions,
    { flags: '--sample <number>', description: 'how many customers of each entity; 1000 by default' },
    { flags: '--all', description: 'every customer' },
    { flags: '--seed <text>', description: 'chooses the same sample again: the seed that was printed' },
  ],
  examples: [
    { command: 'cdp verify', does: 'a random sample of 1000 customers' },
    { command: 'cdp verify --all --output json', does: 'every customer, for a program' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const { project } = loaded.graph
    const { terminal } = invocation
    const sample = sampleOf(invocation)
    const seed = textOption(invocation, 'seed') ?? Buffer.from(terminal.random(4)).toString('hex')
    const entities = chosenEntities(project, textOption(invocation, 'entity'))
    const begin = terminal.now()
    return await lookInto(invocation, loaded, async (inspected) => {
      const again = {
        graph: loaded.graph,
        positions: loaded.positions,
        projectDir: loaded.folder,
        cdpVersion: VERSION,
      }
      const verification = await verified(inspected, entities, { sample, seed, again })
      const { lexicon } = inspected.scope.dialect
      const differences = reveals(invocation)
        ? verification.differences
        : verification.differences.map((one) => masked(project, one, lexicon))
      const shown = { ...verification, differences }
      const took = terminal.now() - begin
      if (isJson(invocation)) printJson(terminal, { ...shown, elapsed_ms: took })
      else terminal.out(verificationText(shown, took, paintFor(terminal.outColours), terminal.width))
      return verification.ok ? EXIT.ok : EXIT.project
    })
  },
}

function masked(project: Project, difference: Difference, lexicon: Lexicon): Difference {
  const entity = project.entities.find(({ name }) => name === difference.entity)
  if (!entity) return difference
  const rules = entity.match.map((rule) => rule.name)
  return maskDifference(difference, personalNames(project, entity, lexicon), rules)
}

/** Undefined: all. */
function sampleOf(invocation: Invocation): number | undefined {
  const text = textOption(invocation, 'sample')
  if (flagOption(invocation, 'all')) {
    if (text === undefined) return undefined
    throw new UsageError('--sample and --all exclude each other', 'Give one of them.')
  }
  if (text === undefined) return 1000
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new UsageError(
    `--sample ${JSON.stringify(text)} is no number of customers`,
    'Write a whole number, such as 1000, or --all.',
  )
}
