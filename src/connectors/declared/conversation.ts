import type { RequestDefinition, ResponseDefinition } from '../../language/connector-request.js'
import { LeafFault, type LeafScope } from '../../template/leaf-template.js'
import type { Answer, Refusal } from '../connector.js'
import type { HttpClient, HttpRequest } from '../http/client.js'
import type { ScopedRow } from './body-template.js'
import { type HttpAnswer, parsedAnswer } from './http-answer.js'
import { type JudgeContext, type Judgement, judgeAnswer } from './judge-answer.js'
import { type RenderedRequest, renderRequest } from './render-request.js'
import type { Credentials } from './signing.js'
import { oneLine } from './vendor-message.js'

export interface Spoken {
  readonly judgement: Judgement
  /** Absent where there was none, or where `refresh` was of no use. */
  readonly answer?: HttpAnswer
}

/** Speaks with one destination: signs, sends, judges; where a token has run out, once more with a new one. */
export class Conversation {
  constructor(
    readonly client: HttpClient,
    readonly credentials: Credentials,
    readonly config: unknown,
    readonly now: () => number,
  ) {}

  async speak(
    request: HttpRequest,
    rules: Pick<ResponseDefinition, 'success' | 'errors'>,
    signal: AbortSignal,
  ): Promise<Spoken> {
    const first = await this.#once(request, rules, signal, this.credentials.canRefresh)
    if (first.judgement.kind !== 'refresh') return first
    return this.#once(request, rules, signal, false)
  }

  /** Speaks of what is about no rows, such as a job. */
  async ask(
    definition: RequestDefinition,
    scope: LeafScope,
    rules: Pick<ResponseDefinition, 'success' | 'errors'>,
    signal: AbortSignal,
  ): Promise<Spoken> {
    const rendered = tryRender(definition, scope, [])
    if ('fault' in rendered) return { judgement: faultStop(rendered.fault) }
    return this.speak(rendered.request, rules, signal)
  }

  async #once(
    request: HttpRequest,
    rules: Pick<ResponseDefinition, 'success' | 'errors'>,
    signal: AbortSignal,
    canRefresh: boolean,
  ): Promise<Spoken> {
    const signed = await this.credentials.sign(request)
    if ('failure' in signed) return { judgement: signed.failure }
    const exchange = await this.client.exchange(signed.request, signal)
    if (exchange.kind === 'refused') {
      const { message, remedy } = exchange
      return { judgement: { kind: 'stop', message, ...(remedy !== undefined && { remedy }) } }
    }
    if (exchange.kind === 'failed')
      return {
        judgement: { kind: 'retry', message: oneLine(exchange.message), maybeProcessed: !exchange.certain },
      }
    const answer = parsedAnswer(exchange)
    const context: JudgeContext = { config: this.config, now: this.now(), canRefresh }
    const judgement = judgeAnswer(rules, answer, context)
    if (judgement.kind === 'refresh') this.credentials.refresh(signed.request)
    return { judgement, answer }
  }
}

export function tryRender(
  definition: RequestDefinition,
  scope: LeafScope,
  rows: readonly ScopedRow[],
): RenderedRequest | { readonly fault: string } {
  try {
    return renderRequest(definition, scope, rows)
  } catch (error) {
    if (error instanceof LeafFault) return { fault: error.message }
    throw error
  }
}

/** Something is missing that is of no row: nothing can be sent. */
export function faultStop(fault: string): Refusal {
  return { kind: 'stop', message: fault, remedy: 'Check the config of the destination.' }
}

/** A judgement of what is about no rows, as an answer; undefined where it went well. */
export function troubleOf(
  judgement: Judgement,
): Exclude<Answer, { kind: 'results' | 'pending' }> | undefined {
  switch (judgement.kind) {
    case 'match':
    case 'accept':
      return undefined
    case 'reject':
    case 'split':
      return { kind: 'stop', message: judgement.message }
    case 'refresh':
      return judgement.otherwise
    case 'wait':
      return { kind: 'retry', message: 'the destination is not ready yet', maybeProcessed: false }
    default:
      return judgement
  }
}
