import type { Dialect } from '../../sql/dialect.js'
import { as, lines, list, literal, name, raw, type Sql, sql, verbatim } from '../../sql/fragment.js'
import { type LogicalType, RANGE } from '../../sql/logical-type.js'
import { ARE, printPattern } from '../../sql/print-pattern.js'
import { print } from '../../sql/printer.js'
import { from, type Relation, relation } from '../../sql/relation.js'
import { shortName } from '../../sql/short-name.js'
import { addSeconds, doubleQuoted, isDistinct, position, singleQuoted } from '../../sql/standard-sql.js'
import {
  comment,
  createEmptyTable,
  readsNoFiles,
  STANDARD_STATEMENTS,
} from '../../sql/standard-statements.js'
import { writeLiteral } from '../../sql/typed-literal.js'
import { collated, displayed, nativeText, parse } from './values.js'
import { COLLATION, trim } from './white-space.js'

const TYPES: Record<Exclude<LogicalType['kind'], 'number'>, string> = {
  string: 'text',
  integer: 'bigint',
  float: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  json: 'text',
}

/** In whole numbers the quotient is exact, half away from zero. */
function divide(dividend: Sql, divisor: Sql): Sql {
  const billionths = (of: Sql) =>
    sql`case when abs(${of}) < ${raw(RANGE)} then round(abs(cast(${of} as numeric)), 9) * 1000000000 end`
  const a = billionths(dividend)
  const n = sql`nullif(${billionths(divisor)}, 0)`
  const sign = sql`case when (${dividend} < 0) <> (${divisor} < 0) then -1 else 1 end`
  return sql`cast(${sign} * div(2 * ${a} * 1000000 + ${n}, 2 * ${n}) * 0.000001 as numeric(38,6))`
}

const momentIn = (timestamp: Sql, timezone: string) =>
  sql`${timestamp} at time zone ${timezone} at time zone 'UTC'`

/** Digits of a number as JSON has them, without trailing zeros; other scalars as text; nested values as JSON. */
function jsonPath(json: Sql, keys: readonly string[]): Sql {
  const text = sql`cast(${json} as text)`
  const value = sql`(case when pg_input_is_valid(${text}, 'jsonb') then cast(${text} as jsonb) end #> array[${list(keys.map((key) => literal(key)))}])`
  return collated(sql`
    case jsonb_typeof(${value})
      when 'number' then cast(trim_scale(cast(${value} as numeric)) as text)
      else ${value} #>> '{}'
    end
  `)
}

/** Code of PL/pgSQL, in dollar quotes that it does not hold itself. */
function block(body: Sql): Sql {
  const text = print(body, postgres)
  let tag = '$$'
  for (let i = 1; text.includes(tag); i += 1) tag = `$block${i}$`
  return sql`do ${raw(tag)}\n${verbatim(text)}\n${raw(tag)}`
}

/** Within a transaction: the statements that make the views over a replaced table anew. */
const READERS = 'cdp.readers'

/**
 * Views know their tables by number, not by name: those over the old table are made anew, over the new one, and keep what
 * hangs on them: rights, comments, views over them.
 */
function replacePublished(old: Relation, by: Relation): readonly Sql[] {
  const oldName = old.parts.at(-1) ?? ''
  const aside = relation(...by.parts.slice(0, -1), `${by.parts.at(-1)?.replace(/__next$/, '__old')}__scratch`)
  const regclass = sql`to_regclass(${print(from(old), postgres)})`
  return [
    block(sql`
      begin
        perform set_config(${READERS}, coalesce((
          select string_agg(format('create or replace view %s as %s', reader, pg_get_viewdef(reader)), '' order by reader)
          from (
            select distinct cast(r.ev_class as regclass) as reader
            from pg_depend as d
            join pg_rewrite as r on r.oid = d.objid and r.ev_class <> d.refobjid
            join pg_class as c on c.oid = r.ev_class and c.relkind = 'v'
            where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = ${regclass}
          ) as readers
        ), ''), true);
        alter table if exists ${from(old)} rename to ${name(aside.parts.at(-1) ?? '')};
      end
    `),
    postgres.statements.renameTable(by, oldName),
    block(sql`
      begin
        execute current_setting(${READERS});
        drop table if exists ${from(aside)};
      end
    `),
  ]
}

