import type { Dialect } from '../../sql/dialect.js'
import { list, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import type { Pattern } from '../../sql/pattern.js'
import { JAVA, printPattern } from '../../sql/print-pattern.js'
import { from } from '../../sql/relation.js'
import { addSeconds, doubleQuoted, isDistinct, position, singleQuoted } from '../../sql/standard-sql.js'
import {
  comment,
  createDescribedView,
  createEmptyTable,
  createOrReplaceTable,
  readsNoFiles,
  STANDARD_STATEMENTS,
} from '../../sql/standard-statements.js'
import { writeLiteral } from '../../sql/typed-literal.js'
import { jsonArray, jsonPath, jsonText } from './json.js'
import { inZone } from './timestamps.js'
import { displayed, nativeText, parse } from './values.js'
import { trim } from './white-space.js'

const TYPES: Record<Exclude<LogicalType['kind'], 'number'>, string> = {
  string: 'varchar',
  integer: 'bigint',
  float: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp(6)',
  json: 'varchar',
}

const pattern = (of: Pattern): string => printPattern(of, JAVA)

/** `\1` is `$1` here, and a dollar sign is escaped. */
function replacement(text: string): string {
  return text.replaceAll('$', '\\$').replaceAll(/\\(\d)/g, '$$$1')
}

/** Of both sides 10⁹ times: the quotient of whole numbers has no digits that were rounded before, and rounds half away from zero. */
function divide(dividend: Sql, divisor: Sql): Sql {
  const times = (value: Sql) => {
    const small = sql`case when ${value} > -${raw(RANGE)} and ${value} < ${raw(RANGE)} then cast(${value} as decimal(38,9)) end`
    return sql`${small} * 1000000000`
  }
  return sql`cast(cast(${times(dividend)} as decimal(38,6)) / nullif(cast(${times(divisor)} as decimal(38,0)), 0) as decimal(38,6))`
}

/** Trino with tables of Iceberg. */
export const trino: Dialect = {
  name: 'trino',
  identifier: doubleQuoted,
  text: singleQuoted,
  facts: {
    maxIdentifierBytes: 120,
    transactionalDdl: false,
    leases: 'statements',
    readsFiles: false,
    costlyStatements: true,
  },
  lexicon: {
    identifierQuotes: ['"'],
    backslashEscapes: false,
    dollarQuotes: false,
    lineComments: ['--'],
    nestedBlockComments: false,
  },
  type: (type) => (type.kind === 'number' ? `decimal(${type.precision},${type.scale})` : TYPES[type.kind]),
  readType,
  functions: {
    lower: (text) => sql`lower(${text})`,
    trim,
    matches: (text, of) => sql`regexp_like(${text}, ${pattern(of)})`,
    replaceAll: (text, of, by) => sql`regexp_replace(${text}, ${pattern(of)}, ${replacement(by)})`,
    position,
    isDistinct,
    extract: (text, of) => sql`nullif(regexp_extract(${text}, ${pattern(of)}), '')`,
    md5: (text) => sql`lower(to_hex(md5(to_utf8(${text}))))`,
    fingerprint: (text) => sql`from_big_endian_64(substr(md5(to_utf8(${text})), 1, 8))`,
    rowHash: (values) =>
      sql`from_big_endian_64(xxhash64(to_utf8(json_format(cast(row(${list(values)}) as json)))))`,
    text: (text) => sql`cast(${text} as varchar)`,
    parse,
    nativeText,
    display: displayed,
    typedLiteral: (text, type, timezone) => writeLiteral({ type: trino.type, inZone }, text, type, timezone),
    jsonPath,
    startOfDay: (date, timezone) => inZone(sql`cast(${date} as timestamp(6))`, timezone),
    dayIn: (timestamp, timezone) =>
      timezone === 'UTC'
        ? sql`cast(${timestamp} as date)`
        : sql`cast(with_timezone(${timestamp}, 'UTC') at time zone ${timezone} as date)`,
    addSeconds,
    firstByRank: (value, rank, present) =>
      sql`min_by(${value}, ${rank}) filter (where ${present} is not null)`,
    collectJson: (text, rank, limit) =>
      jsonText(
        sql`cast(array_agg(${text} order by ${rank}) filter (where ${text} is not null and ${rank} <= ${limit}) as json)`,
      ),
    divide,
    clock: sql`cast(floor(to_unixtime(current_timestamp(3)) * 1000) as bigint)`,
    jsonArray,
  },
  statements: {
    ...STANDARD_STATEMENTS,
    createView: createDescribedView,
    rebuildTable: createOrReplaceTable,
    createEmptyTable: createEmptyTable((type) => raw(trino.type(type))),
    // One that is there is not dropped and renamed to: there would be a moment without the table.
    replacePublished: (old, by) => [
      sql`-- Where no table has the name, …\n${trino.statements.renameTable(by, old.parts.at(-1) ?? '')}`,
      sql`-- … and where one has it:\n${createOrReplaceTable(old, sql`table ${from(by)}`)}`,
      trino.statements.dropTable(by),
    ],
    // Views are described where they are made.
    comment: (kind, on, column, text) => (column === undefined ? undefined : comment(kind, on, column, text)),
    jsonRows: (json, columns) => sql`
      select *
      from unnest(cast(json_parse(${json}) as array(row(${raw(columns.map((_, i) => `c${i} varchar`).join(', '))})))) as loaded (${list(columns.map((column) => name(column)))})
    `,
    readFile: readsNoFiles,
  },
}

/** Types that are not listed are read as text, when the value is there. */
function readType(engineType: string): LogicalType | undefined {
  const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(engineType)
  if (decimal) return { kind: 'number', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  if (/^(var)?char(\(\d+\))?$/.test(engineType)) return { kind: 'string' }
  if (/^timestamp(\([0-6]\))?$/.test(engineType)) return { kind: 'timestamp' }
  const plain: Record<string, LogicalType> = {
    tinyint: { kind: 'integer' },
    smallint: { kind: 'integer' },
    integer: { kind: 'integer' },
    bigint: { kind: 'integer' },
    real: { kind: 'float' },
    double: { kind: 'float' },
    boolean: { kind: 'boolean' },
    date: { kind: 'date' },
  }
  return plain[engineType]
}
