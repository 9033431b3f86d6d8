import type { Override } from '../language/override.js'
import type { IdentityInput } from './graph-tables.js'

/** True where there may be some override of the kind: which are in a table only the run knows. */
export function hasOverrides({ entity, overrides }: IdentityInput, kind: Override['kind']): boolean {
  return entity.overridesFrom !== undefined || overrides.some((override) => override.kind === kind)
}

/** True where there may be overrides at all. */
export function isDecided({ entity, overrides }: IdentityInput): boolean {
  return entity.overridesFrom !== undefined || overrides.length > 0
}
