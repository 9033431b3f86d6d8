import type { Attribute, Entity } from '../../language/entity.js'
import { type Context, sourcesOf } from '../../program/context.js'
import type { StatementStep } from '../../program/program.js'
import { next, noRows } from '../../program/scope.js'
import { createTable } from '../../program/steps.js'
import { allOf, as, equalsNone, lines, list, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import { latestRows, placedRows } from '../../staging/placement.js'
import { idColumn } from '../../staging/rows.js'
import { candidateColumns, shapeOfCandidates, unexpired, valueColumn } from './candidates.js'
import { CANDIDATE, enrichmentStages, type Stage } from './enrichment.js'
import { placeOfSource } from './policy-order.js'
import { candidatesTable, goldenTable } from './profile-tables.js'
import { winners } from './winners.js'

/**
 * The attributes that no order of rows decides: which value wins depends on the values. Each gets a table of its own:
 * customer_id, value, and the row that witnesses it (source, record_key, observed_at); `collect` has a row an element, with
 * its place.
 */
export function goldenSteps(context: Context, entity: Entity, attribute: Attribute): StatementStep[] {
  const { scope } = context
  const stages: Stage[] = [{ name: 'given', select: givenValues(context, entity, attribute) }]
  stages.push(...enrichmentStages(context, entity, attribute, 'given'))
  if (attribute.merge.kind === 'source_priority')
    stages.push(...priorityStages(attribute.merge.sources, lastOf(stages)))
  const ctes = stages.map(
    (stage) => sql`${name(stage.name)} as (
      ${stage.select}
    )`,
  )
  const select = sql`
    with ${list(ctes)}${winners(scope, attribute.merge, name(lastOf(stages)))}
  `
  const title = `${attribute.name}: ${attribute.merge.kind.replaceAll('_', ' ')}.`
  return createTable(scope, title, next(scope, goldenTable(entity.name, attribute.name)), select)
}

function lastOf(stages: readonly Stage[]): string {
  return stages.at(-1)?.name ?? ''
}

/** Every value that a row gives, beside its customer. */
function givenValues(context: Context, entity: Entity, attribute: Attribute): Sql {
  const { scope } = context
  if (attribute.from === undefined) {
    const value = name(valueColumn(attribute.name))
    return sql`
      select
        ${lines([...shapeOfCandidates().map((c) => name(c.name)), as(value, 'value')])}
      from ${from(next(scope, candidatesTable(entity.name)))}
      where ${value} is not null
    `
  }
  const type = attribute.from
  const selects = sourcesOf(context.project, entity.name).flatMap(({ source, about }) => {
    const count = about.identifiers.filter((field) => field.name === type).length
    const placed = placedRows(scope, entity, source, about)
    return Array.from({ length: count }, (_, i) => {
      const column = name('r', idColumn(entity.name, type, i + 1))
      const value = unexpired(scope, attribute, column)
      // A value that stands in several columns of a row is one candidate.
      const earlier = Array.from({ length: i }, (_, j) => name('r', idColumn(entity.name, type, j + 1)))
      return sql`
        select
          ${lines([...candidateColumns(source, placed.customerId), as(value, 'value')])}
        from ${placed.from}
        where ${allOf([
          sql`${placed.customerId} is not null`,
          sql`${value} is not null`,
          ...equalsNone(column, earlier),
          ...latestRows(source),
        ])}
      `
    })
  })
  return selects.length === 0
    ? noRows(scope, [...shapeOfCandidates(), { name: 'value', type: attribute.type }])
    : unionAll(selects)
}

/** Of the sources that a priority names the first that has a value, else all others. */
function priorityStages(sources: readonly string[], before: string): readonly Stage[] {
  const placed = sql`
    select
      ${CANDIDATE},
      rank() over (
        partition by ${name('customer_id')}
        order by ${placeOfSource(sources)}
      ) as ${name('priority')}
    from ${name(before)}
  `
  const preferred = sql`
    select
      ${CANDIDATE}
    from ${name('by_priority')}
    where ${name('priority')} = 1
  `
  return [
    { name: 'by_priority', select: placed },
    { name: 'preferred', select: preferred },
  ]
}
