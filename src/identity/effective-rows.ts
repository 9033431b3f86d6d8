import type { Scope } from '../program/scope.js'
import { coalesce, equalsNone, name, type Sql, sql } from '../sql/fragment.js'
import { from, type Relation } from '../sql/relation.js'
import { nodeColumns } from '../staging/node-columns.js'
import type { IdentityInput, SourceAbout } from './graph-tables.js'
import { scratchOf } from './scratch.js'
import { isShareable } from './sharing.js'

/** Rows or tuples of a source as they may join: a FROM item in which they are `t`, and their nodes without shared ones. */
export interface EffectiveRows {
  readonly from: Sql
  /** Strongest first. */
  readonly nodes: readonly { readonly strength: number; readonly node: Sql }[]
  /** The strongest that is there. */
  readonly hub: Sql
}

/** The nodes that a row links to its strongest, each with the conditions under which it does: a value that two columns hold is one link. */
export function spokesOf({ nodes, hub }: Pick<EffectiveRows, 'nodes' | 'hub'>): readonly {
  readonly node: Sql
  readonly isLinked: readonly Sql[]
}[] {
  return nodes.slice(1).map(({ node, strength }, i) => {
    const alike = nodes.slice(0, i + 1).filter((earlier) => earlier.strength === strength)
    return {
      node,
      isLinked: [
        sql`${node} is not null`,
        sql`${node} <> ${hub}`,
        ...equalsNone(
          node,
          alike.map((earlier) => earlier.node),
        ),
      ],
    }
  })
}

/** `table`: the tuples of the source, or its rows. */
export function effectiveRows(
  scope: Scope,
  input: IdentityInput,
  { about }: SourceAbout,
  table: Relation,
): EffectiveRows {
  const shared = scratchOf(scope, input.entity.name).shared
  let item = sql`${from(table)} as ${name('t')}`
  const nodes = nodeColumns(input.entity, about).map((c, i) => {
    const column = name('t', c.column)
    if (!isShareable(input, c.type)) return { strength: c.strength, node: column }
    const alias = `shared_${i + 1}`
    item = sql`${item}\nleft join ${from(shared)} as ${name(alias)} on ${name(alias, 'node')} = ${column}`
    return { strength: c.strength, node: sql`case when ${name(alias, 'node')} is null then ${column} end` }
  })
  return { from: item, nodes, hub: coalesce(nodes.map((n) => n.node)) }
}
