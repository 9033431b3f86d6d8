import { z } from 'zod'
import { aboutShape, type Declaration } from './declaration.js'
import { nameSchema } from './name.js'
import { dictionary, flag, mapping, nonEmpty } from './shapes.js'

/** A place outside of the warehouse that syncs write to. */
export interface Destination extends Declaration {
  readonly connector: string
  /** As written: its templates are rendered when the destination is opened, so that a secret is asked for by a sync only. */
  readonly config: Readonly<Record<string, unknown>>
  readonly allowHttp: boolean
  readonly allowPrivate: boolean
}

export const destinationSchema = mapping({
  name: nameSchema.describe('What syncs call it.'),
  connector: nonEmpty.describe('`file`, `table`, or a connector of `connectors/`.'),
  config: dictionary(z.string(), z.unknown())
    .optional()
    .describe("What the connector needs; secrets as `{{ env 'NAME' }}`."),
  allow_http: flag.optional().describe('Plain HTTP is allowed.'),
  allow_private: flag.optional().describe('Addresses of private networks are allowed.'),
  ...aboutShape,
}).meta({
  id: 'destination',
  description: 'A place outside of the warehouse that syncs write to.',
  examples: [{ name: 'drop', connector: 'file', config: { path: 'out/vips.jsonl' } }],
})
