import { list, literal, type Sql, sql } from '../../sql/fragment.js'

/** RFC 6901. Other than with DuckDB's `$` paths, no key has a special meaning in it, and arrays take a number. */
function pointer(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/**
 * The text of a JSON value: strings without quotes, null as null, nested values as JSON. DuckDB keeps no digits of numbers
 * with a fraction but their value, and writes `17.0` and `1e20` with `.0`, which is taken off.
 */
function plain(json: Sql): Sql {
  return sql`json_extract_string(regexp_replace(${json}, '^(-?[0-9]+)[.]0$', '\\1'), '$')`
}

/** Under a path of keys in JSON text or a struct, as text. Text that is no JSON gives null. */
export function jsonPath(json: Sql, keys: readonly string[]): Sql {
  return plain(sql`json_extract(case when json_valid(${json}) then ${json} end, ${pointer(keys)})`)
}

/** Several keys of an object, so that its text is parsed once; `at` gives one of them as text. */
export function jsonKeys(json: Sql, keys: readonly string[]): Sql {
  return sql`json_extract(${json}, [${list(keys.map((key) => literal(pointer([key]))))}])`
}

/** The n-th (from 1) of what `jsonKeys` gave. */
export function jsonKey(values: Sql, n: number): Sql {
  return plain(sql`${values}[${n}]`)
}
