import type { Entity } from '../../language/entity.js'
import type { Scope } from '../../program/scope.js'
import { name, type Sql } from '../../sql/fragment.js'
import { bracketed, substituteName } from '../../sql/user-fragment.js'

/** An expression over one profile, in brackets: its names are columns of the wide table, where only the id is called otherwise. */
export function profileFragment(scope: Scope, entity: Entity, text: string): Sql {
  return bracketed(text, substituteName(text, scope.dialect.lexicon, entity.idColumn, name('customer_id')))
}
