import { unreachable } from '../diagnostics/errors.js'
import type { Condition, Test } from '../language/condition.js'
import type { Scalar } from '../language/declaration.js'
import type { LogicalType } from '../language/logical-type.js'
import { at, type Origin } from '../language/origin.js'
import { checkPattern } from './check-pattern.js'
import type { Findings } from './findings.js'
import { isAbove, literalMismatch } from './literals.js'
import { aType, isOrdered, isTime } from './types.js'

type Comparison = Extract<Condition, { kind: 'compare' }>

/** A comparison: do its operators and operands fit the type of what is compared? Without a type only what needs none. */
export function checkTests(findings: Findings, condition: Comparison, type: LogicalType | undefined): void {
  for (const test of condition.tests) {
    const place = at(condition.origin, test.op)
    if (test.op === 'matches') checkPattern(findings, place, test.pattern)
    const isColumn = condition.subject.kind === 'column'
    if (isColumn) checkOperands(findings, place, condition.subject.name, test, typeOfColumn(test))
    else if (type && operatorFits(findings, condition, test, type)) {
      checkOperands(findings, place, condition.subject.name, test, type)
    }
  }
}

const NUMBER: LogicalType = { kind: 'number', precision: 38, scale: 9 }

/** A column of a source is read as the type of what it is compared with. */
function typeOfColumn(test: Test): LogicalType {
  switch (test.op) {
    case 'before':
    case 'after':
      return { kind: 'timestamp' }
    case 'in':
    case 'not_in':
      return typeOfScalar(test.values[0])
    case 'between':
      return typeOfScalar(test.low)
    default:
      return 'value' in test ? typeOfScalar(test.value) : { kind: 'string' }
  }
}

function typeOfScalar(value: Scalar | undefined): LogicalType {
  if (typeof value === 'number') return NUMBER
  return { kind: typeof value === 'boolean' ? 'boolean' : 'string' }
}

/** Says what is wrong with an operator on a type, if anything. */
function operatorFits(findings: Findings, condition: Comparison, test: Test, type: LogicalType): boolean {
  const { subject, origin } = condition
  const needed = neededBy(test, type)
  if (needed === undefined) return true
  const message = `${test.op} does not apply to ${subject.name}, which is ${aType(type)}`
  const hint = type.kind === 'string' ? typeHint(subject.kind, needed.type) : undefined
  findings.error('CDP4001', at(origin, test.op), message, { which: 'key', expected: needed.expected, hint })
  return false
}

interface Need {
  readonly expected: string
  /** The type that people meant who left a text a text. */
  readonly type?: string
}

function neededBy(test: Test, type: LogicalType): Need | undefined {
  switch (test.op) {
    case 'eq':
    case 'ne':
    case 'in':
    case 'not_in':
    case 'exists':
      return undefined
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
    case 'between':
      if (!isOrdered(type)) return { expected: 'a number, date, timestamp or string' }
      return type.kind === 'string' && comparesNumber(test)
        ? { expected: 'a number: texts are compared letter by letter, "9" is above "10"', type: 'number' }
        : undefined
    case 'contains':
    case 'starts_with':
    case 'ends_with':
    case 'matches':
      return type.kind === 'string' || type.kind === 'json' ? undefined : { expected: 'a string' }
    case 'before':
    case 'after':
    case 'within':
    case 'within_next':
      return isTime(type) ? undefined : { expected: 'a date or timestamp', type: 'timestamp' }
    default:
      return unreachable(test)
  }
}

function comparesNumber(test: Extract<Test, { value: Scalar }> | Extract<Test, { low: Scalar }>): boolean {
  return test.op === 'between'
    ? typeof test.low === 'number' || typeof test.high === 'number'
    : typeof test.value === 'number'
}

function typeHint(kind: Comparison['subject']['kind'], type: string | undefined): string | undefined {
  if (type === undefined || (kind !== 'property' && kind !== 'attribute')) return undefined
  return `declare its type where the ${kind} is declared: { type: ${type} }`
}

function checkOperands(findings: Findings, place: Origin, name: string, test: Test, type: LogicalType): void {
  const fits = (operand: Scalar, where: Origin) => checkLiteral(findings, where, name, operand, type)
  // A count may well be above 2.5.
  const bound: LogicalType = type.kind === 'integer' ? NUMBER : type
  switch (test.op) {
    case 'in':
    case 'not_in':
      test.values.forEach((value, index) => {
        fits(value, at(place, index))
      })
      return
    case 'between': {
      const fitting = [test.low, test.high].map((value, i) =>
        checkLiteral(findings, at(place, i), name, value, bound),
      )
      if (fitting.every(Boolean) && isAbove(test.low, test.high, type)) {
        findings.error('CDP4001', place, `between ${test.low} and ${test.high} is nothing`, {
          expected: 'the lower value first',
        })
      }
      return
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      checkLiteral(findings, place, name, test.value, bound)
      return
    case 'eq':
    case 'ne':
    case 'before':
    case 'after':
      fits(test.value, place)
      return
    default:
      return
  }
}

/** Whether a literal can be compared with values of the type; says so if not. */
export function checkLiteral(
  findings: Findings,
  place: Origin,
  name: string,
  value: Scalar,
  type: LogicalType,
): boolean {
  const expected = literalMismatch(value, type)
  if (expected === undefined) return true
  findings.error('CDP4001', place, `${name} is ${aType(type)}, ${JSON.stringify(value)} is not`, { expected })
  return false
}
