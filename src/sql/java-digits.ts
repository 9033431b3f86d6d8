import { raw, type Sql, sql } from './fragment.js'

/** Digits of numbers on engines that write floats as Java does, `1.5E-7`, and have its regular expressions. */

// Patterns are literals of the dialect, never part of the text: a backslash escapes in Spark's.
const PLAIN_DECIMAL = '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*\\z'
const EXPONENT = 'E(.*)\\z'
const ZEROS_AND_EXPONENT = '[.]?0*E.*\\z'

/** Without trailing zeros behind the point; what is no plain decimal stays. */
export function withoutZeros(digits: Sql): Sql {
  return sql`regexp_replace(${digits}, ${PLAIN_DECIMAL}, '$1$2')`
}

/**
 * The shortest digits of a float: a plain decimal where it is neither large nor small, as other engines have it, else
 * `1.5e-07`. `text`: the engine's type of texts.
 */
export function floatText(digits: Sql, text: string): Sql {
  const asText = (value: Sql) => sql`cast(${value} as ${raw(text)})`
  const exponent = sql`try_cast(regexp_extract(${digits}, ${EXPONENT}, 1) as bigint)`
  const size = asText(sql`abs(${exponent})`)
  return sql`
    case
      when ${exponent} < -4 or ${exponent} > 15
        then regexp_replace(${digits}, ${ZEROS_AND_EXPONENT}, '')
          || case when ${exponent} < 0 then 'e-' else 'e+' end
          || lpad(${size}, greatest(2, length(${size})), '0')
      else coalesce(${withoutZeros(asText(sql`try_cast(${digits} as decimal(38,21))`))}, ${digits})
    end
  `
}
