import type { Attribute, Entity } from '../../language/entity.js'
import { type Context, sourcesOf } from '../../program/context.js'
import type { StatementStep } from '../../program/program.js'
import { createTable, noRows, type Scope, scratch } from '../../program/scope.js'
import { allOf, as, lines, list, name, type Sql, sql, unionAll, verbatim } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { bracketed } from '../../sql/user-fragment.js'
import { latestRows, placedRows } from '../../staging/placement.js'
import { idColumn } from '../../staging/rows.js'
import { candidateColumns, shapeOfCandidates, sourcesGiving, unexpired } from './candidates.js'
import { LATEST, placeOfSource } from './policy-order.js'
import { candidatesName, goldenName } from './profile-tables.js'

/**
 * The attributes that no order of rows decides: which value wins depends on the values. Each gets a table of its own:
 * customer_id, value, and the row that witnesses it (source, record_key, observed_at); `collect` has a row an element, with
 * its place.
 */
export function goldenSteps(context: Context, entity: Entity, attribute: Attribute): StatementStep[] {
  const { scope } = context
  const title = `${attribute.name}: ${attribute.merge.kind.replaceAll('_', ' ')}.`
  const select = sql`
    with ${name('given')} as (
      ${givenValues(context, entity, attribute)}
    ), ${name('candidates')} as (
      ${admitted(context, entity, attribute)}
    )${winners(scope, attribute)}
  `
  return createTable(scope, title, scratch(scope, goldenName(entity.name, attribute.name)), select)
}

/** Every value that a row gives, beside its customer. */
function givenValues(context: Context, entity: Entity, attribute: Attribute): Sql {
  const { scope } = context
  if (attribute.from === undefined) {
    return sql`
      select
        ${lines([...shapeOfCandidates().map((c) => name(c.name)), as(name(attribute.name), 'value')])}
      from ${from(scratch(scope, candidatesName(entity.name)))}
      where ${name(attribute.name)} is not null
    `
  }
  const type = attribute.from
  const selects = sourcesOf(context.project, entity.name).flatMap(({ source, about }) => {
    const count = about.identifiers.filter((field) => field.name === type).length
    const placed = placedRows(scope, entity, source, about)
    return Array.from({ length: count }, (_, i) => {
      const value = unexpired(scope, attribute, name('r', idColumn(entity.name, type, i + 1)))
      return sql`
        select
          ${lines([...candidateColumns(source, placed.customerId), as(value, 'value')])}
        from ${placed.from}
        where ${allOf([
          sql`${placed.customerId} is not null`,
          sql`${value} is not null`,
          ...(source.versions === 'all' ? [latestRows(source)] : []),
        ])}
      `
    })
  })
  return selects.length === 0
    ? noRows(scope, [...shapeOfCandidates(), { name: 'value', type: attribute.type }])
    : unionAll(selects)
}

/**
 * Which values may compete where parties differ. `fill_missing`: only those of the strongest party that has any.
 * `update_if_newer`: of the weakest party that has values dated later than every stronger one's, these alone.
 */
function admitted(context: Context, entity: Entity, attribute: Attribute): Sql {
  const columns = lines([...shapeOfCandidates().map((c) => name(c.name)), name('value')])
  const sources =
    attribute.from === undefined
      ? sourcesGiving(context, entity, attribute)
      : sourcesOf(context.project, entity.name).map(({ source }) => source)
  if (sources.every((source) => source.party === 'first')) {
    return sql`
      select
        ${columns}
      from ${name('given')}
    `
  }
  const exempt = attribute.merge.kind === 'source_priority' ? attribute.merge.sources : []
  const party =
    exempt.length === 0
      ? name('party')
      : sql`case when ${name('source')} in (${list(exempt.map((s) => sql`${s}`))}) then 1 else ${name('party')} end`
  if (attribute.enrich !== 'update_if_newer') {
    return sql`
      select
        ${columns}
      from (
        select
          ${columns},
          ${party} as ${name('strength')},
          min(${party}) over (partition by ${name('customer_id')}) as ${name('strongest')}
        from ${name('given')}
      ) as ${name('by_party')}
      where ${name('strength')} = ${name('strongest')}
    `
  }
  return newerOnly(columns, party)
}

