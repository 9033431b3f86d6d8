import type { LookupDefinition } from '../../language/connector-request.js'
import { evaluateLeaf, type LeafScope } from '../../template/leaf-template.js'
import type { Answer, RowOutcome } from '../connector.js'
import { leafOf, type ScopedRow } from './body-template.js'
import { type Conversation, faultStop, troubleOf, tryRender } from './conversation.js'
import { atPath, textAt } from './path.js'
import { withOnlyRow } from './row-scope.js'

type LookedUp =
  | { readonly trouble: Answer }
  | {
      /** Those that were found, with what was. */
      readonly rows: readonly ScopedRow[]
      readonly settled: ReadonlyMap<number, RowOutcome>
    }

const NOT_FOUND: RowOutcome = {
  outcome: 'rejected',
  code: 'not_found',
  message: 'the destination does not know the row',
}

/** Asks the destination for what it calls the rows. Changes nothing there, so an attempt may always be repeated. */
export async function lookUpRows(
  conversation: Conversation,
  definition: LookupDefinition,
  scope: LeafScope,
  rows: readonly ScopedRow[],
  signal: AbortSignal,
): Promise<LookedUp> {
  const settled = new Map<number, RowOutcome>()
  const rendered = tryRender(definition.request, withOnlyRow(scope, rows), rows)
  if ('fault' in rendered) return { trouble: faultStop(rendered.fault) }
  for (const [index, message] of rendered.faults)
    settled.set(index, { outcome: 'rejected', code: 'not_sendable', message })
  const { judgement, answer } = await conversation.speak(rendered.request, definition.response ?? {}, signal)
  const trouble = judgement.kind === 'split' ? judgement : troubleOf(judgement)
  if (trouble) return { trouble: trouble.kind === 'retry' ? { ...trouble, maybeProcessed: false } : trouble }
  const items = judgement.kind === 'accept' ? [] : atPath(answer?.body, definition.path)
  if (!Array.isArray(items))
    return {
      trouble: { kind: 'retry', message: 'the answer has no list of what was found', maybeProcessed: false },
    }
  const path = String(evaluateLeaf(leafOf(definition.key), scope))
  const folded = (key: string | undefined) => (definition.ignore_case ? key?.toLowerCase() : key)
  const found = new Map(items.map((item) => [folded(textAt(item, path)), textAt(item, definition.value)]))
  const known: ScopedRow[] = []
  for (const row of rows) {
    if (settled.has(row.index)) continue
    const value = found.get(folded(textAt(row.scope, definition.row_key ?? '$key')))
    if (value !== undefined)
      known.push({ index: row.index, scope: { ...row.scope, [definition.as ?? '$found']: value } })
    else settled.set(row.index, definition.missing === 'accept' ? { outcome: 'ok' } : NOT_FOUND)
  }
  return { rows: known, settled }
}
