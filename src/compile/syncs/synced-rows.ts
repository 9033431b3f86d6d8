import type { FieldSchema } from '../../connectors/description.js'
import { InternalError } from '../../diagnostics/errors.js'
import { keyOf } from '../../graph/synced.js'
import type { MappedField } from '../../language/sync.js'
import { cast, modelTable, nullOf, publicRelation, published } from '../../program/scope.js'
import {
  allOf,
  as,
  joined,
  lines,
  literal,
  type Named,
  name,
  type Sql,
  sql,
  unionAll,
  verbatim,
} from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from, type Relation } from '../../sql/relation.js'
import { consentOf } from './consent-lookup.js'
import { keptKeys } from './kept-keys.js'
import { columnOf, fragmentOf, neededColumns } from './needed-columns.js'
import { rowHash } from './row-hash.js'
import type { SyncScope } from './sync-scope.js'

/** A mapped field as the rows of a plan have it: column `v_<n>`, canonical text. */
export interface FieldColumn {
  readonly field: MappedField
  readonly column: string
  readonly type: LogicalType
}

const STRING: LogicalType = { kind: 'string' }

export function fieldColumns(scope: SyncScope): readonly FieldColumn[] {
  return scope.sync.map.map((field, i) => ({ field, column: `v_${i + 1}`, type: typeOf(scope, field) }))
}

function typeOf({ columns }: SyncScope, field: MappedField): LogicalType {
  switch (field.kind) {
    case 'column':
      return columns.get(field.column) ?? { kind: 'json' }
    case 'value':
      if (typeof field.value === 'number')
        return { kind: Number.isInteger(field.value) ? 'integer' : 'float' }
      return { kind: typeof field.value === 'boolean' ? 'boolean' : 'string' }
    case 'template':
      return STRING
    case 'sql':
      return field.type
  }
}

/**
 * The rows that the destination should have, last, as `rows`: audience, row_key, customer_id, is_consented, invalid (why the
 * destination would not take it, or null), row_hash, and the values v_1, v_2, … as canonical text.
 */
export function syncedRows(scope: SyncScope): readonly Named[] {
  const kept = keptKeys(scope, 'synced')
  const consent = consentOf(scope)
  const valued = sql`
    select
      ${lines([
        name('r', 'audience'),
        as(keyText(scope), 'row_key'),
        name('r', 'customer_id'),
        as(consent.isConsented, 'is_consented'),
        ...fieldColumns(scope).map(({ field, column, type }) => as(textOf(scope, field, type), column)),
      ])}
    from ${joined(sql`${name(kept.at(-1)?.name ?? 'synced')} as ${name('r')}`, consent.joins)}
  `
  return [
    { name: 'synced', select: synced(scope) },
    ...kept,
    ...consent.named,
    { name: 'valued', select: valued },
    { name: 'rows', select: judged(scope) },
  ]
}

/** Values, with what the destination has against them, and one hash of those that tell a change. */
function judged(scope: SyncScope): Sql {
  const columns = fieldColumns(scope)
  const hashed = columns
    .filter(({ field }) => !scope.sync.ignore.includes(field.name))
    .map(({ column }) => name('m', column))
  return sql`
    select
      ${lines([
        name('m', 'audience'),
        name('m', 'row_key'),
        name('m', 'customer_id'),
        name('m', 'is_consented'),
        as(invalidReason(scope), 'invalid'),
        as(rowHash(scope.scope, scope.mapping, hashed), 'row_hash'),
        ...columns.map(({ column }) => name('m', column)),
      ])}
    from ${name('valued')} as ${name('m')}
  `
}

/** Audience, customer_id and the needed columns of everything that is synced. */
function synced(scope: SyncScope): Sql {
  return unionAll(readFrom(scope).map(({ relation, segment }) => rowsOf(scope, relation, segment)))
}

function rowsOf(scope: SyncScope, relation: Relation, segment: string | undefined): Sql {
  const { sync } = scope
  const audience = sync.audience?.replaceAll('{{segment}}', segment ?? '') ?? ''
  const column = (needed: string): Sql =>
    needed === 'segment' && segment !== undefined && sync.from.kind === 'segments' && sync.from.several
      ? literal(segment)
      : name(needed)
  const fragments = sync.map.filter((field) => field.kind === 'sql')
  return sql`
    select
      ${lines([
        as(literal(audience), 'audience'),
        as(customerId(scope), 'customer_id'),
        ...neededColumns(scope).map((needed) => as(column(needed), columnOf(scope, needed))),
        ...fragments.map((field) =>
          as(
            cast(scope.scope, sql`(\n${verbatim(field.sql.trim())}\n)`, field.type),
            fragmentOf(scope, field),
          ),
        ),
      ])}
    from ${from(relation)}
  `
}

