import type { Dialect } from './dialect.js'
import { lines, list, literal, raw, type Sql, sql } from './fragment.js'
import { PHONE_REGIONS, type PhoneRegion, phoneRegion } from './phone-regions.js'
import { portable } from './portable.js'

/**
 * Telephone numbers to E.164. Every step replaces something at the start or the end of one text, so that the value is
 * written, and computed, once: extension off, digits and `+` only, exit prefix to `+`, and a national number, which is
 * known by its length, without its trunk prefix behind the calling code of its region. Lengths are checked, numbering
 * plans are not. Idea: `dialects.md` §3; the rules of regions: libphonenumber.
 */
export function phoneDigits(dialect: Dialect, value: Sql): Sql {
  const { lower, replaceAll } = dialect.functions
  const number = replaceAll(lower(value), EXTENSION, '')
  return replaceAll(replaceAll(number, UNDIALLED_ZERO, '\\1'), NOT_DIALLED, '')
}

/** Of a number without region of its own. `text`: what `phoneDigits` gave. */
export function internationalPhone(dialect: Dialect, text: Sql, region?: string): Sql {
  const home = region === undefined ? undefined : phoneRegion(region)
  return dialect.functions.extract(home ? ofRegion(dialect, text, home) : withPlus(dialect, text, '00'), E164)
}

const EXTENSION = portable('(?:ext|x|;|#)[^0-9]*[0-9]*$')
/** `+49 (0)30` has a trunk prefix that is not dialled; in `(0)30`, at home, it is. */
const UNDIALLED_ZERO = portable('((?:[+]|^ *00|^ *011)[^()]*)[(] *0 *[)]')
const NOT_DIALLED = portable('[^0-9+]+')
const E164 = portable('^[+][1-9][0-9]{7,14}$')

/** The exit prefix of a region, or the usual one, becomes `+`. */
function withPlus(dialect: Dialect, text: Sql, exit: string): Sql {
  return dialect.functions.replaceAll(text, portable(exit === '00' ? '^00' : `^(?:${exit}|00)`), '+')
}

function ofRegion(dialect: Dialect, text: Sql, home: PhoneRegion): Sql {
  const trunk = home.trunk.length > 1 ? `(?:${home.trunk})?` : home.trunk && `${home.trunk}?`
  return dialect.functions.replaceAll(
    withPlus(dialect, text, home.exit),
    portable(`^${trunk}(${lengthPattern(home.lengths)})$`),
    `+${home.code}\\1`,
  )
}

/** `[9, 10, 14]` → `[0-9]{9,10}|[0-9]{14}`. */
function lengthPattern(lengths: readonly number[]): string {
  const runs: [number, number][] = []
  for (const length of lengths) {
    const last = runs.at(-1)
    if (last && last[1] === length - 1) last[1] = length
    else runs.push([length, length])
  }
  return runs.map(([from, to]) => (from === to ? `[0-9]{${from}}` : `[0-9]{${from},${to}}`)).join('|')
}

/** What the table of regions says about the region of a row; all null where it has none or an unknown one. */
export interface PhoneHome {
  /** The exit prefix as a pattern where it is not `00`. */
  readonly exit: Sql
  readonly code: Sql
  /** Empty where there is none. */
  readonly trunk: Sql
  /** ` 9 10 `: how many digits a national number has without its trunk prefix. */
  readonly lengths: Sql
}

export const HOME_COLUMNS = ['exit', 'code', 'trunk', 'lengths'] as const

/** The rules of all regions as a table, a FROM item without alias: region in lower case, then `HOME_COLUMNS`. */
export function phoneRegions(): Sql {
  const rows = PHONE_REGIONS.map(({ region, code, exit, trunk, lengths }) => {
    const unusual = exit === '00' ? null : exit
    return sql`(${list([region.toLowerCase(), unusual, code, trunk, ` ${lengths.join(' ')} `].map(literal))})`
  })
  const printed = Array.from({ length: Math.ceil(rows.length / ROWS_A_LINE) }, (_, i) =>
    list(rows.slice(i * ROWS_A_LINE, (i + 1) * ROWS_A_LINE)),
  )
  return sql`
    (
      values
        ${lines(printed)}
    )`
}

const ROWS_A_LINE = 4

/** The region of a row as the table has it: in lower case, the default where the row says nothing. */
export function regionOf(dialect: Dialect, given: Sql, fallback: string | undefined): Sql {
  const region = dialect.functions.lower(dialect.functions.trim(given))
  return fallback === undefined ? region : sql`coalesce(nullif(${region}, ''), ${fallback.toLowerCase()})`
}

/** What `phoneDigits` gave with `+` in the place of the exit prefix that is dialled in the row's region. */
export function phoneAbroad(dialect: Dialect, text: Sql, { exit }: PhoneHome): Sql {
  const unusual = [...new Set(PHONE_REGIONS.map((region) => region.exit))].filter((e) => e !== '00')
  const cases = unusual.map((e) => sql`when ${exit} = ${e} then ${withPlus(dialect, text, e)}`)
  return sql`
    case
      when ${exit} is null then ${withPlus(dialect, text, '00')}
      ${lines(cases, '')}
    end
  `
}

/** What `phoneAbroad` gave, a national number without its trunk prefix behind the calling code of the row's region. */
export function phoneFromHome(dialect: Dialect, text: Sql, { code, trunk, lengths }: PhoneHome): Sql {
  const isNational = (digits: Sql) =>
    sql`${lengths} like '% ' || cast(${digits} as ${raw(dialect.type({ kind: 'string' }))}) || ' %'`
  const number = sql`
    case
      when substring(${text}, 1, 1) = '+' then ${text}
      when ${trunk} <> ''
        and substring(${text}, 1, length(${trunk})) = ${trunk}
        and ${isNational(sql`length(${text}) - length(${trunk})`)}
        then '+' || ${code} || substring(${text}, length(${trunk}) + 1)
      when ${isNational(sql`length(${text})`)} then '+' || ${code} || ${text}
    end
  `
  return dialect.functions.extract(number, E164)
}
