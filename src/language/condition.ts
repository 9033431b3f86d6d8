import { z } from 'zod'
import type { Scalar } from './declaration.js'
import { type Duration, durationSchema } from './duration.js'
import type { Origin } from './origin.js'
import { count, flag, list, mapping, nonEmpty, oneOrMany, scalar, text } from './shapes.js'

/** What a comparison looks at; which kinds may be used depends on the place (segment, trait, source). */
export interface Subject {
  readonly kind: 'trait' | 'attribute' | 'identifier' | 'property' | 'column'
  readonly name: string
}

/** Operators and their operands. `values` of `between` are [low, high]; `ago` is within; `ahead` is within_next. */
export type Test =
  | { readonly op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'before' | 'after'; readonly value: Scalar }
  | { readonly op: 'contains' | 'starts_with' | 'ends_with'; readonly value: string }
  | { readonly op: 'matches'; readonly pattern: string }
  | { readonly op: 'in' | 'not_in'; readonly values: readonly Scalar[] }
  | { readonly op: 'between'; readonly low: Scalar; readonly high: Scalar }
  | { readonly op: 'exists'; readonly value: boolean }
  | { readonly op: 'within' | 'within_next'; readonly duration: Duration }

/** `at_least`, `at_most`, `exactly` n events. */
export interface CountTest {
  readonly op: 'at_least' | 'at_most' | 'exactly'
  readonly count: number
}

/** A two-valued condition: on null every comparison is false, and `ne`, `not_in`, `not` are exact negations. */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly conditions: readonly Condition[]; readonly origin: Origin }
  | { readonly kind: 'not'; readonly condition: Condition; readonly origin: Origin }
  /** Several operators in one mapping (`gte` and `lt`) must all hold. */
  | {
      readonly kind: 'compare'
      readonly subject: Subject
      readonly tests: readonly Test[]
      readonly origin: Origin
    }
  | {
      readonly kind: 'event'
      /** Event name; absent with a single `from` source means any of its events. */
      readonly event?: string
      readonly from: readonly string[]
      readonly where?: Condition
      readonly within?: Duration
      readonly test: CountTest
      readonly origin: Origin
    }
  | { readonly kind: 'segment'; readonly segment: string; readonly origin: Origin }
  | { readonly kind: 'sql'; readonly sql: string; readonly origin: Origin }

/** As written: one flat mapping, of which `buildCondition` says what the keys make together. */
export interface ConditionInput {
  readonly [key: string]: unknown
}

const several = (): z.ZodType<readonly ConditionInput[]> =>
  z
    .union([conditionSchema, list(conditionSchema)], { error: 'a list of conditions' })
    .transform((value) => (Array.isArray(value) ? value : [value]) as readonly ConditionInput[])

const subjectShape = {
  trait: nonEmpty.optional().describe('A trait of the profile.'),
  attribute: nonEmpty.optional().describe('An attribute of the profile.'),
  identifier: nonEmpty.optional().describe('An identifier type of the profile.'),
  property: nonEmpty
    .optional()
    .describe('A property or attribute of the row; in conditions of traits and events.'),
  column: nonEmpty.optional().describe('A column of the row; in conditions of sources.'),
  segment: nonEmpty.optional().describe('Members of another segment.'),
  related: nonEmpty
    .optional()
    .describe('A relation: a condition on the entities at its other end. Not built yet.'),
  sql: nonEmpty.optional().describe('One SQL expression that is true or false.'),
}

const operatorShape = {
  eq: scalar.optional().describe('Equal.'),
  ne: scalar.optional().describe('Not equal, or nothing there.'),
  gt: scalar.optional().describe('Greater.'),
  gte: scalar.optional().describe('Greater or equal.'),
  lt: scalar.optional().describe('Less.'),
  lte: scalar.optional().describe('Less or equal.'),
  in: list(scalar, 'a list of values').optional().describe('One of these.'),
  not_in: list(scalar, 'a list of values').optional().describe('None of these, or nothing there.'),
  between: z
    .tuple([scalar, scalar], { error: 'a list of two values: [low, high]' })
    .optional()
    .describe('At least the first and at most the second.'),
  contains: text.optional().describe('Has this text in it.'),
  starts_with: text.optional().describe('Begins with this text.'),
  ends_with: text.optional().describe('Ends with this text.'),
  matches: nonEmpty.optional().describe('A regular expression is found in it.'),
  exists: flag.optional().describe('Whether there is a value.'),
  before: scalar.optional().describe('Earlier than this date or time.'),
  after: scalar.optional().describe('Later than this date or time.'),
  within: durationSchema.optional().describe('In this time before the run.'),
  within_next: durationSchema.optional().describe('In this time after the run.'),
}

const eventShape = {
  event: nonEmpty.optional().describe('Events of this name.'),
  from: oneOrMany(nonEmpty, 'an event source, or a list of them')
    .optional()
    .describe('The event sources that are counted.'),
  at_least: count().optional().describe('So many events or more; 1 by default.'),
  at_most: count().optional().describe('So many events or fewer.'),
  exactly: count().optional().describe('So many events.'),
}

export const conditionSchema: z.ZodType<ConditionInput> = mapping({
  get all() {
    return several().optional().describe('All of these conditions hold.')
  },
  get any() {
    return several().optional().describe('At least one of these conditions holds.')
  },
  get not() {
    return conditionSchema.optional().describe('The condition does not hold.')
  },
  get where() {
    return conditionSchema.optional().describe('Of events: only those whose properties are like this.')
  },
  ...subjectShape,
  ...eventShape,
  ...operatorShape,
}).meta({
  id: 'condition',
  description:
    'Something that is true or false of a profile, an event or a row. On nothing every comparison is false; `ne`, `not_in` and `not` are exact negations.',
  examples: [
    { trait: 'lifetime_value', gte: 500 },
    { all: [{ attribute: 'country', eq: 'us' }, { not: { segment: 'employees' } }] },
  ],
})

/** Operators of comparisons, by their keys. */
export const OPERATORS: readonly string[] = Object.keys(operatorShape)
