import type { Attribute, Entity } from '../../language/entity.js'
import { type Context, sourcesOf } from '../../program/context.js'
import { lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { shapeOfCandidates, sourcesGiving } from './candidates.js'

/** A step on the way from what rows give to what competes: a CTE over the one before. */
export interface Stage {
  readonly name: string
  readonly select: Sql
}

/** Columns that every stage carries. */
export const CANDIDATE = lines([...shapeOfCandidates().map((c) => name(c.name)), name('value')])

/**
 * Which values may compete where parties differ. `fill_missing`: only those of the strongest party that has any.
 * `update_if_newer`: of the weakest party that has values dated later than every stronger one's, these alone.
 * Sources that a priority names count as first parties. No stage where there is but one party.
 */
export function enrichmentStages(
  context: Context,
  entity: Entity,
  attribute: Attribute,
  given: string,
): readonly Stage[] {
  const sources =
    attribute.from === undefined
      ? sourcesGiving(context, entity, attribute)
      : sourcesOf(context.project, entity.name).map(({ source }) => source)
  if (new Set(sources.map((source) => source.party)).size <= 1) return []
  const exempt = attribute.merge.kind === 'source_priority' ? attribute.merge.sources : []
  const strength =
    exempt.length === 0
      ? name('party')
      : sql`case when ${name('source')} in (${list(exempt.map((s) => sql`${s}`))}) then 1 else ${name('party')} end`
  return attribute.enrich === 'update_if_newer'
    ? newerStages(strength, given)
    : strongestStages(strength, given)
}

function strongestStages(strength: Sql, given: string): readonly Stage[] {
  const ranked = sql`
    select
      ${CANDIDATE},
      rank() over (
        partition by ${name('customer_id')}
        order by ${strength}
      ) as ${name('weakness')}
    from ${name(given)}
  `
  const admitted = sql`
    select
      ${CANDIDATE}
    from ${name('ranked')}
    where ${name('weakness')} = 1
  `
  return [
    { name: 'ranked', select: ranked },
    { name: 'admitted', select: admitted },
  ]
}

function newerStages(strength: Sql, given: string): readonly Stage[] {
  const strong = sql`
    select
      ${CANDIDATE},
      ${strength} as ${name('strength')}
    from ${name(given)}
  `
  const latest = sql`
    select
      ${name('customer_id')},
      ${name('strength')},
      max(${name('observed_at')}) as ${name('latest')}
    from ${name('graded')}
    group by ${name('customer_id')}, ${name('strength')}
  `
  const overStronger = sql`
    over (
      partition by ${name('customer_id')}
      order by ${name('strength')}
      rows between unbounded preceding and 1 preceding
    )
  `
  const stronger = sql`
    select
      ${name('customer_id')},
      ${name('strength')},
      count(*) ${overStronger} as ${name('stronger')},
      max(${name('latest')}) ${overStronger} as ${name('stronger_latest')}
    from ${name('latest')}
  `
  const compared = sql`
    select
      ${lines([...shapeOfCandidates().map((c) => name('g', c.name)), name('g', 'value'), name('g', 'strength'), name('s', 'stronger'), name('s', 'stronger_latest')])}
    from ${name('graded')} as ${name('g')}
    join ${name('stronger')} as ${name('s')}
      on ${name('s', 'customer_id')} = ${name('g', 'customer_id')} and ${name('s', 'strength')} = ${name('g', 'strength')}
  `
  const judged = sql`
    select
      ${CANDIDATE},
      ${name('strength')},
      case
        when ${name('stronger')} = 0 then true
        when ${name('stronger_latest')} is null then ${name('observed_at')} is not null
        else coalesce(${name('observed_at')} > ${name('stronger_latest')}, false)
      end as ${name('competes')}
    from ${name('compared')}
  `
  const ranked = sql`
    select
      ${CANDIDATE},
      rank() over (
        partition by ${name('customer_id')}
        order by ${name('strength')} desc
      ) as ${name('place')}
    from ${name('judged')}
    where ${name('competes')}
  `
  const admitted = sql`
    select
      ${CANDIDATE}
    from ${name('ranked')}
    where ${name('place')} = 1
  `
  return [
    { name: 'graded', select: strong },
    { name: 'latest', select: latest },
    { name: 'stronger', select: stronger },
    { name: 'compared', select: compared },
    { name: 'judged', select: judged },
    { name: 'ranked', select: ranked },
    { name: 'admitted', select: admitted },
  ]
}
