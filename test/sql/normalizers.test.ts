import { describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { isDefaultReject, type NormalizerSpec, normalize } from '../../src/sql/normalizers.js'
import { sqlOnDuckDb } from './on-duckdb.js'

const db = sqlOnDuckDb()

/** Vectors of a normaliser: what goes in, what comes out; null where it cannot be read. */
function vectors(normalizer: NormalizerSpec, cases: readonly (readonly [string | null, string | null])[]) {
  return async () => {
    const given = cases.map(([from]) => from)
    const results = await db.each(given, (text) => normalize(duckdb, text, normalizer))
    expect(given.map((from, i) => [from, results[i]])).toEqual(cases)
  }
}

/** Every character that counts as white space. */
const WHITE = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x200b, 0x200c, 0x200d, 0x2028, 0x2029, 0x202f, 0x205f, 0x2060, 0x3000, 0xfeff],
].map((code) => String.fromCodePoint(code))

describe('trim', () => {
  it(
    'takes white space off both ends and leaves what is between',
    vectors({ kind: 'trim' }, [
      [' a B ', 'a B'],
      ['\u00a0a\u00a0b\u00a0', 'a\u00a0b'],
      ['\u200bx\ufeff', 'x'],
      ['\t\r\n x \v\f', 'x'],
      ['x', 'x'],
      ['', null],
      ['   ', null],
      [null, null],
      ["O'Neill; drop table x --", "O'Neill; drop table x --"],
    ]),
  )
  it('knows every character of the set', async () => {
    const results = await db.each(
      WHITE.map((space) => `${space}a${space}b${space}`),
      (text) => normalize(duckdb, text, { kind: 'trim' }),
    )
    expect(results).toEqual(WHITE.map((space) => `a${space}b`))
  })
  it(
    'takes off nothing else',
    vectors(
      { kind: 'trim' },
      ['\u00ad', '\u180e', '\u034f', '\u2061', '_', '0', 'e', 'x', '\\'].map((c) => [
        `${c}a${c}`,
        `${c}a${c}`,
      ]),
    ),
  )
})

it(
  'none does nothing at all, but nothing is nothing',
  vectors({ kind: 'none' }, [
    [' a B ', ' a B '],
    ['\u200b', '\u200b'],
    [' ', ' '],
    ['', null],
    [null, null],
  ]),
)

