import type { Entity } from '../language/entity.js'
import type { Field, NamedField } from '../language/field.js'
import { at, type Origin } from '../language/origin.js'
import type { Source, SourceEntity } from '../language/source.js'
import { type ConditionScope, checkCondition } from './check-condition.js'
import type { Checking } from './checking.js'
import type { Declarations } from './declarations.js'
import type { Findings } from './findings.js'
import { checkFragment } from './fragments.js'
import { fieldsOf } from './source-fields.js'

/** Names that a source uses: its model, entities, identifier types; its fragments; types against those of the entity. */
export function checkSource(checking: Checking, source: Source): void {
  const { declarations, findings, edges } = checking
  const { input } = source
  if (input.kind === 'model') {
    const place = at(source.origin, 'model')
    if (declarations.models.has(input.model))
      edges.add(`source.${source.name}`, `model.${input.model}`, place)
    else
      findings.unknown(place, {
        kind: 'model',
        name: input.model,
        candidates: [...declarations.models.keys()],
      })
  }
  for (const about of source.entities) checkAbout(checking, source, about)
  for (const field of fieldsOf(source)) checkField(checking, field)
  if (source.where) checkCondition(findings, rowScope(checking), source.where)
}

/** Conditions of a source see its columns, whose types are not declared. */
function rowScope(checking: Checking): ConditionScope {
  return {
    called: 'the `where` of a source',
    subjects: ['column'],
    typeOf: () => undefined,
    fragment: (sql, place) => checkFragment(checking, sql, place),
  }
}

function checkAbout(checking: Checking, source: Source, about: SourceEntity): void {
  const { declarations, findings } = checking
  const entity = declarations.entities.get(about.entity)
  if (!entity) {
    const candidates = [...declarations.entities.keys()]
    findings.unknown(
      about.origin,
      { kind: 'entity', name: about.entity, candidates },
      { which: whichOf(about) },
    )
    return
  }
  for (const field of about.identifiers) checkIdentifier(findings, declarations, entity, field)
  checkPartition(findings, source, about, entity)
}

/** In the long form the entity is a key below `entities`. */
function whichOf(about: SourceEntity): 'key' | 'value' {
  return about.origin.path.includes('entities') ? 'key' : 'value'
}

function checkIdentifier(
  findings: Findings,
  declarations: Declarations,
  entity: Entity,
  field: NamedField,
): void {
  if (entity.identifiers.some((identifier) => identifier.name === field.name)) return
  const candidates = entity.identifiers.map((identifier) => identifier.name)
  const isAttribute = declarations.attributes(entity.name).get(field.name)?.declared
  findings.unknown(
    nameOf(field),
    { kind: 'identifier', name: field.name, called: 'identifier type', candidates },
    {
      which: 'key',
      hint: isAttribute ? `${field.name} is an attribute: move it to "attributes"` : undefined,
    },
  )
}

function checkPartition(findings: Findings, source: Source, about: SourceEntity, entity: Entity): void {
  if (entity.partition !== undefined && !about.partition) {
    findings.error('CDP2002', about.origin, `${source.name} does not say its partition`, {
      which: whichOf(about),
      expected: `partition: column, or partition: { value: … }, as ${entity.name} is partitioned by ${entity.partition}`,
    })
  }
  if (entity.partition === undefined && about.partition) {
    findings.warning('CDP3006', about.partition.origin, `${entity.name} has no partition`, {
      hint: `declare it at the entity, or remove it here`,
    })
  }
}

function checkField(checking: Checking, field: Field): void {
  if (field.from.kind === 'sql') checkFragment(checking, field.from.sql, at(field.origin, 'sql'))
}

/** The name of a field as written: a key of a mapping, or an item of a list. */
function nameOf(field: NamedField): Origin {
  const index = field.origin.path.lastIndexOf(field.name)
  return index === -1 ? field.origin : { ...field.origin, path: field.origin.path.slice(0, index + 1) }
}
