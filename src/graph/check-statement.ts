import type { Model } from '../language/model.js'
import { tokenize } from '../sql/lexer.js'
import type { Checking } from './checking.js'

const TEMPLATE = /\{\{!--[\s\S]*?--\}\}|\{\{[\s\S]*?\}\}/g

/** Statements that are no query, by their first word. */
const NO_QUERY = new Set(
  `alter analyze attach begin call checkpoint comment commit copy create delete detach drop execute explain export grant
  import insert install load merge pragma prepare reset rollback set truncate update use vacuum`.split(/\s+/),
)

/**
 * A SQL model is one SELECT (CDP4002): it becomes the body of a view or table, and what follows a semicolon would be
 * executed on its own. What templates write is not looked at.
 */
export function checkStatement({ findings, lexicon }: Checking, model: Model): void {
  const text = model.sql.replace(TEMPLATE, (template) => template.replace(/[^\n]/g, ' '))
  const say = (message: string, start: number, end = start + 1) => {
    findings.error('CDP4002', { file: model.file, start, end }, message, { expected: 'one SELECT' })
  }
  const { tokens, error } = tokenize(text, lexicon)
  if (error) {
    say(error.message, error.offset)
    return
  }
  const first = tokens.find((token) => token.kind !== 'comment')
  if (!first && text.trim() === model.sql.trim()) say('the model is empty', 0)
  const word = first?.kind === 'word' ? text.slice(first.start, first.end) : ''
  if (first && NO_QUERY.has(word.toLowerCase())) say(`${word} is no query`, first.start, first.end)
  const semicolon = tokens.find((token) => token.kind === 'symbol' && text[token.start] === ';')
  if (!semicolon || model.sql.slice(semicolon.end).trim() === '') return
  say('nothing may follow a semicolon', semicolon.start)
}
