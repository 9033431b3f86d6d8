import { mask, type PersonalNames } from '../personal.js'
import type { Difference } from './verification.js'

/** A difference with personal values masked; those of match rules, which are made of attributes, are taken for personal. */
export function maskDifference(
  difference: Difference,
  personal: PersonalNames,
  rules: readonly string[],
): Difference {
  const isPersonal = (name: string): boolean => personal.identifiers.has(name) || rules.includes(name)
  const { about, published, expected, row, kind } = difference
  const column = (about[0]?.name ?? '').split('.').at(-1) ?? ''
  const hides =
    // Any column of the source may be personal.
    kind === 'row_differs' ||
    (kind === 'identifier_renamed' && isPersonal(column)) ||
    ((kind === 'golden_value' || kind === 'profile_differs') && personal.attributes.has(column))
  const hidden = (value: string | null): string | null => (hides && value !== null ? mask(value) : value)
  return {
    ...difference,
    about: about.map((one) =>
      one.value !== undefined && isPersonal(one.name) ? { ...one, value: mask(one.value) } : one,
    ),
    published: hidden(published),
    expected: hidden(expected),
    row: row && personal.keys.has(row.source) ? { ...row, record_key: mask(row.record_key) } : row,
  }
}
