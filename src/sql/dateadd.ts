import { raw, type Sql, sql } from './fragment.js'
import { inLargestUnit } from './standard-sql.js'

/** Times for engines that have `dateadd` and `convert_timezone`. */

/**
 * A time of a calendar and a clock in a zone as a timestamp of UTC. Of the hour that comes twice in autumn it is the second
 * one.
 */
export function inZone(local: Sql, timezone: string): Sql {
  if (timezone === 'UTC') return local
  const first = sql`convert_timezone(${timezone}, 'UTC', ${local})`
  const second = sql`dateadd(hour, 1, ${first})`
  return sql`case when convert_timezone('UTC', ${timezone}, ${second}) = ${local} then ${second} else ${first} end`
}

export function addSeconds(timestamp: Sql, seconds: number): Sql {
  const { count, unit } = inLargestUnit(Math.abs(seconds))
  return sql`dateadd(${raw(unit)}, ${seconds < 0 ? -count : count}, ${timestamp})`
}
