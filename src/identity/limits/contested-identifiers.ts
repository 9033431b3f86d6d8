/**
 * `on_conflict: refuse_all`: an identifier of which a limit or an override refuses a link to a stronger one is contested, and
 * then none of its links to identifiers as strong or stronger holds. What people linked neither makes it so nor is refused. An e-mail of two accounts
 * of which a profile may hold one belongs to neither, where `keep_best` gives it to the one who was first.
 *
 * What is contested is what taking the links one by one refuses. What remains are links that were all taken, so that no
 * group of them is larger than one that broke nothing: nothing is decided anew, the remaining links are contracted.
 */
import type { Step } from '../../program/program.js'
import { nullOf, type Scope } from '../../program/scope.js'
import { createTable, rebuildTable, statement } from '../../program/steps.js'
import { as, lines, list, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { contractionSteps } from '../components.js'
import { isFirstEnd } from '../edge-order.js'
import type { IdentityInput } from '../graph-tables.js'
import { type IdentityScratch, scratchOf } from '../scratch.js'
import { isRefused } from './refused.js'

/** The links of contested identifiers join those that are refused. To be made when links are decided. */
export function refuseContestedSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const contested = sql`
    select distinct
      ${lines([
        as(sql`case when ${isFirstEnd} then ${name('y', 'node')} else ${name('x', 'node')} end`, 'node'),
        as(sql`greatest(${name('x', 'strength')}, ${name('y', 'strength')})`, 'strength'),
      ])}
    from ${from(t.refused)} as ${name('r')}
    join ${from(t.edges)} as ${name('e')} on ${name('e', 'u')} = ${name('r', 'u')} and ${name('e', 'v')} = ${name('r', 'v')}
    join ${from(t.nodes)} as ${name('x')} on ${name('x', 'node')} = ${name('r', 'u')}
    join ${from(t.nodes)} as ${name('y')} on ${name('y', 'node')} = ${name('r', 'v')}
    where ${name('e', 'link')} is null
  `
  const title = 'Identifiers of which a link to a stronger one was refused.'
  return [
    ...createTable(scope, title, t.contested, contested),
    statement(scope, 'None of their links to identifiers as strong or stronger holds.', theirLinks(scope, t)),
  ]
}

function theirLinks(scope: Scope, t: IdentityScratch) {
  const at = (end: 'u' | 'v', other: 'x' | 'y') => sql`
    select
      ${lines([name('e', 'u'), name('e', 'v')])}
    from ${from(t.contested)} as ${name('c')}
    join ${from(t.edges)} as ${name('e')} on ${name('e', end)} = ${name('c', 'node')} and ${name('e', 'link')} is null
    join ${from(t.nodes)} as ${name(other)} on ${name(other, 'node')} = ${name('e', end === 'u' ? 'v' : 'u')}
    where ${name(other, 'strength')} <= ${name('c', 'strength')}`
  return sql`
    insert into ${from(t.refused)} (${list(['place', 'u', 'v', 'firm_u', 'firm_v'].map((c) => name(c)))})
    select
      ${lines([as(nullOf(scope, 'integer'), 'place'), name('l', 'u'), name('l', 'v'), as(sql`false`, 'firm_u'), as(sql`false`, 'firm_v')])}
    from (
      ${at('u', 'y')}
      union distinct
      ${at('v', 'x')}
    ) as ${name('l')}
    where not ${isRefused(t.refused, 'l')}
  `
}

/** Who is one by the links that remain takes the place of what was decided. To be made when refused links are explained. */
export function regroupedSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const remaining = sql`
    select
      ${lines([name('e', 'u'), name('e', 'v')])}
    from ${from(t.edges)} as ${name('e')}
    join ${from(t.components)} as ${name('c')} on ${name('c', 'node')} = ${name('e', 'u')}
    join ${from(t.overLimit)} as ${name('o')} on ${name('o', 'component')} = ${name('c', 'component')}
    where not ${isRefused(t.refused, 'e')}
  `
  const kept = {
    ...t,
    contracting: t.keptContracting,
    representatives: t.keptRepresentatives,
    components: t.keptComponents,
  }
  const moved = sql`
    select ${name('node')}, ${name('component')}
    from ${from(t.keptComponents)}
    where ${name('node')} <> ${name('component')}
  `
  return [
    ...contractionSteps(scope, kept, remaining),
    ...rebuildTable(
      scope,
      'Who joined whom by the links that remain.',
      { table: t.decided, by: t.composed },
      moved,
    ),
  ]
}
