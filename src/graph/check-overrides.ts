import { at } from '../language/origin.js'
import type { NamedIdentifier, Override } from '../language/override.js'
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

/**
 * A link of what another override blocks or keeps apart, as both are written, has no effect. Where that one expires, the
 * link may be meant for the time after it.
 */
export function checkContradictions({ findings }: Checking, overrides: readonly Override[]): void {
  const lasting = overrides.filter((override) => override.expires === undefined)
  for (const link of overrides.filter((override) => override.kind === 'link')) {
    const stronger = lasting.find((override) => contradicts(override, link))
    if (!stronger) continue
    findings.warning(
      'CDP3006',
      at(link.origin, 'link'),
      `this link has no effect: ${stronger.kind === 'block' ? 'a block' : 'an unlink'} goes before it`,
      {
        hint: 'take out the one that is wrong',
        related: [{ place: at(stronger.origin, stronger.kind), message: 'says the opposite' }],
      },
    )
  }
}

function contradicts(stronger: Override, link: Override): boolean {
  if (stronger.kind === 'link' || stronger.entity !== link.entity) return false
  const linked = new Set(link.identifiers.map(asWritten))
  return stronger.identifiers.every((identifier) => linked.has(asWritten(identifier)))
}

const asWritten = ({ type, value }: NamedIdentifier): string => `${type}:${value.trim().toLowerCase()}`
