import type { Dialect } from './dialect.js'
import { list, literal, raw, type Sql, sql } from './fragment.js'
import { ACCENTS, COMBINING_ACCENTS, DOUBLE_LETTERS, SEPARATORS } from './letters.js'
import type { LogicalType } from './logical-type.js'
import { internationalPhone, type PhoneHome, phoneAbroad, phoneDigits, phoneFromHome } from './phone.js'
import { portable } from './portable.js'
import { substituteName } from './user-fragment.js'
import { WHITE_SPACE } from './white-space.js'

/** The normalisers of the language; `sql` is one expression over `value`. */
export type NormalizerSpec =
  | { readonly kind: 'trim' | 'none' | 'lower' | 'digits' | 'uuid' | 'name' }
  | { readonly kind: 'email'; readonly foldGmail: boolean }
  | { readonly kind: 'phone'; readonly region?: string }
  | { readonly kind: 'sql'; readonly sql: string }

/** What is rejected as an identifier by default, in lower case and trimmed; and anything made of only `0` and `-`. */
const DEFAULT_REJECTS = ['null', 'none', 'nil', 'n/a', 'na', 'nan', 'undefined', 'unknown', 'anonymous', '-1']

/** True where a trimmed, lowered text is one of those that stand for nothing. */
export function isDefaultReject(dialect: Dialect, lowered: Sql): Sql {
  const listed = sql`${lowered} in (${list(DEFAULT_REJECTS.map((text) => literal(text)))})`
  return sql`(${listed} or ${dialect.functions.matches(lowered, portable('^[0-]+$'))})`
}

/** One step of a normaliser: text to text, null to null. */
export type NormalizerStep = (value: Sql) => Sql

/**
 * The normal form of a text, in one expression; null where it cannot be read or nothing is left, and where it is null.
 * `value` is written once or, by some, a few times: give a column, not a long expression.
 */
export function normalize(dialect: Dialect, value: Sql, normalizer: NormalizerSpec): Sql {
  return normalizerSteps(dialect, normalizer).reduce((text, step) => step(text), value)
}

/**
 * The same in up to three steps, for callers that compute the result of each in a column of its own, so that it is
 * written, and computed, once. `home`: of phones, the columns that tell the rules of the row's region. `isTrimmed`: the value
 * has no white space around it.
 */
export function normalizerSteps(
  dialect: Dialect,
  normalizer: NormalizerSpec,
  { home, isTrimmed = false }: { readonly home?: PhoneHome | undefined; readonly isTrimmed?: boolean } = {},
): readonly NormalizerStep[] {
  const { lower, replaceAll } = dialect.functions
  const trim: NormalizerStep = isTrimmed ? (value) => value : dialect.functions.trim
  switch (normalizer.kind) {
    case 'none':
      return [(value) => sql`nullif(${value}, '')`]
    case 'trim':
      return [(value) => sql`nullif(${trim(value)}, '')`]
    case 'lower':
      return [(value) => sql`nullif(${lower(trim(value))}, '')`]
    case 'digits':
      return [(value) => sql`nullif(${replaceAll(value, portable('[^0-9]+'), '')}, '')`]
    case 'email':
      return emailSteps(dialect, trim, normalizer.foldGmail)
    case 'uuid':
      return [(value) => uuid(dialect, lower(trim(value)))]
    case 'name':
      return [(value) => plainName(dialect, value)]
    case 'phone':
      return [
        (value) => phoneDigits(dialect, value),
        ...(home
          ? [
              (digits: Sql) => phoneAbroad(dialect, digits, home),
              (number: Sql) => phoneFromHome(dialect, number, home),
            ]
          : [(digits: Sql) => internationalPhone(dialect, digits, normalizer.region)]),
      ]
    case 'sql':
      return [(value) => sql`nullif(${normalizedBySql(dialect, normalizer.sql, value, TEXT)}, '')`]
  }
}

const TEXT: LogicalType = { kind: 'string' }

/** A user's expression over `value`, cast to the type that it declares: that of what it normalises. */
export function normalizedBySql(dialect: Dialect, text: string, value: Sql, type: LogicalType): Sql {
  // On lines of its own: a comment at the end of the fragment must not swallow the bracket.
  return sql`cast((\n${substituteName(text, dialect.lexicon, 'value', value)}\n) as ${raw(dialect.type(type))})`
}

/** As members of a class: the printer of patterns writes control characters so that they can be seen. */
const SPACES = `${WHITE_SPACE.replaceAll(/[\t\n\v\f\r]/g, '')}\\t\\n\\x0b\\f\\r`
const MAILTO = portable(`^mailto:[${SPACES}]*`)
/** One `@` with text before it and a dotted domain after it, no white space. */
const EMAIL = portable(`^[^@${SPACES}]+@[^@.${SPACES}]+(?:[.][^@.${SPACES}]+)+$`)
const GMAIL = portable('@(?:gmail|googlemail)[.]com$')

function emailSteps(dialect: Dialect, trim: NormalizerStep, foldGmail: boolean): readonly NormalizerStep[] {
  const { extract, lower, matches, replaceAll } = dialect.functions
  const address: NormalizerStep = (value) => replaceAll(lower(trim(value)), MAILTO, '')
  if (!foldGmail) return [(value) => extract(address(value), EMAIL)]
  const folded: NormalizerStep = (value) => {
    const local = sql`replace(${extract(value, portable('^[^@+]+'))}, '.', '')`
    return sql`
      case
        when ${matches(value, GMAIL)} then ${local} || ${replaceAll(value, portable('^[^@]*'), '')}
        else ${value}
      end
    `
  }
  return [address, (value) => extract(folded(value), EMAIL)]
}

const HEX = '[0-9a-f]'
const DASHED_UUID = portable(`^${[8, 4, 4, 4, 12].map((n) => `${HEX}{${n}}`).join('-')}$`)
const BARE_UUID = portable(`^${[8, 4, 4, 4, 12].map((n) => `(${HEX}{${n}})`).join('')}$`)

/** 32 hex digits, with or without dashes and braces, written with dashes. */
function uuid(dialect: Dialect, lowered: Sql): Sql {
  const { extract, replaceAll } = dialect.functions
  const digits = replaceAll(lowered, portable('[{}-]'), '')
  return extract(replaceAll(digits, BARE_UUID, '\\1-\\2-\\3-\\4-\\5'), DASHED_UUID)
}

const BEYOND_ASCII = portable('[^\\x01-\\x7f]')

/** Accents of a fixed table dropped, punctuation and symbols of a fixed list made spaces; letters of any script stay. */
function plainName(dialect: Dialect, value: Sql): Sql {
  const { lower, matches, trim, replaceAll } = dialect.functions
  const lowered = lower(value)
  const pairs = DOUBLE_LETTERS.reduce((text, [one, two]) => sql`replace(${text}, ${one}, ${two})`, lowered)
  const letters = sql`translate(${pairs}, ${ACCENTS.accented}, ${ACCENTS.plain})`
  const plain = replaceAll(letters, portable(COMBINING_ACCENTS), '\\1')
  // The long table is costly, and most names have no letter that is in it.
  const unaccented = sql`case when ${matches(lowered, BEYOND_ASCII)} then ${plain} else ${lowered} end`
  const words = replaceAll(unaccented, portable(SEPARATORS), ' ')
  return sql`nullif(${trim(words)}, '')`
}
