import type { Entity } from '../language/entity.js'
import { typesByStrength } from '../program/context.js'
import { list, type Sql, sql } from '../sql/fragment.js'

/** The name of a type, of its strength. */
export function typeOfStrength(entity: Entity, strength: Sql): Sql {
  const whens = typesByStrength(entity).map((type, i) => sql`when ${i} then ${type}`)
  return sql`case ${strength} ${list(whens, ' ')} end`
}
