import { list, type Sql, sql } from '../../sql/fragment.js'
import { withoutZeros } from '../../sql/java-digits.js'

/** A character beyond 16 bits as Trino escapes it; an escaped backslash in front is one of its own. */
const ESCAPED_PAIR = '(\\\\\\\\)|\\\\u([dD][89abAB][0-9A-F]{2})\\\\u([dD][c-fC-F][0-9A-F]{2})'

/** The text of a JSON value, with emoji as they are. */
export function jsonText(json: Sql): Sql {
  const text = sql`json_format(${json})`
  const high = sql`(from_base(m[2], 16) - 55296) * 1024`
  const low = sql`from_base(m[3], 16) - 56320`
  return sql`regexp_replace(${text}, ${ESCAPED_PAIR}, m -> coalesce(m[1], chr(65536 + ${high} + ${low})))`
}

/** Text of an array of texts, nulls as null. */
export function jsonArray(texts: readonly Sql[]): Sql {
  return jsonText(sql`cast(array[${list(texts)}] as json)`)
}

/** A path to a member of objects or, by its number, of arrays. */
function path(keys: readonly string[]): string {
  return `$${keys.map((key) => `["${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"]`).join('')}`
}

/** Under a path of keys in JSON text, as text. Text that is no JSON gives null. */
export function jsonPath(json: Sql, keys: readonly string[]): Sql {
  return jsonValueText(sql`json_extract(try(json_parse(${json})), ${path(keys)})`)
}

/** Strings without quotes, null as null, numbers without trailing zeros, nested values as JSON. */
export function jsonValueText(value: Sql): Sql {
  return sql`
    case substr(json_format(${value}), 1, 1)
      when '"' then json_extract_scalar(${value}, '$')
      when 'n' then null
      else ${withoutZeros(jsonText(value))}
    end
  `
}
