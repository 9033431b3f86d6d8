/**
 * Which edges hold where limits are broken. By definition: edges are taken one by one, best first, and one that breaks a
 * limit is refused. Since sums only grow, what breaks now breaks for ever, and the same comes of a few rounds:
 *
 *   refuse every open edge that breaks; forget those whose ends are in one group;
 *   take every edge that is the best open one of both its ends;
 *   let the larger end take its next best edges too, while each is the best of its other end, no group just taken has a
 *   better open edge elsewhere, and the running sums hold: a hub of 200 000 edges then takes two rounds.
 *
 * The best of all open edges is the best of both its ends, so that each round decides at least one; edges that are taken in
 * one round touch different groups, or one hub in its own order: nothing that is decided earlier by the definition looks
 * at what is decided later. The groups of all rounds are composed backwards, as in `components.ts`.
 */
import type { LoopStep, Step } from '../../program/program.js'
import { cast, round, type Scope } from '../../program/scope.js'
import { rebuildTable, statement } from '../../program/steps.js'
import { anyOf, as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { type IdentityInput, integer, type Shape } from '../graph-tables.js'
import { type IdentityScratch, scratchOf } from '../scratch.js'
import { firmness } from './firm.js'
import { breaches, countColumn, greatestColumn, isUnlinked, type Limits, leastColumn } from './limits.js'
import { firmShape } from './refused.js'
import { takeSteps } from './taking.js'

/** Each round decides at least one edge; a path whose edges get steadily weaker takes half a round an edge. */
const ROUND_LIMIT = 100_000

/** The loop, and what it works on. Its result: `refused` edges, `decided` nodes with their group, and the `groups` that are left. */
export function decisionSteps(scope: Scope, input: IdentityInput, limits: Limits): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const { createEmptyTable } = scope.dialect.statements
  const empty = (title: string, table: IdentityScratch['open'], columns: readonly Shape[]) =>
    statement(scope, title, createEmptyTable(table, columns))
  const loop: LoopStep = {
    kind: 'loop',
    title: 'Decide contested links, the best first.',
    until: statement(
      scope,
      '',
      sql`select count(*) as ${name('open')} from ${from(t.open)} where ${name('a')} <> ${name('b')}`,
    ).sql,
    limit: ROUND_LIMIT,
    body: [...refuse(scope, t, limits), ...takeSteps(scope, t, limits), ...regroup(scope, t, limits)],
    unwind: [compose(scope, t)],
  }
  return [
    empty('Refused links.', t.refused, [...numbers('place', 'u', 'v'), ...firmShape]),
    empty('Which group joins which, round by round.', t.taken, numbers('round', 'node', 'representative')),
    empty(
      'The group of each node, composed from the last round backwards.',
      t.decided,
      numbers('node', 'component'),
    ),
    loop,
  ]
}

const numbers = (...names: readonly string[]): readonly Shape[] =>
  names.map((one) => ({ name: one, type: integer }))

/** One round of the way back: a group is where the group is that it joined. It joins once, so that nothing is written twice. */
function compose(scope: Scope, t: IdentityScratch): Step {
  const select = sql`
    insert into ${from(t.decided)} (${name('node')}, ${name('component')})
    select
      ${name('r', 'node')},
      coalesce(${name('d', 'component')}, ${name('r', 'representative')})
    from ${from(t.taken)} as ${name('r')}
    left join ${from(t.decided)} as ${name('d')} on ${name('d', 'node')} = ${name('r', 'representative')}
    where ${name('r', 'round')} = ${round}
  `
  return statement(scope, 'A group is where the group is that it joined.', select)
}

