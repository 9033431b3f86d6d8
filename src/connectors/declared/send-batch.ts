import type { OperationDefinition } from '../../language/connector.js'
import type { LeafScope } from '../../template/leaf-template.js'
import type { Answer, OutgoingRow, RowOutcome } from '../connector.js'
import type { ScopedRow } from './body-template.js'
import { type Conversation, faultStop, type Spoken, tryRender } from './conversation.js'
import { jobText, waitBetween } from './job.js'
import { lookUpRows } from './look-up-rows.js'
import { matchRows } from './match-rows.js'
import { textAt } from './path.js'
import { scopedRow, withOnlyRow } from './row-scope.js'

/** Outcomes that are known before anything is sent, by the place of the row in the batch. */
export type Settled = ReadonlyMap<number, RowOutcome>

/** One attempt at a batch. A row for which no request can be made is refused, and the others are sent. */
export async function sendBatch(
  conversation: Conversation,
  operation: OperationDefinition,
  scope: LeafScope,
  batch: readonly OutgoingRow[],
  signal: AbortSignal,
): Promise<Answer> {
  const settled = new Map<number, RowOutcome>()
  let rows: readonly ScopedRow[] = batch.map(scopedRow)
  for (const lookup of operation.lookup ?? []) {
    const looked = await lookUpRows(conversation, lookup, scope, rows, signal)
    if ('trouble' in looked) return looked.trouble
    for (const [index, outcome] of looked.settled) settled.set(index, outcome)
    rows = looked.rows
    if (rows.length === 0) return { kind: 'results', rows: inOrder(batch.length, settled, [], []) }
  }
  const rendered = tryRender(operation.request, withOnlyRow(scope, rows), rows)
  if ('fault' in rendered) {
    if (batch.length > 1 || !speaksOfRow(rendered.fault)) return faultStop(rendered.fault)
    return { kind: 'results', rows: [unsendable(rendered.fault)] }
  }
  for (const [index, fault] of rendered.faults) settled.set(index, unsendable(fault))
  const sent = rows.filter(({ index }) => !rendered.faults.has(index))
  if (sent.length === 0) return { kind: 'results', rows: inOrder(batch.length, settled, [], []) }
  const spoken = await conversation.speak(rendered.request, operation.response ?? {}, signal)
  const status = spoken.answer?.status
  return {
    ...meaning(spoken, operation, sent, batch.length, settled),
    ...(status !== undefined && { status }),
  }
}

function meaning(
  { judgement, answer }: Spoken,
  operation: OperationDefinition,
  sent: readonly ScopedRow[],
  size: number,
  settled: Settled,
): Answer {
  switch (judgement.kind) {
    case 'match': {
      if (operation.job) return pending(operation.job, answer?.body, settled)
      const matched = matchRows(operation.response?.results ?? { match: 'all' }, answer?.body, sent)
      return 'kind' in matched ? matched : { kind: 'results', rows: inOrder(size, settled, sent, matched) }
    }
    case 'accept':
    case 'reject':
      return {
        kind: 'results',
        rows: inOrder(
          size,
          settled,
          sent,
          sent.map(() => fateOf(judgement)),
        ),
      }
    case 'refresh':
      return judgement.otherwise
    case 'wait':
      return { kind: 'retry', message: 'the destination is not ready yet', maybeProcessed: true }
    default:
      return judgement
  }
}

function pending(job: NonNullable<OperationDefinition['job']>, body: unknown, settled: Settled): Answer {
  const id = textAt(body, job.id)
  if (id === undefined) return { kind: 'retry', message: 'the answer names no job', maybeProcessed: true }
  return { kind: 'pending', job: jobText(id, settled), waitMs: waitBetween(job) }
}

export function fateOf(
  judgement:
    | { readonly kind: 'accept' }
    | { readonly kind: 'reject'; readonly code: string; readonly message: string },
): RowOutcome {
  if (judgement.kind === 'accept') return { outcome: 'ok' }
  const { code, message } = judgement
  return { outcome: 'rejected', code, message }
}

/** The outcomes of all rows of a batch, of those that were settled before and of those that were sent. */
export function inOrder(
  size: number,
  settled: Settled,
  sent: readonly ScopedRow[],
  outcomes: readonly RowOutcome[],
): RowOutcome[] {
  const all = new Map(settled)
  for (const [place, { index }] of sent.entries()) {
    const outcome = outcomes[place]
    if (outcome) all.set(index, outcome)
  }
  return Array.from(
    { length: size },
    (_, index) => all.get(index) ?? { outcome: 'unknown', message: 'no outcome' },
  )
}

function unsendable(message: string): RowOutcome {
  return { outcome: 'rejected', code: 'not_sendable', message }
}

/** A config that lacks something is no fault of the row. */
function speaksOfRow(fault: string): boolean {
  return !fault.startsWith('config.')
}
