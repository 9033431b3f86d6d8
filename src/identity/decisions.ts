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
import type { LoopStep, Step } from '../program/program.js'
import { createTable, round, type Scope, statement } from '../program/scope.js'
import { allOf, anyOf, as, lines, list, name, type Sql, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { replace } from './components.js'
import { type IdentityInput, type IdentityScratch, scratchOf } from './graph-tables.js'
import { breaches, countColumn, greatestColumn, isUnlinked, type Limits, leastColumn } from './limits.js'

/** Each round decides at least one edge; a path whose edges get steadily weaker takes half a round an edge. */
const ROUND_LIMIT = 100_000

/** The loop, and what it works on. Its result: `refused` edges, `decided` nodes with their group, and the `groups` that are left. */
export function decisionSteps(scope: Scope, input: IdentityInput, limits: Limits): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const { createEmptyTable } = scope.dialect.statements
  const empty = (title: string, table: IdentityScratch['open'], columns: readonly string[]) =>
    statement(
      scope,
      title,
      createEmptyTable(
        table,
        columns.map((column) => ({
          name: column,
          type: { kind: 'integer' },
        })),
      ),
    )
  const loop: LoopStep = {
    kind: 'loop',
    title: 'Decide contested links, the best first.',
    until: statement(
      scope,
      '',
      sql`select count(*) as ${name('open')} from ${from(t.open)} where ${name('a')} <> ${name('b')}`,
    ).sql,
    limit: ROUND_LIMIT,
    body: [...refuse(scope, t, limits), ...take(scope, t, limits), ...regroup(scope, t, limits)],
    unwind: [compose(scope, t)],
  }
  return [
    empty('Refused links.', t.refused, ['place', 'u', 'v']),
    empty('Which group joins which, round by round.', t.taken, ['round', 'node', 'representative']),
    empty('The group of each node, composed from the last round backwards.', t.decided, [
      'node',
      'component',
    ]),
    loop,
  ]
}

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
  const insert = sql`
    insert into ${from(t.refused)} (${list(['place', 'u', 'v'].map((c) => name(c)))})
    select
      ${name('e', 'place')},
      ${name('e', 'u')},
      ${name('e', 'v')}
    from ${from(t.open)} as ${name('e')}
    join ${from(t.groups)} as ${name('x')} on ${name('x', 'group_node')} = ${name('e', 'a')}
    join ${from(t.groups)} as ${name('y')} on ${name('y', 'group_node')} = ${name('e', 'b')}
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
    ...createTable(scope, 'Links that are still open.', t.remaining, remaining),
    ...replace(scope, t.open, t.remaining),
  ]
}

/** Open edges from both ends, one a pair of groups: `here`, `there`, `place`. */
function take(scope: Scope, t: IdentityScratch, limits: Limits): Step[] {
  const both = sql`
    select
      ${name('here')},
      ${name('there')},
      min(${name('place')}) as ${name('place')},
      max(${name('is_link')}) as ${name('is_link')}
    from (
      select ${name('a')} as ${name('here')}, ${name('b')} as ${name('there')}, ${name('place')}, ${name('is_link')} from ${from(t.open)}
      union all
      select ${name('b')} as ${name('here')}, ${name('a')} as ${name('there')}, ${name('place')}, ${name('is_link')} from ${from(t.open)}
    ) as ${name('directed')}
    group by ${name('here')}, ${name('there')}
  `
  const best = sql`
    select
      ${name('here')},
      min(${name('place')}) as ${name('place')}
    from ${from(t.links)}
    group by ${name('here')}
  `
  return [
    ...createTable(scope, 'Open links between groups, from both ends.', t.links, both),
    ...createTable(scope, 'The best open link of each group.', t.best, best),
    statement(
      scope,
      'Links that are the best of both ends are taken, and what follows them at a hub.',
      taken(t, limits),
    ),
  ]
}

function taken(t: IdentityScratch, limits: Limits): Sql {
  const before = sql`partition by ${name('hub')} order by ${name('place')} rows between unbounded preceding and 1 preceding`
  const upTo = sql`partition by ${name('hub')} order by ${name('place')} rows between unbounded preceding and current row`
  return sql`
    insert into ${from(t.taken)} (${list(['round', 'node', 'representative'].map((c) => name(c)))})
    with ${name('mutual')} as (
      select
        ${name('l', 'here')} as ${name('hub')},
        ${name('l', 'there')} as ${name('other')}
      from ${from(t.links)} as ${name('l')}
      join ${from(t.best)} as ${name('p')} on ${name('p', 'here')} = ${name('l', 'here')} and ${name('p', 'place')} = ${name('l', 'place')}
      join ${from(t.best)} as ${name('q')} on ${name('q', 'here')} = ${name('l', 'there')} and ${name('q', 'place')} = ${name('l', 'place')}
      join ${from(t.groups)} as ${name('x')} on ${name('x', 'group_node')} = ${name('l', 'here')}
      join ${from(t.groups)} as ${name('y')} on ${name('y', 'group_node')} = ${name('l', 'there')}
      where (${name('x', 'size')}, ${name('l', 'there')}) > (${name('y', 'size')}, ${name('l', 'here')})
    ), ${name('spokes')} as (
      select
        ${name('m', 'hub')},
        ${name('l', 'there')} as ${name('other')},
        ${name('l', 'place')},
        ${name('l', 'is_link')},
        ${name('q', 'place')} = ${name('l', 'place')} as ${name('is_best')}
      from ${name('mutual')} as ${name('m')}
      join ${from(t.links)} as ${name('l')} on ${name('l', 'here')} = ${name('m', 'hub')}
      join ${from(t.best)} as ${name('q')} on ${name('q', 'here')} = ${name('l', 'there')}
    ), ${name('elsewhere')} as (
      select
        ${name('s', 'hub')},
        ${name('s', 'other')},
        min(${name('l', 'place')}) as ${name('place')}
      from ${name('spokes')} as ${name('s')}
      join ${from(t.links)} as ${name('l')} on ${name('l', 'here')} = ${name('s', 'other')} and ${name('l', 'there')} <> ${name('s', 'hub')}
      where ${name('s', 'is_best')}
      group by ${name('s', 'hub')}, ${name('s', 'other')}
    ), ${name('summed')} as (
      select
        ${lines([
          name('s', 'hub'),
          name('s', 'other'),
          name('s', 'place'),
          name('s', 'is_link'),
          name('s', 'is_best'),
          as(name('w', 'place'), 'elsewhere'),
          ...sumColumns(limits).flatMap((column) => [
            as(name('h', column), `hub_${column}`),
            as(name('o', column), `other_${column}`),
          ]),
        ])}
      from ${name('spokes')} as ${name('s')}
      join ${from(t.groups)} as ${name('h')} on ${name('h', 'group_node')} = ${name('s', 'hub')}
      join ${from(t.groups)} as ${name('o')} on ${name('o', 'group_node')} = ${name('s', 'other')}
      left join ${name('elsewhere')} as ${name('w')} on ${name('w', 'hub')} = ${name('s', 'hub')} and ${name('w', 'other')} = ${name('s', 'other')}
    ), ${name('running')} as (
      select
        ${lines([
          name('hub'),
          name('other'),
          name('place'),
          name('is_link'),
          name('is_best'),
          as(sql`row_number() over (partition by ${name('hub')} order by ${name('place')})`, 'turn'),
          as(sql`min(${name('elsewhere')}) over (${before})`, 'elsewhere'),
          ...runningSums(limits, before),
        ])}
      from ${name('summed')}
    ), ${name('judged')} as (
      select
        ${name('hub')},
        ${name('other')},
        min(case when ${holds(t, limits)} then 1 else 0 end) over (${upTo}) as ${name('holds')}
      from ${name('running')}
    )
    select
      ${round} as ${name('round')},
      ${name('other')} as ${name('node')},
      ${name('hub')} as ${name('representative')}
    from ${name('judged')}
    where ${name('holds')} = 1
  `
}

function sumColumns(limits: Limits): readonly string[] {
  return [
    'size',
    ...limits.counted.map(({ strength }) => countColumn(strength)),
    ...limits.apart.flatMap((a) => [leastColumn(a), greatestColumn(a)]),
  ]
}

/** What the hub would hold before each of its links, if all those before it were taken; and what the other end holds. */
function runningSums(limits: Limits, before: Sql): readonly Sql[] {
  const added = (column: string) =>
    sql`${name(`hub_${column}`)} + coalesce(sum(${name(`other_${column}`)}) over (${before}), 0)`
  const bound = (column: string, which: 'min' | 'max') => {
    const own = name(`hub_${column}`)
    const others = sql`${sql`${which === 'min' ? sql`min` : sql`max`}`}(${name(`other_${column}`)}) over (${before})`
    return sql`${which === 'min' ? sql`least` : sql`greatest`}(coalesce(${own}, ${others}), coalesce(${others}, ${own}))`
  }
  const sums = ['size', ...limits.counted.map(({ strength }) => countColumn(strength))]
  return [
    ...sums.flatMap((c) => [as(added(c), `hub_${c}`), name(`other_${c}`)]),
    ...limits.apart.flatMap((a) => [
      as(bound(leastColumn(a), 'min'), `hub_${leastColumn(a)}`),
      as(bound(greatestColumn(a), 'max'), `hub_${greatestColumn(a)}`),
      name(`other_${leastColumn(a)}`),
      name(`other_${greatestColumn(a)}`),
    ]),
  ]
}

function holds(t: IdentityScratch, limits: Limits): Sql {
  const broken = breaches(
    limits,
    (column) => name(`hub_${column}`),
    (column) => name(`other_${column}`),
  ).map(({ when }) => when)
  return allOf([
    name('is_best'),
    sql`coalesce(${name('elsewhere')} > ${name('place')}, true)`,
    sql`(${name('is_link')} = 1 or not coalesce(${anyOf(broken.map((when) => sql`(${when})`))}, false))`,
    // The first was asked before; the hub of a later one may have grown into what must not be joined.
    ...(limits.unlinks
      ? [
          sql`(${name('turn')} = 1 or not exists (select 1 from ${from(t.unlinks)} as ${name('k')} where ${name('k', 'a')} = ${name('other')}))`,
        ]
      : []),
  ])
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
        ...sums.map((c) => as(sql`cast(sum(${name('g', c)}) as bigint)`, c)),
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
    ...createTable(scope, 'Groups after this round.', t.regrouped, groups),
    ...replace(scope, t.groups, t.regrouped),
    ...createTable(scope, 'Open links between them.', t.remaining, open),
    ...replace(scope, t.open, t.remaining),
    ...(limits.unlinks
      ? [
          ...createTable(scope, 'Who must not be one, as groups are now.', t.unlinksMoved, unlinks),
          ...replace(scope, t.unlinks, t.unlinksMoved),
        ]
      : []),
    statement(scope, 'The links of this round go.', dropTable(t.links)),
    statement(scope, 'So do the best ones.', dropTable(t.best)),
  ]
}

/** What was decided takes the place of what contraction of all edges said about these components. */
export function settleSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const settled = sql`
    select ${name('c', 'node')}, ${name('c', 'component')}
    from ${from(t.components)} as ${name('c')}
    where not exists (select 1 from ${from(t.overLimit)} as ${name('o')} where ${name('o', 'component')} = ${name('c', 'component')})
    union all
    select ${name('node')}, ${name('component')}
    from ${from(t.decided)}
  `
  const accepted = sql`
    select ${list(['u', 'v', 'row_count', 'first_seen_at', 'last_seen_at', 'link'].map((c) => name('e', c)))}
    from ${from(t.edges)} as ${name('e')}
    where not exists (
      select 1
      from ${from(t.refused)} as ${name('r')}
      where ${name('r', 'u')} = ${name('e', 'u')} and ${name('r', 'v')} = ${name('e', 'v')}
    )
  `
  return [
    ...createTable(scope, 'Components as limits leave them.', t.composed, settled),
    ...replace(scope, t.components, t.composed),
    ...createTable(scope, 'Links that hold.', t.accepted, accepted),
    ...replace(scope, t.edges, t.accepted),
  ]
}
