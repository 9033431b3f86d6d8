import { z } from 'zod'
import { defined } from './defined.js'
import type { Origin } from './origin.js'
import { dictionary, flag, oneOrMany, text, words } from './shapes.js'

/** What every named thing of the language may say about itself. Disabled ones never leave the parser. */
export interface Declaration {
  readonly name: string
  readonly origin: Origin
  readonly description?: string
  readonly tags: readonly string[]
  readonly owner?: string
  readonly meta?: Readonly<Record<string, unknown>>
}

export type Pii = 'direct' | 'sensitive'

/**
 * A value written in YAML. A number whose written form is not its canonical one (`0123`, `17.10`) is the text as written:
 * whether it is meant as text or as a number, the type of what it is compared with decides.
 */
export type Scalar = string | number | boolean

/** The keys that every declaration has besides its name. */
export const aboutShape = {
  description: text
    .optional()
    .describe('What it is, for people; a comment on the table or column in the warehouse.'),
  tags: oneOrMany(text, 'a list of tags').optional().describe('Words to select by (`tag:finance`).'),
  owner: text.optional().describe('Who answers for it.'),
  meta: dictionary(z.string(), z.unknown())
    .optional()
    .describe('Anything else, kept and shown but not interpreted.'),
  enabled: flag.optional().describe('`false`: as if it were not there.'),
}

export const piiSchema = words('direct', 'sensitive').describe(
  'Personal data: identifies a person directly, or is sensitive. Masked where refused values are listed or printed.',
)

interface About {
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly owner?: string | undefined
  readonly meta?: Readonly<Record<string, unknown>> | undefined
}

/** The declaration part of something that was read. */
export function declaration(about: About, origin: Origin): Declaration {
  const { name, description, tags = [], owner, meta } = about
  return defined({ name, origin, description, tags, owner, meta })
}
