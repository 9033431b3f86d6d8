import type { Dialect } from '../../sql/dialect.js'
import { as, list, name, raw, type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import type { Pattern } from '../../sql/pattern.js'
import { printPattern, RE2 } from '../../sql/print-pattern.js'
import { from, type Relation } from '../../sql/relation.js'
import { isDistinct } from '../../sql/standard-sql.js'
import { createEmptyTable, readsNoFiles, STANDARD_STATEMENTS } from '../../sql/standard-statements.js'
import { writeLiteral } from '../../sql/typed-literal.js'
import { jsonPath } from './json.js'
import { MAX_NAME, quotedName, quotedText } from './quoting.js'
import { addSeconds, inZone } from './timestamps.js'
import { decimal, displayed, nativeText, parse } from './values.js'
import { trim } from './white-space.js'

const TYPES: Record<Exclude<LogicalType['kind'], 'number'>, string> = {
  string: 'string',
  integer: 'int64',
  float: 'float64',
  boolean: 'bool',
  date: 'date',
  timestamp: 'timestamp',
  json: 'string',
}

const pattern = (of: Pattern): string => printPattern(of, RE2)
/** Where a pattern has a group, only that is given, and more than one is an error. */
const withoutGroups = (of: Pattern): string => printPattern(of, { ...RE2, capturing: false })

/** A shift drops what leaves at the left, so that the sign comes of itself. */
function fingerprint(text: Sql): Sql {
  const half = (start: number) => sql`cast('0x' || substr(to_hex(md5(${text})), ${start}, 8) as int64)`
  return sql`(${half(1)} << 32) | ${half(9)}`
}

/** A quotient has 38 digits behind the point, more than what tells a half from what is next to it. */
function divide(dividend: Sql, divisor: Sql): Sql {
  const exact = (value: Sql) => {
    const number = sql`cast(${value} as bignumeric)`
    return sql`case when abs(${number}) < bignumeric '1e20' then ${number} end`
  }
  return sql`cast(${exact(dividend)} / nullif(${exact(divisor)}, 0) as ${raw(decimal(38, 6))})`
}

/** BigQuery, in its own SQL. */
export const bigquery: Dialect = {
  name: 'bigquery',
  identifier: quotedName,
  text: quotedText,
  facts: {
    maxIdentifierBytes: MAX_NAME,
    transactionalDdl: false,
    readsFiles: false,
    momentTypes: ['TIMESTAMP'],
  },
  lexicon: {
    identifierQuotes: ['`'],
    backslashEscapes: true,
    dollarQuotes: false,
    lineComments: ['--', '#'],
    nestedBlockComments: false,
  },
  type: (type) => (type.kind === 'number' ? decimal(type.precision, type.scale) : TYPES[type.kind]),
  readType,
  functions: {
    lower: (text) => sql`lower(translate(${text}, 'İΣ', 'iσ'))`,
    trim,
    matches: (text, of) => sql`regexp_contains(${text}, ${pattern(of)})`,
    replaceAll: (text, of, by) => sql`regexp_replace(${text}, ${pattern(of)}, ${by})`,
    position: (part, text) => sql`strpos(${text}, ${part})`,
    isDistinct,
    extract: (text, of) => sql`nullif(regexp_extract(${text}, ${withoutGroups(of)}), '')`,
    md5: (text) => sql`to_hex(md5(${text}))`,
    fingerprint,
    rowHash: (values) =>
      sql`farm_fingerprint(to_json_string(struct(${list(values.map((value, i) => as(value, `c${i}`)))})))`,
    text: (text) => text,
    parse,
    nativeText,
    display: displayed,
    typedLiteral: (text, type, timezone) =>
      writeLiteral({ type: bigquery.type, inZone }, text, type, timezone),
    jsonPath,
    startOfDay: (date, timezone) => sql`timestamp(${date}, ${timezone})`,
    dayIn: (timestamp, timezone) => sql`date(${timestamp}, ${timezone})`,
    addSeconds,
    // In a struct, so that the value of the first row counts where it is null itself.
    firstByRank: (value, rank, present) =>
      sql`array_agg(if(${present} is null, null, struct(${value} as first)) ignore nulls order by ${rank} limit 1)[safe_offset(0)].first`,
    collectJson: (text, rank, limit) =>
      sql`nullif(to_json_string(array_agg(if(${rank} <= ${limit}, ${text}, null) ignore nulls order by ${rank})), 'null')`,
    divide,
    clock: sql`unix_millis(current_timestamp())`,
    jsonArray: (texts) => sql`to_json_string([${list(texts)}])`,
  },
  statements: {
    ...STANDARD_STATEMENTS,
    createEmptyTable: createEmptyTable((type) => raw(bigquery.type(type))),
    // A copy costs nothing, and a table that is renamed away would be missing for a moment.
    replacePublished: (old, by) => [
      sql`create or replace table ${from(old)} copy ${from(by)}`,
      bigquery.statements.dropTable(by),
    ],
    comment,
    readFile: readsNoFiles,
  },
}

function comment(kind: 'table' | 'view', on: Relation, column: string | undefined, text: string): Sql {
  const options = sql`set options (description = ${text})`
  return column === undefined
    ? sql`alter ${raw(kind)} ${from(on)} ${options}`
    : sql`alter ${raw(kind)} ${from(on)} alter column ${name(column)} ${options}`
}

/** Types that are not listed are read as text. */
function readType(engineType: string): LogicalType | undefined {
  const type = engineType.toUpperCase()
  const [, precision, scale] = /^(?:BIG)?NUMERIC\((\d+), (\d+)\)$/.exec(type) ?? []
  if (Number(precision) <= 38) return { kind: 'number', precision: Number(precision), scale: Number(scale) }
  const plain: Record<string, LogicalType> = {
    STRING: { kind: 'string' },
    INT64: { kind: 'integer' },
    FLOAT64: { kind: 'float' },
    NUMERIC: { kind: 'number', precision: 38, scale: 9 },
    BOOL: { kind: 'boolean' },
    DATE: { kind: 'date' },
    TIMESTAMP: { kind: 'timestamp' },
  }
  return plain[type]
}
