import { z } from 'zod'
import { entityNameSchema } from './name.js'
import type { Origin } from './origin.js'
import { flag, mapping, nonEmpty, text } from './shapes.js'

/** An identifier as people write it: `email:ann@x.com`. The value is not yet in its normal form. */
export interface NamedIdentifier {
  readonly type: string
  readonly value: string
  readonly origin: Origin
}

/** What a person decided about identity: these two are one, these two are not, this value joins nobody. */
export interface Override {
  readonly entity: string
  readonly kind: 'link' | 'unlink' | 'block'
  /** Two of a link or an unlink, one of a block. */
  readonly identifiers: readonly NamedIdentifier[]
  readonly reason?: string
  readonly by?: string
  /** `2027-06-30`: the first day on which it no longer holds. */
  readonly expires?: string
  /** `models/overrides.yml:3`: where it is written, for warnings of a run. */
  readonly place: string
  readonly origin: Origin
}

const pair = z.tuple([nonEmpty, nonEmpty], { error: 'a list of two identifiers such as "email:ann@x.com"' })

const DECISION = 'one of link, unlink, block'

function decisions({ link, unlink, block }: { link?: unknown; unlink?: unknown; block?: unknown }): number {
  return [link, unlink, block].filter((decision) => decision !== undefined).length
}

/** What people decided about identity. */
export const overrideSchema = mapping({
  entity: entityNameSchema.optional().describe('The entity; may be left out where there is only one.'),
  link: pair.optional().describe('These two are one.'),
  unlink: pair.optional().describe('These two are not one.'),
  block: nonEmpty.optional().describe('This identifier joins nobody.'),
  reason: text.optional().describe('Why, for whoever asks later.'),
  by: text.optional().describe('Who decided.'),
  expires: text.optional().describe('The first day on which it no longer holds: `2027-06-30`.'),
  description: text.optional().describe('What it is, for people.'),
  enabled: flag.optional().describe('`false`: as if it were not there.'),
})
  .refine((value) => decisions(value) > 0, {
    params: { code: 'CDP2002', message: 'the override does not say what was decided', expected: DECISION },
  })
  .refine((value) => decisions(value) < 2, {
    params: { code: 'CDP2006', message: 'an override is one decision', expected: DECISION },
  })
  .meta({
    id: 'override',
    description:
      'A decision of a person about identity. It goes before all evidence: block first, then unlink, link, and limits.',
  })

export type OverrideInput = z.output<typeof overrideSchema>
