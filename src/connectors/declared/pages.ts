import type { RequestDefinition } from '../../language/connector-request.js'
import type { LeafScope } from '../../template/leaf-template.js'
import { type Conversation, faultStop, type Spoken, tryRender } from './conversation.js'
import type { Judgement } from './judge-answer.js'
import { atPath, textAt } from './path.js'

/** More pages than this are not a list, but a circle. */
const MAX_PAGES = 1000

/** All items of a list that comes in pages; `trouble` where a page could not be had. */
export async function collectPages(
  conversation: Conversation,
  request: RequestDefinition,
  scope: LeafScope,
  list: { readonly path: string; readonly next?: string | undefined },
  signal: AbortSignal,
): Promise<
  { readonly items: readonly unknown[] } | { readonly trouble: Judgement; readonly status?: number }
> {
  const rendered = tryRender(request, scope, [])
  if ('fault' in rendered) return { trouble: faultStop(rendered.fault) }
  const items: unknown[] = []
  let page = rendered.request
  for (let count = 0; count < MAX_PAGES; count++) {
    const spoken: Spoken = await conversation.speak(page, {}, signal)
    const { judgement, answer } = spoken
    if (judgement.kind !== 'match') return { trouble: judgement, ...(answer && { status: answer.status }) }
    const found = atPath(answer?.body, list.path)
    if (Array.isArray(found)) for (const item of found) items.push(item)
    else if (found !== undefined && found !== null) items.push(found)
    const next = textAt(answer?.body, list.next)
    // The credentials go with the request: another host must not get them.
    if (next === undefined || !URL.canParse(next) || new URL(next).origin !== page.url.origin)
      return { items }
    page = { ...page, url: new URL(next) }
  }
  return { items }
}
