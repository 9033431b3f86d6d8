import { unreachable } from '../diagnostics/errors.js'
import type { Condition, Subject } from '../language/condition.js'
import type { LogicalType } from '../language/logical-type.js'
import { at, type Origin } from '../language/origin.js'
import { checkTests } from './check-test.js'
import type { Findings } from './findings.js'

type EventCondition = Extract<Condition, { kind: 'event' }>

/** What a condition can see where it stands. */
export interface ConditionScope {
  /** For messages: "a segment", "the `where` of a trait". */
  readonly called: string
  readonly subjects: readonly Subject['kind'][]
  /** The type of what is compared; undefined where it is not known, or not there and that has been said. */
  typeOf(subject: Subject, place: Origin): LogicalType | undefined
  event?(condition: EventCondition): void
  segment?(name: string, place: Origin): void
  fragment(sql: string, place: Origin): void
}

/** Resolves the names of a condition and checks the types of its comparisons. */
export function checkCondition(findings: Findings, scope: ConditionScope, condition: Condition): void {
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const part of condition.conditions) checkCondition(findings, scope, part)
      return
    case 'not':
      checkCondition(findings, scope, condition.condition)
      return
    case 'compare': {
      const { subject } = condition
      const place = at(condition.origin, subject.kind)
      if (!scope.subjects.includes(subject.kind)) {
        notSeen(findings, scope, subject.kind, condition.origin)
        return
      }
      checkTests(findings, condition, scope.typeOf(subject, place))
      return
    }
    case 'event':
      if (!scope.event) {
        notSeen(findings, scope, 'event', condition.origin)
        return
      }
      scope.event(condition)
      return
    case 'segment':
      if (!scope.segment) {
        notSeen(findings, scope, 'segment', condition.origin)
        return
      }
      scope.segment(condition.segment, at(condition.origin, 'segment'))
      return
    case 'sql':
      scope.fragment(condition.sql, at(condition.origin, 'sql'))
      return
    default:
      unreachable(condition)
      return
  }
}

function notSeen(findings: Findings, scope: ConditionScope, kind: string, origin: Origin): void {
  const seen = [
    ...scope.subjects,
    ...(scope.event ? ['event'] : []),
    ...(scope.segment ? ['segment'] : []),
    'sql',
  ]
  findings.error(
    'CDP3004',
    at(origin, kind),
    `${scope.called} cannot see ${/^[aei]/.test(kind) ? 'an' : 'a'} ${kind}`,
    {
      which: 'key',
      expected: `one of ${seen.join(', ')}`,
    },
  )
}