it(
  'lower lowers after trimming, alike on every engine',
  vectors({ kind: 'lower' }, [
    ['Ann', 'ann'],
    [' ÄÖÜ É ', 'äöü é'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ΣΟΦΟΣ ΑΣ', 'σοφοσ ασ'],
    ['STRASSE ß', 'strasse ß'],
    ['ПРИВЕТ', 'привет'],
    ['ﬁ', 'ﬁ'],
    ['ユーザー😀', 'ユーザー😀'],
    [' \t', null],
    [null, null],
  ]),
)

describe('email', () => {
  it(
    'is trimmed, lowered, and without mailto:',
    vectors({ kind: 'email', foldGmail: false }, [
      ['Ann@X.com ', 'ann@x.com'],
      ['mailto:Ann@X.com', 'ann@x.com'],
      [' MAILTO:ann@x.com', 'ann@x.com'],
      ['\u00a0ann@x.com\u200b', 'ann@x.com'],
      ['a.b+c@x.co.uk', 'a.b+c@x.co.uk'],
      ["o'neill@x.com", "o'neill@x.com"],
      ['zoë@müller.de', 'zoë@müller.de'],
      ['İ@X.COM', 'i@x.com'],
      ['A.N.N+news@gmail.com', 'a.n.n+news@gmail.com'],
      ['1@2.3', '1@2.3'],
    ]),
  )
  it(
    'is nothing without one @, text before it and a dotted domain after it, or with white space inside',
    vectors(
      { kind: 'email', foldGmail: false },
      [
        ...[
          'ann',
          'ann@x',
          '@x.com',
          'ann@',
          'ann@@x.com',
          'ann@b@x.com',
          'ann@x.com, bob@x.com',
          'ann smith@x.com',
        ],
        ...[
          'ann@x .com',
          'ann@\u00a0x.com',
          'an\u200bn@x.com',
          'ann@x.',
          'ann@.com',
          'ann@x..com',
          'ann@.',
          '@',
          '.',
        ],
        ...['mailto:', 'mailto:@x.com', 'ann@x.com\nbob@x.com', 'a\tb@x.com', ' ', ''],
      ].map((text) => [text, null]),
    ),
  )
  it(
    'drops dots and tags of gmail.com and googlemail.com where that is asked for, and of no other domain',
    vectors({ kind: 'email', foldGmail: true }, [
      ['A.N.N+news@gmail.com', 'ann@gmail.com'],
      ['a.n.n+a+b@GoogleMail.com', 'ann@googlemail.com'],
      ['ann@gmail.com', 'ann@gmail.com'],
      ['a.n.n+news@x.com', 'a.n.n+news@x.com'],
      ['a.n.n@mail.gmail.com', 'a.n.n@mail.gmail.com'],
      ['a.n.n@notgmail.com', 'a.n.n@notgmail.com'],
      ['a.n.n@gmail.com.au', 'a.n.n@gmail.com.au'],
      ['a.n.n@gmailxcom.de', 'a.n.n@gmailxcom.de'],
      ['mailto:A.nn@gmail.com', 'ann@gmail.com'],
      ['+news@gmail.com', null],
      ['..@gmail.com', null],
      ['a@b@gmail.com', null],
      [null, null],
    ]),
  )
})

it(
  'digits keeps the digits of ASCII only',
  vectors({ kind: 'digits' }, [
    ['12-34', '1234'],
    [' (0) 0123 ', '00123'],
    ['+1 (555) ٣٤-12', '155512'],
    ['１２', null],
    ['no', null],
    ['', null],
    [null, null],
  ]),
)

it(
  'uuid is lower case, with dashes, without braces, of 32 hex digits',
  vectors({ kind: 'uuid' }, [
    ['0F8FAD5B-D9CB-469F-A165-70867728950E', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ['{0f8fad5b-d9cb-469f-a165-70867728950e}', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ['0f8fad5bd9cb469fa16570867728950e', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    [' 0f8fad5bd9cb469fa16570867728950E\u00a0', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ['0f8fad5b-d9cb-469f-a165-70867728950', null],
    ['0f8fad5b-d9cb-469f-a165-70867728950e0', null],
    ['0g8fad5b-d9cb-469f-a165-70867728950e', null],
    ['0f8fad5b d9cb 469f a165 70867728950e', null],
    ['', null],
    [null, null],
  ]),
)

describe('name', () => {
  it(
    'drops accents and makes every mark a space',
    vectors({ kind: 'name' }, [
      ["  O'Néill-Smith ", 'o neill smith'],
      ['O’Neill', 'o neill'],
      ['Müller', 'muller'],
      ['Mu\u0308ller', 'muller'],
      ['Weiß', 'weiss'],
      ['Ægir Œuvre', 'aegir oeuvre'],
      ['Øystein Łukasz Đorđe', 'oystein lukasz dorde'],
      ['İpek Işık', 'ipek isik'],
      ['Nguyễn Thị Hồng', 'nguyen thi hong'],
      ['Čapek, Dvořák', 'capek dvorak'],
      ['J. R. R.  Tolkien', 'j r r tolkien'],
      ['Anne\u00a0Marie\u200b', 'anne marie'],
      ['a_b/c\\d[e]f^g~h`i{j}k|l', 'a b c d e f g h i j k l'],
      ['Smith & Sons™ (UK) «x» …', 'smith sons uk x'],
      ['Ann 🎉', 'ann'],
      ['👩‍👩‍👧 Bo👍🏽Lee ❤️', 'bo lee'],
      ['1️⃣ Cy 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}🇬🇧', '1 cy'],
      ['︙Di︽x︾ ￦ Ed⸺Fu﹏', 'di x ed fu'],
      ['3rd Floor 42', '3rd floor 42'],
      ['-- . --', null],
      ['', null],
      [null, null],
    ]),
  )
  it(
    'leaves letters of other scripts as they are',
    vectors({ kind: 'name' }, [
      ['Ἀθηνᾶ', 'ἀθηνᾶ'],
      ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
      ['Иван Йович', 'иван йович'],
      ['山田、太郎', '山田 太郎'],
      ['山田　太郎', '山田 太郎'],
      ['ユーザー・名', 'ユーザー 名'],
      ['김-철수', '김 철수'],
      ['משה כהן', 'משה כהן'],
      ['محمّد', 'محمّد'],
      ['नेहा', 'नेहा'],
      ['か\u3099', 'か\u3099'],
      ['葛\u{e0100}城', '葛\u{e0100}城'],
      ['𠮷野', '𠮷野'],
      ['𞤀𞤣', '𞤢𞤣'],
      ['𝓐𝓷𝓷', '𝓐𝓷𝓷'],
    ]),
  )
  it('is the same when done twice', async () => {
    const names = ["O'Néill-Smith", 'Weiß', 'Ægir', 'e\u0301\u0302', 'Σ', 'İ', 'Ǆ', 'ŉ', 'ẞ']
    const once = await db.each(names, (text) => normalize(duckdb, text, { kind: 'name' }))
    const twice = await db.each(once as (string | null)[], (text) =>
      normalize(duckdb, text, { kind: 'name' }),
    )
    expect(twice).toEqual(once)
  })
})

describe('sql', () => {
  it(
    'is one expression over value, whatever is around it',
    vectors({ kind: 'sql', sql: "upper(VALUE) || ':' || 'value' -- of the value" }, [
      ['ann', 'ANN:value'],
      [null, null],
    ]),
  )
  it('is text, and null where nothing is left', async () => {
    const emptied: NormalizerSpec = { kind: 'sql', sql: "replace(value, 'x', '')" }
    expect(await db.each(['x', 'xa', ''], (text) => normalize(duckdb, text, emptied))).toEqual([
      null,
      'a',
      null,
    ])
    const counted: NormalizerSpec = { kind: 'sql', sql: 'length(value)' }
    expect(await db.each(['abc'], (text) => normalize(duckdb, text, counted))).toEqual(['3'])
  })
})

it('rejects by default what stands for nothing', async () => {
  const words = ['null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1']
  const nothings = [...words, '0', '000', '-', '--', '0-0', '000-000-0000']
  const somethings = ['nobody', 'nul', 'n / a', '1', '-2', '0.0', '00a', 'unknown@x.com', 'nona', '+0']
  const judge = (texts: readonly string[]) => db.each(texts, (text) => isDefaultReject(duckdb, text))
  expect(await judge(nothings)).toEqual(nothings.map(() => true))
  expect(await judge(somethings)).toEqual(somethings.map(() => false))
})
