import type { Dialect } from '../../sql/dialect.js'
import { as, lines, list, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import type { Pattern } from '../../sql/pattern.js'
import { JAVA, printPattern } from '../../sql/print-pattern.js'
import { from } from '../../sql/relation.js'
import { addSeconds, isDistinct, position } from '../../sql/standard-sql.js'
import {
  createDescribedView,
  createEmptyTable,
  createOrReplaceTable,
  dropEach,
  readsNoFiles,
  STANDARD_STATEMENTS,
} from '../../sql/standard-statements.js'
import { writeLiteral } from '../../sql/typed-literal.js'
import { jsonArray, jsonPath } from './json.js'
import { backQuoted, escaped } from './quoting.js'
import { inZone } from './timestamps.js'
import { displayed, nativeText, parse } from './values.js'
import { trim } from './white-space.js'

/** `timestamp` has no zone where the session says so, as cdp's do. */
const TYPES: Record<Exclude<LogicalType['kind'], 'number'>, string> = {
  string: 'string',
  integer: 'bigint',
  float: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  json: 'string',
}

const pattern = (of: Pattern): string => printPattern(of, JAVA)

/** `\1` is `$1` here, and a dollar sign is escaped. */
function replacement(text: string): string {
  return text.replaceAll('$', '\\$').replaceAll(/\\(\d)/g, '$$$1')
}

/** Of both sides 10⁹ times: the quotient of whole numbers has no digits that were rounded before, and rounds half away from zero. */
function divide(dividend: Sql, divisor: Sql): Sql {
  const times = (value: Sql, scale: number) => {
    const small = sql`case when ${value} > -${raw(RANGE)} and ${value} < ${raw(RANGE)} then cast(${value} as decimal(29,9)) end`
    return sql`cast(${small} * 1000000000 as ${raw(`decimal(38,${scale})`)})`
  }
  return sql`cast(${times(dividend, 6)} / nullif(${times(divisor, 0)}, 0) as decimal(38,6))`
}

/** Nulls do not change the hash, so that each says where it stands. */
function rowHash(values: readonly Sql[]): Sql {
  return sql`xxhash64(${list(values.flatMap((value) => [value, sql`${value} is null`]))})`
}

/** Apache Spark with tables of Iceberg. */
export const spark: Dialect = {
  name: 'spark',
  identifier: backQuoted,
  text: escaped,
  facts: {
    maxIdentifierBytes: 120,
    transactionalDdl: false,
    readsFiles: false,
    costlyStatements: true,
    momentTypes: ['timestamp'],
  },
  lexicon: {
    identifierQuotes: ['`'],
    textQuotes: ['"'],
    backslashEscapes: true,
    dollarQuotes: false,
    lineComments: ['--'],
    nestedBlockComments: true,
  },
  type: (type) => (type.kind === 'number' ? `decimal(${type.precision},${type.scale})` : TYPES[type.kind]),
  readType,
  functions: {
    lower: (text) => sql`lower(translate(${text}, 'İΣ', 'iσ'))`,
    trim,
    matches: (text, of) => sql`regexp_like(${text}, ${pattern(of)})`,
    replaceAll: (text, of, by) => sql`regexp_replace(${text}, ${pattern(of)}, ${replacement(by)})`,
    extract: (text, of) => sql`nullif(regexp_extract(${text}, ${pattern(of)}, 0), '')`,
    position,
    isDistinct,
    md5: (text) => sql`md5(${text})`,
    fingerprint: (text) => sql`cast(conv(substr(md5(${text}), 1, 16), 16, -10) as bigint)`,
    rowHash,
    text: (text) => sql`cast(${text} as string)`,
    parse,
    nativeText,
    display: displayed,
    typedLiteral: (text, type, timezone) => writeLiteral({ type: spark.type, inZone }, text, type, timezone),
    jsonPath,
    startOfDay: (date, timezone) => inZone(sql`cast(${date} as timestamp)`, timezone),
    dayIn: (timestamp, timezone) =>
      timezone === 'UTC'
        ? sql`cast(${timestamp} as date)`
        : sql`cast(convert_timezone('UTC', ${timezone}, ${timestamp}) as date)`,
    addSeconds,
    firstByRank: (value, rank, present) =>
      sql`min_by(${value}, ${rank}) filter (where ${present} is not null)`,
    collectJson: (text, rank, limit) => {
      const pairs = sql`collect_list(named_struct('rank', ${rank}, 'text', ${text})) filter (where ${text} is not null and ${rank} <= ${limit})`
      return sql`nullif(to_json(transform(sort_array(${pairs}), pair -> pair.text)), '[]')`
    },
    divide,
    clock: sql`unix_millis(current_timestamp())`,
    jsonArray,
  },
  statements: {
    ...STANDARD_STATEMENTS,
    createView: createDescribedView,
    rebuildTable: createOrReplaceTable,
    createEmptyTable: createEmptyTable((type) => raw(spark.type(type))),
    // Without `purge` the files of the table would stay.
    dropTable: (table) => sql`drop table if exists ${from(table)} purge`,
    dropAll: (kind, relations) => dropEach(spark.statements, kind, relations),
    // Not dropped and renamed: there would be a moment without the table.
    replacePublished: (old, by) => [
      createOrReplaceTable(old, sql`select * from ${from(by)}`),
      spark.statements.dropTable(by),
    ],
    renameTable: (table, to) =>
      sql`alter table ${from(table)} rename to ${name(...table.parts.slice(0, -1), to)}`,
    jsonRows: (json, columns) => sql`
      select
        ${lines(columns.map((column, i) => as(raw(`loaded[${i}]`), column)))}
      from (select explode(from_json(${json}, 'array<array<string>>')) as loaded)
    `,
    readFile: readsNoFiles,
  },
}

/** Types that are not listed are read as text, when the value is there. */
function readType(engineType: string): LogicalType | undefined {
  const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(engineType)
  if (decimal) return { kind: 'number', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  if (/^(var)?char\(\d+\)$|^string\b/.test(engineType)) return { kind: 'string' }
  const plain: Record<string, LogicalType> = {
    tinyint: { kind: 'integer' },
    smallint: { kind: 'integer' },
    int: { kind: 'integer' },
    bigint: { kind: 'integer' },
    float: { kind: 'float' },
    double: { kind: 'float' },
    boolean: { kind: 'boolean' },
    date: { kind: 'date' },
    timestamp: { kind: 'timestamp' },
    timestamp_ntz: { kind: 'timestamp' },
  }
  return plain[engineType]
}