/** Bytes of a name; Postgres cuts what is longer without a word, so that two names become one. */
const MAX_NAME = 63

const FINISH_TABLE = 'cdp_finish_table'

/**
 * A table that is made of a query takes the collation of each column from it, which may be that of the database, and is
 * not known to the planner. Changing a collation writes no rows. Of two sessions that make the function at once one would fail.
 */
function finishTable(schema: string): Sql {
  return sql`
    select pg_advisory_xact_lock(hashtextextended(${`cdp function of ${schema}`}, 0));
    create or replace function ${name(schema, FINISH_TABLE)}("made" regclass) returns void language plpgsql as $finish$
    declare
      "wrong" record;
    begin
      for "wrong" in
        select attname, format_type(atttypid, atttypmod) as type
        from pg_attribute
        where attrelid = "made" and attnum > 0 and attcollation = 'pg_catalog."default"'::regcollation
      loop
        execute format('alter table %s alter column %I type %s collate ${COLLATION}', "made", "wrong".attname, "wrong".type);
      end loop;
      execute format('analyze %s', "made");
    end
    $finish$
  `
}

/** Rights that others than its owner have on views, as statements that grant them. */
function rightsOn(views: readonly Relation[]): Sql {
  const names = list(views.map((view) => literal(print(from(view), postgres))))
  return sql`
    select format(
      'grant %s on %s to %s',
      a.privilege_type,
      cast(c.oid as regclass),
      case when a.grantee = 0 then 'public' else cast(cast(a.grantee as regrole) as text) end
    ) as statement
    from pg_class as c
    cross join aclexplode(c.relacl) as a
    where a.grantee <> c.relowner and c.oid in (select to_regclass(v) from unnest(array[${names}]) as t (v))
  `
}

/** What lives within a run is read by nothing that stays: views of the run over it go with it. */
function drop(kind: 'table' | 'view', relations: readonly Relation[]): Sql {
  const areOfRun = relations.every(({ parts }) => /__(next|scratch|sync|view)$/.test(parts.at(-1) ?? ''))
  return sql`drop ${raw(kind)} if exists ${list(relations.map(from))}${raw(areOfRun ? ' cascade' : '')}`
}

/** What is made within a run need not outlive a crash of the server. */
function createTable(table: Relation, select: Sql): Sql {
  const unlogged = /__(scratch|sync)$/.test(table.parts.at(-1) ?? '') ? 'unlogged ' : ''
  const finish = name(...table.parts.slice(0, -1), FINISH_TABLE)
  return sql`
    create ${raw(unlogged)}table ${from(table)} as
    ${select};
    select ${finish}(${print(from(table), postgres)})
  `
}

