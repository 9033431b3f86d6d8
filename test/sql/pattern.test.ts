import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { type Pattern, parsePattern } from '../../src/sql/pattern.js'
import { ARE, JAVA, printPattern, RE2 } from '../../src/sql/print-pattern.js'
import { sqlOnDuckDb } from './on-duckdb.js'

const db = sqlOnDuckDb()

function parsed(text: string): Pattern {
  const result = parsePattern(text)
  if ('error' in result) throw new Error(`${text}: ${result.error.message}`)
  return result.pattern
}

/** Which of the texts the pattern is found in. */
async function found(pattern: string, texts: readonly string[]): Promise<readonly string[]> {
  const results = await db.each(texts, (text) => duckdb.functions.matches(text, parsed(pattern)))
  return texts.filter((_, i) => results[i])
}

describe('what is accepted, and what it finds', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['b', ['b', 'abc'], ['', 'B', 'ac']],
    ['^b', ['b', 'bc'], ['ab', 'a\nb']],
    ['b$', ['b', 'ab'], ['bc', 'b\n', 'ab\n']],
    ['^$', [''], ['\n', 'a']],
    ['a.c', ['abc', 'a\rc', 'aéc', 'a😀c'], ['a\nc', 'ac']],
    ['[abc]', ['xbx'], ['x', 'A']],
    ['[^a-z]', ['aBc', '\n', 'é'], ['abc', '']],
    ['[à-ÿ]', ['é'], ['e', 'À']],
    ['^[a-]+$', ['a-a'], ['b']],
    ['^[-a]+$', ['a-a'], ['b']],
    ['^[\\]\\[\\\\^]+$', [']', '[', '\\', '^'], ['a']],
    ['^[.$*+?(){}|]+$', ['.$*+?(){}|'], ['a']],
    ['^[\\&\\&a]$', ['&', 'a'], ['b']],
    ['[.]', ['a.b'], ['ab']],
    ['\\.\\-\\@\\/', ['.-@/'], ['a-@/']],
    ['\\t|\\n|\\r|\\f', ['\t', '\n', '\r', '\f'], ['t', ' ']],
    ['^\\x41\\xe9$', ['Aé'], ['A']],
    ['^\\x0b$', ['\v'], ['v', ' ']],
    ['^a*b+c?$', ['b', 'aabbc'], ['a', 'bcc']],
    ['^a{2}$', ['aa'], ['a', 'aaa']],
    ['^a{2,}$', ['aa', 'aaaa'], ['a']],
    ['^a{1,2}$', ['a', 'aa'], ['', 'aaa']],
    ['^a{0,255}$', ['', 'a'.repeat(255)], ['a'.repeat(256)]],
    ['^(a{10}){100}$', ['a'.repeat(1000)], ['a'.repeat(999)]],
    ['^a+?b*?$', ['aab'], ['b']],
    ['^(ab|cd)+$', ['abcd'], ['ac']],
    ['^(?:ab|)c$', ['abc', 'c'], ['ab']],
    ['foo|foobar', ['foobar', 'foo'], ['fo']],
    ['^\\d+$', ['0129'], ['٣', '', 'a']],
    ['^\\D$', ['٣', 'a'], ['1']],
    ['^\\w+$', ['aZ_9'], ['é', '-']],
    ['^\\W$', ['é', '-', '\n'], ['a']],
    ['^\\s$', [' ', '\t', '\n', '\r', '\f'], ['\v', '\u00a0', 'x']],
    ['^\\S$', ['\u00a0', '\v', 'x'], [' ']],
    ['^[\\w.\\s-]+$', ['a. _-9'], ['é']],
    ['(?i)^Ann$', ['ann', 'ANN', 'aNN'], ['anm']],
    ['(?i)^[b-e]x[^a-c]$', ['BXd', 'cxZ', 'EX1'], ['Axd', 'bxA', 'bxb']],
    ['(?i)^[A-z]+$', ['aZ_', '^'], ['1']],
    ['(?i)sk', ['SK', 'sK'], ['ſk', 's\u212a']],
    ['^]}$', [']}'], ['']],
    ["^'; drop table x --$", ["'; drop table x --"], ['']],
    ['é😀', ['é😀'], ['é']],
    ['^😀{2}$', ['😀😀'], ['😀']],
  ]
  it.each(cases)('%j', async (pattern, yes, no) => {
    expect(await found(pattern, [...yes, ...no])).toEqual(yes)
  })
})

