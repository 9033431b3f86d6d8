import type { ErrorRule, ResponseDefinition } from '../../language/connector-request.js'
import { evaluateLeaf, LeafFault, OMITTED } from '../../template/leaf-template.js'
import type { Answer, Refusal } from '../connector.js'
import { leafOf } from './body-template.js'
import { answerScope, type HttpAnswer } from './http-answer.js'
import { atPath } from './path.js'
import { htmlMessage, isHtml, oneLine, vendorCode, vendorMessage } from './vendor-message.js'
import { waitOf } from './wait.js'

/** What an answer means before rows are looked at. */
export type Judgement =
  | Exclude<Answer, { kind: 'results' | 'pending' }>
  /** It went well, or `results` were asked for: the rows are to be matched. */
  | { readonly kind: 'match' }
  /** Done for all rows, whatever the body says. */
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject'; readonly code: string; readonly message: string }
  | { readonly kind: 'refresh'; readonly otherwise: Refusal }
  /** Of a poll: not yet. */
  | { readonly kind: 'wait'; readonly waitMs?: number }

export interface JudgeContext {
  readonly config: unknown
  readonly now: number
  /** Whether a new token can be asked for: a 401 is answered with that first. */
  readonly canRefresh: boolean
}

type Rules = Pick<ResponseDefinition, 'success' | 'errors'>

/** The first rule that fits, then success, then what statuses mean by themselves. */
export function judgeAnswer(
  { success, errors = [] }: Rules,
  answer: HttpAnswer,
  context: JudgeContext,
): Judgement {
  const rule = errors.find((candidate) => fits(candidate, answer, context))
  if (rule) return byRule(rule, answer, context)
  const { status, text, body } = answer
  const succeeded = success ? success.includes(status) : status >= 200 && status < 300
  if (!succeeded) return byStatus(answer, context)
  if (body !== undefined) return { kind: 'match' }
  if (isHtml(text)) return { kind: 'retry', message: htmlMessage(status), maybeProcessed: true }
  if (/^\s*(\{|\[\s*[{"\]])/.test(text))
    return { kind: 'retry', message: `HTTP ${status} with JSON that cannot be read`, maybeProcessed: true }
  return { kind: 'match' }
}

function fits(rule: ErrorRule, answer: HttpAnswer, { config }: JudgeContext): boolean {
  if (rule.status && !rule.status.includes(answer.status)) return false
  const isAsSaid = Object.entries(rule.body ?? {}).every(([path, wanted]) => {
    const found = atPath(answer.body, path)
    return Array.isArray(wanted) ? wanted.some((one) => isSame(one, found)) : isSame(wanted, found)
  })
  if (!isAsSaid) return false
  return rule.when === undefined || ruleValue(rule.when, answer, config) === true
}

/** `40100` in YAML fits `40100` and `"40100"` in an answer. */
function isSame(wanted: unknown, found: unknown): boolean {
  return typeof found !== 'object' && found !== undefined && String(wanted) === String(found)
}

function byRule(rule: ErrorRule, answer: HttpAnswer, context: JudgeContext): Judgement {
  const { config } = context
  const message =
    textOf(rule.message, answer, config) ?? vendorMessage(answer.status, answer.body, answer.text)
  const code = textOf(rule.code, answer, config) ?? vendorCode(answer.status, answer.body)
  const waitMs = waitOf(
    rule.wait === undefined ? retryAfter(answer) : ruleValue(rule.wait, answer, config),
    context.now,
  )
  const wait = waitMs === undefined ? {} : { waitMs }
  const stop: Refusal = { kind: 'stop', message, ...(rule.remedy !== undefined && { remedy: rule.remedy }) }
  switch (rule.do) {
    case 'throttle':
      return { kind: 'throttle', ...wait }
    case 'retry':
      return { kind: 'retry', message, maybeProcessed: true, ...wait }
    case 'split':
      return { kind: 'split', code, message }
    case 'reject':
      return { kind: 'reject', code, message }
    case 'stop':
      return answer.status === 401 && context.canRefresh ? { kind: 'refresh', otherwise: stop } : stop
    case 'refresh':
      return context.canRefresh ? { kind: 'refresh', otherwise: stop } : stop
    case 'accept':
      return { kind: 'accept' }
    case 'results':
      return { kind: 'match' }
    case 'pending':
      return { kind: 'wait', ...wait }
  }
}

const REFUSING = [401, 402, 403, 407]
const PASSING = [408, 425, 500, 502, 503, 504]

function byStatus(answer: HttpAnswer, context: JudgeContext): Judgement {
  const { status, body, text } = answer
  const message = vendorMessage(status, body, text)
  const waitMs = waitOf(retryAfter(answer), context.now)
  const wait = waitMs === undefined ? {} : { waitMs }
  if (status === 429) return { kind: 'throttle', ...wait }
  if (REFUSING.includes(status)) {
    const stop: Refusal = {
      kind: 'stop',
      message: `the credentials are refused: ${message}`,
      remedy: 'Check the credentials in the config of the destination.',
    }
    return status === 401 && context.canRefresh ? { kind: 'refresh', otherwise: stop } : stop
  }
  if (PASSING.includes(status) || status >= 520)
    return { kind: 'retry', message, maybeProcessed: true, ...wait }
  if (status >= 400) return { kind: 'split', code: vendorCode(status, body), message }
  return { kind: 'retry', message: `${message}, which is no status of success here`, maybeProcessed: true }
}

function retryAfter({ headers }: HttpAnswer): string | undefined {
  return headers['retry-after']
}

function ruleValue(template: string, answer: HttpAnswer, config: unknown): unknown {
  try {
    const value = evaluateLeaf(leafOf(template), answerScope(answer, config))
    return value === OMITTED ? undefined : value
  } catch (error) {
    // The answer lacks what the rule speaks of: it says nothing.
    if (error instanceof LeafFault) return undefined
    throw error
  }
}

function textOf(template: string | undefined, answer: HttpAnswer, config: unknown): string | undefined {
  const value = template === undefined ? undefined : ruleValue(template, answer, config)
  return value === undefined || value === null || value === '' ? undefined : oneLine(String(value))
}
