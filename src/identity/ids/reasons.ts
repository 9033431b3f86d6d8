import type { Step } from '../../program/program.js'
import { next, previousAsOf, type Scope, state } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { allOf, anyOf, as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { identifiersBefore } from '../affected/affected.js'
import { isDecided } from '../decided.js'
import { type IdentityInput, rulesState } from '../graph-tables.js'
import { overridesByNode } from '../named.js'
import { type IdentityScratch, scratchOf } from '../scratch.js'

/** `rule` where the last run resolved by other declarations, else `data`. */
export function reasonOf(scope: Scope, input: IdentityInput): Sql {
  const rules = from(state(scope, rulesState(input.entity.name)))
  const changed = sql`exists (select 1 from ${rules} where ${name('fingerprint')} <> ${input.fingerprint})`
  return sql`case when ${changed} then 'rule' else 'data' end`
}

/**
 * What people decided, and what no longer holds of it since the last run, with the customers of the two identifiers then and
 * now. To be made after `identifiers_<entity>`.
 */
export function decisiveSteps(scope: Scope, input: IdentityInput): Step[] {
  if (!isDecided(input)) return []
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const before = from(identifiersBefore(scope, entity))
  const now = from(next(scope, identifiersTable(entity)))
  const joined = (identifiers: Sql, alias: string, node: string) =>
    sql`left join ${identifiers} as ${name(alias)} on ${name(alias, 'node')} = ${name(node, 'node')}`
  const dayBefore = scope.dialect.functions.dayIn(previousAsOf, input.timezone)
  const ends = [
    ['x', 'u'],
    ['y', 'v'],
  ] as const
  const select = sql`
    select
      ${lines([
        name('o', 'kind'),
        name('o', 'holds'),
        ...ends.flatMap(([node, end]) => [
          as(name(node, 'node'), end),
          as(name(`${end}_then`, 'customer_id'), `${end}_then`),
          as(name(`${end}_now`, 'customer_id'), `${end}_now`),
        ]),
      ])}
    from ${overridesByNode(scope, input)}
    ${list(
      ends.flatMap(([node, end]) => [joined(before, `${end}_then`, node), joined(now, `${end}_now`, node)]),
      '\n',
    )}
    where ${name('o', 'holds')} or ${name('o', 'expires')} > ${dayBefore}
  `
  return createTable(scope, 'What decisions and the end of decisions did to whom.', t.decisive, select)
}

/**
 * Why the change `c` came about, beside the new link `k` of a merge: `override` where a person made the link or kept apart
 * what had been one, `expiry` where such a decision ended since the last run, `rule` where declarations changed, else `data`.
 */
export function changeReason(scope: Scope, input: IdentityInput): Sql {
  const isLinked = sql`${name('k', 'link')} is not null`
  const otherwise = reasonOf(scope, input)
  if (!isDecided(input)) return sql`case when ${isLinked} then 'override' else ${otherwise} end`
  const t = scratchOf(scope, input.entity.name)
  const some = (conditions: readonly Sql[]) =>
    sql`exists (select 1 from ${from(t.decisive)} as ${name('d')} where ${allOf(conditions)})`
  const kind = (...kinds: readonly string[]) => anyOf(kinds.map((one) => sql`${name('d', 'kind')} = ${one}`))
  const ended = sql`not ${name('d', 'holds')}`
  const { isDistinct } = scope.dialect.functions
  return sql`
    case
      when ${isLinked} then 'override'
      when ${some([name('d', 'holds'), kind('unlink'), parted(isDistinct)])} then 'override'
      when ${some([name('d', 'holds'), kind('block'), lost])} then 'override'
      when ${some([ended, kind('link'), parted(isDistinct)])} then 'expiry'
      when ${some([ended, kind('unlink'), united(isDistinct)])} then 'expiry'
      when ${returned(t)} then 'expiry'
      else ${otherwise}
    end`
}

type Comparison = (one: Sql, other: Sql) => Sql

const isSplit = sql`${name('c', 'kind')} = 'split'`
const isMerge = sql`${name('c', 'kind')} = 'merged'`

/** Both identifiers were of the id that was split, and one of them is of the new one. */
const parted = (differ: Comparison) =>
  allOf([
    isSplit,
    sql`${name('d', 'u_then')} = ${name('c', 'previous_id')}`,
    sql`${name('d', 'v_then')} = ${name('c', 'previous_id')}`,
    differ(name('d', 'u_now'), name('d', 'v_now')),
    sql`${name('c', 'customer_id')} in (${name('d', 'u_now')}, ${name('d', 'v_now')})`,
  ])

/** The identifier was of the id that is split or gone. */
const lost = allOf([
  sql`${name('c', 'kind')} in ('split', 'retired')`,
  sql`${name('d', 'u_then')} = coalesce(${name('c', 'previous_id')}, ${name('c', 'customer_id')})`,
])

/** Both identifiers are of the heir, and only one of them was of the id that is merged. */
const united = (differ: Comparison) =>
  allOf([
    isMerge,
    sql`${name('d', 'u_now')} = ${name('c', 'customer_id')}`,
    sql`${name('d', 'v_now')} = ${name('c', 'customer_id')}`,
    sql`${name('c', 'previous_id')} in (${name('d', 'u_then')}, ${name('d', 'v_then')})`,
    differ(name('d', 'u_then'), name('d', 'v_then')),
  ])

/** An identifier that is no longer blocked is an end of the new link. Not asked by EXISTS: Trino refuses one within another. */
function returned({ decisive, newLinks }: Pick<IdentityScratch, 'decisive' | 'newLinks'>): Sql {
  return sql`${isMerge} and ${name('c', 'previous_id')} in (
        select ${name('l', 'previous_id')}
        from ${from(newLinks)} as ${name('l')}
        join ${from(decisive)} as ${name('d')} on ${name('d', 'u')} in (${name('l', 'u')}, ${name('l', 'v')})
        where not ${name('d', 'holds')} and ${name('d', 'kind')} = 'block'
      )`
}
