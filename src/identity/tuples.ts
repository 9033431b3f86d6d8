import type { Step } from '../program/program.js'
import { next, type Scope } from '../program/scope.js'
import { createTable, wholeSteps } from '../program/steps.js'
import { anyOf, lines, name, sql } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { nodeColumns } from '../staging/node-columns.js'
import { type IdentityInput, rowsOf, tuplesTable } from './graph-tables.js'

/** The sources whose rows make links, and what they say. */
export function joining(input: IdentityInput): IdentityInput['sources'] {
  return input.sources.filter(
    ({ source, about }) => source.identity === 'join' && nodeColumns(input.entity, about).length > 0,
  )
}

/**
 * Each distinct combination of nodes in the rows of a source, with its rows counted. This is where the volume of events
 * shrinks, and the only place from which "seen with more than n" can be counted: edges no longer know who met whom.
 */
export function tupleSteps(scope: Scope, input: IdentityInput): Step[] {
  return joining(input).flatMap(({ source, about }) => {
    const nodes = nodeColumns(input.entity, about).map((c) => name(c.column))
    const select = sql`
      select
        ${lines(nodes)},
        count(*) as ${name('row_count')},
        min(${name('first_seen_at')}) as ${name('first_seen_at')},
        max(${name('last_seen_at')}) as ${name('last_seen_at')}
      from ${from(rowsOf(scope, input, source))}
      where ${anyOf(nodes.map((node) => sql`${node} is not null`))}
      group by
        ${lines(nodes)}
    `
    const table = next(scope, tuplesTable(input, { source, about }))
    const title = `Which identifiers stand together in the rows of ${source.name}.`
    return [
      ...createTable(scope, title, table, select),
      ...wholeSteps(scope, tuplesTable(input, { source, about })),
    ]
  })
}
