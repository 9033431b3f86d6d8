import { createHash } from 'node:crypto'
import type { Normalizer } from '../language/cleaning.js'
import type { Entity, Identifier, MatchRule } from '../language/entity.js'
import type { NamedField } from '../language/field.js'
import type { SourceEntity } from '../language/source.js'
import { cast } from '../program/scope.js'
import { list, name, type Sql, sql } from '../sql/fragment.js'
import { isDefaultReject, normalize, normalizerSteps } from '../sql/normalizers.js'
import { HOME_COLUMNS, type PhoneHome, phoneRegions, regionOf } from '../sql/phone.js'
import { defaultRefusal, firstRefusal, listRefusals, type Refusal } from './cleaning.js'
import type { FieldReader } from './input.js'
import { attributeColumn, idColumn, nodeColumn, partitionColumn, rawColumn, refusedColumn } from './rows.js'

/** One occurrence of an identifier in a source, with where its raw and refused values are found afterwards. */
export interface IdentifierOccurrence {
  readonly type: string
  readonly column: string
  /** Over the staged rows, as over the source. */
  readonly raw: Sql
  readonly pii: boolean
}

/** Defines id__, node__ and refused__ columns of every identifier of the entity in the source. */
export function defineIdentifiers(
  reader: FieldReader,
  entity: Entity,
  about: SourceEntity,
): readonly IdentifierOccurrence[] {
  const seen = new Map<string, number>()
  return about.identifiers.flatMap((field) => {
    const identifier = entity.identifiers.find((i) => i.name === field.name)
    if (!identifier) return []
    const n = (seen.get(field.name) ?? 0) + 1
    seen.set(field.name, n)
    return [defineIdentifier(reader, entity, identifier, field, n)]
  })
}

function defineIdentifier(
  reader: FieldReader,
  entity: Entity,
  identifier: Identifier,
  field: NamedField,
  n: number,
): IdentifierOccurrence {
  const { dialect } = reader.context.scope
  const { select } = reader
  const { cleaning } = identifier
  const column = idColumn(entity.name, identifier.name, n)
  const normalizer = cleaning.normalize ?? { kind: 'trim' as const }
  const text = reader.text(field)
  const trimmed = normalizer.kind === 'none' ? text : sql`nullif(${dialect.functions.trim(text)}, '')`
  const read = select.step('read', `read__${column}`, trimmed, 'accepted')
  const isChanged = !(normalizer.kind === 'trim' || normalizer.kind === 'none')
  const normal = isChanged
    ? normalForm(reader, column, read, normalizer, phoneHome(reader, column, normalizer, field))
    : read
  const refusals: Refusal[] = [
    ...(cleaning.defaultRejects
      ? [defaultRefusal(dialect, normalizer.kind === 'none' ? dialect.functions.trim(read) : read)]
      : []),
    ...(isChanged ? [{ rule: normalizer.kind, when: sql`${read} is not null and ${normal} is null` }] : []),
    ...listRefusals(dialect, cleaning, normal),
  ]
  const accepted = refusals.length === 0 ? normal : acceptedValue(reader, column, refusals, normal)
  select.result('accepted', column, accepted)
  select.result(
    'staged',
    nodeColumn(entity.name, identifier.name, n),
    fingerprint(reader, entity, identifier.name, name(column)),
  )
  return {
    type: identifier.name,
    column,
    raw: text,
    pii: identifier.pii !== undefined || field.pii !== undefined,
  }
}

/** A normaliser's steps over a trimmed value, each in a layer of its own, so that the value of a step is computed and written once. */
function normalForm(
  reader: FieldReader,
  column: string,
  read: Sql,
  normalizer: Normalizer,
  home: PhoneHome | undefined,
): Sql {
  const steps = normalizerSteps(reader.context.scope.dialect, normalizer, { home, isTrimmed: true })
  const layers = (['prepared', 'refined'] as const).slice(0, steps.length - 1)
  return steps.reduce((value, step, i) => {
    const layer = layers[i] ?? 'normal'
    const until = layer === 'normal' ? 'accepted' : (layers[i + 1] ?? 'normal')
    return reader.select.step(layer, `${layer}__${column}`, step(value), until)
  }, read)
}

