import { type IdentityInput, idsState, refusedEdgesTable } from '../../identity/graph-tables.js'
import { typesByStrength } from '../../program/context.js'
import { published, state } from '../../program/scope.js'
import { lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { ask, type Inspected } from '../inspected.js'
import { shownTime } from '../shown-value.js'
import { rejectedOfBoth, setAsideOfBoth } from './common-values.js'
import type { Decisions } from './decisions.js'
import type { Endpoint } from './endpoints.js'
import type { Apart, LimitReached, Point, RefusedLink, Ruling } from './explanation.js'
import { componentCte, type ReadSource, withAll } from './read-sources.js'
import { realRows } from './real-rows.js'

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
  const [a, b] = [first.found.id, last.found.id]
  const { refused, count, reasons } = await refusedBetween(inspected, input, sources, a, b)
  return {
    kind: 'apart',
    entity: input.entity.name,
    from: first.asked,
    to: last.asked,
    partitions: await partitionsOf(inspected, input, a, b),
    refused,
    refused_count: count,
    limits: await limitsReached(inspected, input, reasons, a, b),
    overrides: await overridesBetween(inspected, input, decisions, a, b),
    set_aside: await setAsideOfBoth(inspected, input, sources, decisions, a, b),
    rejected: await rejectedOfBoth(inspected, input, sources, a, b),
  }
}

async function partitionsOf(
  inspected: Inspected,
  input: IdentityInput,
  a: string,
  b: string,
): Promise<Apart['partitions']> {
  if (!input.entity.partition) return null
  const rows = await ask(
    inspected,
    sql`
      select ${list([name('customer_id'), name('anchor_partition')])}
      from ${from(state(inspected.scope, idsState(input.entity.name)))}
      where ${name('customer_id')} in (${a}, ${b})
    `,
  )
  const of = (id: string) => String(rows.find((row) => row.customer_id === id)?.anchor_partition ?? '')
  return of(a) === of(b) ? null : { from: of(a), to: of(b) }
}

async function refusedBetween(
  inspected: Inspected,
  input: IdentityInput,
  sources: readonly ReadSource[],
  a: string,
  b: string,
) {
  const rows = await ask(inspected, refusedQuery(inspected, input, a, b))
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
function refusedQuery(inspected: Inspected, input: IdentityInput, a: string, b: string): Sql {
  const table = from(published(inspected.scope, refusedEdgesTable(input.entity.name)))
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
  const end = (component: string, alias: string, identifier: string, value: string) =>
    sql`join ${name(component)} as ${name(alias)} on ${name(alias, 'identifier')} = ${name('r', identifier)} and ${name(alias, 'value')} = ${name('r', value)}`
  const between = (first: string, second: string, isTurned: boolean) => sql`
    select
      ${lines([
        ...columns.map((column) => name('r', column)),
        sql`${name('x', 'node')} as ${name('u')}`,
        sql`${name('y', 'node')} as ${name('v')}`,
        sql`${isTurned} as ${name('is_turned')}`,
      ])}
    from ${table} as ${name('r')}
    ${end(first, 'x', 'identifier', 'value')}
    ${end(second, 'y', 'other_identifier', 'other_value')}
  `
  const tier = sql`case ${name('tier')} ${list(
    typesByStrength(input.entity).map((type, i) => sql`when ${type} then ${i}`),
    ' ',
  )} end`
  return sql`
    ${withAll([componentCte(inspected, input, a), componentCte(inspected, input, b, 'other')])}
    select ${list([...columns, 'u', 'v', 'is_turned'].map((column) => name(column)))}
    from (
      ${between('component', 'other', false)}
      union all
      ${between('other', 'component', true)}
    ) as ${name('refused')}
    order by
      ${lines([tier, sql`${name('first_seen_at')} asc nulls last`, sql`${name('row_count')} desc`, name('value'), name('other_value')])}
  `
}

/** What the limits that refused allow, and what each of the two has. */
async function limitsReached(
  inspected: Inspected,
  input: IdentityInput,
  reasons: readonly string[],
  a: string,
  b: string,
): Promise<readonly LimitReached[]> {
  const { identifiers, maxProfileSize } = input.entity
  if (!reasons.some((reason) => reason.startsWith('max_'))) return []
  const [here, there] = [await countsOf(inspected, input, a), await countsOf(inspected, input, b)]
  const types = identifiers.map((one) => one.name)
  return reasons.flatMap((reason): LimitReached[] => {
    const [limit, type] = reason.split(': ')
    const counted = limit === 'max_profile_size' ? types : [type ?? '']
    const most =
      limit === 'max_profile_size'
        ? maxProfileSize
        : identifiers.find((one) => one.name === type)?.maxPerProfile
    if (most === undefined) return []
    const sum = (counts: ReadonlyMap<string, number>) =>
      counted.reduce((all, one) => all + (counts.get(one) ?? 0), 0)
    return [{ reason, limit: most, from: sum(here), to: sum(there) }]
  })
}

async function countsOf(
  inspected: Inspected,
  input: IdentityInput,
  id: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await ask(
    inspected,
    sql`
      ${withAll([componentCte(inspected, input, id)])}
      select ${name('identifier')}, count(*) as ${name('held')}
      from ${name('component')}
      group by ${name('identifier')}
    `,
  )
  return new Map(rows.map((row) => [String(row.identifier), Number(row.held)]))
}

/** Decisions about one identifier of each: those that keep them apart, and links that hold no more or were refused. */
async function overridesBetween(
  inspected: Inspected,
  input: IdentityInput,
  decisions: Decisions,
  a: string,
  b: string,
): Promise<readonly Ruling[]> {
  if (!decisions.cte) return []
  const side = (prefix: string) => sql`
    (${name('c', 'strength')} = ${name('o', `${prefix}strength`)} and ${name('c', 'value')} = ${name('o', `${prefix}value`)})
  `
  const has = (component: string, prefix: string) =>
    sql`exists (select 1 from ${name(component)} as ${name('c')} where ${side(prefix)})`
  const rows = await ask(
    inspected,
    sql`
      ${withAll([componentCte(inspected, input, a), componentCte(inspected, input, b, 'other'), decisions.cte])}
      select ${name('o', 'position')}
      from ${name('overrides')} as ${name('o')}
      where (${has('component', '')} and ${has('other', 'other_')})
        or (${has('other', '')} and ${has('component', 'other_')})
      order by ${name('o', 'position')}
    `,
  )
  return rows.flatMap((row) => decisions.rulings[Number(row.position)] ?? [])
}
