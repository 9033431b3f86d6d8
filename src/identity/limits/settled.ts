import type { Step } from '../../program/program.js'
import type { Scope } from '../../program/scope.js'
import { rebuildTable } from '../../program/steps.js'
import { list, name, sql } from '../../sql/fragment.js'
import { from } from '../../sql/relation.js'
import type { IdentityInput } from '../graph-tables.js'
import { scratchOf } from '../scratch.js'
import { isRefused } from './refused.js'

/**
 * What was decided takes the place of what contraction of all edges said about these components: each node that joined
 * another, and those that were joined. One that nothing joined is no component: a shared value is none of its own.
 */
export function settleSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const settled = sql`
    select ${name('c', 'node')}, ${name('c', 'component')}
    from ${from(t.components)} as ${name('c')}
    where not exists (select 1 from ${from(t.overLimit)} as ${name('o')} where ${name('o', 'component')} = ${name('c', 'component')})
    union all
    select ${name('node')}, ${name('component')}
    from ${from(t.decided)}
    union all
    select distinct ${name('component')}, ${name('component')}
    from ${from(t.decided)}
  `
  const accepted = sql`
    select ${list(['u', 'v', 'row_count', 'first_seen_at', 'last_seen_at', 'link'].map((c) => name('e', c)))}
    from ${from(t.edges)} as ${name('e')}
    where not ${isRefused(t.refused, 'e')}
  `
  return [
    ...rebuildTable(
      scope,
      'Components as limits leave them.',
      { table: t.components, by: t.composed },
      settled,
    ),
    ...rebuildTable(scope, 'Links that hold.', { table: t.edges, by: t.accepted }, accepted),
  ]
}
