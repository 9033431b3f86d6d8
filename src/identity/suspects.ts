/**
 * Values that meet suspiciously many others: a phone of 40 e-mails is a shop's. A value that meets k others joins them,
 * unless a limit refuses the links: hence only links of customers who hold many, and refused ones, are looked at.
 */
import { typesByStrength } from '../program/context.js'
import type { MeasureStep, Step } from '../program/program.js'
import { cast, next, type Scope, whole } from '../program/scope.js'
import { createTable, measure } from '../program/steps.js'
import { countWhere } from '../sql/conditional-aggregates.js'
import { anyOf, as, lines, list, literal, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { identifiersTable } from '../staging/customer-tables.js'
import { nodeColumns } from '../staging/node-columns.js'
import { masked } from '../staging/personal.js'
import {
  heldEdgesTable,
  type IdentityInput,
  identitySuspectsTable,
  integer,
  refusedEdgesTable,
  type Shape,
  sizesTable,
  text,
} from './graph-tables.js'
import { hasLimits, limitsOf } from './limits/limits.js'
import { personalTypes } from './personal-types.js'
import { sizeColumn } from './profile-sizes.js'
import { scratchOf } from './scratch.js'
import { joining } from './tuples.js'

/** `<entity>_identity_suspects`: values that meet suspiciously many others, the most striking first. */
export const identitySuspectsShape: readonly Shape[] = [
  { name: 'place', type: integer },
  { name: 'identifier', type: text },
  { name: 'value', type: text },
  { name: 'met_identifier', type: text },
  { name: 'met_count', type: integer },
  { name: 'refused_count', type: integer },
  { name: 'row_count', type: integer },
  { name: 'customer_id', type: text },
]

/** How many suspects are listed at most. */
const SUSPECTS = 100
/**
 * A value is suspicious from so many others of its own or of stronger types on: a person has few of these. Of weaker
 * types a person may have many: of the second strongest, which is what the strongest meets, five count as one, of any
 * other fifty.
 */
const SUSPICIOUS = 5
const WEIGHTS = { telling: 50, second: 10, weaker: 1 } as const
const THRESHOLD = SUSPICIOUS * WEIGHTS.telling
/** From so many on the summary of a run names the first suspect. */
const STRIKING = 10

const identifiersOf = (scope: Scope, { entity }: IdentityInput) => whole(scope, identifiersTable(entity.name))

/** Identifiers of customers who hold so many that one of them may be suspicious. */
export function busySteps(scope: Scope, input: IdentityInput): Step[] {
  const held = (types: readonly number[]) =>
    list(
      types.map((strength) => name('s', sizeColumn(strength))),
      ' + ',
    )
  const enough = [
    ...meetable(input).map((types) => sql`${held(types)} >= ${SUSPICIOUS}`),
    ...(typesByStrength(input.entity).length > 1 ? [sql`${held([1])} >= ${THRESHOLD / WEIGHTS.second}`] : []),
    sql`${name('s', 'node_count')} > ${THRESHOLD / WEIGHTS.weaker}`,
  ]
  const select = sql`
    select
      ${lines(['customer_id', 'node', 'strength'].map((column) => name('i', column)))}
    from ${from(whole(scope, sizesTable(input.entity.name)))} as ${name('s')}
    join ${from(identifiersOf(scope, input))} as ${name('i')} on ${name('i', 'customer_id')} = ${name('s', 'customer_id')}
    where ${anyOf([...enough, ...(hasLimits(limitsOf(input)) ? [oftenRefused(scope, input)] : [])])}
  `
  const title = 'Identifiers of customers who hold so many that one may be suspicious.'
  return createTable(scope, title, scratchOf(scope, input.entity.name).busy, select)
}

/** Customers with a value of which many links were refused: those that hold count too. */
function oftenRefused(scope: Scope, input: IdentityInput): Sql {
  const refused = from(whole(scope, refusedEdgesTable(input.entity.name)))
  return sql`
    ${name('s', 'customer_id')} in (
      select ${name('o', 'customer_id')}
      from (
        select ${name('node')}
        from (
          select ${name('u')} as ${name('node')} from ${refused}
          union all
          select ${name('v')} as ${name('node')} from ${refused}
        ) as ${name('ends')}
        group by ${name('node')}
        having count(*) >= ${SUSPICIOUS - 1}
      ) as ${name('often')}
      join ${from(identifiersOf(scope, input))} as ${name('o')} on ${name('o', 'node')} = ${name('often', 'node')}
    )
  `
}

/** For each type those that it can meet in a row and that are as strong or stronger, each combination once. */
function meetable(input: IdentityInput): readonly (readonly number[])[] {
  const combinations = typesByStrength(input.entity).map((_, strength) => {
    const met = joining(input).flatMap(({ about }) => {
      const columns = nodeColumns(input.entity, about)
      const own = columns.findLastIndex((column) => column.strength === strength)
      return own < 0 ? [] : columns.slice(0, own).map((column) => column.strength)
    })
    return [...new Set(met)].sort((a, b) => a - b)
  })
  const distinct = new Map(combinations.map((types) => [types.join(), types]))
  return [...distinct.values()].filter((types) => types.length > 0)
}

/** Who met whom, from both ends: `node` and `strength` of the one, `other_strength` of the other, `is_refused`. */
function meetings(scope: Scope, input: IdentityInput): Sql {
  const t = scratchOf(scope, input.entity.name)
  const ends = (own: string, other: string, refused: number, item: Sql) => sql`
    select
      ${lines([
        name(own, 'node'),
        name(own, 'strength'),
        as(name(other, 'strength'), 'other_strength'),
        as(sql`${refused}`, 'is_refused'),
      ])}
    from ${item}
  `
  const between = (edges: Relation, nodes: Relation) => sql`
    ${from(edges)} as ${name('e')}
    join ${from(nodes)} as ${name('x')} on ${name('x', 'node')} = ${name('e', 'u')}
    join ${from(nodes)} as ${name('y')} on ${name('y', 'node')} = ${name('e', 'v')}
  `
  const held = between(next(scope, heldEdgesTable(input.entity.name)), t.busy)
  const refused = between(whole(scope, refusedEdgesTable(input.entity.name)), identifiersOf(scope, input))
  return unionAll([
    ends('x', 'y', 0, held),
    ends('y', 'x', 0, held),
    ...(hasLimits(limitsOf(input)) ? [ends('x', 'y', 1, refused), ends('y', 'x', 1, refused)] : []),
  ])
}

/**
 * One pass over the links: each value's met ones are counted by type, weighed, and only what weighs enough remains. The
 * type that weighs most is told.
 */
export function suspectSteps(scope: Scope, input: IdentityInput): Step[] {
  const { entity } = input
  const types = typesByStrength(entity)
  const strength = name('strength')
  const metColumn = (other: number) => name(`met_${other}`)
  const weight = (other: number) =>
    sql`${metColumn(other)} * case when ${other} <= ${strength} then ${WEIGHTS.telling}${other === 1 ? sql` when ${strength} = 0 then ${WEIGHTS.second}` : sql``} else ${WEIGHTS.weaker} end`
  const weights = types.map((_, other) => weight(other))
  const heaviest = weights.length === 1 ? list(weights) : sql`greatest(${list(weights)})`
  const ofHeaviest = (value: (other: number) => Sql) =>
    sql`case ${list(
      types.map((_, other) => sql`when ${weight(other)} = ${heaviest} then ${value(other)}`),
      ' ',
    )} end`
  const total = list(weights, ' + ')
  const select = sql`
    with ${name('met')} as (
      select
        ${lines([
          name('node'),
          as(sql`min(${strength})`, 'strength'),
          as(cast(scope, sql`sum(${name('is_refused')})`, 'integer'), 'refused_count'),
          ...types.map((_, other) =>
            as(countWhere(sql`${name('other_strength')} = ${other}`), `met_${other}`),
          ),
        ])}
      from (
        ${meetings(scope, input)}
      ) as ${name('meetings')}
      group by ${name('node')}
      having count(*) >= ${SUSPICIOUS}
    ), ${name('suspects')} as (
      select
        ${lines([
          name('node'),
          name('refused_count'),
          as(
            ofHeaviest((other) => sql`${types[other]}`),
            'met_identifier',
          ),
          as(ofHeaviest(metColumn), 'met_count'),
          as(total, 'weight'),
        ])}
      from ${name('met')}
      where ${total} >= ${THRESHOLD}
    )
    select
      ${lines([
        as(
          sql`row_number() over (order by ${name('s', 'weight')} desc, ${name('s', 'met_count')} desc, ${name('i', 'strength')}, ${name('i', 'value')}, ${name('i', 'node')})`,
          'place',
        ),
        name('i', 'identifier'),
        name('i', 'value'),
        name('s', 'met_identifier'),
        name('s', 'met_count'),
        name('s', 'refused_count'),
        name('i', 'row_count'),
        name('i', 'customer_id'),
      ])}
    from ${name('suspects')} as ${name('s')}
    join ${from(identifiersOf(scope, input))} as ${name('i')} on ${name('i', 'node')} = ${name('s', 'node')}
    order by ${name('s', 'weight')} desc, ${name('s', 'met_count')} desc, ${name('i', 'strength')}, ${name('i', 'value')}, ${name('i', 'node')}
    limit ${SUSPECTS}
  `
  return [
    ...createTable(
      scope,
      'Values that meet suspiciously many others.',
      next(scope, identitySuspectsTable(entity.name)),
      select,
    ),
  ]
}

/** For the summary of the run: the first suspect where it is striking. */
export function suspectFigure(scope: Scope, input: IdentityInput): MeasureStep {
  const suspect = sql`
    select
      ${lines([name('identifier'), as(shownValue(scope, input), 'value'), name('met_identifier'), name('met_count'), name('refused_count')])}
    from ${from(next(scope, identitySuspectsTable(input.entity.name)))}
    where ${name('place')} = 1 and ${name('met_count')} >= ${STRIKING}
  `
  return measure(scope, 'suspect', suspect)
}

/** Summaries are kept in files: personal values are masked there. */
function shownValue(scope: Scope, input: IdentityInput): Sql {
  const personal = [...personalTypes(input)].map((type) => literal(type))
  if (personal.length === 0) return name('value')
  return sql`case when ${name('identifier')} in (${list(personal)}) then ${masked(scope.dialect, name('value'))} else ${name('value')} end`
}
