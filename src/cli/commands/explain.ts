import { UsageError } from '../../diagnostics/errors.js'
import { type Explained, explainOne, explainPair } from '../../inspect/explain/explain.js'
import { maskExplanation } from '../../inspect/explain/mask-explanation.js'
import { personalNames } from '../../inspect/personal.js'
import { readWanted, type Wanted } from '../../inspect/wanted.js'
import type { Project } from '../../language/project.js'
import { explanationText } from '../../report/explain.js'
import { paintFor } from '../../report/paint.js'
import { type CommandSpec, flagOption, type Invocation, isJson, textOption } from '../command.js'
import { isUsable, loadProject } from '../load-project.js'
import { limitOf, lookInto, lookOptions, reveals } from '../look-into.js'
import { projectOptions } from '../options.js'
import { printJson, refuseProject } from '../print.js'
import { EXIT } from '../terminal.js'

const FORMS = 'type:value, source/key, or an id, also a former one'

export const explain: CommandSpec = {
  name: 'explain',
  summary: 'explain why two are one customer, or not; or how one came to be',
  description:
    'Of two: the strongest chain of rows that makes them one, link by link; or what was refused between them, and why. Of one: its rows, its identifiers as they were joined, its merges and splits. Values marked `pii` are shown on a terminal only; pipes, files and logs get masks (a…@x.com) unless --reveal.',
  arguments: [
    { syntax: '<identifier>', description: FORMS },
    { syntax: '[other]', description: 'what it is compared with, written alike' },
  ],
  options: [
    ...projectOptions,
    ...lookOptions,
    { flags: '--all', description: 'every chain that shares no link with a stronger one' },
    {
      flags: '--limit <number>',
      description: 'most identifiers of one customer that are told; 50 by default',
    },
  ],
  examples: [
    { command: 'cdp explain email:ann@x.com shop_id:7', does: 'why they are one, or not' },
    { command: 'cdp explain orders/1001 web_events/e7 --all', does: 'all that holds two rows together' },
    { command: 'cdp explain c_04dc0923fb3a558c0ae6', does: 'how this customer came to be' },
  ],
  run: async (invocation) => {
    const loaded = loadProject(invocation)
    if (!isUsable(loaded)) return refuseProject(invocation, loaded)
    const limit = limitOf(invocation, 50)
    const { project } = loaded.graph
    const { terminal } = invocation
    const [first, second] = wantedOf(project, invocation)
    const all = flagOption(invocation, 'all')
    if (all && !second)
      throw new UsageError(
        '--all is about two',
        'Name the other as well: cdp explain email:ann@x.com shop_id:7 --all',
      )
    return await lookInto(invocation, loaded, async (inspected) => {
      const explained: Explained = second
        ? await explainPair(inspected, first, second, all)
        : await explainOne(inspected, first, limit)
      const { entity, explanation } = explained
      const { lexicon } = inspected.scope.dialect
      const shown = reveals(invocation)
        ? explanation
        : maskExplanation(explanation, entity, personalNames(project, entity, lexicon))
      if (isJson(invocation)) printJson(terminal, shown)
      else terminal.out(explanationText(shown, paintFor(terminal.outColours), terminal.width))
      return EXIT.ok
    })
  },
}

/** One or two, of the entity that either names. */
function wantedOf(project: Project, invocation: Invocation): readonly [Wanted, Wanted | undefined] {
  const [first = '', second] = invocation.args
  const given = textOption(invocation, 'entity')
  if (second === undefined) return [readWanted(project, first, given), undefined]
  checkNoSegment(project, second)
  const one = readWanted(project, first, given)
  return [one, readWanted(project, second, given ?? (one.kind === 'id' ? undefined : one.entity.name))]
}

function checkNoSegment(project: Project, written: string): void {
  const hasType = project.entities.some(({ identifiers }) =>
    identifiers.some(({ name }) => name === 'segment'),
  )
  if (!/^segment:/.test(written) || hasType) return
  throw new UsageError(
    'explaining why somebody is in a segment is not built yet',
    '"cdp show" lists the segments that a customer is in.',
  )
}
