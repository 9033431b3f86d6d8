import { type Sql, sql } from '../../sql/fragment.js'

/** A value of any type as JSON text, but texts as they are: what is JSON text already stays that. */
function asJson(value: Sql): Sql {
  return sql`coalesce(json_value(to_json_string(${value}), '$'), to_json_string(${value}))`
}

/** Under a path of keys in JSON text, a JSON value or a struct, as text. Text that is no JSON gives null. */
export function jsonPath(json: Sql, keys: readonly string[]): Sql {
  const text = asJson(json)
  const valid = sql`case when safe.parse_json(${text}, wide_number_mode => 'round') is not null then ${text} end`
  return jsonValueText(keys.reduce(member, valid))
}

/** Of an object, or of an array by its number. */
function member(json: Sql, key: string): Sql {
  const ofObject = sql`json_query(${json}, ${`$."${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`})`
  return /^\d+$/.test(key) ? sql`coalesce(${ofObject}, json_query(${json}, ${`$[${key}]`}))` : ofObject
}

/** Strings without quotes, null as null, numbers without trailing zeros, nested values as JSON. */
function jsonValueText(json: Sql): Sql {
  return sql`
    case substr(${json}, 1, 1)
      when '"' then json_value(${json}, '$')
      when 'n' then null
      else ${withoutZeros(json)}
    end
  `
}

/** Digits of a number, without trailing zeros behind the point; what is no plain decimal stays. */
export function withoutZeros(digits: Sql): Sql {
  return sql`regexp_replace(${digits}, ${'^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*$'}, ${'\\1\\2'})`
}

/** A value whose type is not known, as text: nested values as JSON. */
export function anyText(value: Sql): Sql {
  const json = sql`to_json_string(${value})`
  return sql`
    case
      when ${value} is null then null
      when substr(${json}, 1, 1) = '"' then json_value(${json}, '$')
      else ${withoutZeros(json)}
    end
  `
}
