import { raw, type Sql, sql } from './fragment.js'

type Pair = readonly [first: Sql, second: Sql]

/** `(a, b) < (c, d)` in the words of every engine: not all of them compare rows. None of the values is null. */
export function comparePairs([a, b]: Pair, operator: '<' | '<=' | '>' | '>=', [c, d]: Pair): Sql {
  return sql`(${a} ${raw(operator.charAt(0))} ${c} or (${a} = ${c} and ${b} ${raw(operator)} ${d}))`
}
