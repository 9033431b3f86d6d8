import type { IdentityHealth, NamedValue } from './health.js'
import { mask, type PersonalNames } from './personal.js'

/** The health with personal values masked. A match rule is made of attributes, so its values are taken for personal. */
export function maskHealth(
  health: IdentityHealth,
  personal: PersonalNames,
  rules: readonly string[],
): IdentityHealth {
  const masked = <T extends NamedValue>(one: T): T =>
    personal.identifiers.has(one.identifier) || rules.includes(one.identifier)
      ? { ...one, value: mask(one.value) }
      : one
  return {
    ...health,
    largest: health.largest.map((one) => ({ ...one, sample: one.sample && masked(one.sample) })),
    bridges: health.bridges.map((one) => ({ ...one, ends: [masked(one.ends[0]), masked(one.ends[1])] })),
    suspects: health.suspects.map(masked),
  }
}
