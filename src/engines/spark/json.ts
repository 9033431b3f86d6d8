import { list, type Sql, sql } from '../../sql/fragment.js'
import { withoutZeros } from '../../sql/java-digits.js'

/** Text of an array of texts, nulls as null. */
export function jsonArray(texts: readonly Sql[]): Sql {
  return sql`to_json(array(${list(texts)}))`
}

/** A path to a member of objects. */
function path(keys: readonly string[]): string {
  return `$${keys.map((key) => `['${key}']`).join('')}`
}

/**
 * Under a path of keys in JSON text, as text; nested values as JSON, numbers without trailing zeros. Text that is no JSON
 * gives null.
 */
export function jsonPath(json: Sql, keys: readonly string[]): Sql {
  const parsed = sql`try_parse_json(${json})`
  const found = sql`get_json_object(case when ${parsed} is not null then ${json} end, ${path(keys)})`
  const type = sql`schema_of_variant(variant_get(${parsed}, ${path(keys)}))`
  return sql`
    case
      when ${type} = 'DOUBLE' or ${type} like 'DECIMAL%' then ${withoutZeros(found)}
      else ${found}
    end
  `
}

/** A value of any type as JSON text. */
export function jsonText(value: Sql): Sql {
  return sql`get_json_object(to_json(named_struct('value', ${value})), '$.value')`
}