function newerOnly(columns: Sql, party: Sql): Sql {
  return sql`
    select
      ${columns}
    from (
      select
        ${columns},
        ${name('strength')},
        max(case when ${name('is_newer')} then ${name('strength')} end) over (partition by ${name('customer_id')}) as ${name('competing')},
        ${name('is_newer')}
      from (
        select
          ${columns},
          ${name('strength')},
          ${name('stronger')} = 0
            or coalesce(${name('observed_at')} > ${name('stronger_latest')}, ${name('observed_at')} is not null and ${name('stronger_latest')} is null) as ${name('is_newer')}
        from (
          select
            ${columns},
            ${party} as ${name('strength')},
            count(*) over (
              partition by ${name('customer_id')}
              order by ${party}
              range between unbounded preceding and 1 preceding
            ) as ${name('stronger')},
            max(${name('observed_at')}) over (
              partition by ${name('customer_id')}
              order by ${party}
              range between unbounded preceding and 1 preceding
            ) as ${name('stronger_latest')}
          from ${name('given')}
        ) as ${name('compared')}
      ) as ${name('judged')}
    ) as ${name('by_party')}
    where ${name('is_newer')} and ${name('strength')} = ${name('competing')}
  `
}

/** The winning value of each customer, and its witness: the latest row that has it. */
function winners(scope: Scope, attribute: Attribute): Sql {
  const { merge } = attribute
  switch (merge.kind) {
    case 'most_recent':
      return firstRow(LATEST.terms)
    case 'oldest':
      return firstRow(
        sql`${name('observed_at')} asc nulls last, ${list([name('party'), name('source'), name('record_key')])}`,
      )
    case 'source_priority':
      return prioritisedRow(merge)
    case 'sql':
      return sql`
        select
          ${name('customer_id')},
          ${bracketed(merge.sql)} as ${name('value')},
          ${emptyWitness(scope)}
        from ${name('candidates')}
        group by ${name('customer_id')}
      `
    case 'collect':
      return collected(merge.limit)
    case 'longest':
      return witnessed(
        rankedValue(
          sql`length(${name('value')}) desc, ${list([name('party'), name('source'), name('record_key')])}`,
        ),
      )
    case 'most_frequent':
      return witnessed(mostFrequentValue())
    default:
      return witnessed(sql`
        select ${name('customer_id')}, ${aggregate(merge.kind)} as ${name('value')}
        from ${name('candidates')}
        group by ${name('customer_id')}
      `)
  }
}

function aggregate(kind: 'min' | 'max' | 'any_true' | 'all_true'): Sql {
  switch (kind) {
    case 'min':
      return sql`min(${name('value')})`
    case 'max':
      return sql`max(${name('value')})`
    case 'any_true':
      return sql`bool_or(${name('value')})`
    case 'all_true':
      return sql`bool_and(${name('value')})`
  }
}

function prioritisedRow(merge: Extract<Attribute['merge'], { kind: 'source_priority' }>): Sql {
  const place = placeOfSource(merge.sources)
  const ties = list([name('party'), name('source'), name('record_key')])
  switch (merge.then) {
    case 'most_recent':
      return firstRow(sql`${place}, ${LATEST.terms}`)
    case 'oldest':
      return firstRow(sql`${place}, ${name('observed_at')} asc nulls last, ${ties}`)
    case 'longest':
      return firstRow(sql`${place}, length(${name('value')}) desc, ${LATEST.terms}`)
    case 'min':
      return firstRow(sql`${place}, ${name('value')}, ${LATEST.terms}`)
    case 'max':
      return firstRow(sql`${place}, ${name('value')} desc, ${LATEST.terms}`)
    case 'most_frequent':
      return firstRow(
        sql`${place}, count(*) over (partition by ${name('customer_id')}, ${place}, ${name('value')}) desc, ${LATEST.terms}`,
      )
  }
}

