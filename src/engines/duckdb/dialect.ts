import type { Dialect } from '../../sql/dialect.js'
import { as, lines, list, name, raw, type Sql, sql } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { printPattern, RE2 } from '../../sql/print-pattern.js'
import { addSeconds, doubleQuoted, isDistinct, position, singleQuoted } from '../../sql/standard-sql.js'
import { comment, createEmptyTable, STANDARD_STATEMENTS } from '../../sql/standard-statements.js'
import { writeLiteral } from '../../sql/typed-literal.js'
import { malformedLines, readFile } from './files.js'
import { jsonPath } from './json.js'
import { displayed, nativeText, parse } from './values.js'
import { trim } from './white-space.js'

const TYPES: Record<Exclude<LogicalType['kind'], 'number'>, string> = {
  string: 'varchar',
  integer: 'bigint',
  float: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  json: 'varchar',
}

/**
 * DuckDB divides decimals as doubles. Where that is far from a half of the sixth digit, it rounds as the exact quotient does:
 * below 1e9 its error is less than a millionth of that digit. Elsewhere the quotient is computed in whole numbers, half away
 * from zero, which takes eight times as long; one that is null is not. What does not fit 29 digits reads as null: more would
 * be too much to multiply.
 */
function divide(dividend: Sql, divisor: Sql): Sql {
  const decimal = (of: Sql) => sql`try_cast(${of} as decimal(29,9))`
  const double = (of: Sql) => sql`cast(${decimal(of)} as double)`
  const billionths = (of: Sql) =>
    sql`cast(cast(abs(${decimal(of)}) * 1000000000 as decimal(38,0)) as hugeint)`
  const quotient = sql`${double(dividend)} / nullif(${double(divisor)}, 0)`
  const millionths = sql`${quotient} * 1000000`
  const a = billionths(dividend)
  const n = sql`nullif(${billionths(divisor)}, 0)`
  const sign = sql`case when (${dividend} < 0) <> (${divisor} < 0) then -1 else 1 end`
  return sql`
    case
      when ${quotient} is null then null
      when abs(${quotient}) < 1000000000 and abs(${millionths} - round(${millionths})) < 0.499
        then cast(${quotient} as decimal(38,6))
      else cast(${sign} * cast((2 * ${a} * 1000000 + ${n}) // (2 * ${n}) as decimal(38,0)) * 0.000001 as decimal(38,6))
    end
  `
}

const momentIn = (timestamp: Sql, timezone: string) =>
  sql`timezone('UTC', timezone(${timezone}, ${timestamp}))`

/** In memory, spilled to the temporary directory where memory is short: compressing and writing tables costs more than most queries. */
const SCRATCH = 'cdp_scratch'

/** DuckDB 1.5, embedded: the default engine. */
export const duckdb: Dialect = {
  name: 'duckdb',
  identifier: doubleQuoted,
  text: singleQuoted,
  facts: {
    maxIdentifierBytes: 200,
    transactionalDdl: true,
    leases: 'transactions',
    computedOnce: 'materialized',
    readsFiles: true,
    scratchDatabase: SCRATCH,
  },
  lexicon: {
    identifierQuotes: ['"'],
    backslashEscapes: false,
    dollarQuotes: true,
    lineComments: ['--'],
    nestedBlockComments: true,
  },
  type: (type) => (type.kind === 'number' ? `decimal(${type.precision},${type.scale})` : TYPES[type.kind]),
  readType,
  functions: {
    // DuckDB's own gives `i` for İ and never the final ς, as every engine is made to.
    lower: (text) => sql`lower(${text})`,
    trim,
    text: (text) => text,
    matches: (text, pattern) => sql`regexp_matches(${text}, ${printPattern(pattern, RE2)})`,
    replaceAll: (text, pattern, replacement) =>
      sql`regexp_replace(${text}, ${printPattern(pattern, RE2)}, ${replacement}, 'g')`,
    position,
    isDistinct,
    extract: (text, pattern) => sql`nullif(regexp_extract(${text}, ${printPattern(pattern, RE2)}), '')`,
    md5: (text) => sql`md5(${text})`,
    fingerprint: (text) => sql`cast(cast(('0x' || substr(md5(${text}), 1, 16)) as ubigint)::bit as bigint)`,
    rowHash: (values) => sql`hash(${list(values)})`,
    parse,
    nativeText,
    display: displayed,
    typedLiteral: (text, type, timezone) =>
      writeLiteral({ type: duckdb.type, inZone: momentIn }, text, type, timezone),
    jsonPath,
    startOfDay: (date, timezone) =>
      timezone === 'UTC'
        ? sql`cast(${date} as timestamp)`
        : sql`timezone('UTC', timezone(${timezone}, cast(${date} as timestamp)))`,
    dayIn: (timestamp, timezone) =>
      timezone === 'UTC'
        ? sql`cast(${timestamp} as date)`
        : sql`cast(timezone(${timezone}, timezone('UTC', ${timestamp})) as date)`,
    addSeconds,
    firstByRank: (value, rank, present) =>
      sql`arg_min_null(${value}, ${rank}) filter (where ${present} is not null)`,
    collectJson: (text, rank, limit) =>
      sql`cast(to_json(list(${text} order by ${rank}) filter (where ${text} is not null and ${rank} <= ${limit})) as varchar)`,
    divide,
    clock: sql`epoch_ms(now())`,
    jsonArray: (texts) => sql`cast(to_json([${list(texts)}]) as varchar)`,
  },
  statements: {
    ...STANDARD_STATEMENTS,
    prepare: () => [
      sql`detach database if exists ${name(SCRATCH)}`,
      sql`attach ':memory:' as ${name(SCRATCH)}`,
    ],
    createEmptyTable: createEmptyTable((type) => raw(duckdb.type(type))),
    replacePublished: (old, by) => [
      duckdb.statements.dropTable(old),
      duckdb.statements.renameTable(by, old.parts.at(-1) ?? ''),
    ],
    comment,
    jsonRows: (json, columns) => sql`
      select
        ${lines(columns.map((column, i) => as(raw(`loaded[${i + 1}]`), column)))}
      from (select unnest(from_json(${json}, '[["VARCHAR"]]')) as loaded)
    `,
    readFile,
    malformedLines,
  },
}

function readType(engineType: string): LogicalType | undefined {
  const type = engineType.toUpperCase()
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type)
  if (decimal) return { kind: 'number', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/.test(type)) return { kind: 'integer' }
  if (/^(FLOAT|DOUBLE)$/.test(type)) return { kind: 'float' }
  if (/^TIMESTAMP(_S|_MS|_NS)?$/.test(type)) return { kind: 'timestamp' }
  const plain: Record<string, LogicalType> = {
    VARCHAR: { kind: 'string' },
    BOOLEAN: { kind: 'boolean' },
    DATE: { kind: 'date' },
    JSON: { kind: 'json' },
  }
  return plain[type]
}
