import type { Condition, Subject } from '../language/condition.js'
import type { Entity } from '../language/entity.js'
import type { LogicalType } from '../language/logical-type.js'
import { at, type Origin } from '../language/origin.js'
import type { Segment } from '../language/segment.js'
import { type ConditionScope, checkCondition } from './check-condition.js'
import type { Checking } from './checking.js'
import { checkFragment } from './fragments.js'
import { profileNames } from './profile-names.js'
import { checkEventName, resolveSources, rowConditionScope } from './row-fields.js'
import { hasKnownType, typeOfAttribute, typeOfTrait } from './types.js'

/** Names that a segment uses, and the types of what it compares. */
export function checkSegment(checking: Checking, segment: Segment): void {
  const { declarations, findings } = checking
  const entity = declarations.entities.get(segment.entity)
  if (!entity) {
    const candidates = [...declarations.entities.keys()]
    const place = at(segment.origin, 'entity')
    findings.unknown(place, { kind: 'entity', name: segment.entity, candidates })
    return
  }
  checkCondition(findings, profileScope(checking, segment, entity), segment.where)
}

function profileScope(checking: Checking, segment: Segment, entity: Entity): ConditionScope {
  return {
    called: 'a segment',
    subjects: ['trait', 'attribute', 'identifier'],
    typeOf: (subject, place) => typeOfSubject(checking, entity, subject, place),
    event: (condition) => checkEvents(checking, segment, condition),
    segment: (name, place) => checkSegmentName(checking, segment, name, place),
    fragment: (sql, place) =>
      checkFragment(checking, sql, place, {
        names: profileNames(checking.declarations, entity),
        called: 'segment',
        sees: 'profile',
      }),
  }
}

function typeOfSubject(
  checking: Checking,
  entity: Entity,
  subject: Subject,
  place: Origin,
): LogicalType | undefined {
  const { declarations, findings } = checking
  const { kind, name } = subject
  const attributes = declarations.attributes(entity.name)
  const trait = declarations.traits.get(name)
  const isTrait = trait?.entity === entity.name
  const isIdentifier = entity.identifiers.some((identifier) => identifier.name === name)
  if (kind === 'trait' && isTrait && trait)
    return hasKnownType(trait, declarations.project) ? typeOfTrait(trait, declarations.project) : undefined
  const attribute = attributes.get(name)
  if (kind === 'attribute' && attribute) return typeOfAttribute(attribute)
  if (kind === 'identifier' && isIdentifier) return { kind: 'string' }
  const other = isTrait
    ? 'trait'
    : attributes.has(name)
      ? 'attribute'
      : isIdentifier
        ? 'identifier'
        : undefined
  const candidates = {
    trait: () => declarations.traitsOf(entity.name).map((t) => t.name),
    attribute: () => [...attributes.keys()],
    identifier: () => entity.identifiers.map((i) => i.name),
    property: () => [],
    column: () => [],
  }[kind]()
  const called = kind === 'identifier' ? 'identifier type' : kind
  if (kind !== 'column') {
    const hint = other
      ? `${name} is ${other === 'trait' ? 'a trait' : `an ${other}`}: write "${other}: ${name}"`
      : undefined
    findings.unknown(place, { kind, name, called, candidates }, { hint })
  }
  return undefined
}

function checkEvents(
  checking: Checking,
  segment: Segment,
  condition: Extract<Condition, { kind: 'event' }>,
): void {
  const { origin, event, where } = condition
  const rows = resolveSources(checking, segment.entity, condition.from, at(origin, 'from'), true)
  rows.sources.forEach((source, index) => {
    checking.edges.add(`segment.${segment.name}`, `source.${source.name}`, at(origin, 'from', index))
  })
  if (event !== undefined) checkEventName(checking, rows, event, at(origin, 'event'))
  if (where)
    checkCondition(checking.findings, rowConditionScope(checking, rows, 'the `where` of events'), where)
}

function checkSegmentName(checking: Checking, segment: Segment, name: string, place: Origin): void {
  const { declarations, findings, edges } = checking
  const other = declarations.segments.get(name)
  const possible = [...declarations.segments.values()].filter((s) => s.entity === segment.entity)
  const candidates = possible.map((s) => s.name).filter((n) => n !== segment.name)
  if (!other) {
    findings.unknown(place, { kind: 'segment', name, candidates })
    return
  }
  if (other.entity === segment.entity) {
    edges.add(`segment.${segment.name}`, `segment.${name}`, place)
    return
  }
  findings.error(
    'CDP3004',
    place,
    `the members of ${name} are of ${other.entity}, not of ${segment.entity}`,
    {
      expected: candidates.length === 0 ? undefined : `one of ${candidates.join(', ')}`,
    },
  )
}
