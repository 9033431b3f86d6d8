import type { Step } from '../../program/program.js'
import { nullOf, type Scope } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { countWhere } from '../../sql/conditional-aggregates.js'
import { anyOf, as, lines, list, name, type Sql, selectNothing, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { attributeColumn } from '../../staging/rows.js'
import { edgeOrder } from '../edge-order.js'
import { effectiveRows } from '../effective-rows.js'
import { type IdentityInput, rowsOf } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'
import { joining } from '../tuples.js'
import { countColumn, greatestColumn, type Limits, leastColumn } from './limits.js'

/**
 * Components that break a limit when all their edges are taken, which are few: their edges in the order in which they are
 * decided, and their nodes as groups of one, with the sums that limits look at. Everything else is final.
 */
export function contestedSteps(scope: Scope, input: IdentityInput, limits: Limits): Step[] {
  return [
    ...(limits.unlinks ? unlinks(scope, input) : []),
    ...(limits.apart.length > 0 ? keptApart(scope, input, limits) : []),
    ...components(scope, input, limits),
    ...groups(scope, input, limits),
    ...orderedEdges(scope, input),
  ]
}

/** Each pair that a person kept apart, from both ends; at first between the groups of one. */
function unlinks(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const pair = (u: string, v: string) => sql`
    select
      ${lines([name('position'), as(name(u), 'u'), as(name(v), 'v'), as(name(u), 'a'), as(name(v), 'b')])}
    from ${from(t.rulings)}
    where ${name('kind')} = 'unlink' and ${name('u')} <> ${name('v')}
  `
  const select = unionAll([pair('u', 'v'), pair('v', 'u')])
  return createTable(scope, 'Who must not be one, from both ends.', t.unlinks, select)
}

/** What the rows of a node say about the attributes of `keep_apart`: a row's value counts at its strongest identifier. */
function keptApart(scope: Scope, input: IdentityInput, limits: Limits): Step[] {
  const { entity } = input
  const { functions } = scope.dialect
  const selects = joining(input).flatMap((item) => {
    const given = limits.apart.filter((a) => item.about.attributes.some((field) => field.name === a))
    if (given.length === 0) return []
    const { from: rows, hub } = effectiveRows(scope, input, item, rowsOf(scope, input, item.source))
    const values = limits.apart.map((attribute) => {
      const type = entity.attributes.find((a) => a.name === attribute)?.type ?? { kind: 'string' as const }
      const value = functions.display(name('t', attributeColumn(entity.name, attribute)), type)
      return as(given.includes(attribute) ? value : nullOf(scope, 'string'), attribute)
    })
    return [
      sql`
        select
          ${lines([as(hub, 'node'), ...values])}
        from ${rows}
        where ${hub} is not null
      `,
    ]
  })
  const bounds = limits.apart.flatMap((attribute) => [
    as(sql`min(${name(attribute)})`, leastColumn(attribute)),
    as(sql`max(${name(attribute)})`, greatestColumn(attribute)),
  ])
  const nothing = lines([
    as(nullOf(scope, 'integer'), 'node'),
    ...limits.apart.map((attribute) => as(nullOf(scope, 'string'), attribute)),
  ])
  const select = sql`
    select
      ${lines([name('node'), ...bounds])}
    from (
      ${selects.length === 0 ? selectNothing(nothing) : unionAll(selects)}
    ) as ${name('known')}
    where ${anyOf(limits.apart.map((attribute) => sql`${name(attribute)} is not null`))}
    group by ${name('node')}
  `
  return createTable(
    scope,
    'What each identifier knows that keeps profiles apart.',
    scratchOf(scope, entity.name).apart,
    select,
  )
}

function components(scope: Scope, input: IdentityInput, limits: Limits): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const strength = name('n', 'strength')
  const broken = [
    ...limits.counted.map(
      ({ strength: type, max }) => sql`${countWhere(sql`${strength} = ${type}`)} > ${max}`,
    ),
    ...(limits.maxSize === undefined
      ? []
      : [sql`${countWhere(sql`${strength} < ${limits.identifierTypes}`)} > ${limits.maxSize}`]),
    ...limits.apart.map(
      (attribute) =>
        sql`min(${name('a', leastColumn(attribute))}) <> max(${name('a', greatestColumn(attribute))})`,
    ),
  ]
  const apart =
    limits.apart.length === 0
      ? []
      : [sql`left join ${from(t.apart)} as ${name('a')} on ${name('a', 'node')} = ${name('n', 'node')}`]
  const unlinked = sql`
    \nunion distinct
    select ${name('c', 'component')}
    from ${from(t.unlinks)} as ${name('k')}
    join ${from(t.components)} as ${name('c')} on ${name('c', 'node')} = ${name('k', 'u')}
    join ${from(t.components)} as ${name('d')} on ${name('d', 'node')} = ${name('k', 'v')} and ${name('d', 'component')} = ${name('c', 'component')}
  `
  const select = sql`
    select ${name('c', 'component')}
    from ${from(t.components)} as ${name('c')}
    ${list([sql`join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('c', 'node')}`, ...apart], '\n')}
    group by ${name('c', 'component')}
    having ${anyOf(broken)}${limits.unlinks ? unlinked : sql``}
  `
  return createTable(
    scope,
    'Components that break a limit: their edges are decided one by one.',
    t.overLimit,
    select,
  )
}

/** At first each node is a group of one, named by its number. */
function groups(scope: Scope, input: IdentityInput, limits: Limits): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const strength = name('n', 'strength')
  const one = (condition: Sql) => sql`case when ${condition} then 1 else 0 end`
  const columns = [
    as(name('c', 'node'), 'group_node'),
    as(one(sql`${strength} < ${limits.identifierTypes}`), 'size'),
    ...limits.counted.map(({ strength: type }) => as(one(sql`${strength} = ${type}`), countColumn(type))),
    ...limits.apart.flatMap((a) => [name('a', leastColumn(a)), name('a', greatestColumn(a))]),
  ]
  const apart =
    limits.apart.length === 0
      ? []
      : [sql`left join ${from(t.apart)} as ${name('a')} on ${name('a', 'node')} = ${name('c', 'node')}`]
  const joins = [
    sql`join ${from(t.overLimit)} as ${name('o')} on ${name('o', 'component')} = ${name('c', 'component')}`,
    sql`join ${from(t.nodes)} as ${name('n')} on ${name('n', 'node')} = ${name('c', 'node')}`,
    ...apart,
  ]
  const select = sql`
    select
      ${lines(columns)}
    from ${from(t.components)} as ${name('c')}
    ${list(joins, '\n')}
  `
  return createTable(scope, 'Their nodes as groups of one, with what limits look at.', t.groups, select)
}

function orderedEdges(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const select = sql`
    select
      row_number() over (
        order by
          ${edgeOrder}
      ) as ${name('place')},
      ${name('e', 'u')},
      ${name('e', 'v')},
      ${as(name('e', 'u'), 'a')},
      ${as(name('e', 'v'), 'b')},
      case when ${name('e', 'link')} is null then 0 else 1 end as ${name('is_link')}
    from ${from(t.edges)} as ${name('e')}
    join ${from(t.groups)} as ${name('g')} on ${name('g', 'group_node')} = ${name('e', 'u')}
    join ${from(t.nodes)} as ${name('x')} on ${name('x', 'node')} = ${name('e', 'u')}
    join ${from(t.nodes)} as ${name('y')} on ${name('y', 'node')} = ${name('e', 'v')}
  `
  return createTable(scope, 'Their edges, the best first, between the groups a and b.', t.open, select)
}