/** PostgreSQL 17 and later. */
export const postgres: Dialect = {
  name: 'postgres',
  identifier: (text) => doubleQuoted(shortName(text, MAX_NAME)),
  text: singleQuoted,
  facts: {
    maxIdentifierBytes: MAX_NAME,
    transactionalDdl: true,
    leases: 'transactions',
    viewsKeepColumns: true,
    computedOnce: 'materialized',
    fence: 'offset 0',
    readsFiles: false,
  },
  lexicon: {
    identifierQuotes: ['"'],
    backslashEscapes: false,
    dollarQuotes: true,
    lineComments: ['--'],
    nestedBlockComments: true,
  },
  type: (type) => (type.kind === 'number' ? `numeric(${type.precision},${type.scale})` : TYPES[type.kind]),
  readType,
  functions: {
    lower: (text) => sql`lower(${collated(text)})`,
    trim,
    matches: (text, pattern) => sql`${text} ~ ${printPattern(pattern, ARE)}`,
    replaceAll: (text, pattern, replacement) =>
      sql`regexp_replace(${text}, ${printPattern(pattern, ARE)}, ${replacement}, 'g')`,
    position,
    isDistinct,
    extract: (text, pattern) => sql`nullif(regexp_substr(${text}, ${printPattern(pattern, ARE)}), '')`,
    md5: (text) => sql`md5(${text})`,
    fingerprint: (text) => sql`cast(cast('x' || substr(md5(${text}), 1, 16) as bit(64)) as bigint)`,
    rowHash: (values) => sql`hash_record_extended(row(${list(values)}), 0)`,
    text: (text) => nativeText(text, { kind: 'string' }),
    parse,
    nativeText,
    display: displayed,
    typedLiteral: (text, type, timezone) =>
      writeLiteral({ type: postgres.type, inZone: momentIn }, text, type, timezone),
    jsonPath,
    startOfDay: (date, timezone) =>
      timezone === 'UTC'
        ? sql`cast(${date} as timestamp)`
        : sql`(${momentIn(sql`cast(${date} as timestamp)`, timezone)})`,
    dayIn: (timestamp, timezone) =>
      timezone === 'UTC'
        ? sql`cast(${timestamp} as date)`
        : sql`cast(${timestamp} at time zone 'UTC' at time zone ${timezone} as date)`,
    addSeconds,
    firstByRank: (value, rank, present) =>
      sql`(array_agg(${value} order by ${rank}) filter (where ${present} is not null))[1]`,
    collectJson: (text, rank, limit) =>
      sql`cast(to_json(array_agg(${text} order by ${rank}) filter (where ${text} is not null and ${rank} <= ${limit})) as text)`,
    divide,
    clock: sql`cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)`,
    jsonArray: (texts) => sql`cast(to_json(array[${list(texts)}]) as text)`,
  },
  statements: {
    ...STANDARD_STATEMENTS,
    prepare: (internalSchema) => [finishTable(internalSchema)],
    createTable,
    createEmptyTable: createEmptyTable(columnType),
    dropTable: (table) => drop('table', [table]),
    dropView: (view) => drop('view', [view]),
    dropAll: (kind, relations) => (relations.length === 0 ? [] : [drop(kind, relations)]),
    rightsOn,
    grantRead: {
      schema: (schema, to) => sql`grant usage on schema ${name(schema)} to ${name(to)}`,
      views: (views, to) => sql`grant select on ${list(views.map((view) => from(view)))} to ${name(to)}`,
    },
    replacePublished,
    comment,
    jsonRows: (json, columns) => sql`
      select
        ${lines(columns.map((column, i) => as(raw(`loaded ->> ${i}`), column)))}
      from json_array_elements(cast(${json} as json)) as rows (loaded)
    `,
    readFile: readsNoFiles,
  },
}

function columnType(type: LogicalType): Sql {
  const isText = type.kind === 'string' || type.kind === 'json'
  return isText ? sql`text collate ${COLLATION}` : raw(postgres.type(type))
}

/** Types that are not listed are read as text; `json` too, which has no equality. */
export function readType(engineType: string): LogicalType | undefined {
  const decimal = /^numeric\((\d+),(\d+)\)$/.exec(engineType)
  if (decimal) return { kind: 'number', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  if (/^(text|character varying(\(\d+\))?)$/.test(engineType)) return { kind: 'string' }
  if (/^timestamp(\(\d\))?( without time zone)?$/.test(engineType)) return { kind: 'timestamp' }
  const plain: Record<string, LogicalType> = {
    smallint: { kind: 'integer' },
    integer: { kind: 'integer' },
    bigint: { kind: 'integer' },
    real: { kind: 'float' },
    'double precision': { kind: 'float' },
    boolean: { kind: 'boolean' },
    date: { kind: 'date' },
  }
  return plain[engineType]
}
