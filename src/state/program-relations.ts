import type { Program, Step } from '../program/program.js'
import { LIVES_WITHIN_A_RUN } from '../program/scope.js'
import { type Lexicon, tokenize } from '../sql/lexer.js'

/** A relation that a program leaves behind. `state` is a table that is kept over runs and never dropped. */
export interface OwnRelation {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'view' | 'state'
  /** The node that makes it, or `publish` for what is made of several. */
  readonly node: string
}

/** What the program will have made when it is done, without what it drops again: read off its own statements. */
export function relationsOf(program: Program, lexicon: Lexicon): readonly OwnRelation[] {
  const nodeOf = new Map(
    program.nodes.flatMap((node) => node.outputs.map((output) => [output.toLowerCase(), node.id])),
  )
  const found = new Map<string, OwnRelation>()
  const add = (text: string, node: string | undefined): void => {
    const made = madeBy(text, lexicon)
    if (!made || LIVES_WITHIN_A_RUN.test(made.name)) return
    const key = relationKey(made)
    const known = found.get(key)
    const kind = known?.kind === 'state' ? 'state' : made.kind
    found.set(key, { ...made, kind, node: known?.node ?? nodeOf.get(key) ?? node ?? 'publish' })
  }
  for (const step of program.prepare) add(step.sql, undefined)
  for (const node of program.nodes) for (const text of statementsOf(node.steps)) add(text, node.id)
  for (const text of statementsOf(program.publish.statements)) add(text, undefined)
  return [...found.values()]
}

/** Relations are compared without regard to case, as engines do. */
export function relationKey(relation: { readonly schema: string; readonly name: string }): string {
  return `${relation.schema}.${relation.name}`.toLowerCase()
}

function statementsOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'statement') return [step.sql]
    if (step.kind === 'choice') return [...statementsOf(step.full), ...statementsOf(step.incremental)]
    return step.kind === 'loop' ? [...statementsOf(step.body), ...statementsOf(step.unwind)] : []
  })
}

/** The relation that a statement of cdp's own makes under its lasting name: by CREATE, or by renaming to it. */
export function madeBy(text: string, lexicon: Lexicon): Omit<OwnRelation, 'node'> | undefined {
  if (!/^\s*(create|alter)\s/i.test(text)) return undefined
  const head = tokenize(text.slice(0, 2000), lexicon).tokens.filter((token) => token.kind !== 'comment')
  const words = head.slice(0, 16).map((token) => text.slice(token.start, token.end))
  const sentence = words.join(' ').toLowerCase()
  const shape =
    /^(create table if not exists|create table|create or replace view|create view|alter table) /.exec(
      sentence,
    )?.[1]
  if (shape === undefined) return undefined
  const at = shape.split(' ').length
  const [schema, dot, name] = [words[at], words[at + 1], words[at + 2]]
  if (schema === undefined || dot !== '.' || name === undefined) return undefined
  if (shape === 'alter table') {
    const to = /^rename to$/i.test(`${words[at + 3]} ${words[at + 4]}`) ? words[at + 5] : undefined
    return to === undefined ? undefined : { schema: unquoted(schema), name: unquoted(to), kind: 'table' }
  }
  const kind = shape.endsWith('view') ? 'view' : shape.endsWith('exists') ? 'state' : 'table'
  return { schema: unquoted(schema), name: unquoted(name), kind }
}

function unquoted(word: string): string {
  const quote = word[0] ?? ''
  return /["`[]/.test(quote) ? word.slice(1, -1).replaceAll(quote + quote, quote) : word
}
