import { type Sql, sql } from './fragment.js'

/** Aggregates over a part of the rows, in the words of every engine: several have no FILTER. */

export function countWhere(condition: Sql): Sql {
  return sql`count(case when ${condition} then 1 end)`
}

/** The value where the condition holds, else null, which an aggregate leaves out. */
export function onlyWhere(condition: Sql, value: Sql): Sql {
  return sql`case when ${condition} then ${value} end`
}

/** True where one is true; null where none is known. */
export function anyTrue(value: Sql): Sql {
  return sql`max(${asNumber(value)}) = 1`
}

/** False where one is false; null where none is known. */
export function allTrue(value: Sql): Sql {
  return sql`min(${asNumber(value)}) = 1`
}

function asNumber(value: Sql): Sql {
  return sql`case when ${value} then 1 when not ${value} then 0 end`
}
