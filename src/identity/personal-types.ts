import type { IdentityInput } from './graph-tables.js'

/** Types whose values are personal: marked with `pii` by the entity or by a source; match rules, which are made of attributes. */
export function personalTypes({ entity, sources }: IdentityInput): ReadonlySet<string> {
  const marked = entity.identifiers.filter(
    ({ name, pii }) =>
      pii !== undefined ||
      sources.some(({ about }) =>
        about.identifiers.some((field) => field.name === name && field.pii !== undefined),
      ),
  )
  return new Set([...marked, ...entity.match].map(({ name }) => name))
}
