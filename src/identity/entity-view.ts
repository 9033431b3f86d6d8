import type { Entity } from '../language/entity.js'
import type { PublishedView } from '../program/compiled-node.js'
import { as, lines, list, name, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'

/** A public view `<entity>_<suffix>` over one table, which calls `customer_id` by the entity's name for it. */
interface EntityView {
  readonly suffix: string
  readonly description: string
  readonly table: Relation
  /** Names of columns, with what is said of them; of `customer_id` there is something to say anyway. */
  readonly columns: readonly (string | { readonly name: string; readonly description: string })[]
  readonly where?: Sql
}

export function entityView(entity: Entity, view: EntityView): PublishedView {
  const columns = view.columns.map((column) => (typeof column === 'string' ? { name: column } : column))
  const shown = columns.map((column) => {
    if (column.name !== 'customer_id') return column
    return { description: `The ${entity.name}.`, ...column, name: entity.idColumn }
  })
  const selected = columns.map((column) =>
    column.name === 'customer_id' ? as(name('customer_id'), entity.idColumn) : name(column.name),
  )
  return {
    schema: 'public',
    name: `${entity.name}_${view.suffix}`,
    description: view.description,
    select: sql`
      select
        ${lines(selected)}
      ${list([sql`from ${from(view.table)}`, ...(view.where ? [sql`where ${view.where}`] : [])], '\n')}
    `,
    columns: shown.filter((column) => 'description' in column),
  }
}
