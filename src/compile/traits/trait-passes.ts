import type { Entity } from '../../language/entity.js'
import type { Context } from '../../program/context.js'
import type { StatementStep } from '../../program/program.js'
import { cast, scratch } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { countWhere, onlyWhere } from '../../sql/conditional-aggregates.js'
import { allOf, as, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { PARTIES } from '../profile/candidates.js'
import { countColumn, sumColumn, sumType, valueColumn } from './pass-values.js'
import {
  type AggregateTrait,
  fieldColumn,
  fieldsOf,
  rowFilter,
  rowsOfCustomers,
  typeOfRowValue,
} from './row-values.js'
import { countedName, passName } from './trait-tables.js'

/** Traits that read the same sources, computed in one pass over their rows. */
export interface Pass {
  readonly n: number
  readonly from: readonly string[]
  readonly traits: readonly AggregateTrait[]
}

/** True for aggregates that must count values before they choose: they get a table of their own. */
export function isCounted({ definition }: AggregateTrait): boolean {
  return definition.aggregate === 'most_frequent' || definition.aggregate === 'collect'
}

export function passesOf(traits: readonly AggregateTrait[]): readonly Pass[] {
  const groups = new Map<string, AggregateTrait[]>()
  for (const one of traits.filter((t) => !isCounted(t))) {
    const key = [...one.definition.from].sort().join(' ')
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].map((group, i) => ({
    n: i + 1,
    from: group[0]?.definition.from ?? [],
    traits: group,
  }))
}

export function passSteps(context: Context, entity: Entity, pass: Pass): StatementStep[] {
  const { scope } = context
  const fields = [...new Set(pass.traits.flatMap(({ definition }) => fieldsOf(context, entity, definition)))]
  const orders = ordersNeeded(context, pass)
  const columns = pass.traits.flatMap((one) => passColumns(context, entity, one))
  const base = ['customer_id', 'row_source', 'row_key', 'row_time', 'row_event', ...fields.map(fieldColumn)]
  const rows = orders.length === 0 ? sql`${name('rows')}` : name('ordered_rows')
  const ordered =
    orders.length === 0
      ? sql``
      : sql`, ${name('ordered_rows')} as (
          select
            ${lines([...base.map((c) => name(c)), ...orders])}
          from ${name('rows')}
        )`
  const select = sql`
    with ${name('rows')} as (
      ${rowsOfCustomers(context, entity, pass.from, fields)}
    )${ordered}
    select
      ${lines([name('customer_id'), ...columns])}
    from ${rows}
    group by ${name('customer_id')}
  `
  const title = `Traits of each ${entity.name} from ${pass.from.join(', ')}, in one pass.`
  return createTable(scope, title, scratch(scope, passName(entity.name, pass.n)), select)
}

/** `first` and `last` follow the row's time; ties end in party, source and key. */
function ordersNeeded({ project }: Context, pass: Pass): readonly Sql[] {
  const sources = project.sources.filter((source) => pass.from.includes(source.name))
  const isMixed = new Set(sources.map((source) => source.party)).size > 1
  const parties = sources.map((source) => sql`when ${source.name} then ${PARTIES[source.party]}`)
  const ties = [
    ...(isMixed ? [sql`case ${name('row_source')} ${list(parties, ' ')} end`] : []),
    name('row_source'),
    name('row_key'),
  ]
  const place = (direction: 'asc' | 'desc', column: string) => sql`
    row_number() over (
      partition by ${name('customer_id')}
      order by ${name('row_time')} ${direction === 'asc' ? sql`asc` : sql`desc`} nulls last, ${list(ties)}
    ) as ${name(column)}
  `
  const asks = (aggregate: string) => pass.traits.some(({ definition }) => definition.aggregate === aggregate)
  return [
    ...(asks('first') ? [place('asc', 'place_first')] : []),
    ...(asks('last') ? [place('desc', 'place_last')] : []),
  ]
}

/** What a pass makes of a trait: its value, or what its value is computed from. */
function passColumns(context: Context, entity: Entity, one: AggregateTrait): readonly Sql[] {
  const { trait, definition } = one
  const part = (aggregate: 'sum' | 'count') =>
    aggregateSql(context, entity, { trait, definition: { ...definition, aggregate } })
  switch (definition.aggregate) {
    case 'avg':
      return [as(part('sum'), sumColumn(trait.name)), as(part('count'), countColumn(trait.name))]
    case 'sum':
      return [as(part('sum'), sumColumn(trait.name))]
    default:
      return [as(aggregateSql(context, entity, one), valueColumn(trait.name))]
  }
}

function aggregateSql(context: Context, entity: Entity, { trait, definition }: AggregateTrait): Sql {
  const { scope } = context
  const { functions } = scope.dialect
  const filters = rowFilter(context, entity, definition)
  const counts = filters.length === 0 ? sql`count(*)` : countWhere(allOf(filters))
  const field = definition.field === undefined ? undefined : name(fieldColumn(definition.field))
  if (definition.field === undefined || !field) {
    return definition.aggregate === 'exists' ? sql`${counts} > 0` : counts
  }
  const chosen = filters.length === 0 ? field : onlyWhere(allOf(filters), field)
  const type = typeOfRowValue(context, entity, definition.from, definition.field)
  switch (definition.aggregate) {
    case 'count':
      return sql`count(${chosen})`
    case 'exists':
      return sql`count(${chosen}) > 0`
    case 'count_distinct':
      return sql`count(distinct ${chosen})`
    case 'sum': {
      const whole = sumType(context, { trait, definition })
      return cast(scope, sql`sum(${type.kind === 'float' ? cast(scope, chosen, whole) : chosen})`, whole)
    }
    case 'min':
      return sql`min(${chosen})`
    case 'max':
      return sql`max(${chosen})`
    default:
      return functions.firstByRank(
        field,
        name(definition.aggregate === 'first' ? 'place_first' : 'place_last'),
        chosen,
        type,
      )
  }
}

/** `most_frequent` (ties: latest, then least value) and `collect` (latest first, then by value). */
export function countedSteps(context: Context, entity: Entity, one: AggregateTrait): StatementStep[] {
  const { scope } = context
  const { trait, definition } = one
  const value = name(fieldColumn(definition.field ?? ''))
  const latest = sql`max(${name('row_time')}) desc nulls last, ${value}`
  const order = definition.aggregate === 'most_frequent' ? sql`count(*) desc, ${latest}` : latest
  const type = typeOfRowValue(context, entity, definition.from, definition.field ?? '')
  const result =
    definition.aggregate === 'most_frequent'
      ? sql`max(${onlyWhere(sql`${name('place')} = 1`, name('value'))})`
      : scope.dialect.functions.collectJson(
          scope.dialect.functions.display(name('value'), type),
          name('place'),
          definition.limit,
        )
  const select = sql`
    with ${name('rows')} as (
      ${rowsOfCustomers(context, entity, definition.from, fieldsOf(context, entity, definition))}
    ), ${name('counted')} as (
      select
        ${name('customer_id')},
        ${value} as ${name('value')},
        row_number() over (
          partition by ${name('customer_id')}
          order by ${order}
        ) as ${name('place')}
      from ${name('rows')}
      where ${allOf([sql`${value} is not null`, ...rowFilter(context, entity, definition)])}
      group by ${name('customer_id')}, ${value}
    )
    select
      ${name('customer_id')},
      ${as(result, trait.name)}
    from ${name('counted')}
    group by ${name('customer_id')}
  `
  const title = `${trait.name}: ${definition.aggregate.replaceAll('_', ' ')} of ${definition.field}.`
  return createTable(scope, title, scratch(scope, countedName(entity.name, trait.name)), select)
}
