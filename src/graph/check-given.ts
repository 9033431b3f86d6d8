import { closest, editDistance } from '../diagnostics/closest.js'
import type { Attribute, Entity } from '../language/entity.js'
import { at } from '../language/origin.js'
import { didYouMean } from '../language/problem.js'
import type { Checking } from './checking.js'
import { aboutEntity } from './declarations.js'

/**
 * The attributes that an entity declares against those that its sources give. A source may give any name, and such an
 * attribute is one of its own: a slip in either place makes two attributes of one, each with half of the values.
 */
export function isGiven({ declarations }: Checking, entity: Entity, attribute: Attribute): boolean {
  return declarations
    .sourcesOf(entity.name)
    .some((source) =>
      aboutEntity(source, entity.name)?.attributes.some((field) => field.name === attribute.name),
    )
}

/** A declared attribute that no source gives. */
export function checkGiven(checking: Checking, entity: Entity, attribute: Attribute): void {
  const { declarations, findings } = checking
  const { name, origin } = attribute
  if (isGiven(checking, entity, attribute) || declarations.sourcesOf(entity.name).length === 0) return
  if (findings.anyBroken('source') || findings.isBroken('attribute', name)) return
  const undeclared = entity.attributes.filter((one) => !one.declared).map((one) => one.name)
  findings.warning(
    'CDP3006',
    at(origin, 'name'),
    `no source gives the attribute ${name}, so it is always null`,
    {
      expected: `${name} among the attributes of a source about ${entity.name}`,
      hint: didYouMean(closest(name, undeclared)),
    },
  )
}

/** An attribute that only sources mention, one letter away from one that is declared and that others give. */
export function checkSpelling(checking: Checking, entity: Entity, attribute: Attribute): void {
  const { name, origin } = attribute
  const near = entity.attributes.find(
    (one) => one.declared && isSlip(name, one.name) && isGiven(checking, entity, one),
  )
  if (!near) return
  checking.findings.warning(
    'CDP3006',
    origin,
    `the attribute ${name} is not declared, so it is another one than ${near.name}`,
    { which: 'key', hint: `${didYouMean(near.name)} If not, declare ${name} in the entity ${entity.name}` },
  )
}

/** `coutry` for `country`; but not `address_1` for `address_2`, nor `emails` for `email`, which are names of two things. */
function isSlip(written: string, declared: string): boolean {
  const plain = (name: string): string => name.replaceAll(/[0-9]/g, '').replace(/s$/, '')
  return written.length >= 4 && plain(written) !== plain(declared) && editDistance(written, declared) === 1
}