function refuse(scope: Scope, t: IdentityScratch, limits: Limits): Step[] {
  const broken = breaches(
    limits,
    (column) => name('x', column),
    (column) => name('y', column),
  )
  const firm = firmness(limits)
  const ends = limits.canBeFirm
    ? sql`
        join ${from(t.nodes)} as ${name('m')} on ${name('m', 'node')} = ${name('e', 'u')}
        join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('e', 'v')}
      `
    : sql``
  const insert = sql`
    insert into ${from(t.refused)} (${list(['place', 'u', 'v', 'firm_u', 'firm_v'].map((c) => name(c)))})
    select
      ${lines([name('e', 'place'), name('e', 'u'), name('e', 'v'), as(firm.u, 'firm_u'), as(firm.v, 'firm_v')])}
    from ${from(t.open)} as ${name('e')}
    join ${from(t.groups)} as ${name('x')} on ${name('x', 'group_node')} = ${name('e', 'a')}
    join ${from(t.groups)} as ${name('y')} on ${name('y', 'group_node')} = ${name('e', 'b')}
    ${ends}
    where ${name('e', 'a')} <> ${name('e', 'b')}
      and ${anyOf([
        ...(limits.unlinks ? [isUnlinked(t.unlinks, name('e', 'a'), name('e', 'b'))] : []),
        sql`${name('e', 'is_link')} = 0 and ${anyOf(broken.map(({ when }) => sql`(${when})`))}`,
      ])}
  `
  const remaining = sql`
    select ${list(['place', 'u', 'v', 'a', 'b', 'is_link'].map((c) => name('e', c)))}
    from ${from(t.open)} as ${name('e')}
    left join ${from(t.refused)} as ${name('r')} on ${name('r', 'place')} = ${name('e', 'place')}
    where ${name('r', 'place')} is null and ${name('e', 'a')} <> ${name('e', 'b')}
  `
  return [
    statement(scope, 'What breaks now breaks for ever.', insert),
    ...rebuildTable(scope, 'Links that are still open.', { table: t.open, by: t.remaining }, remaining),
  ]
}

function regroup(scope: Scope, t: IdentityScratch, limits: Limits): Step[] {
  const into = (alias: string, column: string) =>
    sql`coalesce(${name(alias, 'representative')}, ${column === 'group_node' ? name('g', column) : name('e', column)})`
  const join = (alias: string, key: Sql) =>
    sql`left join ${from(t.taken)} as ${name(alias)} on ${name(alias, 'node')} = ${key} and ${name(alias, 'round')} = ${round}`
  const sums = ['size', ...limits.counted.map(({ strength }) => countColumn(strength))]
  const groups = sql`
    select
      ${lines([
        as(into('m', 'group_node'), 'group_node'),
        ...sums.map((c) => as(cast(scope, sql`sum(${name('g', c)})`, 'integer'), c)),
        ...limits.apart.flatMap((a) => [
          as(sql`min(${name('g', leastColumn(a))})`, leastColumn(a)),
          as(sql`max(${name('g', greatestColumn(a))})`, greatestColumn(a)),
        ]),
      ])}
    from ${from(t.groups)} as ${name('g')}
    ${join('m', name('g', 'group_node'))}
    group by ${into('m', 'group_node')}
  `
  const open = sql`
    select
      ${lines([name('e', 'place'), name('e', 'u'), name('e', 'v'), as(into('p', 'a'), 'a'), as(into('q', 'b'), 'b'), name('e', 'is_link')])}
    from ${from(t.open)} as ${name('e')}
    ${join('p', name('e', 'a'))}
    ${join('q', name('e', 'b'))}
  `
  const unlinks = sql`
    select
      ${lines([name('e', 'position'), name('e', 'u'), name('e', 'v'), as(into('p', 'a'), 'a'), as(into('q', 'b'), 'b')])}
    from ${from(t.unlinks)} as ${name('e')}
    ${join('p', name('e', 'a'))}
    ${join('q', name('e', 'b'))}
  `
  const { dropTable } = scope.dialect.statements
  return [
    ...rebuildTable(scope, 'Groups after this round.', { table: t.groups, by: t.regrouped }, groups),
    ...rebuildTable(scope, 'Open links between them.', { table: t.open, by: t.remaining }, open),
    ...(limits.unlinks
      ? [
          ...rebuildTable(
            scope,
            'Who must not be one, as groups are now.',
            { table: t.unlinks, by: t.unlinksMoved },
            unlinks,
          ),
        ]
      : []),
    statement(scope, 'The links of this round go.', dropTable(t.links)),
    statement(scope, 'So do the best ones.', dropTable(t.best)),
  ]
}
