import { addSeconds, inZone } from '../../sql/dateadd.js'
import type { Dialect } from '../../sql/dialect.js'
import { list, raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import type { Pattern } from '../../sql/pattern.js'
import { JAVA, printPattern } from '../../sql/print-pattern.js'
import { from, type Relation } from '../../sql/relation.js'
import { comment, createEmptyTable, STANDARD_STATEMENTS } from '../../sql/standard-statements.js'
import { writeLiteral } from '../../sql/typed-literal.js'
import { postgres, readType } from '../postgres/dialect.js'
import { jsonArray, jsonArrayOf, jsonPath } from './json.js'
import { extract, matches, replaceAll } from './patterns.js'
import { MAX_NAME, quotedName, quotedText } from './quoting.js'
import { rightsOn } from './rights.js'
import { displayed, nativeText, parse, TEXT } from './values.js'
import { trim } from './white-space.js'

/** What PCRE and Java have in common is all that portable patterns use. */
const pattern = (of: Pattern): string => printPattern(of, JAVA)

/** The sign is the first of the 64 bits; in two halves, each of which fits. */
function fingerprint(text: Sql): Sql {
  const half = (start: number) => sql`strtol(substring(md5(${text}), ${start}, 8), 16)`
  const high = sql`case when ${half(1)} > 2147483647 then ${half(1)} - 4294967296 else ${half(1)} end`
  return sql`((${high}) * 4294967296 + ${half(9)})`
}

/**
 * In whole numbers the quotient is exact, half away from zero. Its own has four digits behind the point where both have
 * none, so that there is room for 34 before it.
 */
function divide(dividend: Sql, divisor: Sql): Sql {
  const billionths = (of: Sql) =>
    sql`case when abs(${of}) < ${raw(RANGE)} then cast(cast(abs(${of}) as numeric(38,9)) * 1000000000 as numeric(38,0)) end`
  const a = sql`(2 * ${billionths(dividend)} * 1000000 + ${billionths(divisor)})`
  const n = sql`(2 * nullif(${billionths(divisor)}, 0))`
  const whole = sql`cast((${a} - mod(${a}, ${n})) / ${n} as numeric(38,0))`
  const sign = sql`case when (${dividend} < 0) <> (${divisor} < 0) then -1 else 1 end`
  return sql`cast(${sign} * ${whole} * 0.000001 as numeric(38,6))`
}

/** Without arrays the least of texts that begin with the rank; a null has nothing behind it, a text `=`. */
function firstByRank(value: Sql, rank: Sql, present: Sql, type: LogicalType): Sql {
  const digits = 19
  const text = type.kind === 'boolean' ? displayed(value, type) : sql`cast(${value} as ${raw(TEXT)})`
  const coded = sql`lpad(cast(${rank} as ${raw(TEXT)}), ${digits}, '0') || coalesce('=' || ${text}, '')`
  const least = sql`min(case when ${present} is not null then ${coded} end)`
  const found = sql`case when length(${least}) > ${digits} then substring(${least}, ${digits + 2}) end`
  return type.kind === 'boolean'
    ? sql`(${found}) = 'true'`
    : sql`cast(${found} as ${raw(redshift.type(type))})`
}

/** Redshift: the SQL of Postgres, but for what it does not have or does otherwise. */
export const redshift: Dialect = {
  ...postgres,
  name: 'redshift',
  identifier: quotedName,
  text: quotedText,
  facts: {
    maxIdentifierBytes: MAX_NAME,
    transactionalDdl: true,
    viewsKeepColumns: true,
    readsFiles: false,
  },
  lexicon: { ...postgres.lexicon, backslashEscapes: true },
  type: (type) => (type.kind === 'string' || type.kind === 'json' ? TEXT : postgres.type(type)),
  readType,
  functions: {
    ...postgres.functions,
    lower: (text) => sql`lower(translate(${text}, 'İΣ', 'iσ'))`,
    trim,
    matches: (text, of) => matches(text, pattern(of)),
    replaceAll: (text, of, by) => replaceAll(text, pattern(of), by.replaceAll(/\\(\d)/g, '$$$1')),
    isDistinct: (one, other) => sql`coalesce(${one} <> ${other}, (${one} is null) <> (${other} is null))`,
    extract: (text, of) => extract(text, pattern(of)),
    fingerprint,
    // A hash of nothing is nothing: between commas it is told from that of a neighbour.
    rowHash: (values) =>
      sql`fnv_hash(${list(
        values.map((value) => sql`coalesce(cast(fnv_hash(${value}) as ${raw(TEXT)}), '')`),
        " || ',' || ",
      )})`,
    text: (text) => nativeText(text, { kind: 'string' }),
    parse,
    nativeText,
    display: displayed,
    typedLiteral: (text, type, timezone) =>
      writeLiteral({ type: redshift.type, inZone }, text, type, timezone),
    jsonPath,
    startOfDay: (date, timezone) => inZone(sql`cast(${date} as timestamp)`, timezone),
    dayIn: (timestamp, timezone) =>
      timezone === 'UTC'
        ? sql`cast(${timestamp} as date)`
        : sql`cast(convert_timezone('UTC', ${timezone}, ${timestamp}) as date)`,
    addSeconds,
    firstByRank,
    collectJson: jsonArrayOf,
    divide,
    clock: sql`cast(extract(epoch from getdate()) as bigint) * 1000`,
    jsonArray,
  },
  statements: {
    ...STANDARD_STATEMENTS,
    rightsOn,
    // A view that is bound to its tables would keep them from being replaced.
    createView: (view, select) => sql`
      create or replace view ${from(view)} as
      ${select}
      with no schema binding
    `,
    createEmptyTable: createEmptyTable((type) => raw(redshift.type(type))),
    // In a transaction, so that nobody sees the moment between.
    replacePublished: (old, by) => [
      redshift.statements.dropTable(old),
      redshift.statements.renameTable(by, old.parts.at(-1) ?? ''),
    ],
    comment: (kind: 'table' | 'view', on: Relation, column: string | undefined, text: string) =>
      kind === 'view' && column !== undefined ? undefined : comment(kind, on, column, text),
    readFile: postgres.statements.readFile,
  },
}
