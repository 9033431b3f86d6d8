import { cast, type Scope } from '../../program/scope.js'
import { type Sql, sql } from '../../sql/fragment.js'

/**
 * Hash of canonical texts in a fixed order, the same on every engine. Each is written with its length and nulls apart, so
 * that no two rows of different values have one text: `a|b` beside null is not `a` beside `b`. `about` is of the mapping:
 * the same values under other names are another row.
 */
export function rowHash(scope: Scope, about: string, texts: readonly Sql[]): Sql {
  const parts = texts.map((text) => lengthPrefixed(scope, text))
  return scope.dialect.functions.md5(parts.reduce((all, part) => sql`${all} || ${part}`, sql`${about}`))
}

function lengthPrefixed(scope: Scope, text: Sql): Sql {
  return sql`coalesce('v' || ${cast(scope, sql`length(${text})`, 'string')} || ':' || ${text}, 'n')`
}
