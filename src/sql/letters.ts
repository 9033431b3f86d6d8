import { WHITE_SPACE } from './white-space.js'

/**
 * The tables by which `name` makes texts comparable: fixed here, since what engines call a letter, an accent or
 * punctuation differs between them and between their versions.
 */

/** Letters that Unicode does not decompose, though people write them without their strokes. */
const STROKES: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ŧ: 't', ı: 'i', ŀ: 'l' }

/** Small Latin letters with accents, and the same letters without: what they decompose to, its first letter. */
export const ACCENTS = accentTable()

function accentTable(): { readonly accented: string; readonly plain: string } {
  const pairs = [...range(0xdf, 0x24f), ...range(0x1e00, 0x1eff)].flatMap((code) => {
    const letter = String.fromCodePoint(code)
    const base = STROKES[letter] ?? letter.normalize('NFD')[0] ?? ''
    return base !== letter && /^[a-z]$/.test(base) ? [[letter, base] as const] : []
  })
  return { accented: pairs.map(([letter]) => letter).join(''), plain: pairs.map(([, base]) => base).join('') }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Letters that are written as two. */
export const DOUBLE_LETTERS: readonly (readonly [string, string])[] = [
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
]

/** A combining accent behind a Latin letter, as in decomposed text; elsewhere it is part of the letter. */
export const COMBINING_ACCENTS = '([a-z])[\u0300-\u036f]+'

/**
 * Every character that becomes a space: punctuation and symbols of ASCII, of Latin-1, of the blocks General Punctuation
 * to Miscellaneous Symbols and Arrows (of the letterlike ones №, ℗, ℠ and ™), of Supplemental Punctuation, of CJK and of
 * its vertical, small and full-width forms; emoji, with what joins, colours and frames them; and white space. The other
 * variation selectors stay: they are part of a letter.
 */
export const SEPARATORS = `[${[
  '!-/:-@\\[-`{-~',
  '\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u02b9-\u02bf\u02c6-\u02df',
  '\u2000-\u206f\u20a0-\u20ff\u2116\u2117\u2120\u2122\u2190-\u2bff\u2e00-\u2e5f\u3000-\u3004\u3008-\u3020\u3030\u30fb',
  '\ufe0e-\ufe1f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffee',
  '\u{1f000}-\u{1faff}\u{e0020}-\u{e007f}',
].join('')}${WHITE_SPACE.replaceAll(/[\t\n\v\f\r]/g, '')}\\t\\n\\x0b\\f\\r]+`
