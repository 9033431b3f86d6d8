import { z } from 'zod'
import { aboutShape } from './declaration.js'
import { durationSchema } from './duration.js'
import { entityNameSchema, nameSchema } from './name.js'
import { count, dictionary, mapping, nonEmpty, oneOrMany, scalar, words } from './shapes.js'
import { shareSchema } from './share.js'

const columns = oneOrMany(nonEmpty, 'a list of columns')
const groups = z.array(z.unknown(), { error: 'a list of groups of identifiers' })

/** What must hold. Known to the language, not built yet. */
export const testSchema = mapping({
  ...aboutShape,
  name: nameSchema.optional(),
  source: nameSchema.optional(),
  model: nameSchema.optional(),
  identity: entityNameSchema.optional(),
  sql: nonEmpty.optional().describe('A query that must give no row.'),
  not_null: columns.optional(),
  unique: columns.optional(),
  accepted_values: dictionary(nonEmpty, z.array(scalar)).optional(),
  freshness: mapping({
    warn_after: durationSchema.optional(),
    error_after: durationSchema.optional(),
  }).optional(),
  must_link: groups.optional(),
  must_not_link: groups.optional(),
  max_profile_size: count(1).optional(),
  max_id_changes: shareSchema.optional(),
  severity: words('warn', 'error').optional(),
  given: dictionary(nameSchema, z.array(z.unknown())).optional().describe('Of a unit test: rows by source.'),
  expect: dictionary(z.string(), z.unknown()).optional().describe('Of a unit test: what comes out.'),
}).meta({
  id: 'test',
  description: 'What must hold of sources, of identity, of a query, or of fixture rows. Not built yet.',
})