describe('what is refused, where and why', () => {
  it.each<readonly [string, number, RegExp]>([
    ['a(?=b)', 1, /look-ahead and look-behind/],
    ['(?!b)', 0, /look-ahead and look-behind/],
    ['a(?<=b)', 1, /look-ahead and look-behind/],
    ['a(?<!b)', 1, /look-ahead and look-behind/],
    ['(?<n>a)', 0, /named groups/],
    ['(?P<n>a)', 0, /named groups/],
    ['a(?i)b', 1, /\(\?i\) must stand at the very start/],
    ['(?x)a', 0, /this kind of group/],
    ['(?>a)', 0, /this kind of group/],
    ['(?i)é', 4, /only on ASCII/],
    ['(?i)a\\xe9', 5, /only on ASCII/],
    ['(?i)[a-\\xff]', 5, /only on ASCII/],
    ['(a)\\1', 3, /back references/],
    ['\\bword', 0, /\\b is not portable/],
    ['a\\B', 1, /\\b is not portable/],
    ['\\p{L}', 0, /\\p is not portable/],
    ['\\Aa', 0, /\\A is not portable/],
    ['a\\z', 1, /\\z is not portable/],
    ['a\\Z', 1, /\\Z is not portable/],
    ['\\h', 0, /\\h is not portable/],
    ['\\Qa\\E', 0, /\\Q is not portable/],
    ['\\u0041', 0, /\\u is not portable/],
    ['\\x{41}', 0, /two hex digits/],
    ['\\x4', 0, /two hex digits/],
    ['a\\x00', 1, /no text of a database/],
    ['[[:alpha:]]', 1, /inside a class/],
    ['[a&&b]', 2, /inside a class/],
    ['[]a]', 1, /empty class/],
    ['[^]', 2, /empty class/],
    ['a[bc', 1, /never closed/],
    ['[z-a]', 1, /wrong way round/],
    ['a++', 2, /possessive/],
    ['a*+', 2, /possessive/],
    ['a**', 2, /possessive/],
    ['*a', 0, /nothing to repeat/],
    ['a|+', 2, /nothing to repeat/],
    ['^*', 1, /nothing to repeat/],
    ['a$?', 2, /nothing to repeat/],
    ['{2}', 0, /must follow what it repeats/],
    ['a{', 1, /repetition like/],
    ['a{,5}', 1, /repetition like/],
    ['a{x}', 1, /repetition like/],
    ['a{256}', 1, /no more than 255/],
    ['a{0,1500}', 1, /no more than 255/],
    ['a{3,2}', 1, /wrong way round/],
    ['(a{200}){6}', 8, /within repetitions/],
    ['((a{11}b){10}|c){10}', 16, /within repetitions/],
    ['(a', 0, /never closed/],
    ['b(a|(c)', 1, /never closed/],
    ['a)', 1, /unmatched "\)"/],
    ['a\\', 1, /backslash at the end/],
    ['[a\\', 2, /backslash at the end/],
  ])('%j', (pattern, offset, message) => {
    const result = parsePattern(pattern)
    expect(result).toMatchObject({ error: { offset, message: expect.stringMatching(message) } })
  })
})

it('is printed as each engine reads it', () => {
  const pattern = parsed('^a.(?:b|\\d{2,})*?[^\\]\\-&&]$'.replace('&&', '\\&\\&'))
  expect(printPattern(pattern, RE2)).toBe('^a[^\\n](?:b|[0-9]{2,})*?[^\\]\\-\\&\\&]\\z')
  expect(printPattern(pattern, ARE)).toBe('^a[^\\n](?:b|[0-9]{2,})*?[^\\]\\-\\&\\&]\\Z')
  expect(printPattern(pattern, JAVA)).toBe('^a[^\\n](?:b|[0-9]{2,})*?[^\\]\\-\\&\\&]\\z')
})

/** A pattern of the subset, and JavaScript's way to write the same. */
interface Both {
  readonly ours: string
  readonly js: string
}

