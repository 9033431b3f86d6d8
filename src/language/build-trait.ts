import { buildCondition } from './build-condition.js'
import { defined } from './defined.js'
import { DEFAULT_COLLECT_LIMIT } from './merge-policy.js'
import { at, type Origin } from './origin.js'
import { oneOf } from './problem.js'
import type { Reporter } from './reporter.js'
import type { AggregateFunction, TraitDefinition, TraitInput } from './trait.js'

const FUNCTIONS = [
  'count',
  'exists',
  'count_distinct',
  'sum',
  'avg',
  'min',
  'max',
  'first',
  'last',
  'most_frequent',
  'collect',
] as const satisfies readonly AggregateFunction[]
const HEADS = [...FUNCTIONS, 'ratio', 'sql', 'value'] as const
const OF_AGGREGATES = ['from', 'where', 'event', 'time', 'within', 'within_next', 'default', 'limit'] as const

/** What a trait computes; undefined where its keys make no sense together, which is reported. */
export function buildTraitDefinition(
  input: TraitInput,
  origin: Origin,
  report: Reporter,
): TraitDefinition | undefined {
  const [head, second] = HEADS.filter((key) => input[key] !== undefined)
  if (!head)
    return report.error('CDP2002', origin, `the trait "${input.name}" does not say what it computes`, {
      expected: oneOf(HEADS),
    })
  if (second)
    return report.error('CDP2006', at(origin, second), `"${second}" excludes "${head}"`, {
      which: 'key',
      expected: 'one computation a trait',
    })
  if (head === 'value') return report.notBuilt(at(origin, 'value'), 'traits from columns of models are')
  if (head !== 'ratio' && head !== 'sql') return aggregate(head, input, origin, report)
  const stranger =
    OF_AGGREGATES.find((key) => input[key] !== undefined) ??
    (head === 'ratio' && input.type ? 'type' : undefined)
  if (stranger)
    return report.error('CDP2006', at(origin, stranger), `"${stranger}" does not go with "${head}"`, {
      which: 'key',
    })
  if (input.ratio) return { kind: 'ratio', numerator: input.ratio[0], denominator: input.ratio[1] }
  if (input.type) return { kind: 'sql', sql: input.sql ?? '', type: input.type }
  return report.error('CDP2002', origin, 'the key "type" is missing', {
    expected: 'the type of the value of "sql", such as number or string',
  })
}

function aggregate(
  name: AggregateFunction,
  input: TraitInput,
  origin: Origin,
  report: Reporter,
): TraitDefinition | undefined {
  const { from, event, time, within, within_next: withinNext, default: whenNone } = input
  if (from === undefined)
    return report.error('CDP2002', origin, 'the key "from" is missing', {
      expected: `the source whose rows "${name}" looks at`,
    })
  if (typeof from === 'object' && 'relation' in from)
    return report.notBuilt(at(origin, 'from'), 'traits over relations are')
  if (within && withinNext)
    return report.error('CDP2006', at(origin, 'within_next'), '"within_next" excludes "within"', {
      which: 'key',
    })
  if (input.type)
    return report.error('CDP2006', at(origin, 'type'), `"type" does not go with "${name}"`, {
      which: 'key',
      hint: 'the type follows from what is aggregated',
    })
  if (input.limit !== undefined && name !== 'collect')
    return report.error('CDP2006', at(origin, 'limit'), `"limit" does not go with "${name}"`, {
      which: 'key',
    })
  const where = input.where && buildCondition(input.where, at(origin, 'where'), report)
  if (input.where && !where) return undefined
  const written = input[name]
  return {
    kind: 'aggregate',
    from: typeof from === 'string' ? [from] : from,
    aggregate: name,
    limit: input.limit ?? DEFAULT_COLLECT_LIMIT,
    ...defined({
      field: typeof written === 'string' ? written : undefined,
      where,
      event,
      time,
      within,
      withinNext,
      default: whenNone,
    }),
  }
}
