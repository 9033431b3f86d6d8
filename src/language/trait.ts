import { z } from 'zod'
import { type Condition, conditionSchema } from './condition.js'
import { aboutShape, type Declaration, type Scalar } from './declaration.js'
import { type Duration, durationSchema } from './duration.js'
import { type LogicalType, typeSchema } from './logical-type.js'
import { entityNameSchema, nameSchema } from './name.js'
import { count, list, mapping, nonEmpty, scalar } from './shapes.js'

export type AggregateFunction =
  | 'count'
  | 'count_distinct'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'first'
  | 'last'
  | 'most_frequent'
  | 'collect'
  | 'exists'

/** What is computed about an entity, one value a profile. */
export type TraitDefinition =
  | {
      readonly kind: 'aggregate'
      readonly from: readonly string[]
      readonly aggregate: AggregateFunction
      /** Property or attribute aggregated; absent for `count: true` and `exists: true`. */
      readonly field?: string
      readonly where?: Condition
      readonly event?: string
      /** Field that windows measure; default: the row's time. */
      readonly time?: string
      readonly within?: Duration
      readonly withinNext?: Duration
      readonly default?: Scalar
      /** Elements kept by `collect`. */
      readonly limit: number
    }
  | { readonly kind: 'ratio'; readonly numerator: string; readonly denominator: string }
  | { readonly kind: 'sql'; readonly sql: string; readonly type: LogicalType }

export interface Trait extends Declaration {
  readonly entity: string
  readonly definition: TraitDefinition
}

const yes = z.literal(true, { error: 'true' })

const fromSchema = z.union(
  [
    nonEmpty,
    list(nonEmpty),
    mapping({ relation: nameSchema.describe('A relation of the entity. Not built yet.') }),
  ],
  {
    error: 'a source, a list of sources, or { relation: … }',
  },
)

export const traitSchema = mapping({
  name: nameSchema.describe('Names the column of the profile.'),
  entity: entityNameSchema
    .optional()
    .describe('The entity that it is a trait of; may be left out where the project has one.'),
  from: fromSchema.optional().describe('The sources whose rows are aggregated.'),
  count: yes.optional().describe('Number of rows; 0 where there is none.'),
  exists: yes.optional().describe('Whether there is a row.'),
  count_distinct: nonEmpty.optional().describe('Number of different values of a property or attribute.'),
  sum: nonEmpty.optional().describe('Sum of a property or attribute.'),
  avg: nonEmpty.optional().describe('Mean, rounded to 6 decimals.'),
  min: nonEmpty.optional().describe('Least value.'),
  max: nonEmpty.optional().describe('Greatest value.'),
  first: nonEmpty.optional().describe('Value of the earliest row.'),
  last: nonEmpty.optional().describe('Value of the latest row.'),
  most_frequent: nonEmpty.optional().describe('Value that most rows have; of equals the latest.'),
  collect: nonEmpty.optional().describe('Distinct values as a JSON array, latest first.'),
  limit: count(1).optional().describe('Of `collect`: elements kept; 20 by default.'),
  where: conditionSchema.optional().describe('Only rows like this.'),
  event: nonEmpty.optional().describe('Only events of this name.'),
  time: nonEmpty
    .optional()
    .describe(
      'The property or attribute that `within` and `within_next` measure; the time of the row by default.',
    ),
  within: durationSchema.optional().describe('Only rows of this time before the run.'),
  within_next: durationSchema.optional().describe('Only rows of this time after the run.'),
  default: scalar.optional().describe('The value where there is no row.'),
  ratio: z
    .tuple([nameSchema, nameSchema], { error: 'a list of two traits: [a, b]' })
    .optional()
    .describe('One trait divided by another; nothing where the second is 0.'),
  sql: nonEmpty.optional().describe('One SQL expression over the attributes and traits of one profile.'),
  type: typeSchema.optional().describe('Of `sql`: the type of its value.'),
  value: nonEmpty.optional().describe('A column of the model named by `from`. Not built yet.'),
  ...aboutShape,
}).meta({
  id: 'trait',
  description:
    'Something computed about an entity, one value a profile: an aggregate of rows, a ratio of traits, or a SQL expression.',
  examples: [{ name: 'orders_90d', from: 'orders', count: true, within: '90 days' }],
})

export type TraitInput = z.output<typeof traitSchema>
