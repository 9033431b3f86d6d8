import { list, type Sql, sql } from '../../sql/fragment.js'

/** Under a path of keys in JSON text or a variant, as text. Text that is no JSON gives null. */
export function jsonPath(json: Sql, keys: readonly string[]): Sql {
  return withoutZeros(sql`to_varchar(${keys.reduce(member, sql`try_parse_json(to_varchar(${json}))`)})`)
}

/** Of an object, or of an array by its number. */
function member(json: Sql, key: string): Sql {
  return /^\d+$/.test(key)
    ? sql`coalesce(get(${json}, ${key}), get(${json}, ${Number(key)}))`
    : sql`get(${json}, ${key})`
}

/** Text of an array of texts, nulls as null: one of SQL would be left undefined. */
export function jsonArray(texts: readonly Sql[]): Sql {
  const values = texts.map((text) => sql`coalesce(to_variant(${text}), parse_json('null'))`)
  return sql`to_json(array_construct(${list(values)}))`
}

/** Digits of a number, without trailing zeros behind the point; what is no plain decimal stays. */
export function withoutZeros(digits: Sql): Sql {
  return sql`regexp_replace(${digits}, ${'^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$'}, ${'\\1\\2'})`
}
