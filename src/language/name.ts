import { z } from 'zod'

/** Of everything that cdp names. Entities are shorter, because their tables have suffixes. */
export const NAME_PATTERN = /^[a-z][a-z0-9_]{0,47}$/
const ENTITY_NAME_PATTERN = /^[a-z][a-z0-9_]{0,39}$/
export const NAME_RULE = 'a lower-case letter, then lower-case letters, digits and _; at most 48'
const ENTITY_NAME_RULE = 'a lower-case letter, then lower-case letters, digits and _; at most 40'

export const nameSchema = z.string({ error: 'text' }).regex(NAME_PATTERN, { error: NAME_RULE })
export const entityNameSchema = z
  .string({ error: 'text' })
  .regex(ENTITY_NAME_PATTERN, { error: ENTITY_NAME_RULE })

/** A valid name that looks like what was written; undefined where nothing is left of it. */
export function suggestedName(written: string): string | undefined {
  const words = written.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  const name = words
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40)
  return name === '' || name === written ? undefined : name
}
