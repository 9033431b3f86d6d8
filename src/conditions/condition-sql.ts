import { unreachable } from '../diagnostics/errors.js'
import type { Condition, Subject, Test } from '../language/condition.js'
import type { Scalar } from '../language/declaration.js'
import { asOf, type Scope } from '../program/scope.js'
import { list, literal, type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { operand } from '../sql/operand.js'
import { parsePattern } from '../sql/pattern.js'
import { bracketed } from '../sql/user-fragment.js'

/** What a comparison looks at, in the place where the condition is evaluated. */
export interface Operand {
  readonly expression: Sql
  readonly type: LogicalType
}

/** How a place answers the parts of a condition that it can see. Conditions were checked before: it can see all of them. */
export interface ConditionPlace {
  readonly scope: Scope
  /** The test tells what type the literal has, for columns that have none of their own. */
  readonly operand: (subject: Subject, test: Test) => Operand
  readonly event?: (condition: Extract<Condition, { kind: 'event' }>) => Sql
  readonly segment?: (segment: string) => Sql
  /** A fragment of SQL with what it names; to the letter unless given. */
  readonly fragment?: (sql: string) => Sql
}

/**
 * A condition as an expression that is true or false, never null: on null every comparison is false, and `ne`, `not_in`
 * and `not` are exact negations, so that an unknown country *is* `ne: us`.
 */
export function conditionSql(condition: Condition, place: ConditionPlace): Sql {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return junction(condition, place)
    case 'not':
      return sql`not ${conditionSql(condition.condition, place)}`
    case 'compare': {
      const tests = condition.tests.map((test) =>
        testSql(test, place.operand(condition.subject, test), place.scope),
      )
      return tests.length === 1 && tests[0] ? tests[0] : sql`(${list(tests, ' and ')})`
    }
    case 'event':
      return place.event?.(condition) ?? sql`false`
    case 'segment':
      return place.segment?.(condition.segment) ?? sql`false`
    case 'sql':
      return sql`coalesce(${place.fragment?.(condition.sql) ?? bracketed(condition.sql)}, false)`
    default:
      return unreachable(condition)
  }
}

function junction(condition: Extract<Condition, { kind: 'all' | 'any' }>, place: ConditionPlace): Sql {
  const parts = condition.conditions.map((part) => conditionSql(part, place))
  if (parts.length === 0) return condition.kind === 'all' ? sql`true` : sql`false`
  const word = condition.kind === 'all' ? 'and' : 'or'
  return sql`
    (
      ${list(parts, `\n${word} `)}
    )
  `
}

function testSql(test: Test, { expression: x, type }: Operand, scope: Scope): Sql {
  const value = (scalar: Scalar) => operand(scope.dialect, scalar, type, scope.timezone)
  switch (test.op) {
    case 'eq':
      return held(sql`${x} = ${value(test.value)}`)
    case 'ne':
      return sql`not ${held(sql`${x} = ${value(test.value)}`)}`
    case 'gt':
    case 'after':
      return held(sql`${x} > ${value(test.value)}`)
    case 'gte':
      return held(sql`${x} >= ${value(test.value)}`)
    case 'lt':
    case 'before':
      return held(sql`${x} < ${value(test.value)}`)
    case 'lte':
      return held(sql`${x} <= ${value(test.value)}`)
    case 'in':
      return test.values.length === 0 ? sql`false` : held(sql`${x} in (${list(test.values.map(value))})`)
    case 'not_in':
      return test.values.length === 0
        ? sql`true`
        : sql`not ${held(sql`${x} in (${list(test.values.map(value))})`)}`
    case 'between':
      return held(sql`${x} between ${value(test.low)} and ${value(test.high)}`)
    case 'exists':
      return test.value ? sql`${x} is not null` : sql`${x} is null`
    default:
      return textOrTime(test, x, type, scope)
  }
}

type TextOrTimeTest = Extract<
  Test,
  { op: 'contains' | 'starts_with' | 'ends_with' | 'matches' | 'within' | 'within_next' }
>

function textOrTime(test: TextOrTimeTest, x: Sql, type: LogicalType, scope: Scope): Sql {
  const { functions } = scope.dialect
  switch (test.op) {
    case 'contains':
      return held(sql`${functions.position(literal(test.value), x)} > 0`)
    case 'starts_with':
      return held(sql`substring(${x}, 1, ${[...test.value].length}) = ${test.value}`)
    case 'ends_with': {
      const length = [...test.value].length
      return held(
        sql`length(${x}) >= ${length} and substring(${x}, length(${x}) - ${length} + 1) = ${test.value}`,
      )
    }
    case 'matches': {
      const parsed = parsePattern(test.pattern)
      return 'pattern' in parsed ? held(functions.matches(x, parsed.pattern)) : sql`false`
    }
    case 'within':
    case 'within_next':
      return held(inWindow(scope, momentOf(scope, x, type), test.op, test.duration.seconds))
  }
}

/** The moment from which a value is measured: a day begins in the zone of the project. */
export function momentOf(scope: Scope, value: Sql, type: LogicalType): Sql {
  return type.kind === 'date' ? scope.dialect.functions.startOfDay(value, scope.timezone) : value
}

/** `within` is (as_of − duration, as_of], `within_next` (as_of, as_of + duration]. */
export function inWindow(scope: Scope, moment: Sql, op: 'within' | 'within_next', seconds: number): Sql {
  const edge = scope.dialect.functions.addSeconds(asOf, op === 'within' ? -seconds : seconds)
  return op === 'within'
    ? sql`${moment} > ${edge} and ${moment} <= ${asOf}`
    : sql`${moment} > ${asOf} and ${moment} <= ${edge}`
}

function held(comparison: Sql): Sql {
  return sql`coalesce(${comparison}, false)`
}
