import type { Dialect } from './dialect.js'
import { lines, list, literal, type Sql, sql } from './fragment.js'
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

/** `text`: what `phoneDigits` gave. `region`: the row's own, in any case; where it is null or empty the default holds. */
export function internationalPhone(dialect: Dialect, text: Sql, fallback?: string, region?: Sql): Sql {
  const home = fallback === undefined ? undefined : phoneRegion(fallback)
  const number = region ? byRegion(dialect, text, region, home) : ofRegion(dialect, text, home)
  return dialect.functions.extract(number, E164)
}

const EXTENSION = portable('(?:ext|x|;|#)[^0-9]*[0-9]*$')
/** `+49 (0)30` has a trunk prefix that is not dialled; in `(0)30`, at home, it is. */
const UNDIALLED_ZERO = portable('((?:[+]|^ *00|^ *011)[^()]*)[(] *0 *[)]')
const NOT_DIALLED = portable('[^0-9+]+')
const E164 = portable('^[+][1-9][0-9]{7,14}$')

/** Stands where the calling code of the row's region is put in. */
const HOME = '='

function ofRegion(dialect: Dialect, text: Sql, home: PhoneRegion | undefined): Sql {
  if (!home) return dialect.functions.replaceAll(text, portable('^00'), '+')
  return national(dialect, text, home, `+${home.code}`)
}

/** A number as it is dialled in the region, beginning with `+` or, where it is national, with `mark`. */
function national(dialect: Dialect, text: Sql, home: PhoneRegion, mark: string): Sql {
  const { replaceAll } = dialect.functions
  const exit = home.exit === '00' ? '00' : `(?:${home.exit}|00)`
  const trunk = home.trunk.length > 1 ? `(?:${home.trunk})?` : home.trunk && `${home.trunk}?`
  const abroad = replaceAll(text, portable(`^${exit}`), '+')
  return replaceAll(abroad, portable(`^${trunk}(${lengthPattern(home.lengths)})$`), `${mark}\\1`)
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

function byRegion(dialect: Dialect, text: Sql, given: Sql, home: PhoneRegion | undefined): Sql {
  const trimmed = dialect.functions.lower(dialect.functions.trim(given))
  const region = home ? sql`coalesce(nullif(${trimmed}, ''), ${home.region.toLowerCase()})` : trimmed
  const rules = grouped((r) => [r.exit, r.trunk, ...r.lengths].join(' ')).map(
    ({ first, members }) => sql`when ${region} in (${members}) then ${national(dialect, text, first, HOME)}`,
  )
  const codes = grouped((r) => r.code).map(
    ({ first, members }) => sql`when ${region} in (${members}) then ${first.code}`,
  )
  return sql`
    replace(
      case
        ${lines(rules, '')}
        else ${ofRegion(dialect, text, undefined)}
      end,
      ${HOME},
      '+' || case
        ${lines(codes, '')}
        else ''
      end
    )
  `
}

/** Regions that have the same rule, the largest groups first. */
function grouped(
  rule: (region: PhoneRegion) => string,
): { readonly first: PhoneRegion; readonly members: Sql }[] {
  const groups = new Map<string, PhoneRegion[]>()
  for (const region of PHONE_REGIONS) groups.set(rule(region), [...(groups.get(rule(region)) ?? []), region])
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((regions) => {
      const [first] = regions
      const members = list(regions.map((r) => literal(r.region.toLowerCase())))
      return first ? [{ first, members }] : []
    })
}
