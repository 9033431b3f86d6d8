import { type IdentityInput, tuplesTable } from '../../identity/graph-tables.js'
import { isShareable } from '../../identity/sharing.js'
import { joining } from '../../identity/tuples.js'
import { published } from '../../program/scope.js'
import { anyOf, coalesce, lines, list, name, type Sql, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { identifiersTable, type NodeColumn, nodeColumns } from '../../staging/placement.js'
import { rowsTable } from '../../staging/rows.js'
import type { Inspected } from '../inspected.js'

/** A source as the last run staged it, with its columns of nodes, the strongest first. */
export interface ReadSource {
  readonly item: IdentityInput['sources'][number]
  readonly columns: readonly NodeColumn[]
  readonly rows: Relation
  /** Of sources that join. */
  readonly tuples: Relation
  /** Types of which a value may stand in a row without joining anybody. */
  readonly mayStandApart: ReadonlySet<string>
}

/** The sources about the entity whose tables are as the project says; one that is new or has changed since waits for a run. */
export async function readSources(
  { scope, connection }: Inspected,
  input: IdentityInput,
): Promise<readonly ReadSource[]> {
  const joins = new Set(joining(input).map(({ source }) => source.name))
  const found: ReadSource[] = []
  for (const item of input.sources) {
    const columns = nodeColumns(input.entity, item.about)
    const rows = published(scope, rowsTable(item.source.name))
    const tuples = published(scope, tuplesTable(input.entity.name, item.source.name))
    if (columns.length === 0) continue
    const table = joins.has(item.source.name) ? tuples : rows
    const there = new Set((await connection.describeTable(table))?.map((column) => column.name))
    if (columns.some((column) => !there.has(column.column))) continue
    const types = columns.map(({ type }) => type)
    const apart = types.filter((type) => item.source.identity === 'attach' || isShareable(input, type))
    found.push({ item, columns, rows, tuples, mayStandApart: new Set(apart) })
  }
  return found
}

/** A subquery with a name, for a WITH clause. */
export interface Cte {
  readonly name: string
  readonly select: Sql
}

export function withAll(ctes: readonly Cte[]): Sql {
  const all = ctes.map(
    (cte) => sql`${name(cte.name)} as (
  ${cte.select}
)`,
  )
  return sql`with ${list(all)}`
}

/** Nodes of a component: `node`, `identifier`, `strength`, `value`. */
export function componentCte({ scope }: Inspected, input: IdentityInput, id: string, as = 'component'): Cte {
  const select = sql`
    select ${list(['node', 'identifier', 'strength', 'value'].map((column) => name(column)))}
    from ${from(published(scope, identifiersTable(input.entity.name)))}
    where ${name('customer_id')} = ${id}
  `
  return { name: as, select }
}

/** Rows or tuples that may hang on a node of the component: those of which a candidate for the strongest one is in it. */
export function touchedCte(
  source: ReadSource,
  table: Relation,
  more: readonly string[],
  as: string,
  component = 'component',
): Cte {
  const isIn = (node: Sql) => sql`${node} in (select ${name('node')} from ${name(component)})`
  const [apart, firm] = [true, false].map((is) =>
    source.columns.filter(({ type }) => source.mayStandApart.has(type) === is),
  ) as [NodeColumn[], NodeColumn[]]
  const candidates = [
    ...(firm.length > 0 ? [coalesce(firm.map(({ column }) => name(column)))] : []),
    ...apart.map(({ column }) => name(column)),
  ]
  const select = sql`
    select
      ${lines([...source.columns.map(({ column }) => name(column)), ...more.map((column) => name(column))])}
    from ${from(table)}
    where ${anyOf(candidates.map(isIn))}
  `
  return { name: as, select }
}

/**
 * `apart`: nodes that stand in the rows of other subqueries without joining anybody: shared, blocked, unknown. `linked`:
 * nodes that only a person's link joined.
 */
export function apartCtes(
  { scope }: Inspected,
  input: IdentityInput,
  touched: readonly { readonly source: ReadSource; readonly name: string }[],
  linked?: Cte,
): readonly Cte[] {
  const met = touched.flatMap(({ source, name: table }) =>
    source.columns
      .filter(({ type }) => source.mayStandApart.has(type))
      .map(
        ({ column }) => sql`
          select ${name(column)} as ${name('node')}
          from ${name(table)}
          where ${name(column)} is not null
        `,
      ),
  )
  if (met.length === 0) return []
  const known = sql`
    select ${name('node')}
    from ${from(published(scope, identifiersTable(input.entity.name)))}
    where ${name('node')} in (select ${name('node')} from ${name('met')})
  `
  const unknown = sql`${name('node')} not in (select ${name('node')} from ${name('known')})`
  const isLinked = sql`${name('node')} in (select ${name('node')} from ${name('linked')})`
  return [
    { name: 'met', select: list(met, '\nunion\n') },
    { name: 'known', select: known },
    ...(linked ? [linked] : []),
    {
      name: 'apart',
      select: sql`
        select ${name('node')}
        from ${name('met')}
        where ${linked ? anyOf([unknown, isLinked]) : unknown}
      `,
    },
  ]
}

/** A FROM item in which rows are `t`, their nodes as far as they join, and the strongest of those. */
export function effectiveNodes(source: ReadSource, table: string) {
  let item = sql`${name(table)} as ${name('t')}`
  const nodes = source.columns.map((column, i) => {
    const node = name('t', column.column)
    if (!source.mayStandApart.has(column.type)) return { ...column, node }
    const alias = `apart_${i + 1}`
    item = sql`${item}\nleft join ${name('apart')} as ${name(alias)} on ${name(alias, 'node')} = ${node}`
    return { ...column, node: sql`case when ${name(alias, 'node')} is null then ${node} end` }
  })
  return { from: item, nodes, hub: coalesce(nodes.map(({ node }) => node)) }
}
