import type { OperationDefinition } from '../../language/connector.js'
import type { JobDefinition, ResultsDefinition } from '../../language/connector-request.js'
import { evaluateLeaf, LeafFault, type LeafScope } from '../../template/leaf-template.js'
import type { Answer, OutgoingRow } from '../connector.js'
import { leafOf } from './body-template.js'
import { type Conversation, troubleOf } from './conversation.js'
import { answerScope, type HttpAnswer } from './http-answer.js'
import { jobOf, waitBetween } from './job.js'
import { matchRows } from './match-rows.js'
import { collectPages } from './pages.js'
import { scopedRow } from './row-scope.js'
import { fateOf, inOrder } from './send-batch.js'

/** Asks how a job is; when it is done, how the rows went. */
export async function pollJob(
  conversation: Conversation,
  operation: OperationDefinition,
  scope: LeafScope,
  jobText: string,
  batch: readonly OutgoingRow[],
  signal: AbortSignal,
): Promise<Answer> {
  const { job: definition } = operation
  if (!definition) throw new Error('the operation has no jobs')
  const job = jobOf(jobText)
  const { poll } = definition
  const asked = { ...scope, job: { id: job.id } }
  const { judgement, answer } = await conversation.ask(poll.request, asked, poll.response, signal)
  const status = answer && { status: answer.status }
  const sent = batch.map(scopedRow).filter(({ index }) => !job.settled.has(index))
  switch (judgement.kind) {
    case 'wait':
      return { kind: 'pending', job: jobText, waitMs: judgement.waitMs ?? waitBetween(definition), ...status }
    case 'accept':
    case 'reject':
      return {
        kind: 'results',
        rows: inOrder(
          batch.length,
          job.settled,
          sent,
          sent.map(() => fateOf(judgement)),
        ),
        ...status,
      }
    case 'match':
      break
    case 'refresh':
      return { ...judgement.otherwise, ...status }
    default:
      return { ...judgement, ...status }
  }
  const results = await resultsOf(conversation, definition, asked, answer, signal)
  if ('kind' in results) return results
  const matched = matchRows(results.definition, results.body, sent)
  if ('kind' in matched) return matched
  return { kind: 'results', rows: inOrder(batch.length, job.settled, sent, matched), ...status }
}

/** Where it stands how the rows went: in the answer to the poll, or in one of its own, which may have pages. */
async function resultsOf(
  conversation: Conversation,
  { poll, details }: JobDefinition,
  scope: LeafScope,
  answer: HttpAnswer | undefined,
  signal: AbortSignal,
): Promise<Answer | { readonly definition: ResultsDefinition; readonly body: unknown }> {
  const own = { definition: poll.response.results ?? ({ match: 'all' } as const), body: answer?.body }
  if (!details || !answer || !holds(details.when, answerScope(answer, scope.config))) return own
  const path = listPath(details.results)
  const pages = await collectPages(conversation, details.request, scope, { path, next: details.next }, signal)
  if ('trouble' in pages) {
    const trouble = troubleOf(pages.trouble)
    return trouble ?? own
  }
  return { definition: withListAt(details.results, '$'), body: pages.items }
}

function holds(template: string, scope: LeafScope): boolean {
  try {
    return evaluateLeaf(leafOf(template), scope) === true
  } catch (error) {
    if (error instanceof LeafFault) return false
    throw error
  }
}

function listPath(results: ResultsDefinition): string {
  if (results.match === 'position') return results.path
  if (results.match === 'all') return '$'
  return results.errors?.path[0] ?? '$'
}

/** The same rules over the items of all pages. */
function withListAt(results: ResultsDefinition, path: string): ResultsDefinition {
  if (results.match === 'position') return { ...results, path }
  if (results.match === 'index') return { ...results, errors: { ...results.errors, path: [path] } }
  if (results.match === 'key' && results.errors)
    return { ...results, errors: { ...results.errors, path: [path] } }
  return results
}
