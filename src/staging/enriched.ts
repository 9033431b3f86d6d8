import type { Field } from '../language/field.js'
import type { Source } from '../language/source.js'
import type { PublishedView } from '../program/compiled-node.js'
import type { Context } from '../program/context.js'
import { published } from '../program/scope.js'
import { as, lines, name, type Sql, sql } from '../sql/fragment.js'
import type { LogicalType } from '../sql/logical-type.js'
import type { InputColumn } from './input.js'
import { identifiersTable, placedRows } from './placement.js'
import { rawColumn, rowsTable } from './rows.js'

/**
 * `enriched_<source>`: every column of the source as it came, cast where a type is declared, and the id of the entity
 * that the row belongs to. A column of the source that has the id's name is shown as `source_<name>`.
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
  const [first] = ids
  if (!first || ids.length > 1) return []
  const { entity, about } = first
  const placed = placedRows(scope, entity, source, about, {
    rows: published(scope, rowsTable(source.name)),
    identifiers: published(scope, identifiersTable(entity.name)),
  })
  const types = declaredTypes(context, source)
  const own = columns.map((column) => {
    const alias = column.name.toLowerCase() === entity.idColumn ? `source_${column.name}` : column.name
    return as(typedColumn(context, column, types.get(column.name.toLowerCase())), alias)
  })
  const select = sql`
    select
      ${lines([as(placed.customerId, entity.idColumn), ...own])}
    from ${placed.from}
  `
  return [
    {
      schema: 'public',
      name: `enriched_${source.name}`,
      description: source.description ?? `The rows of ${source.name} and the ${entity.name} they belong to.`,
      select,
      columns: [
        { name: entity.idColumn, description: `The ${entity.name}, null where a row cannot be placed.` },
      ],
    },
  ]
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
  if (!declared || column.native?.kind === declared.type.kind) return value
  const { timezone, format } = declared.field
  const text = column.isText ? value : functions.nativeText(value, column.native)
  return functions.parse(text, declared.type, {
    ...(timezone ? { timezone } : {}),
    ...(format ? { format } : {}),
  })
}
