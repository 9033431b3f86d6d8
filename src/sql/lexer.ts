/** The quotes and comments of a dialect, for the lexer of user fragments. */
export interface Lexicon {
  /** Characters that open and close a quoted identifier, doubled inside to escape. */
  readonly identifierQuotes: readonly string[]
  /** Characters that open and close text besides the apostrophe. */
  readonly textQuotes?: readonly string[]
  /** True where a backslash escapes inside text literals; not in those with an `r` in front. */
  readonly backslashEscapes: boolean
  readonly dollarQuotes: boolean
  readonly lineComments: readonly string[]
  readonly nestedBlockComments: boolean
}

export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'comment' | 'parameter' | 'symbol'
  readonly start: number
  readonly end: number
}

export interface FragmentError {
  readonly message: string
  /** Characters from the start of the fragment. */
  readonly offset: number
}

const WORD = /[\p{L}\p{N}_$]+/uy
const SPACE = /\s+/uy
const NUMBER = /[0-9][0-9A-Za-z_]*([.][0-9]+)?/y
const PARAMETER = /\$[a-z_]+(?![\p{L}\p{N}_$])/uy
const DOLLAR_QUOTE = /\$([\p{L}_][\p{L}\p{N}_]*)?\$/uy

/**
 * Splits SQL into tokens. A quote or comment that is never closed ends in an error at its start: what follows it would
 * be read as something else than its author sees.
 */
export function tokenize(
  text: string,
  lexicon: Lexicon,
): { readonly tokens: readonly Token[]; readonly error?: FragmentError } {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    SPACE.lastIndex = at
    if (SPACE.test(text)) {
      at = SPACE.lastIndex
      continue
    }
    const token = nextToken(text, at, lexicon)
    if ('message' in token) return { tokens, error: token }
    tokens.push(token)
    at = token.end
  }
  return { tokens }
}

function nextToken(text: string, at: number, lexicon: Lexicon): Token | FragmentError {
  const character = text[at] ?? ''
  const line = lexicon.lineComments.find((mark) => text.startsWith(mark, at))
  if (line) return { kind: 'comment', start: at, end: endOfLine(text, at) }
  if (text.startsWith('/*', at)) return blockComment(text, at, lexicon.nestedBlockComments)
  if (character === "'" || lexicon.textQuotes?.includes(character))
    return quoted(text, at, 'text', readsBackslashes(text, at, lexicon))
  if (lexicon.identifierQuotes.includes(character)) return quoted(text, at, 'quoted', false)
  if (character === '$') {
    const dollar = lexicon.dollarQuotes ? match(DOLLAR_QUOTE, text, at) : undefined
    if (dollar) return dollarQuote(text, at, dollar)
    const parameter = match(PARAMETER, text, at)
    if (parameter) return { kind: 'parameter', start: at, end: at + parameter.length }
  }
  const number = match(NUMBER, text, at)
  if (number) return { kind: 'number', start: at, end: at + number.length }
  const word = match(WORD, text, at)
  if (word) return { kind: 'word', start: at, end: at + word.length }
  return { kind: 'symbol', start: at, end: at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) }
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** A carriage return ends a comment as a newline does: what stands behind one is read as SQL. */
function endOfLine(text: string, at: number): number {
  const length = text.slice(at).search(/[\r\n]/)
  return length < 0 ? text.length : at + length
}

/** `e'…'` reads backslashes where the dialect knows dollar quotes (the Postgres family); `r'…'` reads none where others do. */
function readsBackslashes(text: string, at: number, lexicon: Lexicon): boolean {
  const prefix = /(?:^|[^\p{L}\p{N}_$])([eErR])$/u
    .exec(text.slice(Math.max(0, at - 2), at))?.[1]
    ?.toLowerCase()
  return lexicon.backslashEscapes ? prefix !== 'r' : lexicon.dollarQuotes && prefix === 'e'
}

function quoted(
  text: string,
  at: number,
  kind: 'text' | 'quoted',
  backslashes: boolean,
): Token | FragmentError {
  const quote = text[at]
  for (let i = at + 1; i < text.length; i++) {
    if (backslashes && text[i] === '\\') i += 1
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return { kind, start: at, end: i + 1 }
      i += 1
    }
  }
  return { message: `this ${quote} is never closed`, offset: at }
}

function blockComment(text: string, at: number, nested: boolean): Token | FragmentError {
  let depth = 1
  for (let i = at + 2; i < text.length; i++) {
    if (text.startsWith('*/', i)) {
      depth -= 1
      i += 1
      if (depth === 0) return { kind: 'comment', start: at, end: i + 1 }
    } else if (nested && text.startsWith('/*', i)) {
      depth += 1
      i += 1
    }
  }
  return { message: 'this comment is never closed', offset: at }
}

function dollarQuote(text: string, at: number, mark: string): Token | FragmentError {
  const end = text.indexOf(mark, at + mark.length)
  if (end < 0) return { message: `this ${mark} is never closed`, offset: at }
  return { kind: 'text', start: at, end: end + mark.length }
}

/**
 * Puts values in the place of `$as_of`, `$run_id` and `$round`: only where they are parameters, never inside quotes,
 * comments or words. Text without a dollar sign is returned as it is.
 */
export function substituteParameters(
  text: string,
  lexicon: Lexicon,
  values: Readonly<Record<string, string>>,
): string {
  if (!text.includes('$')) return text
  const { tokens } = tokenize(text, lexicon)
  let result = ''
  let copied = 0
  for (const token of tokens) {
    if (token.kind !== 'parameter') continue
    const value = values[text.slice(token.start + 1, token.end)]
    if (value === undefined) continue
    result += text.slice(copied, token.start) + value
    copied = token.end
  }
  return result + text.slice(copied)
}
