import { list, type Sql, sql } from '../../sql/fragment.js'

/** That the key of a row is one of those looked at; nothing where all are. */
export function amongKeys(key: Sql, keys: readonly string[] | undefined): readonly Sql[] {
  return keys ? [sql`${key} in (${list(keys.map((one) => sql`${one}`))})`] : []
}
