import type { Attribute, Entity, MatchRule } from '../language/entity.js'
import { at, type Origin } from '../language/origin.js'
import { checkCleaning, checkNormalizer } from './check-cleaning.js'
import { checkGiven, checkSpelling, isGiven } from './check-given.js'
import type { Checking } from './checking.js'
import { aboutEntity } from './declarations.js'
import { checkFragment } from './fragments.js'
import { aType, isOrdered } from './types.js'

/** Names that an entity uses: identifier types, attributes, sources; its patterns and fragments; policies against types. */
export function checkEntity(checking: Checking, entity: Entity): void {
  const { findings } = checking
  entity.known.forEach((name, index) => {
    checkIdentifierName(checking, entity, name, at(entity.origin, 'known', index))
  })
  for (const identifier of entity.identifiers) {
    checkSharedAbove(checking, entity, identifier.sharedAbove, identifier.origin)
    if (identifier.sharedAbove[identifier.name] !== undefined) {
      const place = at(identifier.origin, 'shared_above', identifier.name)
      findings.error('CDP3004', place, `${identifier.name} is always seen with one ${identifier.name}`, {
        which: 'key',
        expected: 'another identifier type',
      })
    }
    checkCleaning(checking, identifier.cleaning, { kind: 'string' }, identifier.origin)
  }
  const attributes = [...checking.declarations.attributes(entity.name).keys()]
  entity.keepApart.forEach((name, index) => {
    if (attributes.includes(name)) return
    const place = at(entity.origin, 'keep_apart', index)
    findings.unknown(place, { kind: 'attribute', name, candidates: attributes })
  })
  for (const rule of [...entity.match, ...entity.proposals]) checkMatchRule(checking, entity, rule)
  for (const attribute of entity.attributes)
    if (attribute.declared) checkAttribute(checking, entity, attribute)
    else checkSpelling(checking, entity, attribute)
}

function checkIdentifierName(
  checking: Checking,
  entity: Entity,
  name: string,
  place: Origin,
  which: 'key' | 'value' = 'value',
): void {
  if (entity.identifiers.some((identifier) => identifier.name === name)) return
  const candidates = entity.identifiers.map((identifier) => identifier.name)
  const lookup = { kind: 'identifier', name, called: 'identifier type', candidates } as const
  checking.findings.unknown(place, lookup, { which })
}

function checkSharedAbove(
  checking: Checking,
  entity: Entity,
  types: Readonly<Record<string, number>>,
  origin: Origin,
): void {
  for (const type of Object.keys(types)) {
    checkIdentifierName(checking, entity, type, at(origin, 'shared_above', type), 'key')
  }
}

function checkMatchRule(checking: Checking, entity: Entity, rule: MatchRule): void {
  const { findings, declarations } = checking
  const attributes = declarations.attributes(entity.name)
  checkSharedAbove(checking, entity, rule.sharedAbove, rule.origin)
  for (const part of rule.on) {
    const place = part.normalize ? at(part.origin, 'attribute') : part.origin
    const candidates = [...attributes.keys()]
    if (!attributes.has(part.attribute)) {
      findings.unknown(place, { kind: 'attribute', name: part.attribute, candidates })
    }
    if (part.normalize) checkNormalizer(checking, part.normalize, at(part.origin, 'normalize'))
  }
  const isComplete = declarations.sourcesOf(entity.name).some((source) => {
    const given = aboutEntity(source, entity.name)?.attributes ?? []
    return rule.on.every((part) => given.some((field) => field.name === part.attribute))
  })
  const isKnown = rule.on.every((part) => attributes.has(part.attribute))
  if (isKnown && !isComplete && !findings.anyBroken('source')) {
    findings.warning('CDP3006', at(rule.origin, 'on'), `no source gives all parts of the rule ${rule.name}`, {
      expected: `a source with the attributes ${rule.on.map((part) => part.attribute).join(', ')} of ${entity.name}`,
    })
  }
}

function checkAttribute(checking: Checking, entity: Entity, attribute: Attribute): void {
  const { findings } = checking
  const { from, type, origin } = attribute
  if (from !== undefined) {
    checkIdentifierName(checking, entity, from, at(origin, 'from'))
    checkUncleaned(checking, attribute, from)
    if (type.kind !== 'string') {
      findings.error(
        'CDP4001',
        at(origin, 'type'),
        `${attribute.name} is ${aType(type)}, ${from} is a string`,
        {
          hint: 'identifiers are text: remove the type',
        },
      )
    }
  } else checkGiven(checking, entity, attribute)
  checkCleaning(checking, attribute.cleaning, type, origin)
  checkMerge(checking, entity, attribute)
}

/** Values of identifiers come clean already; what an attribute says besides would be passed over in silence. */
function checkUncleaned(checking: Checking, attribute: Attribute, from: string): void {
  const { normalize, values, accept, reject, defaultRejects, min, max } = attribute.cleaning
  const given = Object.entries({
    normalize,
    values,
    accept,
    reject: reject.length > 0 || defaultRejects || undefined,
    min,
    max,
  })
  for (const [key, value] of given) {
    if (value === undefined) continue
    checking.findings.error(
      'CDP3006',
      at(attribute.origin, key),
      `${key} has no effect: ${attribute.name} takes the values of ${from} as they are`,
      { which: 'key', hint: `clean the identifier type ${from}` },
    )
  }
}

function checkMerge(checking: Checking, entity: Entity, attribute: Attribute): void {
  const { findings } = checking
  const { merge, type, name, origin } = attribute
  const place = at(origin, 'merge')
  if (merge.kind === 'sql') {
    const names = ['value', 'source', 'party', 'observed_at', 'record_key']
    checkFragment(checking, merge.sql, at(place, 'sql'), { names, called: 'merge policy' })
    return
  }
  if (merge.kind === 'source_priority') checkPriority(checking, entity, attribute, merge.sources)
  const policy = merge.kind === 'source_priority' ? merge.then : merge.kind
  const expected = expectedBy(policy, type.kind, isOrdered(type))
  if (expected === undefined) return
  findings.error('CDP4001', place, `${policy} does not apply to ${name}, which is ${aType(type)}`, {
    expected,
  })
}

function expectedBy(policy: string, kind: string, ordered: boolean): string | undefined {
  switch (policy) {
    case 'min':
    case 'max':
      return ordered ? undefined : 'a type with an order: number, date, timestamp, string'
    case 'longest':
      return kind === 'string' ? undefined : 'a string'
    case 'any_true':
    case 'all_true':
      return kind === 'boolean' ? undefined : 'a boolean'
    default:
      return undefined
  }
}

function checkPriority(
  checking: Checking,
  entity: Entity,
  attribute: Attribute,
  sources: readonly string[],
): void {
  const { declarations, findings } = checking
  sources.forEach((name, index) => {
    const place = at(attribute.origin, 'merge', 'source_priority', index)
    const source = declarations.sources.get(name)
    const candidates = declarations.sourcesOf(entity.name).map((s) => s.name)
    if (!source) {
      findings.unknown(place, { kind: 'source', name, candidates })
      return
    }
    const about = aboutEntity(source, entity.name)
    const given =
      attribute.from === undefined
        ? about?.attributes.some((field) => field.name === attribute.name)
        : about?.identifiers.some((field) => field.name === attribute.from)
    if (given || (attribute.from === undefined && !isGiven(checking, entity, attribute))) return
    findings.warning('CDP3006', place, `${name} gives no ${attribute.from ?? attribute.name}`, {
      hint: 'remove it here, or give the attribute there',
    })
  })
}
