import { list, literal, type Sql, sql } from '../../sql/fragment.js'
import { withoutZeros } from './values.js'

/** Keys that one call takes. */
const DEEPEST = 5

/** Under a path of keys in JSON text, as text. Text that is no JSON gives null. */
export function jsonPath(json: Sql, keys: readonly string[]): Sql {
  return withoutZeros(steps(keys).reduce(member, json))
}

/** Numbers by themselves: they may be those of an array. */
function steps(keys: readonly string[]): readonly (readonly string[])[] {
  const all: string[][] = []
  for (const key of keys) {
    const last = all.at(-1)
    const isApart = last === undefined || last.length === DEEPEST || isNumber(key) || isNumber(last[0] ?? '')
    if (isApart) all.push([key])
    else last.push(key)
  }
  return all
}

const isNumber = (key: string) => /^\d{1,9}$/.test(key)

/** Of an object, or of an array by its number. */
function member(json: Sql, keys: readonly string[]): Sql {
  const [first = ''] = keys
  const named = sql`json_extract_path_text(${json}, ${list(keys.map((key) => literal(key)))}, true)`
  if (!isNumber(first)) return named
  return sql`coalesce(nullif(${named}, ''), nullif(json_extract_array_element_text(${json}, ${Number(first)}, true), ''))`
}

/** Text of an array of texts, nulls as null. */
export function jsonArray(texts: readonly Sql[]): Sql {
  return sql`json_serialize(array(${list(texts)}))`
}

/**
 * Aggregate: text of an array of the texts in the order of `rank`, nulls left out; null where there is none. Each is an array
 * of its own, and quotes within texts are escaped: `"]["` stands only between two of them.
 */
export function jsonArrayOf(text: Sql, rank: Sql, limit: number): Sql {
  const one = sql`case when ${text} is not null and ${rank} <= ${limit} then ${jsonArray([text])} end`
  return sql`replace(listagg(${one}) within group (order by ${rank}), '"]["', '","')`
}
