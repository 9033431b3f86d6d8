import { type Lexicon, type Token, tokenize } from '../sql/lexer.js'
import { identifiersIn, type UsedName } from '../sql/user-fragment.js'

/** Words that are no columns where they stand, besides the keywords of the lexer. */
const WORDS = new Set(
  `lambda map isoyear decade century millennium julian week isoweek user current_user session_user current_schema
  current_catalog current default asof qualify pivot unpivot anti semi positional nocase noaccent nfc recursive`.split(
    /\s+/,
  ),
)

/**
 * Columns that an expression names, as far as can be told without a parser. What may be something else is left out: a
 * false "unknown name" is worse than a miss. Left out are names before a dot, a colon or an arrow (`t.x`, `{a: x}`,
 * `x -> x + 1`), arguments of lambdas, the unit of `extract`, collations, and everything where a subquery brings its own names.
 */
export function namesIn(sql: string, lexicon: Lexicon): readonly UsedName[] {
  if (sql.includes('{{')) return []
  const tokens = tokenize(sql, lexicon).tokens.filter((token) => token.kind !== 'comment')
  const words = tokens.map((token) => sql.slice(token.start, token.end).toLowerCase())
  if (words.some((word, i) => word === 'select' && tokens[i]?.kind === 'word')) return []
  const index = new Map(tokens.map((token: Token, i) => [token.start, i]))
  const found = identifiersIn(sql, lexicon).filter((used) => !WORDS.has(used.name.toLowerCase()))
  const local = new Set(
    found
      .filter((used) => isArgument(words, index.get(used.offset) ?? 0))
      .map((used) => used.name.toLowerCase()),
  )
  return found.filter((used) => {
    if (local.has(used.name.toLowerCase())) return false
    return isColumn(words, index.get(used.offset) ?? 0)
  })
}

function isColumn(words: readonly string[], at: number): boolean {
  const next = words[at + 1]
  const isKey = next === ':' && words[at + 2] !== ':'
  if (next === '.' || next === '{' || isKey) return false
  const previous = words[at - 1]
  if (previous === 'collate') return false
  return !(previous === '(' && words[at - 2] === 'extract')
}

/** `x -> …`, `(x, i) -> …`, `lambda x: …`; an arrow before a literal reads JSON. */
function isArgument(words: readonly string[], at: number): boolean {
  if (words[at - 1] === 'lambda') return true
  let next = at + 1
  if (words[next] !== '-') {
    while (/^[\w,]+$/.test(words[next] ?? '')) next += 1
    if (words[next] !== ')') return false
    next += 1
  }
  const isArrow = words[next] === '-' && words[next + 1] === '>' && words[next + 2] !== '>'
  return isArrow && !/^['0-9]/.test(words[next + 2] ?? '')
}
