import { typesByStrength } from '../../program/context.js'
import { name, type Sql, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { hasOverrides, isDecided } from '../decided.js'
import type { IdentityInput } from '../graph-tables.js'

/**
 * What a profile may not hold, as sums over a group of nodes: every sum only grows when groups are joined, so what
 * breaks a limit once breaks it for ever. Columns of a group: `size`, `count_<strength>` of each limited type, and the
 * least and the greatest value of each `keep_apart` attribute, which are equal where there is only one.
 */
export interface Limits {
  readonly counted: readonly { readonly type: string; readonly strength: number; readonly max: number }[]
  readonly maxSize: number | undefined
  readonly apart: readonly string[]
  /** Somebody decided that two are not one. */
  readonly unlinks: boolean
  /** No link holds between a contested identifier and stronger ones, see contested-identifiers.ts. */
  readonly refusesAll: boolean
  /**
   * A refusal can be firm: see `Breach`. Only where nothing but numbers of identifiers is limited, which each of them keeps
   * for good, and nobody but the limits decides.
   */
  readonly canBeFirm: boolean
  /** All that is limited is one type, to one value a profile: then the best link to a value of it always holds, see leading-links.ts. */
  readonly isOneOfAType: boolean
  /** Types from this strength on are match rules, which do not count as identifiers of a profile. */
  readonly identifierTypes: number
}

export function limitsOf(input: IdentityInput): Limits {
  const { entity } = input
  const types = typesByStrength(entity)
  const counted = entity.identifiers.flatMap(({ name: type, maxPerProfile: max }) =>
    max === undefined ? [] : [{ type, strength: types.indexOf(type), max }],
  )
  const refusesAll = entity.onConflict === 'refuse_all'
  const canBeFirm = !refusesAll && entity.keepApart.length === 0 && !isDecided(input)
  return {
    counted,
    maxSize: entity.maxProfileSize,
    apart: entity.keepApart,
    unlinks: hasOverrides(input, 'unlink'),
    refusesAll,
    canBeFirm,
    isOneOfAType:
      canBeFirm && entity.maxProfileSize === undefined && counted.length === 1 && counted[0]?.max === 1,
    identifierTypes: entity.identifiers.length,
  }
}

export function hasLimits({ counted, maxSize, apart, unlinks }: Limits): boolean {
  return unlinks || counted.length > 0 || maxSize !== undefined || apart.length > 0
}

export const countColumn = (strength: number) => `count_${strength}`
export const leastColumn = (attribute: string) => `least_${attribute}`
export const greatestColumn = (attribute: string) => `greatest_${attribute}`

/** A reason to refuse an edge, and when it applies to two groups. */
export interface Breach {
  readonly reason: string
  readonly when: Sql
}

/** A column of a group, as the statement at hand names it. */
export type GroupColumn = (column: string) => Sql

/** A node alone, as a group: it holds one identifier, of its own type. */
export function alone(limits: Limits, strength: Sql): GroupColumn {
  return (column) => {
    const type = limits.counted.find((one) => countColumn(one.strength) === column)
    const counts = type ? sql`${strength} = ${type.strength}` : sql`${strength} < ${limits.identifierTypes}`
    return sql`case when ${counts} then 1 else 0 end`
  }
}

/** Two groups of which somebody decided that they are not one. `unlinks` holds each pair from both ends. */
export function isUnlinked(unlinks: Relation, x: Sql, y: Sql): Sql {
  return sql`exists (
    select 1
    from ${from(unlinks)} as ${name('k')}
    where ${name('k', 'a')} = ${x} and ${name('k', 'b')} = ${y}
  )`
}

/** What joining two groups would break, in the order in which it is told; a link that a person made breaks none of these. */
export function breaches(limits: Limits, x: GroupColumn, y: GroupColumn): readonly Breach[] {
  const { counted, maxSize, apart } = limits
  return [
    ...counted.map(({ type, strength, max }) => {
      const [a, b] = [x(countColumn(strength)), y(countColumn(strength))]
      return { reason: `max_per_profile: ${type}`, when: sql`${a} > 0 and ${b} > 0 and ${a} + ${b} > ${max}` }
    }),
    ...(maxSize === undefined
      ? []
      : [{ reason: 'max_profile_size', when: sql`${x('size')} + ${y('size')} > ${maxSize}` }]),
    ...apart.map((attribute) => {
      const [low, high] = [leastColumn(attribute), greatestColumn(attribute)]
      const differ = sql`least(${x(low)}, ${y(low)}) <> greatest(${x(high)}, ${y(high)})`
      const when = sql`${x(low)} is not null and ${y(low)} is not null and ${differ}`
      return { reason: `keep_apart: ${attribute}`, when }
    }),
  ]
}
