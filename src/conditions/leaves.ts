import type { Condition } from '../language/condition.js'

/** The conditions of a tree that are not made of others. */
export function leavesOf(condition: Condition): readonly Condition[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.conditions.flatMap(leavesOf)
    case 'not':
      return leavesOf(condition.condition)
    default:
      return [condition]
  }
}

/** Whether what the condition says of one and the same row may change as time passes. */
export function movesWithTime(condition: Condition): boolean {
  return leavesOf(condition).some(
    (leaf) => leaf.kind === 'compare' && leaf.tests.some(({ op }) => op === 'within' || op === 'within_next'),
  )
}
