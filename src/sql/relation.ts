import { name, type Sql } from './fragment.js'

/** A table or view in the warehouse: its parts from the outside in, `[schema, name]` or `[database, schema, name]`. */
export interface Relation {
  readonly parts: readonly string[]
}

export function relation(...parts: string[]): Relation {
  return { parts }
}

/** The relation as it is written in a FROM clause. */
export function from(relation: Relation): Sql {
  return name(...relation.parts)
}
