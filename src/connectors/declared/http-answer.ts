import type { LeafScope } from '../../template/leaf-template.js'
import type { AnswerText } from '../http/answer.js'

/** An answer as rules see it: the body is data where it is JSON, else not there. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly text: string
}

export function parsedAnswer({ status, headers, text }: AnswerText): HttpAnswer {
  return { status, headers, text, body: jsonOf(text) }
}

function jsonOf(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What templates of rules see. */
export function answerScope({ status, headers, body }: HttpAnswer, config: unknown): LeafScope {
  return { status, headers, body, config }
}