/** The rules of the row's own phone region, looked up in a table beside the row. */
function phoneHome(
  reader: FieldReader,
  column: string,
  normalizer: Normalizer,
  field: NamedField,
): PhoneHome | undefined {
  if (normalizer.kind !== 'phone' || field.regionColumn === undefined) return undefined
  const { select } = reader
  const { dialect } = reader.context.scope
  const given = name(rawColumn(reader.column(field.regionColumn).name))
  const region = select.step(
    'read',
    `region__${column}`,
    regionOf(dialect, given, normalizer.region),
    'refined',
  )
  const alias = `home__${column}`
  select.join(
    'refined',
    sql`
      left join ${phoneRegions()} as ${name(alias)} (${list(['region', ...HOME_COLUMNS].map((c) => name(c)))})
        on ${name(alias, 'region')} = ${region}`,
  )
  const carried = (what: string) => select.step('refined', `${what}__${column}`, name(alias, what), 'normal')
  return {
    exit: name(alias, 'exit'),
    code: carried('code'),
    trunk: carried('trunk'),
    lengths: carried('lengths'),
  }
}

function acceptedValue(reader: FieldReader, column: string, refusals: readonly Refusal[], normal: Sql): Sql {
  const refused = reader.select.result('judged', refusedColumn(column), firstRefusal(refusals))
  return sql`case when ${refused} is null then ${normal} end`
}

/** The number of a node: of its type and value, and of the partition that it may not leave. */
function fingerprint(reader: FieldReader, entity: Entity, type: string, value: Sql): Sql {
  const { scope } = reader.context
  if (!entity.partition) return scope.dialect.functions.fingerprint(sql`${`${type}:`} || ${value}`)
  const partition = name(partitionColumn(entity.name))
  const length = cast(scope, sql`length(${partition})`, 'string')
  return scope.dialect.functions.fingerprint(
    sql`${`${type}:`} || ${length} || ':' || ${partition} || ':' || ${value}`,
  )
}

/** Composite identifiers: the JSON array of a rule's normalised parts, null unless every part is there. */
export function defineMatchRules(reader: FieldReader, entity: Entity, about: SourceEntity): void {
  for (const rule of [...entity.match, ...entity.proposals]) {
    if (rule.on.every((part) => about.attributes.some((field) => field.name === part.attribute))) {
      defineMatchRule(reader, entity, rule)
    }
  }
}

function defineMatchRule(reader: FieldReader, entity: Entity, rule: MatchRule): void {
  const { dialect } = reader.context.scope
  const column = idColumn(entity.name, rule.name, 1)
  const names = rule.on.map((part) => comparedPart(reader, entity, part))
  const complete = list(
    names.map((part) => sql`${part} is not null`),
    ' and ',
  )
  const value = sql`case when ${complete} then ${dialect.functions.jsonArray(names)} end`
  reader.select.result('staged', column, value)
  reader.select.result(
    'staged',
    nodeColumn(entity.name, rule.name, 1),
    fingerprint(reader, entity, rule.name, value),
  )
}

/** An attribute as rules compare it: normalised, what stands for nothing taken out. Rules that compare alike share it. */
function comparedPart(reader: FieldReader, entity: Entity, part: MatchRule['on'][number]): Sql {
  const { dialect } = reader.context.scope
  const type = entity.attributes.find((a) => a.name === part.attribute)?.type ?? { kind: 'string' as const }
  const attribute = attributeColumn(entity.name, part.attribute)
  const normalizer = part.normalize ?? (type.kind === 'string' ? { kind: 'name' as const } : undefined)
  const how = normalizer === undefined ? 'as_is' : normalizerKey(normalizer)
  const alias = `part__${how}__${attribute}`
  if (reader.select.has(alias)) return name(alias)
  const shown = dialect.functions.display(name(attribute), type)
  const normal = normalizer ? normalize(dialect, shown, normalizer) : shown
  const text = reader.select.step('compared', `text__${how}__${attribute}`, normal, 'linked')
  const rejected = isDefaultReject(dialect, dialect.functions.lower(dialect.functions.trim(text)))
  return reader.select.step('linked', alias, sql`case when ${rejected} then null else ${text} end`, 'staged')
}

/** Tells normalisers apart that give different values: `name`, `phone_us`, `sql_1f3a…`. */
function normalizerKey(normalizer: Normalizer): string {
  switch (normalizer.kind) {
    case 'phone':
      return `phone_${(normalizer.region ?? 'any').toLowerCase()}`
    case 'email':
      return normalizer.foldGmail ? 'email_folded' : 'email'
    case 'sql':
      return `sql_${createHash('md5').update(normalizer.sql).digest('hex').slice(0, 8)}`
    default:
      return normalizer.kind
  }
}
