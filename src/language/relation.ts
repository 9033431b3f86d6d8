import { aboutShape } from './declaration.js'
import { namedFieldsSchema } from './field.js'
import { entityNameSchema, nameSchema } from './name.js'
import { mapping } from './shapes.js'

/** How entities hang together. Known to the language, not built yet. */
export const relationSchema = mapping({
  name: nameSchema.describe('Names the table.'),
  from: entityNameSchema.describe('One end.'),
  to: entityNameSchema.describe('The other end.'),
  via: nameSchema.describe('A source that identifies both.'),
  properties: namedFieldsSchema.optional().describe('Columns of the relation.'),
  ...aboutShape,
}).meta({ id: 'relation', description: 'A table of pairs of entities. Not built yet.' })
