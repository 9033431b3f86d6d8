import type { Step } from '../program/program.js'
import { createTable, type Scope, whole } from '../program/scope.js'
import { list, name, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { identifiersTable } from '../staging/customer-tables.js'
import { edges } from './edges.js'
import { type IdentityInput, refusedEdgesTable, tuplesTable } from './graph-tables.js'
import { scratchOf } from './scratch.js'

/**
 * What holds the customers together that people look at: the links of the largest and of those who hold many, found again in
 * the tuples, since an incremental run has not seen them. To be made after `largest`, `busy` and the refused links.
 */
export function heldEdgeSteps(scope: Scope, input: IdentityInput): Step[] {
  const { name: entity } = input.entity
  const t = scratchOf(scope, entity)
  const hubs = sql`
    select ${name('node')} from ${from(t.busy)}
    union all
    select ${name('i', 'node')}
    from ${from(t.largest)} as ${name('l')}
    join ${from(whole(scope, identifiersTable(entity)))} as ${name('i')} on ${name('i', 'customer_id')} = ${name('l', 'customer_id')}
  `
  const select = sql`
    select ${list(['u', 'v', 'row_count', 'first_seen_at'].map((column) => name('e', column)))}
    from (
      ${edges(scope, input, (item) => whole(scope, tuplesTable(input, item)), hubs)}
    ) as ${name('e')}
    where not exists (
      select 1
      from ${from(whole(scope, refusedEdgesTable(entity)))} as ${name('r')}
      where ${name('r', 'u')} = ${name('e', 'u')} and ${name('r', 'v')} = ${name('e', 'v')}
    )
  `
  return createTable(scope, 'What holds the largest customers together.', t.heldEdges, select)
}
