import { type Condition, conditionSchema } from './condition.js'
import { aboutShape, type Declaration } from './declaration.js'
import { entityNameSchema, nameSchema } from './name.js'
import { mapping } from './shapes.js'

export interface Segment extends Declaration {
  readonly entity: string
  readonly where: Condition
}

export const segmentSchema = mapping({
  name: nameSchema.describe('Names the view `segment_<name>`.'),
  entity: entityNameSchema
    .optional()
    .describe('The entity whose profiles are members; may be left out where the project has one.'),
  where: conditionSchema.describe('Who is in.'),
  ...aboutShape,
}).meta({ id: 'segment', description: 'A set of profiles that fulfil a condition.' })
