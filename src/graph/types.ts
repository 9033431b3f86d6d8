import { unreachable } from '../diagnostics/errors.js'
import type { Attribute } from '../language/entity.js'
import type { LogicalType, TypeKind } from '../language/logical-type.js'
import type { Project } from '../language/project.js'
import { isEventSource, type Source } from '../language/source.js'
import type { AggregateFunction, Trait } from '../language/trait.js'
import { aboutEntity } from './declarations.js'

const STRING: LogicalType = { kind: 'string' }

/** Averages and ratios: the scale that every engine gives alike. */
const QUOTIENT: LogicalType = { kind: 'number', precision: 38, scale: 6 }

/** The type of a trait's values, see semantics.md. Of one with mistakes, the type of what is known of it. */
export function typeOfTrait(trait: Trait, project: Project): LogicalType {
  const { definition } = trait
  switch (definition.kind) {
    case 'ratio':
      return QUOTIENT
    case 'sql':
      return definition.type
    case 'aggregate': {
      const { aggregate, field } = definition
      const found = field === undefined ? STRING : typeOfField(project, definition.from, trait.entity, field)
      return typeOfAggregate(aggregate, found ?? STRING)
    }
    default:
      return unreachable(definition)
  }
}

/** False where the type of a trait depends on a field that is not known, about which something is said already. */
export function hasKnownType({ definition, entity }: Trait, project: Project): boolean {
  if (definition.kind !== 'aggregate' || definition.field === undefined) return true
  return typeOfField(project, definition.from, entity, definition.field) !== undefined
}

/** What an aggregate over values of a type gives. */
function typeOfAggregate(aggregate: AggregateFunction, of: LogicalType): LogicalType {
  switch (aggregate) {
    case 'count':
    case 'count_distinct':
      return { kind: 'integer' }
    case 'exists':
      return { kind: 'boolean' }
    case 'avg':
      return QUOTIENT
    case 'collect':
      return { kind: 'json' }
    case 'sum':
      if (of.kind === 'integer') return of
      return { kind: 'number', precision: 38, scale: of.kind === 'number' ? of.scale : 9 }
    case 'min':
    case 'max':
    case 'first':
    case 'last':
    case 'most_frequent':
      return of
    default:
      return unreachable(aggregate)
  }
}

/** The type of a property or attribute over several sources; undefined where one lacks it or they do not agree. */
export function typeOfField(
  project: Project,
  sources: readonly string[],
  entity: string,
  field: string,
): LogicalType | undefined {
  let type: LogicalType | undefined
  for (const name of sources) {
    const source = project.sources.find((s) => s.name === name)
    const found = source && typeOfRowField(project, source, entity, field)
    if (!found) return undefined
    type = type === undefined ? found : commonType(type, found)
    if (type === undefined) return undefined
  }
  return type
}

/**
 * The type of a field of one source's rows: of a property, else of an attribute, else of the row's own time, which needs
 * no declaration.
 */
export function typeOfRowField(
  project: Project,
  source: Source,
  entity: string,
  field: string,
): LogicalType | undefined {
  const property = source.properties.find((p) => p.name === field)
  if (property) return property.type ?? STRING
  const given = aboutEntity(source, entity)?.attributes.find((a) => a.name === field)
  if (!given) return timesOf(source).includes(field) ? { kind: 'timestamp' } : undefined
  const attribute = project.entities.find((e) => e.name === entity)?.attributes.find((a) => a.name === field)
  return attribute?.type ?? given.type ?? STRING
}

/** Names under which the rows of a source have their own time: `occurred_at` of events, `updated_at` of other dated rows. */
export function timesOf(source: Source): readonly string[] {
  if (isEventSource(source)) return ['occurred_at']
  return source.updatedAt ? ['updated_at'] : []
}

/** The type of an attribute's golden value: collected ones are the JSON text of an array. */
export function typeOfAttribute(attribute: Attribute): LogicalType {
  return attribute.merge.kind === 'collect' ? { kind: 'json' } : attribute.type
}

/** The type that holds the values of both; undefined where there is none but text. */
export function commonType(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (a.kind === 'number' && b.kind === 'number') {
    const scale = Math.max(a.scale, b.scale)
    const whole = Math.max(a.precision - a.scale, b.precision - b.scale)
    return { kind: 'number', precision: Math.min(38, whole + scale), scale }
  }
  if (a.kind === b.kind) return a
  if (!isNumeric(a) || !isNumeric(b)) return undefined
  if (a.kind === 'float' || b.kind === 'float') return { kind: 'float' }
  const scale = a.kind === 'number' ? a.scale : b.kind === 'number' ? b.scale : 0
  return { kind: 'number', precision: 38, scale }
}

export function isNumeric(type: LogicalType): boolean {
  return type.kind === 'integer' || type.kind === 'number' || type.kind === 'float'
}

/** Has an order that people mean by least and greatest. */
export function isOrdered(type: LogicalType): boolean {
  return type.kind !== 'boolean' && type.kind !== 'json'
}

export function isTime(type: LogicalType): boolean {
  return type.kind === 'date' || type.kind === 'timestamp'
}

/** With its article, for messages: `a string`, `an integer`. */
export function aType(type: LogicalType): string {
  const articles: Partial<Record<TypeKind, string>> = { integer: 'an integer', json: 'JSON' }
  return articles[type.kind] ?? `a ${type.kind}`
}
