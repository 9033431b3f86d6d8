import type { Field } from '../language/field.js'
import type { Source } from '../language/source.js'
import type { PublishedView } from '../program/compiled-node.js'
import type { Context } from '../program/context.js'
import { nullOf, published } from '../program/scope.js'
import { as, joined, lines, name, type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import { from } from '../sql/relation.js'
import { identifiersTable } from './customer-tables.js'
import { holdsMoments, type InputColumn, withOffset } from './input.js'
import { parsedValue } from './parsed-value.js'
import { joinsToCustomer } from './placement.js'
import { rawColumn, rowsTable } from './rows.js'

/**
 * `enriched_<source>`: every column of the source as it came, cast where a type is declared, and the ids of the entities
 * that the row belongs to. A column of the source that has the name of an id is shown as `source_<name>`.
 */
export function enrichedView(
  context: Context,
  source: Source,
  columns: readonly InputColumn[],
): PublishedView[] {
  const { scope } = context
  const ids = source.entities.flatMap((about) => {
    const entity = context.project.entities.find((e) => e.name === about.entity)
    return entity ? [{ entity, about }] : []
  })
  if (ids.length === 0) return []
  const rows = sql`${from(published(scope, rowsTable(source.name)))} as ${name('r')}`
  const placements = ids.map(({ entity, about }) => {
    const identifiers = published(scope, identifiersTable(entity.name))
    const alias = ids.length === 1 ? 'i' : `${entity.name}_`
    return joinsToCustomer(scope, entity, source, about, identifiers, alias)
  })
  const joins = placements.flatMap((placement) => placement.joins)
  const types = declaredTypes(context, source)
  const aliases = ownNames(
    columns,
    ids.map(({ entity }) => entity.idColumn),
  )
  const select = sql`
    select
      ${lines([
        ...ids.map(({ entity }, i) =>
          as(placements[i]?.customerId ?? nullOf(scope, 'string'), entity.idColumn),
        ),
        ...columns.map((column, i) =>
          as(typedColumn(context, column, types.get(column.name.toLowerCase())), aliases[i] ?? column.name),
        ),
      ])}
    from ${joins.length === 0 ? rows : joined(rows, joins)}
  `
  const belongTo = ids.map(({ entity }) => `the ${entity.name}`).join(' and ')
  return [
    {
      schema: 'public',
      name: `enriched_${source.name}`,
      description: source.description ?? `The rows of ${source.name} and ${belongTo} they belong to.`,
      select,
      columns: ids.map(({ entity }) => ({
        name: entity.idColumn,
        description: `The ${entity.name}, null where a row cannot be placed.`,
      })),
    },
  ]
}

/** Names of the source's columns beside those of ids: one that is taken gets `source_` before it. */
function ownNames(columns: readonly InputColumn[], ids: readonly string[]): readonly string[] {
  const taken = new Set([...ids, ...columns.map((column) => column.name.toLowerCase())])
  return columns.map(({ name: own }) => {
    if (!ids.includes(own.toLowerCase())) return own
    let free = `source_${own}`
    while (taken.has(free.toLowerCase())) free = `source_${free}`
    taken.add(free.toLowerCase())
    return free
  })
}

interface DeclaredType {
  readonly type: LogicalType
  readonly field: Field
}

/** Types that the declaration gives to whole columns. */
function declaredTypes(context: Context, source: Source): ReadonlyMap<string, DeclaredType> {
  const found = new Map<string, DeclaredType>()
  const note = (field: Field | undefined, type: LogicalType | undefined) => {
    if (field?.from.kind !== 'column' || !type || type.kind === 'string' || type.kind === 'json') return
    const key = field.from.column.toLowerCase()
    if (!found.has(key)) found.set(key, { type, field })
  }
  for (const time of [source.timestamp, source.updatedAt, source.createdAt]) note(time, { kind: 'timestamp' })
  note(source.deleted, { kind: 'boolean' })
  for (const property of source.properties) note(property, property.type)
  for (const about of source.entities) {
    const entity = context.project.entities.find((e) => e.name === about.entity)
    for (const field of about.attributes)
      note(field, entity?.attributes.find((a) => a.name === field.name)?.type ?? field.type)
  }
  return found
}

function typedColumn(context: Context, column: InputColumn, declared: DeclaredType | undefined): Sql {
  const { functions } = context.scope.dialect
  const value = name('r', rawColumn(column.name))
  if (!declared) return value
  const isLocal = declared.field.timezone !== undefined && !holdsMoments(context.scope, column)
  if (column.native?.kind === declared.type.kind && !isLocal) return value
  const text = column.isText ? value : functions.nativeText(value, column.native, column.engineType)
  const isZoned = declared.field.timezone !== undefined && !isLocal
  return parsedValue(context.scope, isZoned ? withOffset(text) : text, declared.field, declared.type)
}
