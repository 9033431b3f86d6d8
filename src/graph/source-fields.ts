import type { Condition } from '../language/condition.js'
import type { Field } from '../language/field.js'
import { at, type Origin } from '../language/origin.js'
import type { Source } from '../language/source.js'

/** Every field of a source, each once. */
export function fieldsOf(source: Source): readonly Field[] {
  const { createdAt, updatedAt, loadedAt, deleted, event, timestamp } = source
  const times = [createdAt, updatedAt, loadedAt?.field, deleted, event, timestamp]
  const about = source.entities.flatMap((e) => [...e.identifiers, ...e.attributes, e.partition])
  return [...source.key, ...about, ...source.properties, ...times].filter((field) => field !== undefined)
}

/** Columns that a condition names. */
export function columnsIn(
  condition: Condition,
): readonly { readonly column: string; readonly place: Origin }[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.conditions.flatMap(columnsIn)
    case 'not':
      return columnsIn(condition.condition)
    case 'compare':
      return condition.subject.kind === 'column'
        ? [{ column: condition.subject.name, place: at(condition.origin, 'column') }]
        : []
    default:
      return []
  }
}

/** Expressions of a source, over its columns. */
export function fragmentsIn(source: Source): readonly { readonly sql: string; readonly place: Origin }[] {
  const fields = fieldsOf(source).flatMap(({ from, origin }) =>
    from.kind === 'sql' ? [{ sql: from.sql, place: at(origin, 'sql') }] : [],
  )
  return [...fields, ...(source.where ? fragmentsOf(source.where) : [])]
}

function fragmentsOf(condition: Condition): readonly { readonly sql: string; readonly place: Origin }[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.conditions.flatMap(fragmentsOf)
    case 'not':
      return fragmentsOf(condition.condition)
    case 'sql':
      return [{ sql: condition.sql, place: at(condition.origin, 'sql') }]
    default:
      return []
  }
}
