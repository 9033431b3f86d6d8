import type { Step } from '../program/program.js'
import type { Scope } from '../program/scope.js'
import { createTable } from '../program/steps.js'
import { list, name, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import type { IdentityInput } from './graph-tables.js'
import { scratchOf } from './scratch.js'
import { hasSharing } from './sharing.js'

/** Each node that may join, with its component; one that met nobody is a component of its own. */
export function memberSteps(scope: Scope, input: IdentityInput): Step[] {
  const t = scratchOf(scope, input.entity.name)
  const unshared = hasSharing(input)
    ? [
        sql`left join ${from(t.shared)} as ${name('s')} on ${name('s', 'node')} = ${name('n', 'node')}`,
        // One that a person linked joins by that link alone.
        sql`where ${name('s', 'node')} is null or ${name('c', 'node')} is not null`,
      ]
    : []
  const select = sql`
    select
      ${name('n', 'node')},
      coalesce(${name('c', 'component')}, ${name('n', 'node')}) as ${name('component')},
      ${name('n', 'strength')},
      ${name('n', 'first_seen_at')}
    from ${from(t.nodes)} as ${name('n')}
    ${list([sql`left join ${from(t.components)} as ${name('c')} on ${name('c', 'node')} = ${name('n', 'node')}`, ...unshared], '\n')}
  `
  return createTable(scope, 'The component of every node.', t.members, select)
}
