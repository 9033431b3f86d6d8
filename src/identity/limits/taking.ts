import type { Step } from '../../program/program.js'
import { round, type Scope } from '../../program/scope.js'
import { createTable, statement } from '../../program/steps.js'
import { comparePairs } from '../../sql/compare-pairs.js'
import { allOf, anyOf, as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import type { IdentityScratch } from '../scratch.js'
import { breaches, countColumn, greatestColumn, type Limits, leastColumn } from './limits.js'

/** Open edges from both ends, one a pair of groups: `here`, `there`, `place`. */
export function takeSteps(scope: Scope, t: IdentityScratch, limits: Limits): Step[] {
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

/** Who joins whose group: a step of reasoning a CTE, the one after the other. */
function taken(t: IdentityScratch, limits: Limits): Sql {
  return sql`
    insert into ${from(t.taken)} (${list(['round', 'node', 'representative'].map((c) => name(c)))})
    with ${name('mutual')} as (
      ${mutual(t)}
    ), ${name('spokes')} as (
      ${spokes(t)}
    ), ${name('elsewhere')} as (
      ${elsewhere(t)}
    ), ${name('summed')} as (
      ${summed(t, limits)}
    ), ${name('running')} as (
      ${running(limits)}
    ), ${name('judged')} as (
      ${judged(t, limits)}
    )
    select
      ${round} as ${name('round')},
      ${name('other')} as ${name('node')},
      ${name('hub')} as ${name('representative')}
    from ${name('judged')}
    where ${name('holds')} = 1
  `
}

/** Pairs of groups whose best open edge is the same one: the larger is the hub. */
function mutual(t: IdentityScratch): Sql {
  return sql`
    select
      ${name('l', 'here')} as ${name('hub')},
      ${name('l', 'there')} as ${name('other')}
    from ${from(t.links)} as ${name('l')}
    join ${from(t.best)} as ${name('p')} on ${name('p', 'here')} = ${name('l', 'here')} and ${name('p', 'place')} = ${name('l', 'place')}
    join ${from(t.best)} as ${name('q')} on ${name('q', 'here')} = ${name('l', 'there')} and ${name('q', 'place')} = ${name('l', 'place')}
    join ${from(t.groups)} as ${name('x')} on ${name('x', 'group_node')} = ${name('l', 'here')}
    join ${from(t.groups)} as ${name('y')} on ${name('y', 'group_node')} = ${name('l', 'there')}
    where ${comparePairs([name('x', 'size'), name('l', 'there')], '>', [name('y', 'size'), name('l', 'here')])}
  `
}

/** All open edges of hubs, and whether each is the best of its other end. */
function spokes(t: IdentityScratch): Sql {
  return sql`
    select
      ${name('m', 'hub')},
      ${name('l', 'there')} as ${name('other')},
      ${name('l', 'place')},
      ${name('l', 'is_link')},
      ${name('q', 'place')} = ${name('l', 'place')} as ${name('is_best')}
    from ${name('mutual')} as ${name('m')}
    join ${from(t.links)} as ${name('l')} on ${name('l', 'here')} = ${name('m', 'hub')}
    join ${from(t.best)} as ${name('q')} on ${name('q', 'here')} = ${name('l', 'there')}
  `
}

/** The best open edge of a spoke that leads to another group than the hub. */
function elsewhere(t: IdentityScratch): Sql {
  return sql`
    select
      ${name('s', 'hub')},
      ${name('s', 'other')},
      min(${name('l', 'place')}) as ${name('place')}
    from ${name('spokes')} as ${name('s')}
    join ${from(t.links)} as ${name('l')} on ${name('l', 'here')} = ${name('s', 'other')} and ${name('l', 'there')} <> ${name('s', 'hub')}
    where ${name('s', 'is_best')}
    group by ${name('s', 'hub')}, ${name('s', 'other')}
  `
}

/** Spokes with what the two groups hold of everything that limits look at. */
function summed(t: IdentityScratch, limits: Limits): Sql {
  return sql`
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
  `
}

/** The same with what the hub would hold before each of its spokes, if all those before it were taken. */
function running(limits: Limits): Sql {
  const before = sql`partition by ${name('hub')} order by ${name('place')} rows between unbounded preceding and 1 preceding`
  return sql`
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
  `
}

/** A spoke holds while it and all those before it do. */
function judged(t: IdentityScratch, limits: Limits): Sql {
  const upTo = sql`partition by ${name('hub')} order by ${name('place')} rows between unbounded preceding and current row`
  return sql`
    select
      ${name('hub')},
      ${name('other')},
      min(case when ${holds(t, limits)} then 1 else 0 end) over (${upTo}) as ${name('holds')}
    from ${name('running')}
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
