/**
 * Refusals that an incremental run need not look at again. A refused link is firm at an end where the identifier there,
 * alone, breaks a limit with what the other side held when the link was refused.
 *
 * Whatever becomes of the customers at that end, as long as those at the other end are left as they are: when the turn of
 * the link comes, the other side holds at least that, this one at least the identifier, and sums only grow, so that it is
 * refused again. So changes at that end do not reach the other side. Of a phone of 500 accounts, of which a profile may hold
 * one, those that the phone was refused to change without the others; to whom the one that has it leads is told in
 * affected/leading-links.ts.
 */
import type { Step } from '../../program/program.js'
import { next, published, type Scope, whole } from '../../program/scope.js'
import { choice, statement } from '../../program/steps.js'
import { anyOf, as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { identifiersTable, isAffectedNode } from '../../staging/customer-tables.js'
import { type IdentityInput, refusedEdgesTable, sizesTable } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'
import { alone, breaches, hasLimits, type Limits, limitsOf } from './limits.js'
import { refusedEdgesShape, refusedReason } from './refused.js'

/** Of a link between the nodes `m` and `n`, in the groups `x` and `y`. */
export function firmness(limits: Limits): { readonly u: Sql; readonly v: Sql } {
  if (!limits.canBeFirm) return { u: sql`false`, v: sql`false` }
  const breaks = (node: string, other: string) =>
    anyOf(
      breaches(limits, alone(limits, name(node, 'strength')), (column) => name(other, column)).map(
        ({ when }) => sql`(${when})`,
      ),
    )
  return { u: breaks('m', 'y'), v: breaks('n', 'x') }
}

/** Whether affected rows may hold identifiers of customers whom changes do not reach, behind a firm refusal. */
export function hasBorder(input: IdentityInput): boolean {
  const limits = limitsOf(input)
  return hasLimits(limits) && limits.canBeFirm
}

/** What affected rows hold of customers whom changes do not reach is no part of the graph of this run. To be made after edges. */
export function borderSteps(scope: Scope, input: IdentityInput): Step[] {
  if (!hasBorder(input)) return []
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const leave = sql`
    delete from ${from(t.edges)}
    where not (${isAffectedNode(scope, entity, name('u'))} and ${isAffectedNode(scope, entity, name('v'))})
  `
  const nodes = sql`
    delete from ${from(t.nodes)}
    where not ${isAffectedNode(scope, entity, name('node'))}
      and ${name('node')} in (select ${name('node')} from ${from(published(scope, identifiersTable(entity)))})
  `
  return [
    choice('The graph of all, or of whom changes reach.', {
      full: [],
      incremental: [
        statement(scope, 'Links to customers whom changes do not reach stay refused.', leave),
        statement(scope, 'These customers keep what they hold.', nodes),
      ],
    }),
  ]
}

/** Refused links across the border, with what joining the two would break now. To be made after `sizes_<entity>`. */
export function refusedAcrossBorder(scope: Scope, input: IdentityInput): Step[] {
  if (!hasBorder(input)) return []
  const { name: entity } = input.entity
  const limits = limitsOf(input)
  const [u, v] = [
    isAffectedNode(scope, entity, name('r', 'u')),
    isAffectedNode(scope, entity, name('r', 'v')),
  ]
  const identifiers = from(whole(scope, identifiersTable(entity)))
  const sizes = from(whole(scope, sizesTable(entity)))
  const customer = (end: string, node: string, group: string) => sql`
    join ${identifiers} as ${name(node)} on ${name(node, 'node')} = ${name('r', end)}
    join ${sizes} as ${name(group)} on ${name(group, 'customer_id')} = ${name(node, 'customer_id')}
  `
  const held = (group: string) => (column: string) =>
    name(group, column === 'size' ? 'identifier_count' : column)
  const kept = refusedEdgesShape.map((column) =>
    column.name === 'reason'
      ? as(refusedReason(breaches(limits, held('a'), held('b'))), 'reason')
      : name('r', column.name),
  )
  // What the side that was decided anew held is known no longer, unless it must be a value of the one limited type.
  const staysFirm = (end: string, isAffected: Sql) =>
    limits.isOneOfAType ? name('r', `firm_${end}`) : sql`${name('r', `firm_${end}`)} and ${isAffected}`
  const select = sql`
    insert into ${from(next(scope, refusedEdgesTable(entity)))} (${list(
      [...refusedEdgesShape.map((column) => column.name), 'u', 'v', 'firm_u', 'firm_v'].map((c) => name(c)),
    )})
    select
      ${lines([
        ...kept,
        name('r', 'u'),
        name('r', 'v'),
        as(staysFirm('u', u), 'firm_u'),
        as(staysFirm('v', v), 'firm_v'),
      ])}
    from ${from(published(scope, refusedEdgesTable(entity)))} as ${name('r')}
    ${customer('u', 'x', 'a')}
    ${customer('v', 'y', 'b')}
    where (${u}) <> (${v})
  `
  return [
    choice('Refused links to customers whom changes do not reach.', {
      full: [],
      incremental: [statement(scope, 'They stay refused.', select)],
    }),
  ]
}
