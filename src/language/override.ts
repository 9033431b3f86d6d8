import { z } from 'zod'
import { entityNameSchema } from './name.js'
import { flag, mapping, nonEmpty, text } from './shapes.js'

const pair = z.tuple([nonEmpty, nonEmpty], { error: 'a list of two identifiers such as "email:ann@x.com"' })

/** What people decided about identity. Known to the language, not built yet. */
export const overrideSchema = mapping({
  entity: entityNameSchema.optional(),
  link: pair.optional().describe('These two are one.'),
  unlink: pair.optional().describe('These two are not one.'),
  block: nonEmpty.optional().describe('This identifier joins nobody.'),
  reason: text.optional(),
  by: text.optional(),
  expires: text.optional().describe('The first day on which it no longer holds.'),
  description: text.optional(),
  enabled: flag.optional(),
})
  .refine((value) => [value.link, value.unlink, value.block].filter((v) => v !== undefined).length === 1, {
    error: 'a mapping with exactly one of link, unlink, block',
  })
  .meta({ id: 'override', description: 'A decision of a person about identity. Not built yet.' })
