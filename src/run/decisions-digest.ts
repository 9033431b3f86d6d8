import { decisionsOfTable } from '../identity/decisions-table.js'
import { identityInput } from '../identity/identity-node.js'
import { scopeOf } from '../program/scope.js'
import { lines, name, sql } from '../sql/fragment.js'
import type { Moment } from '../state/store.js'
import { query, type StateStore, stateLiteral } from '../state/store.js'
import type { CompiledRun } from './run-options.js'

/**
 * Node id → a digest of what the decisions table of its entity says, as of this run: the statements are the same whatever
 * people decided, but a decision that comes, goes or expires changes for whom it holds, and what they meet.
 */
export async function decisionDigests(
  store: StateStore,
  { graph, dialect }: CompiledRun,
  asOf: Moment,
): Promise<Readonly<Record<string, string>>> {
  const scope = scopeOf(graph.project.settings, dialect)
  const found: Record<string, string> = {}
  for (const entity of graph.project.entities) {
    const input = identityInput(graph.project, entity)
    const [decisions] = decisionsOfTable(scope, input, stateLiteral({ moment: asOf }))
    if (!decisions) continue
    const columns = ['kind', 'strength', 'value', 'other_strength', 'other_value', 'holds', 'expires']
    const hash = dialect.functions.rowHash(columns.map((column) => name('d', column)))
    const [row] = await query(
      store,
      sql`
        select
          ${lines([sql`count(*) as ${name('decisions')}`, sql`sum(${hash}) as ${name('digest')}`])}
        from (
          ${decisions}
        ) as ${name('d')}
      `,
    )
    found[`identity.${entity.name}`] = `${row?.decisions} ${row?.digest}`
  }
  return found
}
