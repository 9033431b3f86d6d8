import {
  type Condition,
  type ConditionInput,
  type CountTest,
  OPERATORS,
  type Subject,
  type Test,
} from './condition.js'
import type { Scalar } from './declaration.js'
import { defined } from './defined.js'
import type { Duration } from './duration.js'
import { at, type Origin } from './origin.js'
import { oneOf } from './problem.js'
import type { Reporter } from './reporter.js'

const SUBJECTS = ['trait', 'attribute', 'identifier', 'property', 'column'] as const
const HEADS = ['all', 'any', 'not', ...SUBJECTS, 'segment', 'event', 'related', 'sql'] as const
type Head = (typeof HEADS)[number]
const COUNTS = ['at_least', 'at_most', 'exactly'] as const

/** Which keys may stand beside the one that says what kind of condition it is. */
const COMPANIONS: Readonly<Record<Head, readonly string[]>> = {
  all: [],
  any: [],
  not: [],
  segment: [],
  sql: [],
  event: ['from', 'where', 'within', ...COUNTS],
  related: ['all', 'any', ...COUNTS],
  trait: OPERATORS,
  attribute: OPERATORS,
  identifier: OPERATORS,
  property: OPERATORS,
  column: OPERATORS,
}

/** A condition from its flat mapping; undefined where the keys make no sense together, which is reported. */
export function buildCondition(
  input: ConditionInput,
  origin: Origin,
  report: Reporter,
): Condition | undefined {
  const head = headOf(input, origin, report)
  if (!head) return undefined
  const stranger = Object.keys(input).find(
    (key) => key !== head && input[key] !== undefined && !COMPANIONS[head].includes(key),
  )
  if (stranger) {
    return report.error(
      'CDP2006',
      at(origin, stranger),
      `"${stranger}" does not go with "${head}" in one condition`,
      {
        which: 'key',
        ...((HEADS as readonly string[]).includes(stranger) && { hint: 'join conditions by all or any' }),
      },
    )
  }
  return conditionOf(head, input, origin, report)
}

function headOf(input: ConditionInput, origin: Origin, report: Reporter): Head | undefined {
  const given = HEADS.filter((key) => input[key] !== undefined)
  if (given.includes('related')) return 'related'
  const [first] = Object.keys(input).filter((key): key is Head => (given as string[]).includes(key))
  if (first) return first
  if (input.from !== undefined) return 'event'
  return report.error('CDP2002', origin, 'the condition does not say what it looks at', {
    expected: oneOf(HEADS),
  })
}

function conditionOf(
  head: Head,
  input: ConditionInput,
  origin: Origin,
  report: Reporter,
): Condition | undefined {
  switch (head) {
    case 'all':
    case 'any': {
      const conditions = (input[head] as readonly ConditionInput[]).map((one, index) =>
        buildCondition(one, at(origin, head, index), report),
      )
      return conditions.some((one) => one === undefined)
        ? undefined
        : { kind: head, conditions: conditions as Condition[], origin }
    }
    case 'not': {
      const condition = buildCondition(input.not as ConditionInput, at(origin, 'not'), report)
      return condition && { kind: 'not', condition, origin }
    }
    case 'segment':
      return { kind: 'segment', segment: input.segment as string, origin }
    case 'sql':
      return { kind: 'sql', sql: input.sql as string, origin }
    case 'related':
      return report.notBuilt(at(origin, 'related'), 'conditions on related entities are')
    case 'event':
      return eventCondition(input, origin, report)
    default:
      return comparison({ kind: head, name: input[head] as string }, input, origin, report)
  }
}

function eventCondition(input: ConditionInput, origin: Origin, report: Reporter): Condition | undefined {
  const [first = 'at_least', second] = COUNTS.filter((key) => input[key] !== undefined)
  if (second)
    return report.error('CDP2006', at(origin, second), `"${second}" excludes "${first}"`, {
      which: 'key',
      hint: 'join two conditions by all',
    })
  if (input.from === undefined) {
    return report.error('CDP2002', origin, 'the key "from" is missing', {
      expected: 'the event source, or several, whose events are counted',
    })
  }
  const where =
    input.where === undefined
      ? undefined
      : buildCondition(input.where as ConditionInput, at(origin, 'where'), report)
  if (input.where !== undefined && !where) return undefined
  const test: CountTest = { op: first, count: (input[first] as number | undefined) ?? 1 }
  const { event, within } = input as { event?: string; within?: Duration }
  return { kind: 'event', from: input.from as string[], test, origin, ...defined({ event, where, within }) }
}

function comparison(
  subject: Subject,
  input: ConditionInput,
  origin: Origin,
  report: Reporter,
): Condition | undefined {
  const tests = Object.keys(input).flatMap((key) =>
    OPERATORS.includes(key) && input[key] !== undefined ? [testOf(key as Test['op'], input[key])] : [],
  )
  if (tests.length === 0) {
    return report.error(
      'CDP2002',
      origin,
      `the condition on ${subject.kind} "${subject.name}" has no operator`,
      { expected: oneOf(OPERATORS) },
    )
  }
  return { kind: 'compare', subject, tests, origin }
}

function testOf(op: Test['op'], operand: unknown): Test {
  switch (op) {
    case 'in':
    case 'not_in':
      return { op, values: operand as readonly Scalar[] }
    case 'between': {
      const [low, high] = operand as [Scalar, Scalar]
      return { op, low, high }
    }
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return { op, value: operand as string }
    case 'matches':
      return { op, pattern: operand as string }
    case 'exists':
      return { op, value: operand as boolean }
    case 'within':
    case 'within_next':
      return { op, duration: operand as Duration }
    default:
      return { op, value: operand as Scalar }
  }
}
