import { type IdentityInput, idsState, refusedEdgesTable } from '../../identity/graph-tables.js'
import { typesByStrength } from '../../program/context.js'
import { published, state } from '../../program/scope.js'
import { as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { ask, type Inspected } from '../inspected.js'
import { shownTime } from '../shown-value.js'
import type { Decisions } from './decisions.js'
import type { Endpoint } from './endpoints.js'
import type { Apart, LimitReached, Point, RefusedLink, Ruling } from './explanation.js'
import { type ReadSource, readSides, type Sides, sidesCte, withAll } from './read-sources.js'
import { realRows } from './real-rows.js'
import { rejectedOfBoth } from './rejected-of-both.js'
import { setAsideOfBoth } from './set-aside-of-both.js'

/** Most refused links that are told; all are counted. */
const MOST_TOLD = 20

/** Why two are not one: what would have joined them and was refused, set aside or rejected. */
export async function explainApart(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  decisions: Decisions,
  ends: { readonly from: Endpoint; readonly to: Endpoint },
): Promise<Apart> {
  const { from: first, to: last } = ends
  const sides = await readSides(inspected, input, [first.found.id, last.found.id])
  const { refused, count, reasons } = await refusedBetween(inspected, input, sources, sides)
  return {
    kind: 'apart',
    entity: input.entity.name,
    from: first.asked,
    to: last.asked,
    partitions: await partitionsOf(inspected, input, sides),
    refused,
    refused_count: count,
    limits: await limitsReached(inspected, input, reasons, sides),
    overrides: await overridesBetween(inspected, input, decisions, sides),
    set_aside: await setAsideOfBoth(inspected, input, sources, decisions, sides),
    rejected: await rejectedOfBoth(inspected, input, sources, sides),
  }
}

async function partitionsOf(
  inspected: Inspected,
  input: IdentityInput,
  sides: Sides,
): Promise<Apart['partitions']> {
  if (!input.entity.partition) return null
  const rows = await ask(
    inspected,
    sql`
      select ${list([name('customer_id'), name('anchor_partition')])}
      from ${from(state(inspected.scope, idsState(input.entity.name)))}
      where ${name('customer_id')} in (${sides.ids[0]}, ${sides.ids[1]})
    `,
  )
  const of = (id: string) => String(rows.find((row) => row.customer_id === id)?.anchor_partition ?? '')
  const [own, to] = [of(sides.ids[0]), of(sides.ids[1])]
  return own === to ? null : { from: own, to }
}

async function refusedBetween(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  sides: Sides,
) {
  const rows = await ask(inspected, refusedQuery(inspected, input, sides))
  const told = rows.slice(0, MOST_TOLD)
  const pairs = told.map((row) => ({
    u: { node: String(row.u), identifier: String(row.identifier) },
    v: { node: String(row.v), identifier: String(row.other_identifier) },
  }))
  const found = await realRows(inspected, input, sources, pairs, [])
  const refused = told.map((row, i): RefusedLink => {
    const ends = [
      pointOf(input, row.identifier, row.value),
      pointOf(input, row.other_identifier, row.other_value),
    ] as const
    const [from, to] = row.is_turned === true ? [ends[1], ends[0]] : ends
    return {
      from,
      to,
      reason: String(row.reason),
      source: found[i]?.source ?? null,
      record_key: found[i]?.record_key ?? null,
      first_seen_at: shownTime(row.first_seen_at),
      last_seen_at: shownTime(row.last_seen_at ?? null),
      row_count: Number(row.row_count),
    }
  })
  return {
    refused,
    count: rows.length,
    reasons: [...new Set(rows.flatMap((row) => String(row.reason).split(', ')))],
  }
}

function pointOf(input: IdentityInput, identifier: unknown, value: unknown): Point {
  const isRule = input.entity.match.some((rule) => rule.name === identifier)
  return { kind: isRule ? 'match' : 'identifier', identifier: String(identifier), value: String(value) }
}

/** Refused links with one end in each; `is_turned`: the first named end is the second customer's. The strongest tier first. */
function refusedQuery(inspected: Inspected, input: IdentityInput, sides: Sides): Sql {
  const columns = [
    'identifier',
    'value',
    'other_identifier',
    'other_value',
    'reason',
    'tier',
    'first_seen_at',
    'row_count',
  ]
  const end = (alias: string, identifier: string, value: string) =>
    sql`join ${name('component')} as ${name(alias)} on ${name(alias, 'identifier')} = ${name('r', identifier)} and ${name(alias, 'value')} = ${name('r', value)}`
  const tier = sql`case ${name('r', 'tier')} ${list(
    typesByStrength(input.entity).map((type, i) => sql`when ${type} then ${i}`),
    ' ',
  )} end`
  return sql`
    ${withAll(inspected, [sidesCte(inspected, input, sides)])}
    select
      ${lines([
        ...columns.map((column) => name('r', column)),
        as(name('x', 'node'), 'u'),
        as(name('y', 'node'), 'v'),
        as(sql`${name('x', 'side')} = 1`, 'is_turned'),
      ])}
    from ${from(published(inspected.scope, refusedEdgesTable(input.entity.name)))} as ${name('r')}
    ${end('x', 'identifier', 'value')}
    ${end('y', 'other_identifier', 'other_value')}
    where ${name('x', 'side')} <> ${name('y', 'side')}
    order by
      ${lines([tier, sql`${name('r', 'first_seen_at')} asc nulls last`, sql`${name('r', 'row_count')} desc`, name('r', 'value'), name('r', 'other_value')])}
  `
}

/** What the limits that refused allow, and what each of the two has. */
async function limitsReached(
  inspected: Inspected,
  input: IdentityInput,
  reasons: readonly string[],
  sides: Sides,
): Promise<readonly LimitReached[]> {
  if (!reasons.some((reason) => reason.startsWith('max_'))) return []
  const rows = await ask(
    inspected,
    sql`
      ${withAll(inspected, [sidesCte(inspected, input, sides)])}
      select ${list([name('side'), name('identifier'), as(sql`count(*)`, 'held')])}
      from ${name('component')}
      group by ${list([name('side'), name('identifier')])}
    `,
  )
  const held = (side: number, types: readonly string[]) =>
    rows
      .filter((row) => Number(row.side) === side && types.includes(String(row.identifier)))
      .reduce((sum, row) => sum + Number(row.held), 0)
  const { identifiers, maxProfileSize } = input.entity
  return reasons.flatMap((reason): LimitReached[] => {
    const [kind, type] = reason.split(': ')
    const isSize = kind === 'max_profile_size'
    const types = identifiers.map((one) => one.name).filter((one) => isSize || one === type)
    const limit = isSize ? maxProfileSize : identifiers.find((one) => one.name === type)?.maxPerProfile
    return limit === undefined ? [] : [{ reason, limit, from: held(0, types), to: held(1, types) }]
  })
}

/** Decisions about one identifier of each: those that keep them apart, and links that hold no more or were refused. */
async function overridesBetween(
  inspected: Inspected,
  input: IdentityInput,
  decisions: Decisions,
  sides: Sides,
): Promise<readonly Ruling[]> {
  if (!decisions.cte) return []
  const end = (alias: string, prefix: string) =>
    sql`join ${name('component')} as ${name(alias)} on ${name(alias, 'strength')} = ${name('o', `${prefix}strength`)} and ${name(alias, 'value')} = ${name('o', `${prefix}value`)}`
  const rows = await ask(
    inspected,
    sql`
      ${withAll(inspected, [sidesCte(inspected, input, sides), decisions.cte])}
      select distinct ${name('o', 'position')}
      from ${name('overrides')} as ${name('o')}
      ${end('x', '')}
      ${end('y', 'other_')}
      where ${name('x', 'side')} <> ${name('y', 'side')}
      order by ${name('position')}
    `,
  )
  return rows.flatMap((row) => decisions.rulings[Number(row.position)] ?? [])
}
