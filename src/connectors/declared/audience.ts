import type { AudienceDefinition } from '../../language/connector-request.js'
import type { LeafScope } from '../../template/leaf-template.js'
import type { PreparedAudience, Refusal } from '../connector.js'
import { type Conversation, troubleOf } from './conversation.js'
import type { Judgement } from './judge-answer.js'
import { collectPages } from './pages.js'
import { textAt } from './path.js'

/** Finds the audience of a name, or makes it where it may be new. Two that are called the same are a mistake that only people can mend. */
export async function prepareAudience(
  conversation: Conversation,
  { find, create }: AudienceDefinition,
  config: unknown,
  { name, mayMake }: { readonly name: string; readonly mayMake: boolean },
  signal: AbortSignal,
): Promise<PreparedAudience | Refusal> {
  const scope: LeafScope = { config, audience: { name } }
  const pages = await collectPages(conversation, find.request, scope, find, signal)
  if ('trouble' in pages && !(pages.status !== undefined && find.missing?.includes(pages.status)))
    return stopped(pages.trouble, name)
  const items = 'items' in pages ? pages.items : []
  const ids = items.filter((item) => textAt(item, find.name) === name).map((item) => textAt(item, find.id))
  const [id] = ids
  if (ids.length > 1)
    return {
      kind: 'stop',
      message: `there are ${ids.length} audiences "${name}"`,
      remedy: 'Rename all but one.',
    }
  if (id !== undefined) return { kind: 'audience', name, id }
  if (!mayMake)
    return { kind: 'stop', message: `the audience "${name}" is gone, with the rows that were in it` }
  const { judgement, answer } = await conversation.ask(create.request, scope, {}, signal)
  const made = textAt(answer?.body, create.id)
  if (judgement.kind === 'match' && made !== undefined) return { kind: 'audience', name, id: made }
  return stopped(judgement, name)
}

function stopped(judgement: Judgement, name: string): Refusal {
  const trouble = troubleOf(judgement)
  const why =
    trouble && 'message' in trouble ? trouble.message : 'the destination does not say what it is called'
  const remedy = trouble && 'remedy' in trouble ? trouble.remedy : undefined
  return { kind: 'stop', message: `the audience "${name}": ${why}`, ...(remedy !== undefined && { remedy }) }
}