const same = (text: string): Both => ({ ours: text, js: text })

function patterns(characters: readonly string[]): fc.Arbitrary<Both> {
  const character = fc.constantFrom(...characters).map(same)
  const range = fc
    .tuple(fc.constantFrom('a', 'b', 'A', '0', '_'), fc.constantFrom('c', 'z', 'Z', 'b', '9'))
    .map(([a, b]) => same(a < b ? `${a}-${b}` : `${b}-${a}`))
  const space: Both = { ours: '\\s', js: ' \\t\\n\\r\\f' }
  const member = fc.oneof(
    character,
    range,
    fc.constant(same('\\d')),
    fc.constant(same('\\w')),
    fc.constant(space),
  )
  const set = fc
    .tuple(fc.boolean(), fc.array(member, { minLength: 1, maxLength: 3 }))
    .map(([negated, members]) => {
      const written = (of: keyof Both) => `[${negated ? '^' : ''}${members.map((m) => m[of]).join('')}]`
      return { ours: written('ours'), js: written('js') }
    })
  const atom = fc.oneof(
    { weight: 4, arbitrary: character },
    { weight: 2, arbitrary: set },
    fc.constant<Both>({ ours: '.', js: '[^\\n]' }),
    fc.constantFrom(same('\\d'), same('\\W'), same('\\.'), same('\\n'), same('\\x61')),
    fc.constantFrom(same('(?:^|a)'), same('(?:$|b)')),
  )
  const quantifier = fc.constantFrom(
    '',
    '',
    '',
    '*',
    '+',
    '?',
    '{2}',
    '{1,}',
    '{0,2}',
    '*?',
    '+?',
    '??',
    '{1,2}?',
  )
  const { pattern } = fc.letrec<{ pattern: Both; sequence: Both; item: Both }>((tie) => ({
    item: fc
      .tuple(
        fc.oneof(
          { maxDepth: 3, depthSize: 'small' },
          atom,
          tie('pattern').map((p): Both => ({ ours: `(${p.ours})`, js: `(${p.js})` })),
          tie('pattern').map((p): Both => ({ ours: `(?:${p.ours})`, js: `(?:${p.js})` })),
        ),
        quantifier,
      )
      .map(([p, q]): Both => ({ ours: p.ours + q, js: p.js + q })),
    sequence: fc
      .array(tie('item'), { maxLength: 3 })
      .map(
        (items): Both => ({ ours: items.map((i) => i.ours).join(''), js: items.map((i) => i.js).join('') }),
      ),
    pattern: fc
      .array(tie('sequence'), { minLength: 1, maxLength: 2 })
      .map((all): Both => ({ ours: all.map((s) => s.ours).join('|'), js: all.map((s) => s.js).join('|') })),
  }))
  return fc.tuple(fc.boolean(), pattern, fc.boolean()).map(([start, p, end]) => ({
    ours: start || end ? `${start ? '^' : ''}(${p.ours})${end ? '$' : ''}` : p.ours,
    js: start || end ? `${start ? '^' : ''}(${p.js})${end ? '$' : ''}` : p.js,
  }))
}

describe('random patterns find what JavaScript finds', () => {
  const agree = (characters: readonly string[], texts: readonly string[], prefix: string, flags: string) =>
    fc.assert(
      fc.asyncProperty(
        patterns(characters),
        fc.array(
          fc.array(fc.constantFrom(...texts), { maxLength: 5 }).map((parts) => parts.join('')),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        async (pattern, inputs) => {
          const expression = new RegExp(pattern.js, flags)
          expect(await found(prefix + pattern.ours, inputs)).toEqual(
            inputs.filter((text) => expression.test(text)),
          )
        },
      ),
      { numRuns: 300 },
    )
  it('with case, over code points', () =>
    agree(['a', 'b', 'é', '😀', '1', '_'], ['a', 'b', 'A', 'é', '😀', '1', '_', '\n', '.', ' '], '', 'u'))
  it('without case, over ASCII', () =>
    agree(
      ['a', 'B', 's', 'K', '1', '_'],
      ['a', 'A', 'b', 'B', 'S', 'ſ', 'k', '\u212a', '1', '\n', '.'],
      '(?i)',
      'i',
    ))
})
