import { conditionSql, inWindow, momentOf } from '../../conditions/condition-sql.js'
import { InternalError } from '../../diagnostics/errors.js'
import { commonNames } from '../../graph/row-fields.js'
import { typeOfField } from '../../graph/types.js'
import type { Condition } from '../../language/condition.js'
import type { Entity } from '../../language/entity.js'
import { isEventSource, type Source, type SourceEntity } from '../../language/source.js'
import type { Trait, TraitDefinition } from '../../language/trait.js'
import { type Context, sourcesOf } from '../../program/context.js'
import { cast } from '../../program/scope.js'
import { allOf, as, lines, name, type Sql, sql, unionAll } from '../../sql/fragment.js'
import type { LogicalType } from '../../sql/logical-type.js'
import { identifiersIn, substituteNames } from '../../sql/user-fragment.js'
import { latestRows, placedRows } from '../../staging/placement.js'
import { attributeColumn, propertyColumn } from '../../staging/rows.js'

export type Aggregate = Extract<TraitDefinition, { kind: 'aggregate' }>

/** An aggregate trait with its definition, narrowed. */
export interface AggregateTrait {
  readonly trait: Trait
  readonly definition: Aggregate
}

/** Fields of rows that conditions and aggregates of traits name. */
export function fieldsOf(context: Context, entity: Entity, definition: Aggregate): readonly string[] {
  const { field, time, where, from } = definition
  const fields = [field, time, ...(where ? fieldsIn(context, entity, from, where) : [])]
  return [...new Set(fields.filter((field) => field !== undefined))]
}

export function fieldsIn(
  context: Context,
  entity: Entity,
  from: readonly string[],
  condition: Condition,
): readonly string[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.conditions.flatMap((part) => fieldsIn(context, entity, from, part))
    case 'not':
      return fieldsIn(context, entity, from, condition.condition)
    case 'compare':
      return [condition.subject.name]
    case 'sql': {
      const used = identifiersIn(condition.sql, context.scope.dialect.lexicon)
      const names = new Set(used.map(({ name, quoted }) => (quoted ? name : name.toLowerCase())))
      return commonNames(sourcesNamed(context, from), entity.name).filter((field) => names.has(field))
    }
    default:
      return []
  }
}

function sourcesNamed({ project }: Context, names: readonly string[]): readonly Source[] {
  return project.sources.filter((source) => names.includes(source.name))
}

/** SQL of a user names fields as they are declared; the rows have them under names that nothing else has. */
function rowFragment(context: Context, entity: Entity, from: readonly string[], text: string): Sql {
  const fields = commonNames(sourcesNamed(context, from), entity.name)
  const named = (field: string) => (fields.includes(field) ? name(fieldColumn(field)) : undefined)
  return sql`(\n${substituteNames(text, context.scope.dialect.lexicon, named)}\n)`
}

/** Fields that every row has without declaring them: when it happened, or was last true. */
const TIMES = ['occurred_at', 'observed_at', 'updated_at'] as const

function isTime(field: string): boolean {
  return (TIMES as readonly string[]).includes(field)
}

/** The column of a declared property or attribute of the row `r`, or the row's own time. */
export function rowField(source: Source, about: SourceEntity, entity: Entity, field: string): Sql {
  if (source.properties.some((p) => p.name === field)) return name('r', propertyColumn(field))
  if (about.attributes.some((a) => a.name === field)) return name('r', attributeColumn(entity.name, field))
  if (isTime(field)) return rowTime(source)
  throw new InternalError(`${source.name} has no field ${field}`)
}

export function rowTime(source: Source): Sql {
  return name('r', isEventSource(source) ? 'occurred_at' : 'observed_at')
}

export function typeOfRowValue(
  context: Context,
  entity: Entity,
  from: readonly string[],
  field: string,
): LogicalType {
  return (
    typeOfField(context.project, from, entity.name, field) ??
    (isTime(field) ? { kind: 'timestamp' } : { kind: 'string' })
  )
}

/**
 * The rows of several sources with their customer, one below the other: customer_id, row_source, row_key, row_time, row_event
 * and the fields asked for under their own names with `field__` before.
 */
export function rowsOfCustomers(
  context: Context,
  entity: Entity,
  from: readonly string[],
  fields: readonly string[],
): Sql {
  const { scope } = context
  const selects = sourcesOf(context.project, entity.name)
    .filter(({ source }) => from.includes(source.name))
    .map(({ source, about }) => {
      const placed = placedRows(scope, entity, source, about)
      const values = fields.map((field) => {
        const type = typeOfRowValue(context, entity, from, field)
        const value = rowField(source, about, entity, field)
        return as(from.length > 1 ? cast(scope, value, type) : value, fieldColumn(field))
      })
      const event = isEventSource(source) ? name('r', 'event') : cast(scope, sql`null`, 'string')
      return sql`
        select
          ${lines([
            as(placed.customerId, 'customer_id'),
            as(sql`${source.name}`, 'row_source'),
            as(name('r', 'record_key'), 'row_key'),
            as(rowTime(source), 'row_time'),
            as(event, 'row_event'),
            ...values,
          ])}
        from ${placed.from}
        where ${allOf([sql`${placed.customerId} is not null`, ...latestRows(source)])}
      `
    })
  return unionAll(selects)
}

export const fieldColumn = (field: string) => `field__${field}`

/** Which rows a trait or an event condition counts: event name, condition, window. */
export function rowFilter(
  context: Context,
  entity: Entity,
  asked: Pick<Aggregate, 'from' | 'event' | 'where' | 'time' | 'within' | 'withinNext'>,
): readonly Sql[] {
  const { scope } = context
  const time =
    asked.time === undefined
      ? name('row_time')
      : momentOf(
          scope,
          name(fieldColumn(asked.time)),
          typeOfRowValue(context, entity, asked.from, asked.time),
        )
  return [
    ...(asked.event === undefined ? [] : [sql`coalesce(${name('row_event')} = ${asked.event}, false)`]),
    ...(asked.where
      ? [
          conditionSql(asked.where, {
            scope,
            operand: (subject) => ({
              expression: name(fieldColumn(subject.name)),
              type: typeOfRowValue(context, entity, asked.from, subject.name),
            }),
            fragment: (text) => rowFragment(context, entity, asked.from, text),
          }),
        ]
      : []),
    ...(asked.within ? [sql`coalesce(${inWindow(scope, time, 'within', asked.within.seconds)}, false)`] : []),
    ...(asked.withinNext
      ? [sql`coalesce(${inWindow(scope, time, 'within_next', asked.withinNext.seconds)}, false)`]
      : []),
  ]
}
