/**
 * What time alone changes between two runs. Every window is measured from `as_of`, so that a moment enters or leaves it when
 * one of its edges passes over: between the `as_of` of the last run and that of this one. Rows and customers with such a
 * moment are looked at again, though nobody touched them.
 */

import { momentOf } from '../conditions/condition-sql.js'
import { leavesOf } from '../conditions/leaves.js'
import type { Crossings } from '../identity/affected/crossings.js'
import type { Condition, Test } from '../language/condition.js'
import type { Entity } from '../language/entity.js'
import type { Source, SourceEntity } from '../language/source.js'
import { type Context, sourcesOf } from '../program/context.js'
import { asOf, previousAsOf, published, type Scope } from '../program/scope.js'
import { anyOf, name, type Sql, sql } from '../sql/fragment.js'
import { print } from '../sql/printer.js'
import { from } from '../sql/relation.js'
import { segmentSubjectType } from './segments/segment-condition.js'
import { rowField, rowTime, typeOfRowValue } from './traits/row-values.js'
import { profilesTable } from './traits/trait-tables.js'

/** A moment that a window is laid over: an edge passes it `seconds` after it. */
interface Edge {
  readonly field?: string
  readonly seconds: number
}

export function crossingsOf(context: Context, entity: Entity): Crossings {
  const rows = new Map(
    sourcesOf(context.project, entity.name).flatMap(({ source, about }) => {
      const conditions = rowCrossings(context, entity, source, about)
      return conditions.length === 0 ? [] : [[source.name, anyOf(conditions)] as const]
    }),
  )
  const customers = profileCrossings(context, entity)
  return { rows, ...(customers && { customers }) }
}

function rowCrossings(context: Context, entity: Entity, source: Source, about: SourceEntity): readonly Sql[] {
  const { scope } = context
  const lapses = entity.attributes
    .filter((attribute) =>
      attribute.from === undefined
        ? about.attributes.some((field) => field.name === attribute.name)
        : about.identifiers.some((field) => field.name === attribute.from),
    )
    .flatMap(({ expiresAfter }) =>
      expiresAfter ? [passed(scope, name('r', 'observed_at'), expiresAfter.seconds)] : [],
    )
  const edges = edgesOver(context, entity, source).map(({ field, seconds }) => {
    if (field === undefined) return passed(scope, rowTime(source), seconds)
    const value = rowField(source, about, entity, field)
    return passed(
      scope,
      momentOf(scope, value, typeOfRowValue(context, entity, [source.name], field)),
      seconds,
    )
  })
  return distinct(context, [...lapses, ...edges])
}

/** Windows of traits and of event conditions over the rows of a source. */
function edgesOver({ project }: Context, entity: Entity, source: Source): readonly Edge[] {
  const traits = project.traits
    .filter((trait) => trait.entity === entity.name)
    .flatMap(({ definition }) =>
      definition.kind === 'aggregate' && definition.from.includes(source.name) ? [definition] : [],
    )
  const events = project.segments
    .filter((segment) => segment.entity === entity.name)
    .flatMap((segment) => leavesOf(segment.where))
    .flatMap((leaf) => (leaf.kind === 'event' && leaf.from.includes(source.name) ? [leaf] : []))
  return [
    ...traits.flatMap(({ time, within, withinNext, where }) => [
      ...(within ? windowEdges({ op: 'within', duration: within }, time) : []),
      ...(withinNext ? windowEdges({ op: 'within_next', duration: withinNext }, time) : []),
      ...(where ? fieldEdges(where) : []),
    ]),
    ...events.flatMap(({ within, where }) => [
      ...(within ? windowEdges({ op: 'within', duration: within }, undefined) : []),
      ...(where ? fieldEdges(where) : []),
    ]),
  ]
}

function fieldEdges(condition: Condition): readonly Edge[] {
  return leavesOf(condition).flatMap((leaf) =>
    leaf.kind === 'compare' ? leaf.tests.flatMap((test) => windowEdges(test, leaf.subject.name)) : [],
  )
}

/** `within` is (as_of − d, as_of]: a moment enters at its own time and leaves d later; `within_next` enters d before and leaves at its time. */
function windowEdges(test: Test, field: string | undefined): readonly Edge[] {
  if (test.op !== 'within' && test.op !== 'within_next') return []
  const { seconds } = test.duration
  const at = field === undefined ? {} : { field }
  return [
    { ...at, seconds: 0 },
    { ...at, seconds: test.op === 'within' ? seconds : -seconds },
  ]
}

/** Customers of the last run with a moment in their profile that a segment lays a window over. */
function profileCrossings(context: Context, entity: Entity): Sql | undefined {
  const { project, scope } = context
  const conditions = project.segments
    .filter((segment) => segment.entity === entity.name)
    .flatMap((segment) => leavesOf(segment.where))
    .flatMap((leaf) => (leaf.kind === 'compare' ? [leaf] : []))
    .flatMap(({ subject, tests }) =>
      tests
        .flatMap((test) => windowEdges(test, subject.name))
        .map(({ seconds }) => {
          const type = segmentSubjectType(context, entity, subject)
          return passed(scope, momentOf(scope, name('p', subject.name), type), seconds)
        }),
    )
  if (conditions.length === 0) return undefined
  return sql`
    select ${name('p', 'customer_id')}
    from ${from(published(scope, profilesTable(entity.name)))} as ${name('p')}
    where ${anyOf(distinct(context, conditions))}
  `
}

/** An edge `seconds` after the moment lies between the two runs. */
function passed(scope: Scope, time: Sql, seconds: number): Sql {
  const { addSeconds } = scope.dialect.functions
  const edge = (at: Sql) => (seconds === 0 ? at : addSeconds(at, -seconds))
  return sql`(${time} > ${edge(previousAsOf)} and ${time} <= ${edge(asOf)})`
}

function distinct({ scope }: Context, conditions: readonly Sql[]): readonly Sql[] {
  return [...new Map(conditions.map((condition) => [print(condition, scope.dialect), condition])).values()]
}
