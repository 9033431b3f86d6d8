import { type IdentityInput, type SourceAbout, tuplesTable } from '../../identity/graph-tables.js'
import { isShareable } from '../../identity/sharing.js'
import { joining } from '../../identity/tuples.js'
import { published } from '../../program/scope.js'
import { allOf, anyOf, coalesce, lines, list, literal, name, raw, type Sql, sql } from '../../sql/fragment.js'
import { from, type Relation } from '../../sql/relation.js'
import { identifiersTable } from '../../staging/customer-tables.js'
import { type NodeColumn, nodeColumns } from '../../staging/node-columns.js'
import { rowsTable } from '../../staging/rows.js'
import { ask, type Inspected } from '../inspected.js'

/** A source as the last run staged it, with its columns of nodes, the strongest first. */
export interface ReadSource {
  readonly item: SourceAbout
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
    const tuples = published(scope, tuplesTable(input, item))
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

/** Each is computed once: engines that put them in wherever they are named would read large tables again and again. */
export function withAll({ scope }: Inspected, ctes: readonly Cte[]): Sql {
  const { computedOnce } = scope.dialect.facts
  const once = raw(computedOnce === undefined ? '' : `${computedOnce} `)
  const all = ctes.map(
    (cte) => sql`
      ${name(cte.name)} as ${once}(
        ${cte.select}
      )
    `,
  )
  return sql`with ${list(all)}`
}

/** A node as it stands in a component. */
export interface KnownNode {
  readonly node: string
  readonly identifier: string
  readonly strength: number
  readonly value: string
}

/** Components up to this size are written into a statement where they are known, and not read again. */
const FEW = 500

const COLUMNS = ['node', 'identifier', 'strength', 'value']

/** Nodes of a component: `node`, `identifier`, `strength`, `value`; `known`: all of them, where they were read before. */
export function componentCte(
  { scope }: Inspected,
  input: IdentityInput,
  id: string,
  known: readonly KnownNode[],
): Cte {
  const columns = list(COLUMNS.map((column) => name(column)))
  const select = isFew(known)
    ? valuesOf(known.map(partsOf), COLUMNS)
    : sql`
        select ${columns}
        from ${from(published(scope, identifiersTable(input.entity.name)))}
        where ${name('customer_id')} = ${id}
      `
  return { name: 'component', select }
}

/** Two customers, and their nodes. */
export interface Sides {
  readonly ids: readonly [string, string]
  readonly known: readonly (KnownNode & { readonly side: 0 | 1 })[]
}

/** Nodes of two components, with the `side` that each is on: 0 or 1. */
export function sidesCte({ scope }: Inspected, input: IdentityInput, { ids, known }: Sides): Cte {
  const select = isFew(known)
    ? valuesOf(
        known.map((one) => [...partsOf(one), sql`${one.side}`]),
        [...COLUMNS, 'side'],
      )
    : sql`
        select
          ${lines([...COLUMNS.map((column) => name(column)), sql`case when ${name('customer_id')} = ${ids[0]} then 0 else 1 end as ${name('side')}`])}
        from ${from(published(scope, identifiersTable(input.entity.name)))}
        where ${name('customer_id')} in (${ids[0]}, ${ids[1]})
      `
  return { name: 'component', select }
}

/** Reads the nodes of two customers; none where they are many. */
export async function readSides(
  inspected: Inspected,
  input: IdentityInput,
  ids: Sides['ids'],
): Promise<Sides> {
  const rows = await ask(
    inspected,
    sql`
      select ${list([...COLUMNS, 'customer_id'].map((column) => name(column)))}
      from ${from(published(inspected.scope, identifiersTable(input.entity.name)))}
      where ${name('customer_id')} in (${ids[0]}, ${ids[1]})
      limit ${FEW + 1}
    `,
  )
  const known = rows.map((row) => ({
    node: String(row.node),
    identifier: String(row.identifier),
    strength: Number(row.strength),
    value: String(row.value),
    side: row.customer_id === ids[0] ? (0 as const) : (1 as const),
  }))
  return { ids, known: isFew(known) ? known : [] }
}

/** A node's number, 64 bits with a sign. */
export function nodeNumber(node: string): Sql {
  return literal(BigInt(node))
}

/** Whether a node is one of those that a subquery lists. */
export function isIn(node: Sql, cte: string): Sql {
  return sql`${node} in (select ${name('node')} from ${name(cte)})`
}

function isFew(known: readonly KnownNode[]): boolean {
  return known.length > 0 && known.length <= FEW
}

function partsOf(one: KnownNode): readonly Sql[] {
  return [nodeNumber(one.node), sql`${one.identifier}`, sql`${one.strength}`, sql`${one.value}`]
}

function valuesOf(rows: readonly (readonly Sql[])[], columns: readonly string[]): Sql {
  const names = list(columns.map((column) => name(column)))
  return sql`
    select ${names}
    from (values ${list(rows.map((row) => sql`(${list(row)})`))}) as ${name('known')} (${names})
  `
}

/**
 * Rows or tuples that may hang on a node of the component: those of which a candidate for the strongest one is in it. `only`:
 * of those rows, so that the engine need not read the rest.
 */
export function touchedCte(
  source: ReadSource,
  table: Relation,
  more: readonly string[],
  as: string,
  only: readonly Sql[] = [],
): Cte {
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
    where ${allOf([...only, anyOf(candidates.map((node) => isIn(node, 'component')))])}
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
    where ${isIn(name('node'), 'met')}
  `
  const unknown = sql`${name('node')} not in (select ${name('node')} from ${name('known')})`
  const isLinked = isIn(name('node'), 'linked')
  return [
    { name: 'met', select: list(met, '\nunion distinct\n') },
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
