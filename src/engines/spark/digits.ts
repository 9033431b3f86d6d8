import { type Sql, sql } from '../../sql/fragment.js'

/** Digits of a number, without trailing zeros behind the point; what is no plain decimal stays. */
export function withoutZeros(digits: Sql): Sql {
  return sql`regexp_replace(${digits}, '^(-?[0-9]+)([.][0-9]*[1-9])?[.]?0*\\z', '$1$2')`
}

/**
 * The shortest digits of a float, which Spark writes as `1.5E-4` where they are small: a plain decimal where it is neither
 * large nor small, as other engines have it, else `1.5e-07`.
 */
export function floatText(value: Sql): Sql {
  const digits = sql`cast(${value} as string)`
  const exponent = sql`try_cast(regexp_extract(${digits}, 'E(.*)\\z', 1) as bigint)`
  return sql`
    case
      when ${exponent} < -4 or ${exponent} > 15
        then regexp_replace(${digits}, '[.]?0*E.*\\z', '')
          || case when ${exponent} < 0 then 'e-' else 'e+' end
          || lpad(cast(abs(${exponent}) as string), greatest(2, length(cast(abs(${exponent}) as string))), '0')
      else coalesce(${withoutZeros(sql`cast(try_cast(${digits} as decimal(38,21)) as string)`)}, ${digits})
    end
  `
}