/** The row that comes first in an order is winner and witness at once. */
function firstRow(terms: Sql): Sql {
  const columns = lines([
    name('customer_id'),
    name('value'),
    name('source'),
    name('record_key'),
    name('observed_at'),
  ])
  return sql`
    select
      ${columns}
    from (
      select
        ${columns},
        row_number() over (
          partition by ${name('customer_id')}
          order by ${terms}
        ) as ${name('place')}
      from ${name('candidates')}
    ) as ${name('ordered')}
    where ${name('place')} = 1
  `
}

function rankedValue(terms: Sql): Sql {
  return sql`
    select ${name('customer_id')}, ${name('value')}
    from (
      select
        ${name('customer_id')},
        ${name('value')},
        row_number() over (
          partition by ${name('customer_id')}
          order by ${terms}
        ) as ${name('place')}
      from ${name('candidates')}
    ) as ${name('ordered')}
    where ${name('place')} = 1
  `
}

function mostFrequentValue(): Sql {
  return sql`
    select ${name('customer_id')}, ${name('value')}
    from (
      select
        ${name('customer_id')},
        ${name('value')},
        row_number() over (
          partition by ${name('customer_id')}
          order by count(*) desc, max(${name('observed_at')}) desc nulls last, ${name('value')}
        ) as ${name('place')}
      from ${name('candidates')}
      group by ${name('customer_id')}, ${name('value')}
    ) as ${name('counted')}
    where ${name('place')} = 1
  `
}

function witnessed(values: Sql): Sql {
  return sql`
    , ${name('winners')} as (
      ${values}
    )
    select
      ${name('customer_id')},
      ${name('value')},
      ${name('source')},
      ${name('record_key')},
      ${name('observed_at')}
    from (
      select
        ${name('c', 'customer_id')},
        ${name('c', 'value')},
        ${name('c', 'source')},
        ${name('c', 'record_key')},
        ${name('c', 'observed_at')},
        row_number() over (
          partition by ${name('c', 'customer_id')}
          order by ${LATEST.terms}
        ) as ${name('place')}
      from ${name('winners')} as ${name('w')}
      join ${name('candidates')} as ${name('c')}
        on ${name('c', 'customer_id')} = ${name('w', 'customer_id')} and ${name('c', 'value')} = ${name('w', 'value')}
    ) as ${name('witnesses')}
    where ${name('place')} = 1
  `
}

/** Distinct values, the latest first, then by value; each with the latest row that has it. */
function collected(limit: number): Sql {
  return sql`
    , ${name('witnesses')} as (
      select
        ${name('customer_id')},
        ${name('value')},
        ${name('source')},
        ${name('record_key')},
        ${name('observed_at')},
        row_number() over (
          partition by ${name('customer_id')}, ${name('value')}
          order by ${LATEST.terms}
        ) as ${name('sighting')}
      from ${name('candidates')}
    ), ${name('elements')} as (
      select
        ${name('customer_id')},
        ${name('value')},
        ${name('source')},
        ${name('record_key')},
        ${name('observed_at')},
        row_number() over (
          partition by ${name('customer_id')}
          order by ${name('observed_at')} desc nulls last, ${name('value')}
        ) as ${name('place')}
      from ${name('witnesses')}
      where ${name('sighting')} = 1
    )
    select
      ${lines(['customer_id', 'value', 'source', 'record_key', 'observed_at', 'place'].map((c) => name(c)))}
    from ${name('elements')}
    where ${name('place')} <= ${limit}
  `
}

function emptyWitness(scope: Scope): Sql {
  const text = scope.dialect.type({ kind: 'string' })
  const moment = scope.dialect.type({ kind: 'timestamp' })
  const nothing = (type: string, column: string) => sql`cast(null as ${verbatim(type)}) as ${name(column)}`
  return lines([nothing(text, 'source'), nothing(text, 'record_key'), nothing(moment, 'observed_at')])
}
