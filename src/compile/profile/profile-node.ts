import type { Attribute, Entity } from '../../language/entity.js'
import type { CompiledNode, PublishedView } from '../../program/compiled-node.js'
import type { Context, NodeOf } from '../../program/context.js'
import type { StatementStep } from '../../program/program.js'
import {
  cast,
  current,
  next,
  noRows,
  type Place,
  published,
  type Scope,
  scratch,
} from '../../program/scope.js'
import { createTable, wholeSteps } from '../../program/steps.js'
import { onlyWhere } from '../../sql/conditional-aggregates.js'
import { as, joined, lines, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { from } from '../../sql/relation.js'
import { customersTable } from '../../staging/customer-tables.js'
import { candidateSteps, ordersOf, placeColumn, valueColumn } from './candidates.js'
import { goldenSteps } from './golden-values.js'
import type { PolicyOrder } from './policy-order.js'
import { attributesTable, candidatesTable, goldenTable, rankedName } from './profile-tables.js'

/** Golden values: for each attribute of each customer the value that its merge policy chooses, and where it came from. */
export function compileProfile(context: Context, node: NodeOf<'profile'>): CompiledNode {
  const { entity } = node
  const { scope } = context
  const orders = ordersOf(context, entity)
  const others = entity.attributes.filter((attribute) => !orders.has(attribute.name))
  const tables = [
    attributesTable(entity.name),
    candidatesTable(entity.name),
    ...others.map((attribute) => goldenTable(entity.name, attribute.name)),
  ]
  return {
    id: node.id,
    kind: 'profile',
    description: `Golden values of every ${entity.name}, and where each came from.`,
    inputs: node.inputs,
    steps: [
      ...candidateSteps(context, entity, orders),
      ...rankedSteps(scope, entity, orders),
      ...others.flatMap((attribute) => goldenSteps(context, entity, attribute)),
      ...attributeSteps(scope, entity, orders),
      ...tables.flatMap((table) => wholeSteps(scope, table)),
    ],
    tables,
    follows: `identity.${entity.name}`,
    scratch: [rankedName(entity.name)],
    views: profileViews(context, entity, published),
    kept: [],
    state: [],
  }
}

const winningPlace = (attribute: string) => `place__${attribute}`

/** In one aggregate: of each attribute decided by order, the winning value and its place. */
function rankedSteps(
  scope: Scope,
  entity: Entity,
  orders: ReadonlyMap<string, PolicyOrder>,
): StatementStep[] {
  if (orders.size === 0) return []
  const columns = entity.attributes.flatMap((attribute) => {
    const order = orders.get(attribute.name)
    if (order === undefined) return []
    const place = name(placeColumn(orders, order))
    const value = name(valueColumn(attribute.name))
    return [
      as(
        scope.dialect.functions.firstByRank(value, place, value, attribute.type),
        valueColumn(attribute.name),
      ),
      as(sql`min(${onlyWhere(sql`${value} is not null`, place)})`, winningPlace(attribute.name)),
    ]
  })
  const select = sql`
    select
      ${lines([name('customer_id'), ...columns])}
    from ${from(next(scope, candidatesTable(entity.name)))}
    group by ${name('customer_id')}
  `
  return createTable(
    scope,
    'The first row with a value wins.',
    scratch(scope, rankedName(entity.name)),
    select,
  )
}

/** The type of an attribute's column: collected values are the JSON text of an array. */
export function goldenType(attribute: Attribute): LogicalType {
  return attribute.merge.kind === 'collect' ? { kind: 'json' } : attribute.type
}

function attributeSteps(
  scope: Scope,
  entity: Entity,
  orders: ReadonlyMap<string, PolicyOrder>,
): StatementStep[] {
  const joins: Sql[] =
    orders.size === 0 ? [] : [leftJoin(from(scratch(scope, rankedName(entity.name))), 'ranked')]
  const values = entity.attributes.map((attribute) => {
    if (orders.has(attribute.name)) return as(name('ranked', valueColumn(attribute.name)), attribute.name)
    const alias = `golden_${attribute.name}`
    joins.push(leftJoin(goldenItem(scope, entity, attribute), alias))
    return as(cast(scope, name(alias, 'value'), goldenType(attribute)), attribute.name)
  })
  const places = [...orders.keys()].map((attribute) => name('ranked', winningPlace(attribute)))
  const select = sql`
    select
      ${lines([name('c', 'customer_id'), ...values, ...places])}
    from ${joined(sql`${from(current(scope, customersTable(entity.name)))} as ${name('c')}`, joins)}
  `
  return createTable(
    scope,
    `The golden values of every ${entity.name}.`,
    next(scope, attributesTable(entity.name)),
    select,
  )
}

function leftJoin(item: Sql, alias: string): Sql {
  return sql`left join ${item} as ${name(alias)} on ${name(alias, 'customer_id')} = ${name('c', 'customer_id')}`
}

function goldenItem(scope: Scope, entity: Entity, attribute: Attribute): Sql {
  const golden = from(next(scope, goldenTable(entity.name, attribute.name)))
  if (attribute.merge.kind !== 'collect') return golden
  const { functions } = scope.dialect
  const text = functions.display(name('value'), attribute.type)
  return sql`
    (
      select
        ${name('customer_id')},
        ${functions.collectJson(text, name('place'), attribute.merge.limit)} as ${name('value')}
      from ${golden}
      group by ${name('customer_id')}
    )`
}

/**
 * Where each golden value came from: nothing is written for it, since the candidates and the places of the winners say it.
 */
function provenance(context: Context, entity: Entity, place: Place): Sql {
  const orders = ordersOf(context, entity)
  const selects = entity.attributes
    .filter((attribute) => attribute.provenance)
    .map((attribute) => {
      const order = orders.get(attribute.name)
      return order
        ? orderedProvenance(context.scope, entity, attribute, placeColumn(orders, order), place)
        : goldenProvenance(context.scope, entity, attribute, place)
    })
  return selects.length === 0 ? noRows(context.scope, provenanceShape) : unionAll(selects)
}

const provenanceShape = [
  { name: 'customer_id', type: { kind: 'string' } },
  { name: 'attribute', type: { kind: 'string' } },
  { name: 'value', type: { kind: 'string' } },
  { name: 'source', type: { kind: 'string' } },
  { name: 'record_key', type: { kind: 'string' } },
  { name: 'observed_at', type: { kind: 'timestamp' } },
  { name: 'policy', type: { kind: 'string' } },
] as const

function orderedProvenance(
  scope: Scope,
  entity: Entity,
  attribute: Attribute,
  column: string,
  place: Place,
): Sql {
  return sql`
    select
      ${name('c', 'customer_id')},
      ${attribute.name} as ${name('attribute')},
      ${scope.dialect.functions.display(name('c', valueColumn(attribute.name)), attribute.type)} as ${name('value')},
      ${name('c', 'source')},
      ${name('c', 'record_key')},
      ${name('c', 'observed_at')},
      ${attribute.merge.kind} as ${name('policy')}
    from ${from(place(scope, candidatesTable(entity.name)))} as ${name('c')}
    join ${from(place(scope, attributesTable(entity.name)))} as ${name('w')}
      on ${name('w', 'customer_id')} = ${name('c', 'customer_id')}
      and ${name('w', winningPlace(attribute.name))} = ${name('c', column)}
    where ${name('c', valueColumn(attribute.name))} is not null
  `
}

function goldenProvenance(scope: Scope, entity: Entity, attribute: Attribute, place: Place): Sql {
  const type = attribute.merge.kind === 'collect' ? attribute.type : goldenType(attribute)
  const value = attribute.merge.kind === 'sql' ? cast(scope, name('value'), type) : name('value')
  return sql`
    select
      ${name('customer_id')},
      ${attribute.name} as ${name('attribute')},
      ${scope.dialect.functions.display(value, type)} as ${name('value')},
      ${name('source')},
      ${name('record_key')},
      ${name('observed_at')},
      ${attribute.merge.kind} as ${name('policy')}
    from ${from(place(scope, goldenTable(entity.name, attribute.name)))}
    where ${value} is not null
  `
}

/** `<entity>_attributes` and `<entity>_provenance`, over published tables or over those of a run. */
export function profileViews(context: Context, entity: Entity, place: Place): PublishedView[] {
  const { scope } = context
  const id = { name: entity.idColumn, description: `The ${entity.name}.` }
  const described = entity.attributes.map((a) => ({
    name: a.name,
    ...(a.description ? { description: a.description } : {}),
  }))
  return [
    {
      schema: 'public',
      name: `${entity.name}_attributes`,
      description: `Golden values of every ${entity.name}, before traits.`,
      select: sql`
        select
          ${lines([as(name('customer_id'), entity.idColumn), ...entity.attributes.map((a) => name(a.name))])}
        from ${from(place(scope, attributesTable(entity.name)))}
      `,
      columns: [id, ...described],
    },
    {
      schema: 'public',
      name: `${entity.name}_provenance`,
      description: 'Where each golden value came from, and which policy chose it.',
      select: sql`
        select
          ${lines([as(name('customer_id'), entity.idColumn), ...provenanceShape.slice(1).map((c) => name(c.name))])}
        from (
          ${provenance(context, entity, place)}
        ) as ${name('origins')}
      `,
      columns: [id],
    },
  ]
}
