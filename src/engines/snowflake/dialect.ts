import { addSeconds, inZone } from '../../sql/dateadd.js'
import type { Dialect } from '../../sql/dialect.js'
import { list, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import type { Pattern } from '../../sql/pattern.js'
import { type PatternFlavour, printPattern, renumbered } from '../../sql/print-pattern.js'
import { from, type Relation } from '../../sql/relation.js'
import { isDistinct, position } from '../../sql/standard-sql.js'
import {
  comment,
  createEmptyTable,
  readsNoFiles,
  STANDARD_STATEMENTS,
} from '../../sql/standard-statements.js'
import { writeLiteral } from '../../sql/typed-literal.js'
import { jsonArray, jsonPath } from './json.js'
import { MAX_NAME, quotedName, quotedText } from './quoting.js'
import { decimal, displayed, INTEGER_TYPE, nativeText, parse } from './values.js'
import { trim } from './white-space.js'

const TYPES: Record<Exclude<LogicalType['kind'], 'number'>, string> = {
  string: 'varchar',
  integer: INTEGER_TYPE,
  float: 'float',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp_ntz(6)',
  json: 'varchar',
}

/** Extended expressions of POSIX: no group that does not capture, no lazy repetition, no `\z`. */
const POSIX: PatternFlavour = { end: '$', verticalTab: '\v', capturing: true, lazy: false }

const pattern = (of: Pattern): string => printPattern(of, POSIX)

/** The sign is the first of the 64 bits. */
function fingerprint(text: Sql): Sql {
  const unsigned = sql`md5_number_upper64(${text})`
  return sql`cast(case when ${unsigned} > 9223372036854775807 then ${unsigned} - 18446744073709551616 else ${unsigned} end as ${raw(INTEGER_TYPE)})`
}

/** In whole numbers the quotient is exact, half away from zero; Snowflake's own has six digits behind the point, cut. */
function divide(dividend: Sql, divisor: Sql): Sql {
  const billionths = (of: Sql) =>
    sql`case when abs(${of}) < ${raw(RANGE)} then cast(abs(${of}) * 1000000000 as number(38, 0)) end`
  const a = sql`(2 * ${billionths(dividend)} * 1000000 + ${billionths(divisor)})`
  const n = sql`(2 * nullif(${billionths(divisor)}, 0))`
  const sign = sql`case when (${dividend} < 0) <> (${divisor} < 0) then -1 else 1 end`
  return sql`cast(${sign} * (${a} - mod(${a}, ${n})) / ${n} * 0.000001 as number(38, 6))`
}

/** What lives within a run needs no days of keeping: what is transient costs no fail-safe. */
function createTable(table: Relation, select: Sql): Sql {
  const transient = /__scratch$/.test(table.parts.at(-1) ?? '') ? 'transient ' : ''
  return sql`
    create ${raw(transient)}table ${from(table)} as
    ${select}
  `
}

/** Without a schema a new name would be of the session's. */
function renamed(table: Relation, to: string): Sql {
  return name(...table.parts.slice(0, -1), to)
}

/** Snowflake, in its own SQL. */
export const snowflake: Dialect = {
  name: 'snowflake',
  identifier: quotedName,
  text: quotedText,
  facts: { maxIdentifierBytes: MAX_NAME, transactionalDdl: false, readsFiles: false },
  lexicon: {
    identifierQuotes: ['"'],
    backslashEscapes: true,
    dollarQuotes: true,
    lineComments: ['--', '//'],
    nestedBlockComments: false,
  },
  type: (type) => (type.kind === 'number' ? decimal(type.precision, type.scale) : TYPES[type.kind]),
  readType,
  functions: {
    lower: (text) => sql`lower(translate(${text}, 'İΣ', 'iσ'))`,
    trim,
    // Its regexp_like wants the whole text to match.
    matches: (text, of) => sql`regexp_instr(${text}, ${pattern(of)}) > 0`,
    replaceAll: (text, of, by) => sql`regexp_replace(${text}, ${pattern(of)}, ${renumbered(by, of)})`,
    position,
    isDistinct,
    extract: (text, of) => sql`nullif(regexp_substr(${text}, ${pattern(of)}), '')`,
    md5: (text) => sql`md5(${text})`,
    fingerprint,
    rowHash: (values) => sql`hash(${list(values)})`,
    text: (text) => text,
    parse,
    nativeText,
    display: displayed,
    typedLiteral: (text, type, timezone) =>
      writeLiteral({ type: snowflake.type, inZone }, text, type, timezone),
    jsonPath,
    startOfDay: (date, timezone) => inZone(sql`cast(${date} as timestamp_ntz(6))`, timezone),
    dayIn: (timestamp, timezone) =>
      timezone === 'UTC'
        ? sql`to_date(${timestamp})`
        : sql`to_date(convert_timezone('UTC', ${timezone}, ${timestamp}))`,
    addSeconds,
    // Whatever it makes of ranks that are null, none is.
    firstByRank: (value, rank, present) =>
      sql`case when count(${present}) > 0 then min_by(${value}, case when ${present} is not null then ${rank} else 9223372036854775807 end) end`,
    collectJson: (text, rank, limit) =>
      sql`nullif(to_json(array_agg(case when ${rank} <= ${limit} then ${text} end) within group (order by ${rank})), '[]')`,
    divide,
    clock: sql`date_part(epoch_millisecond, sysdate())`,
    jsonArray,
  },
  statements: {
    ...STANDARD_STATEMENTS,
    createTable,
    createView: (view, select) => sql`
      create or replace view ${from(view)} copy grants as
      ${select}
    `,
    createEmptyTable: createEmptyTable((type) => raw(snowflake.type(type))),
    // A clone writes no rows, and a table that is renamed away would be missing for a moment.
    replacePublished: (old, by) => [
      sql`create or replace table ${from(old)} clone ${from(by)} copy grants`,
      snowflake.statements.dropTable(by),
    ],
    renameTable: (table, to) => sql`alter table ${from(table)} rename to ${renamed(table, to)}`,
    comment,
    readFile: readsNoFiles,
  },
}

/** Types that are not listed are read as text. Whole numbers are NUMBER(38,0) unless somebody says fewer digits. */
function readType(engineType: string): LogicalType | undefined {
  const type = engineType.toUpperCase()
  const [, precision, scale] = /^NUMBER\((\d+), ?(\d+)\)$/.exec(type) ?? []
  if (scale === '0') return { kind: 'integer' }
  if (scale !== undefined) return { kind: 'number', precision: Number(precision), scale: Number(scale) }
  if (/^(VARCHAR|TEXT)(\(\d+\))?$/.test(type)) return { kind: 'string' }
  if (/^TIMESTAMP_NTZ(\(\d\))?$/.test(type)) return { kind: 'timestamp' }
  const plain: Record<string, LogicalType> = {
    FLOAT: { kind: 'float' },
    BOOLEAN: { kind: 'boolean' },
    DATE: { kind: 'date' },
  }
  return plain[type]
}
