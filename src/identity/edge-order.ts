import { comparePairs } from '../sql/compare-pairs.js'
import { lines, name, type Sql, sql } from '../sql/fragment.js'

/** The end of `e` that comes first: of the stronger type, of one type the lesser value. */
export const isFirstEnd: Sql = comparePairs([name('x', 'strength'), name('x', 'value')], '<=', [
  name('y', 'strength'),
  name('y', 'value'),
])

/**
 * The order in which links are decided, best first, over a link `e` and its ends `x` and `y`: what people linked, in their
 * order; then tier (the weaker type of the two), first seen (undated last, so that a new row does not reorder what was
 * decided), number of rows, the stronger type, and the two values in byte order.
 */
export const edgeOrder: Sql = lines([
  sql`${name('e', 'link')} asc nulls last`,
  sql`greatest(${name('x', 'strength')}, ${name('y', 'strength')})`,
  sql`${name('e', 'first_seen_at')} asc nulls last`,
  sql`${name('e', 'row_count')} desc`,
  sql`least(${name('x', 'strength')}, ${name('y', 'strength')})`,
  sql`case when ${isFirstEnd} then ${name('x', 'value')} else ${name('y', 'value')} end`,
  sql`case when ${isFirstEnd} then ${name('y', 'value')} else ${name('x', 'value')} end`,
])
