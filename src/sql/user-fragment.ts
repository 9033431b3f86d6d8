import { list, type Sql, sql, verbatim } from './fragment.js'
import { type FragmentError, type Lexicon, type Token, tokenize } from './lexer.js'

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' }

/**
 * Whether a fragment is one expression as far as quotes, comments and brackets tell: not empty, no `;`, nothing closed
 * that was not opened and nothing left open. Newlines and brackets around a fragment are no fence: `paid') ; drop table …`.
 */
export function checkExpression(text: string, lexicon: Lexicon): FragmentError | undefined {
  const { tokens, error } = tokenize(text, lexicon)
  if (error) return error
  const code = tokens.filter((token) => token.kind !== 'comment')
  if (code.length === 0) return { message: 'an expression is missing', offset: 0 }
  const open: Token[] = []
  for (const token of code) {
    // A run puts values in their place: what they change would be seen by nobody who asks what time changes.
    if (token.kind === 'parameter')
      return { message: `${text.slice(token.start, token.end)} is not known here`, offset: token.start }
    const symbol = token.kind === 'symbol' ? text.slice(token.start, token.end) : ''
    if (symbol === ';') return { message: 'one expression only: ";" is not allowed', offset: token.start }
    if (symbol in CLOSING) open.push(token)
    if (!Object.values(CLOSING).includes(symbol)) continue
    const opener = open.pop()
    const expected = opener ? CLOSING[text.slice(opener.start, opener.end)] : undefined
    if (symbol === '' || symbol === expected) continue
    return {
      message: opener
        ? `"${symbol}" closes nothing here: "${expected}" is expected`
        : `"${symbol}" closes nothing`,
      offset: token.start,
    }
  }
  const left = open.pop()
  if (left)
    return { message: `this "${text.slice(left.start, left.end)}" is never closed`, offset: left.start }
  const comma = topLevelComma(text, code)
  return comma
    ? { message: 'one expression only: this comma begins a second', offset: comma.start }
    : undefined
}

function topLevelComma(text: string, tokens: readonly Token[]): Token | undefined {
  let depth = 0
  for (const token of tokens) {
    if (token.kind !== 'symbol') continue
    const symbol = text.slice(token.start, token.end)
    if (symbol in CLOSING) depth += 1
    else if (Object.values(CLOSING).includes(symbol)) depth -= 1
    else if (symbol === ',' && depth === 0) return token
  }
  return undefined
}

export interface UsedName {
  readonly name: string
  readonly quoted: boolean
  readonly offset: number
  /** After its last character. */
  readonly end: number
}

/** Names that a fragment uses as columns: not functions, not keywords, not the parts after a dot, not aliases after `as`. */
export function identifiersIn(text: string, lexicon: Lexicon): readonly UsedName[] {
  const tokens = tokenize(text, lexicon).tokens.filter((token) => token.kind !== 'comment')
  const at = (i: number) => (tokens[i] ? text.slice(tokens[i].start, tokens[i].end) : '')
  return tokens.flatMap((token, i): readonly UsedName[] => {
    if (token.kind !== 'word' && token.kind !== 'quoted') return []
    const word = at(i)
    if (
      at(i + 1) === '(' ||
      at(i - 1) === '.' ||
      at(i - 1).toLowerCase() === 'as' ||
      tokens[i + 1]?.kind === 'text'
    )
      return []
    if (at(i - 1) === ':' && at(i - 2) === ':') return []
    if (token.kind === 'quoted')
      return [{ name: unquoted(word), quoted: true, offset: token.start, end: token.end }]
    return KEYWORDS.has(word.toLowerCase())
      ? []
      : [{ name: word, quoted: false, offset: token.start, end: token.end }]
  })
}

/** The fragment in brackets: on lines of its own where it has several, or a comment, which must not swallow the bracket. */
export function bracketed(fragment: string, written: Sql = verbatim(fragment.trim())): Sql {
  const isPlain = !/\n|--|\/\*/.test(fragment)
  return isPlain ? sql`(${written})` : sql`(\n${written}\n)`
}

/** The fragment with an expression in the place of every use of a name, as in `lower(value)`; all else to the letter. */
export function substituteName(text: string, lexicon: Lexicon, wanted: string, expression: Sql): Sql {
  return substituteNames(text, lexicon, (name) => (name === wanted ? expression : undefined))
}

/** The fragment with what `meaning` says in the place of the names that it knows; unquoted ones are asked for in lower case. */
export function substituteNames(
  text: string,
  lexicon: Lexicon,
  meaning: (name: string) => Sql | undefined,
): Sql {
  const trimmed = text.trim()
  const pieces: Sql[] = []
  let copied = 0
  for (const { offset, end, name, quoted } of identifiersIn(trimmed, lexicon)) {
    const expression = meaning(quoted ? name : name.toLowerCase())
    if (!expression) continue
    pieces.push(verbatim(trimmed.slice(copied, offset)), expression)
    copied = end
  }
  return list([...pieces, verbatim(trimmed.slice(copied))], '')
}

/** Functions that a fragment calls, in lower case. */
export function functionsIn(
  text: string,
  lexicon: Lexicon,
): readonly { readonly name: string; readonly offset: number }[] {
  const tokens = tokenize(text, lexicon).tokens.filter((token) => token.kind !== 'comment')
  return tokens.flatMap((token, i) => {
    const next = tokens[i + 1]
    const isCall = token.kind === 'word' && next !== undefined && text.slice(next.start, next.end) === '('
    return isCall ? [{ name: text.slice(token.start, token.end).toLowerCase(), offset: token.start }] : []
  })
}

function unquoted(text: string): string {
  const quote = text[0] ?? ''
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}

/** Words that are no columns in an expression: generous, since a false "unknown name" is worse than a miss. */
const KEYWORDS = new Set(
  `all and any array as asc at between bigint bit blob boolean both by bytea case cast char character collate column cross cube
  current_date current_time current_timestamp date datetime day days dayofweek dayofyear dec decimal desc distinct double dow doy else
  end epoch escape except exclude exists extract false fetch filter first float float4 float8 following for from full glob group
  grouping having hour hours hugeint ignore ilike in inner int int2 int4 int8 integer intersect interval into is isnull isodow join json
  jsonb last lateral leading left like limit list local localtime localtimestamp microsecond microseconds millisecond milliseconds
  minute minutes month months natural no not notnull null nulls numeric offset on only or order outer over overlaps partition
  position preceding precision quarter quarters range real respect right rollup row rows second seconds select set similar smallint
  some string struct substring symmetric table text then ties time timestamp timestamptz timezone timetz tinyint to trailing true
  try_cast ubigint unbounded union unique unknown using uuid values varchar varying week weeks when where window with within without
  year years zone`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
