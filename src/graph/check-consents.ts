import type { Consent, Purpose } from '../language/consent.js'
import { at } from '../language/origin.js'
import type { Checking } from './checking.js'
import { aboutEntity } from './declarations.js'
import { aType, typeOfRowField } from './types.js'

/** The entity of a purpose, and the identifier type that it is asked for. */
export function checkPurpose({ declarations, findings }: Checking, purpose: Purpose): void {
  const { origin, appliesTo } = purpose
  const entity = declarations.entities.get(purpose.entity)
  if (!entity) {
    const candidates = [...declarations.entities.keys()]
    findings.unknown(at(origin, 'entity'), { kind: 'entity', name: purpose.entity, candidates })
    return
  }
  const types = entity.identifiers.map(({ name }) => name)
  if (appliesTo === undefined || types.includes(appliesTo)) return
  const place = at(origin, 'applies_to')
  findings.unknown(place, {
    kind: 'identifier',
    name: appliesTo,
    called: 'identifier type',
    candidates: types,
  })
}

/** The source of decisions, and what it says of them. */
export function checkConsent(checking: Checking, consent: Consent): void {
  const { declarations, findings } = checking
  const { origin, from } = consent
  const entity = declarations.entities.get(consent.entity)
  if (!entity) {
    const candidates = [...declarations.entities.keys()]
    findings.unknown(at(origin, 'entity'), { kind: 'entity', name: consent.entity, candidates })
    return
  }
  const source = declarations.sources.get(from)
  const about = source && aboutEntity(source, entity.name)
  if (!about) {
    const candidates = declarations.sourcesOf(entity.name).map(({ name }) => name)
    findings.unknown(at(origin, 'from'), { kind: 'source', name: from, candidates })
    return
  }
  const given = about.identifiers.map(({ name }) => name)
  consent.of.forEach((name, index) => {
    if (given.includes(name)) return
    const place = at(origin, 'of', index)
    findings.unknown(place, {
      kind: 'identifier',
      name,
      called: `identifier type of ${from}:`,
      candidates: given,
    })
  })
  checkField(checking, consent, 'granted', ['boolean'])
  checkField(checking, consent, 'at', ['timestamp', 'date'])
  checkPurposeOf(checking, consent)
}

function checkPurposeOf(checking: Checking, consent: Consent): void {
  const { declarations, findings } = checking
  const { kind, name } = consent.purpose
  if (kind === 'field') {
    checkField(checking, consent, 'purpose', ['string'])
    return
  }
  if (declarations.purposes.has(name)) return
  const candidates = [...declarations.purposes.keys()]
  findings.unknown(at(consent.origin, 'purpose', 'value'), { kind: 'purpose', name, candidates })
}

function checkField(
  { declarations, findings }: Checking,
  consent: Consent,
  key: 'granted' | 'at' | 'purpose',
  kinds: readonly string[],
): void {
  const { entity, from } = consent
  const written = consent[key]
  const field = typeof written === 'string' ? written : written.name
  const source = declarations.sources.get(from)
  if (!source) return
  const type = typeOfRowField(declarations.project, source, entity, field)
  const place = at(consent.origin, key)
  if (!type) {
    const candidates = [
      ...source.properties.map(({ name }) => name),
      ...(aboutEntity(source, entity)?.attributes.map(({ name }) => name) ?? []),
    ]
    findings.unknown(place, { kind: 'property', name: field, called: `property of ${from}:`, candidates })
  } else if (!kinds.includes(type.kind)) {
    findings.error('CDP4001', place, `${field} of ${from} is ${aType(type)}`, {
      expected: kinds.join(' or '),
      hint: `declare its type: properties: { ${field}: { type: ${kinds[0]} } }`,
    })
  }
}
