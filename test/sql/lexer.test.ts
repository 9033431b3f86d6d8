import { describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { literal, sql, verbatim } from '../../src/sql/fragment.js'
import { type Lexicon, substituteParameters, tokenize } from '../../src/sql/lexer.js'
import { print } from '../../src/sql/printer.js'
import { checkExpression, functionsIn, identifiersIn, substituteName } from '../../src/sql/user-fragment.js'
import { sqlOnDuckDb } from './on-duckdb.js'

const db = sqlOnDuckDb()
const { lexicon } = duckdb
/** As in BigQuery: backslashes escape, comments do not nest, backticks quote names. */
const other: Lexicon = {
  identifierQuotes: ['`'],
  backslashEscapes: true,
  dollarQuotes: false,
  lineComments: ['--', '#'],
  nestedBlockComments: false,
}

/** Tokens as `kind:text`. */
function tokens(text: string, of: Lexicon = lexicon): readonly string[] {
  const { tokens: found, error } = tokenize(text, of)
  const written = found.map((token) => `${token.kind}:${text.slice(token.start, token.end)}`)
  return error ? [...written, `error at ${error.offset}: ${error.message}`] : written
}

describe('tokens', () => {
  it.each<readonly [string, readonly string[]]>([
    ["a + 'it''s'", ['word:a', 'symbol:+', "text:'it''s'"]],
    ['"a ""b"" c"."d"', ['quoted:"a ""b"" c"', 'symbol:.', 'quoted:"d"']],
    ["'back\\'", ["text:'back\\'"]],
    ["e'it\\'s' x", ['word:e', "text:'it\\'s'", 'word:x']],
    ["late'a\\'", ['word:late', "text:'a\\'"]],
    ['$$ a ; $x$ b $$ c', ['text:$$ a ; $x$ b $$', 'word:c']],
    ['$q$ $$ ; $q$', ['text:$q$ $$ ; $q$']],
    ['a$b$c', ['word:a$b$c']],
    ['$as_of', ['parameter:$as_of']],
    ['/* a /* b */ ; */ 1', ['comment:/* a /* b */ ; */', 'number:1']],
    ['1 -- ; drop', ['number:1', 'comment:-- ; drop']],
    ['1 -- a\n2', ['number:1', 'comment:-- a', 'number:2']],
    ['1 -- a\r2', ['number:1', 'comment:-- a', 'number:2']],
    ['1.5e3::int', ['number:1.5', 'word:e3', 'symbol::', 'symbol::', 'word:int']],
    ['größe😀', ['word:größe', 'symbol:😀']],
    ["1 'open", ['number:1', "error at 2: this ' is never closed"]],
    ['a "b', ['word:a', 'error at 2: this " is never closed']],
    ['a /* b /* c */', ['word:a', 'error at 2: this comment is never closed']],
    ['$$ a', ['error at 0: this $$ is never closed']],
    ['x $tag$ a $Tag$', ['word:x', 'error at 2: this $tag$ is never closed']],
  ])('%j', (text, expected) => expect(tokens(text)).toEqual(expected))

  it.each<readonly [string, readonly string[]]>([
    ["'it\\'s'", ["text:'it\\'s'"]],
    ['`a b`', ['quoted:`a b`']],
    ['1 # ; 2', ['number:1', 'comment:# ; 2']],
    ['/* a /* b */ c', ['comment:/* a /* b */', 'word:c']],
  ])('of another dialect: %j', (text, expected) => expect(tokens(text, other)).toEqual(expected))
})

describe('one expression', () => {
  it.each([
    'amount',
    "status in ('paid', 'open')",
    'case when a = \';\' then ";" else $$;$$ end',
    'coalesce(a, b)[1]',
    '{ a: 1 }.a',
    "'a -- b' || '/* c'",
    'a -- that; is it',
    '/* ; ) */ a',
    '(select max(x) from t)',
  ])('%j', (text) => expect(checkExpression(text, lexicon)).toBeUndefined())

  it.each<readonly [string, number, RegExp]>([
    ["paid') ; drop table customers --", 4, /^this ' is never closed$/],
    ["'paid') ; drop table customers --'", 6, /^"\)" closes nothing$/],
    ['1) from x where (1', 1, /closes nothing/],
    ['a; b', 1, /";" is not allowed/],
    ['a;', 1, /";" is not allowed/],
    ['a -- x\r; drop table y', 7, /";" is not allowed/],
    ['(a', 0, /never closed/],
    ['f((a)', 1, /never closed/],
    ['f(a])', 3, /"\]" closes nothing here: "\)" is expected/],
    ['a, b', 1, /this comma begins a second/],
    ['', 0, /an expression is missing/],
    ['  -- only a comment', 0, /an expression is missing/],
    ['/* a', 0, /comment is never closed/],
  ])('not %j', (text, offset, message) => {
    expect(checkExpression(text, lexicon)).toEqual({ offset, message: expect.stringMatching(message) })
  })
})

describe('names in a fragment', () => {
  const names = (text: string) => identifiersIn(text, lexicon).map((used) => `${used.name}@${used.offset}`)
  it.each<readonly [string, readonly string[]]>([
    ["lower(email) like '%@x'", ['email@6']],
    ['"Order Id" + "a""b"', ['Order Id@0', 'a"b@13']],
    ['cast(a as integer) + b::double', ['a@5', 'b@21']],
    ['payload.address.city', ['payload@0']],
    ["date '2026-01-01' > d", ['d@20']],
    ['case when x is not null then 1 end -- y', ['x@10']],
    ["'value' || $$value$$", []],
  ])('%j', (text, expected) => expect(names(text)).toEqual(expected))

  it('tells functions apart', () => {
    expect(functionsIn('Sum(a) + b * count (c)', lexicon).map((f) => f.name)).toEqual(['sum', 'count'])
  })
})

describe('values in the place of names and parameters', () => {
  it('stand for a name only where it is one', () => {
    const text = `upper(value) || 'value' || "value" || x.value || /* value */ Value -- value`
    expect(print(substituteName(text, lexicon, 'value', literal("it's")), duckdb)).toBe(
      `upper('it''s') || 'value' || 'it''s' || x.value || /* value */ 'it''s' -- value`,
    )
  })

  it('stand for parameters outside of quotes, comments and words', () => {
    const values = { as_of: "timestamp '2026-01-01'", run_id: "'r1'" }
    const text = `$as_of '$as_of' "$as_of" $$ $as_of $$ -- $as_of
x$as_of $as_of_ $other /* $run_id */ ($run_id)`
    expect(substituteParameters(text, lexicon, values)).toBe(
      `timestamp '2026-01-01' '$as_of' "$as_of" $$ $as_of $$ -- $as_of
x$as_of $as_of_ $other /* $run_id */ ('r1')`,
    )
  })

  it('are not themselves looked into', () => {
    const values = { as_of: '$run_id', run_id: "'r1'" }
    expect(substituteParameters('$as_of $run_id', lexicon, values)).toBe("$run_id 'r1'")
  })
})

it('reads quotes and comments as DuckDB does', async () => {
  const texts = [
    "'it''s'",
    "e'it\\'s'",
    '$q$ $$ $q$',
    '$$a$b$$',
    "'a' /* x /* ' */ ' */ || 'b'",
    "'a' -- ' x\r|| 'b'",
    "'a' -- ' x\n|| 'b'",
    "'back\\'",
  ]
  for (const text of texts) {
    expect(checkExpression(text, lexicon), text).toBeUndefined()
    const result = await db.value(sql`(\n${verbatim(text)}\n)`)
    expect(typeof result, text).toBe('string')
  }
})
