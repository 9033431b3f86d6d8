import type { Cleaning } from '../language/cleaning.js'
import type { Entity } from '../language/entity.js'
import type { NamedField } from '../language/field.js'
import type { Source, SourceEntity } from '../language/source.js'
import { list, type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { normalize, normalizedBySql } from '../sql/normalizers.js'
import {
  boundRefusals,
  defaultRefusal,
  firstRefusal,
  listRefusals,
  type RefusableValue,
  type Refusal,
} from './cleaning.js'
import type { FieldReader } from './input.js'
import { personalFields } from './personal.js'
import { labelOf } from './row-faults.js'
import { attributeColumn, propertyColumn } from './rows.js'

const NO_CLEANING: Cleaning = { reject: [], defaultRejects: false }

/** Defines attr__ columns of the entity in the source: cast, normalised, respelt, judged. */
export function defineAttributes(
  reader: FieldReader,
  entity: Entity,
  about: SourceEntity,
): readonly RefusableValue[] {
  return about.attributes.flatMap((field) => {
    const attribute = entity.attributes.find((a) => a.name === field.name)
    const type = typeOfAttribute(entity, field)
    const column = attributeColumn(entity.name, field.name)
    const isPii = attribute?.pii !== undefined || field.pii !== undefined
    return defineValue(reader, {
      column,
      field,
      type,
      cleaning: attribute?.cleaning ?? NO_CLEANING,
      pii: isPii,
    })
  })
}

/** Defines prop__ columns of the source: cast only. What does not cast is listed once, also where it is an attribute too. */
export function defineProperties(reader: FieldReader, source: Source): readonly RefusableValue[] {
  const { project } = reader.context
  const isPersonal = personalFields(project, source)
  const attributes = new Set(
    source.entities.flatMap((about) => {
      const entity = project.entities.find(({ name }) => name === about.entity)
      return entity ? about.attributes.map((field) => readAs(field, typeOfAttribute(entity, field))) : []
    }),
  )
  return source.properties.flatMap((field) => {
    const type = field.type ?? { kind: 'string' as const }
    const refused = defineValue(reader, {
      column: propertyColumn(field.name),
      field,
      type,
      cleaning: NO_CLEANING,
      pii: isPersonal(field),
    })
    return attributes.has(readAs(field, type)) ? [] : refused
  })
}

/** The same for fields of which the same values cast. */
function readAs({ from, timezone, format }: NamedField, type: LogicalType): string {
  return JSON.stringify([from, timezone, format, type])
}

function typeOfAttribute(entity: Entity, field: NamedField): LogicalType {
  return entity.attributes.find(({ name }) => name === field.name)?.type ?? field.type ?? { kind: 'string' }
}

interface ValueDefinition {
  readonly column: string
  readonly field: NamedField
  readonly type: LogicalType
  readonly cleaning: Cleaning
  readonly pii: boolean
}

function defineValue(reader: FieldReader, value: ValueDefinition): readonly RefusableValue[] {
  const { select } = reader
  const { column, field, type, cleaning, pii } = value
  const { dialect } = reader.context.scope
  const typed = reader.typed(field, type)
  const isNormalised = (cleaning.normalize && cleaning.normalize.kind !== 'none') || cleaning.values
  const couldFail = !reader.alwaysReads(field, type)
  const hasRules = cleaning.reject.length > 0 || cleaning.accept !== undefined || cleaning.defaultRejects
  const isBounded = cleaning.min !== undefined || cleaning.max !== undefined
  if (!isNormalised && !hasRules && !isBounded && !couldFail) {
    select.result('read', column, typed)
    return []
  }
  const raw = reader.text(field)
  const read = select.step('read', `read__${column}`, typed, 'accepted')
  const normal = isNormalised
    ? select.step(
        'normal',
        `normal__${column}`,
        respelt(cleaning, normalised(reader, cleaning, read, type)),
        'accepted',
      )
    : read
  const asText = type.kind === 'string' ? normal : dialect.functions.display(normal, type)
  const refusals: Refusal[] = [
    ...(couldFail ? [{ rule: 'cast', when: sql`${reader.isGiven(field)} and ${read} is null` }] : []),
    ...unreadable(reader, cleaning, read, normal, type),
    ...(cleaning.defaultRejects ? [defaultRefusal(dialect, dialect.functions.trim(asText))] : []),
    ...listRefusals(dialect, cleaning, asText, type),
    ...boundRefusals(dialect, cleaning, normal, type, reader.context.scope.timezone),
  ]
  if (refusals.length === 0) {
    select.result('accepted', column, normal)
    return []
  }
  const refused = select.result('judged', `refused__${column}`, firstRefusal(refusals))
  select.result('accepted', column, sql`case when ${refused} is null then ${normal} end`)
  return [{ column, label: labelOf(field), raw, pii }]
}

/** What a normaliser could not read is refused by its name; white space alone is absence. */
function unreadable(
  reader: FieldReader,
  { normalize: normalizer }: Cleaning,
  read: Sql,
  normal: Sql,
  type: LogicalType,
): readonly Refusal[] {
  if (!normalizer || normalizer.kind === 'none' || normalizer.kind === 'trim' || normalizer.kind === 'lower')
    return []
  const { trim } = reader.context.scope.dialect.functions
  const isThere = type.kind === 'string' ? sql`${trim(read)} <> ''` : sql`${read} is not null`
  return [{ rule: normalizer.kind, when: sql`${normal} is null and ${isThere}` }]
}

/** Only SQL normalises what is no text; it makes the type that the attribute has. */
function normalised(reader: FieldReader, cleaning: Cleaning, value: Sql, type: LogicalType): Sql {
  const { dialect } = reader.context.scope
  const { normalize: normalizer } = cleaning
  if (!normalizer) return value
  if (normalizer.kind === 'sql' && type.kind !== 'string')
    return normalizedBySql(dialect, normalizer.sql, value, type)
  return normalize(dialect, value, normalizer)
}

/** Equal spellings: `{ usa: us }`. */
function respelt(cleaning: Cleaning, value: Sql): Sql {
  if (!cleaning.values || Object.keys(cleaning.values).length === 0) return value
  const whens = Object.entries(cleaning.values).map(([from, to]) => sql`when ${from} then ${to}`)
  return sql`case ${value} ${list(whens, ' ')} else ${value} end`
}
