import { at } from '../language/origin.js'
import type { Override } from '../language/override.js'
import type { Checking } from './checking.js'

/** Names that an override uses: its entity, and the types of its identifiers. */
export function checkOverride(checking: Checking, override: Override): void {
  const { declarations, findings } = checking
  const entity = declarations.entities.get(override.entity)
  if (!entity) {
    const candidates = [...declarations.entities.keys()]
    findings.unknown(at(override.origin, 'entity'), { kind: 'entity', name: override.entity, candidates })
    return
  }
  const candidates = entity.identifiers.map((identifier) => identifier.name)
  for (const { type, origin } of override.identifiers) {
    if (!candidates.includes(type))
      findings.unknown(origin, { kind: 'identifier', name: type, called: 'identifier type', candidates })
  }
  const [first, second] = override.identifiers
  if (first && second && first.type === second.type && first.value === second.value) {
    findings.error('CDP3006', at(override.origin, override.kind), 'both identifiers are the same one', {
      expected: 'two different identifiers',
    })
  }
}
