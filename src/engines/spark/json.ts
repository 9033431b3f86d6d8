import { list, type Sql, sql } from '../../sql/fragment.js'
import { withoutZeros } from '../../sql/java-digits.js'

/** Text of an array of texts, nulls as null. */
export function jsonArray(texts: readonly Sql[]): Sql {
  return sql`to_json(array(${list(texts)}))`
}

/** A path to a member of objects; Spark has no way to write a key with a quote and a dot. */
function memberPath(keys: readonly string[]): string {
  return `$${keys.map((key) => (/['"?]/.test(key) ? `.${key}` : `['${key}']`)).join('')}`
}

/** The paths that keys may mean: a number is a key of objects, or a place in arrays. */
function paths(keys: readonly string[]): readonly string[] {
  const places = keys.map((key) => (/^[0-9]{1,9}$/.test(key) ? `[${key}]` : memberPath([key]).slice(1)))
  return [...new Set([memberPath(keys), `$${places.join('')}`])]
}

/**
 * Under a path of keys in JSON text, as text; nested values as JSON, numbers without trailing zeros. Text that is no JSON
 * gives null.
 */
export function jsonPath(json: Sql, keys: readonly string[]): Sql {
  const parsed = sql`try_parse_json(${json})`
  const valid = sql`case when ${parsed} is not null then ${json} end`
  const found = firstOf(paths(keys).map((path) => sql`get_json_object(${valid}, ${path})`))
  const type = sql`schema_of_variant(${firstOf(paths(keys).map((path) => sql`variant_get(${parsed}, ${path})`))})`
  return sql`
    case
      when ${type} = 'DOUBLE' or ${type} like 'DECIMAL%' then ${withoutZeros(found)}
      else ${found}
    end
  `
}

function firstOf(values: readonly Sql[]): Sql {
  return values.length === 1 ? sql`${list(values)}` : sql`coalesce(${list(values)})`
}

/** A value of any type as JSON text. */
export function jsonText(value: Sql): Sql {
  return sql`get_json_object(to_json(named_struct('value', ${value})), '$.value')`
}
