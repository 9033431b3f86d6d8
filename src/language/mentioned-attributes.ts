import type { BuiltEntity } from './build-entity.js'
import type { Attribute, Entity } from './entity.js'
import type { NamedField } from './field.js'
import type { LogicalType } from './logical-type.js'
import { at } from './origin.js'
import type { Reporter } from './reporter.js'
import type { Source } from './source.js'

/**
 * Completes an entity with what its sources say: attributes that only they mention, and types that the entity leaves
 * open. Sources that give an attribute different types are reported.
 */
export function withMentioned(
  { entity, untyped }: BuiltEntity,
  sources: readonly Source[],
  report: Reporter,
): Entity {
  const mentions = new Map<string, NamedField[]>()
  for (const source of sources) {
    for (const part of source.entities) {
      if (part.entity !== entity.name) continue
      for (const field of part.attributes)
        mentions.set(field.name, [...(mentions.get(field.name) ?? []), field])
    }
  }
  const declared = entity.attributes.map((attribute) => {
    const fields = mentions.get(attribute.name) ?? []
    if (untyped.has(attribute.name)) return { ...attribute, type: commonType(attribute.name, fields, report) }
    checkAgainst(attribute, fields, report)
    return attribute
  })
  const names = new Set(declared.map((attribute) => attribute.name))
  const mentioned = [...mentions].flatMap(([name, fields]) =>
    names.has(name) || report.broken.has('attribute', name) || report.disabled.has('attribute', name)
      ? []
      : [mentionedAttribute(name, fields, report)],
  )
  return { ...entity, attributes: [...declared, ...mentioned] }
}

function mentionedAttribute(name: string, fields: readonly NamedField[], report: Reporter): Attribute {
  const [first] = fields
  const pii = fields.find((field) => field.pii !== undefined)?.pii
  const description = fields.find((field) => field.description !== undefined)?.description
  return {
    name,
    origin: first?.origin ?? { file: '', path: [] },
    tags: [],
    type: commonType(name, fields, report),
    cleaning: { reject: [], defaultRejects: false },
    merge: { kind: 'most_recent' },
    provenance: true,
    declared: false,
    ...(pii && { pii }),
    ...(description !== undefined && { description }),
  }
}

/** The type that the sources give; text where none does. */
function commonType(name: string, fields: readonly NamedField[], report: Reporter): LogicalType {
  const typed = fields.filter((field) => field.type !== undefined)
  const [first] = typed
  for (const field of typed.slice(1)) {
    if (first?.type && field.type && typeText(field.type) !== typeText(first.type)) {
      report.error(
        'CDP4001',
        at(field.origin, 'type'),
        `the attribute "${name}" is ${typeText(field.type)} here and ${typeText(first.type)} elsewhere`,
        {
          hint: 'declare its type once, below the entity',
          related: [{ origin: at(first.origin, 'type'), message: `${typeText(first.type)} here` }],
        },
      )
    }
  }
  return first?.type ?? { kind: 'string' }
}

function checkAgainst(attribute: Attribute, fields: readonly NamedField[], report: Reporter): void {
  for (const field of fields) {
    if (!field.type || field.type.kind === attribute.type.kind) continue
    report.error(
      'CDP4001',
      at(field.origin, 'type'),
      `the attribute "${attribute.name}" is ${typeText(field.type)} here, but ${typeText(attribute.type)} by its declaration`,
      {
        hint: 'leave out the type of the source',
        related: [{ origin: at(attribute.origin, 'type'), message: 'declared here' }],
      },
    )
  }
}

function typeText(type: LogicalType): string {
  return type.kind === 'number' ? `number(${type.precision},${type.scale})` : type.kind
}