function readFrom({ scope, sync }: SyncScope): readonly { relation: Relation; segment?: string }[] {
  const { from: source } = sync
  switch (source.kind) {
    case 'segments':
      return source.segments.map((segment) => ({
        relation: publicRelation(scope, `segment_${segment}`),
        segment,
      }))
    case 'profiles':
      return [{ relation: publicRelation(scope, `${source.entity}_profiles`) }]
    case 'events':
      return [{ relation: publicRelation(scope, `${source.entity}_events`) }]
    case 'model':
      return [{ relation: published(scope, modelTable(source.model)) }]
  }
}

/** The relations that are read, so that their columns can be asked for; all have the same. */
export function readRelation(scope: Pick<SyncScope, 'scope' | 'sync'>): Relation {
  const [first] = readFrom(scope as SyncScope)
  if (!first) throw new InternalError(`${scope.sync.name} reads nothing`)
  return first.relation
}

/** Of a model only where it has a column of that name. */
function customerId({ scope, synced, columns }: SyncScope): Sql {
  const column = synced.entity?.idColumn
  return column !== undefined && columns.has(column) ? name(column) : nullOf(scope, 'string')
}

function textOf(scope: SyncScope, field: MappedField, type: LogicalType): Sql {
  const { display } = scope.scope.dialect.functions
  switch (field.kind) {
    case 'column':
      return columnText(scope, field.column)
    case 'value':
      return literal(String(field.value))
    case 'template':
      return field.parts
        .map((part) =>
          'text' in part ? literal(part.text) : sql`coalesce(${columnText(scope, part.column)}, '')`,
        )
        .reduce((all, part) => sql`${all} || ${part}`)
    case 'sql':
      return display(name('r', fragmentOf(scope, field)), type)
  }
}

function columnText(scope: SyncScope, column: string): Sql {
  const { display, nativeText } = scope.scope.dialect.functions
  const value = name('r', columnOf(scope, column))
  const type = scope.columns.get(column)
  return type ? display(value, type) : nativeText(value)
}

/** Of several columns the JSON array of their texts; a missing part is a missing key. */
function keyText(scope: SyncScope): Sql {
  const { lower, position } = scope.scope.dialect.functions
  const { emailsIgnoreCase } = scope.connector.rows.key
  const folded = (text: Sql): Sql =>
    emailsIgnoreCase
      ? sql`case when ${position(literal('@'), text)} > 0 then ${lower(text)} else ${text} end`
      : text
  const texts = keyOf(scope.sync, scope.synced).map((column) =>
    folded(sql`nullif(${columnText(scope, column)}, '')`),
  )
  const [only] = texts
  if (texts.length === 1 && only) return only
  const complete = allOf(texts.map((text) => sql`${text} is not null`))
  return sql`case when ${complete} then ${scope.scope.dialect.functions.jsonArray(texts)} end`
}

/** Why the destination would not take a row, by what it says of its fields; null where nothing is wrong. */
function invalidReason(scope: SyncScope): Sql {
  const { connector, scope: where } = scope
  const faults = [
    ...faultsOf('the key', connector.rows.key, name('m', 'row_key')),
    ...fieldColumns(scope).flatMap(({ field, column }) => {
      const schema = connector.rows.fields[field.name] ?? connector.rows.additional
      return schema ? faultsOf(field.name, schema, name('m', column)) : []
    }),
  ]
  if (faults.length === 0) return nullOf(where, 'string')
  const whens = faults.map(({ when, why }) => sql`when ${when} then ${why}`)
  return sql`case ${whens.reduce((all, one) => sql`${all} ${one}`)} end`
}

function faultsOf(called: string, schema: FieldSchema, value: Sql): readonly { when: Sql; why: string }[] {
  const { required, maxLength, enum: words } = schema
  return [
    ...(required ? [{ when: sql`${value} is null`, why: `${called} is missing` }] : []),
    ...(maxLength === undefined
      ? []
      : [
          {
            when: sql`length(${value}) > ${maxLength}`,
            why: `${called} is longer than ${maxLength} characters`,
          },
        ]),
    ...(words === undefined
      ? []
      : [
          {
            when: sql`${value} not in (${words.map((word) => literal(word)).reduce((all, one) => sql`${all}, ${one}`)})`,
            why: `${called} is none of ${words.join(', ')}`,
          },
        ]),
  ]
}
