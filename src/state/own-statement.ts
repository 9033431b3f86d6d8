import { type Lexicon, tokenize } from '../sql/lexer.js'

/** What a statement of cdp's own does to the relation that it names. */
export interface OwnStatement {
  readonly does: 'make' | 'drop' | 'rename'
  readonly schema: string
  readonly name: string
  /** Of what is made, or dropped; a table that is renamed. */
  readonly kind: 'table' | 'view'
  /** It does nothing where the relation is there (`make`), or is not (`drop`). */
  readonly isConditional: boolean
  /** The new name, in the schema. */
  readonly renamedTo?: string
  /** The table, of the same schema, that what is made is a copy of. */
  readonly copyOf?: string
}

/** The longest first: each begins with those before it. */
const SHAPES: readonly (readonly [
  words: string,
  is: Pick<OwnStatement, 'does' | 'kind' | 'isConditional'>,
])[] = [
  ['create table if not exists', { does: 'make', kind: 'table', isConditional: true }],
  ['create or replace table', { does: 'make', kind: 'table', isConditional: false }],
  ['create table', { does: 'make', kind: 'table', isConditional: false }],
  ['create or replace view', { does: 'make', kind: 'view', isConditional: false }],
  ['create view', { does: 'make', kind: 'view', isConditional: false }],
  ['drop table if exists', { does: 'drop', kind: 'table', isConditional: true }],
  ['drop view if exists', { does: 'drop', kind: 'view', isConditional: true }],
  ['alter table', { does: 'rename', kind: 'table', isConditional: false }],
]

/** Undefined for other statements, and for relations that are not named by schema and name. */
export function readOwnStatement(text: string, lexicon: Lexicon): OwnStatement | undefined {
  if (!/^\s*(--[^\n]*\n\s*)*(create|drop|alter)\s/i.test(text)) return undefined
  const head = tokenize(text.slice(0, 2000), lexicon).tokens.filter((token) => token.kind !== 'comment')
  const words = head.slice(0, 16).map((token) => text.slice(token.start, token.end))
  const sentence = words.join(' ').toLowerCase()
  const [shape, is] = SHAPES.find(([start]) => sentence.startsWith(`${start} `)) ?? []
  if (shape === undefined || is === undefined) return undefined
  const at = shape.split(' ').length
  const [schema, dot, name] = [words[at], words[at + 1], words[at + 2]]
  if (schema === undefined || dot !== '.' || name === undefined) return undefined
  const own = { ...is, schema: unquoted(schema), name: unquoted(name) }
  if (is.does !== 'rename') {
    const copied = copiedIn(words.slice(at + 3))
    return copied === undefined ? own : { ...own, copyOf: unquoted(copied) }
  }
  if (!/^rename to$/i.test(`${words[at + 3]} ${words[at + 4]}`)) return undefined
  // Spark wants the schema again.
  const renamedTo = words[at + 6] === '.' ? words[at + 7] : words[at + 5]
  return renamedTo === undefined ? undefined : { ...own, renamedTo: unquoted(renamedTo) }
}

/** Of `as table "schema"."name"` the name. */
function copiedIn(words: readonly string[]): string | undefined {
  return /^as table$/i.test(words.slice(0, 2).join(' ')) && words[3] === '.' ? words[4] : undefined
}

function unquoted(word: string): string {
  const quote = word[0] ?? ''
  return /["`[]/.test(quote) ? word.slice(1, -1).replaceAll(quote + quote, quote) : word
}
