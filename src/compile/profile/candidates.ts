import type { Attribute, Entity } from '../../language/entity.js'
import type { Source } from '../../language/source.js'
import { type Context, sourcesOf } from '../../program/context.js'
import type { StatementStep } from '../../program/program.js'
import { asOf, next, noRows, nullOf, type Scope } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { allOf, as, lines, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { latestRows, placedRows } from '../../staging/placement.js'
import { attributeColumn } from '../../staging/rows.js'
import { orderOf, type PolicyOrder } from './policy-order.js'
import { candidatesTable } from './profile-tables.js'

/** Parties from the strongest. */
export const PARTIES = { first: 1, second: 2, third: 3 } as const

/** The columns that every candidate has beside its values. */
const CANDIDATE_COLUMNS = ['customer_id', 'source', 'party', 'record_key', 'observed_at'] as const

/** The sources that give an attribute. */
export function sourcesGiving(context: Context, entity: Entity, attribute: Attribute): readonly Source[] {
  return sourcesOf(context.project, entity.name)
    .filter(({ about }) => about.attributes.some((field) => field.name === attribute.name))
    .map(({ source }) => source)
}

/** The order that decides each attribute which an order can decide. */
export function ordersOf(context: Context, entity: Entity): ReadonlyMap<string, PolicyOrder> {
  return new Map(
    entity.attributes.flatMap((attribute) => {
      const order = orderOf(attribute, sourcesGiving(context, entity, attribute))
      return order ? [[attribute.name, order] as const] : []
    }),
  )
}

/** The column that holds a row's place in an order. */
export function placeColumn(orders: ReadonlyMap<string, PolicyOrder>, order: PolicyOrder): string {
  const keys = [...new Set([...orders.values()].map((o) => o.key))]
  return `place_${keys.indexOf(order.key) + 1}`
}

/** The column of an attribute's values: attributes may be called like the columns that every candidate has. */
export const valueColumn = (attribute: string) => `value__${attribute}`

/** All rows that give attributes, beside their customer, with their place in each order: ranked once for all attributes. */
export function candidateSteps(
  context: Context,
  entity: Entity,
  orders: ReadonlyMap<string, PolicyOrder>,
): StatementStep[] {
  const { scope } = context
  const given = entity.attributes.filter((a) => a.from === undefined)
  const selects = sourcesOf(context.project, entity.name)
    .filter(({ about }) => about.attributes.length > 0)
    .map(({ source, about }) => {
      const placed = placedRows(scope, entity, source, about)
      const values = given.map((attribute) => {
        const isGiven = about.attributes.some((field) => field.name === attribute.name)
        const column = name('r', attributeColumn(entity.name, attribute.name))
        return as(
          isGiven ? unexpired(scope, attribute, column) : nullOf(scope, attribute.type),
          valueColumn(attribute.name),
        )
      })
      return sql`
        select
          ${lines([...candidateColumns(source, placed.customerId), ...values])}
        from ${placed.from}
        where ${allOf([sql`${placed.customerId} is not null`, ...latestRows(source)])}
      `
    })
  const columns = [...CANDIDATE_COLUMNS.map((c) => name(c)), ...given.map((a) => name(valueColumn(a.name)))]
  const places = [...new Map([...orders.values()].map((order) => [order.key, order])).values()]
  const ranked = places.map(
    (order) => sql`
      row_number() over (
        partition by ${name('customer_id')}
        order by ${order.terms}
      ) as ${name(placeColumn(orders, order))}
    `,
  )
  const none = noRows(scope, [
    ...shapeOfCandidates(),
    ...given.map((a) => ({ name: valueColumn(a.name), type: a.type })),
  ])
  const select = sql`
    with ${name('candidates')} as (
      ${selects.length === 0 ? none : unionAll(selects)}
    )
    select
      ${lines([...columns, ...ranked])}
    from ${name('candidates')}
  `
  const title = `Rows that say something about ${entity.name}s, in the orders in which they win.`
  return createTable(scope, title, next(scope, candidatesTable(entity.name)), select)
}

/** customer_id, source, party, record_key and observed_at of a row, under these names. */
export function candidateColumns(source: Source, customerId: Sql): readonly Sql[] {
  return [
    as(customerId, 'customer_id'),
    as(sql`${source.name}`, 'source'),
    as(sql`${PARTIES[source.party]}`, 'party'),
    as(name('r', 'record_key'), 'record_key'),
    as(name('r', 'observed_at'), 'observed_at'),
  ]
}

/** A value that lapses counts only until its time; an undated one has lapsed. */
export function unexpired(scope: Scope, attribute: Attribute, value: Sql): Sql {
  if (!attribute.expiresAfter) return value
  const since = scope.dialect.functions.addSeconds(asOf, -attribute.expiresAfter.seconds)
  return sql`case when ${name('r', 'observed_at')} > ${since} then ${value} end`
}

export function shapeOfCandidates() {
  return [
    { name: 'customer_id', type: { kind: 'string' } },
    { name: 'source', type: { kind: 'string' } },
    { name: 'party', type: { kind: 'integer' } },
    { name: 'record_key', type: { kind: 'string' } },
    { name: 'observed_at', type: { kind: 'timestamp' } },
  ] as const
}
