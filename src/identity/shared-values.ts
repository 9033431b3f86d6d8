import type { StatementStep } from '../program/program.js'
import { cast, next, noRows, type Scope, whole } from '../program/scope.js'
import { createTable } from '../program/steps.js'
import { allOf, literal, name, type Sql, sql, unionAll } from '../sql/fragment.js'
import { from } from '../sql/relation.js'
import { nodeColumns } from '../staging/node-columns.js'
import { rejectedIdentifiersShape } from '../staging/rejected.js'
import { rowsTable } from '../staging/rows.js'
import { type IdentityInput, type SourceAbout, sharedValuesTable } from './graph-tables.js'
import { differsFrom } from './nodes.js'
import { scratchOf } from './scratch.js'
import { hasSharing, isShareable } from './sharing.js'

/**
 * Rows that carry a shared value, counted by source and value, for `rejected_identifiers`: those that attach too, since
 * it attaches them to nobody. It is the normal form that is shared, so that is shown.
 */
export function sharedValueSteps(scope: Scope, input: IdentityInput): StatementStep[] {
  const carriers = hasSharing(input) ? input.sources.flatMap((item) => carriersIn(scope, input, item)) : []
  const select = sql`
    select
      ${name('source')},
      ${name('identifier')},
      min(${name('value')}) as ${name('value')},
      ${name('rule')},
      count(*) as ${name('row_count')},
      min(${name('record_key')}) as ${name('sample_record_key')}
    from (
      ${carriers.length === 0 ? sql`` : unionAll(carriers)}
    ) as ${name('carriers')}
    group by ${name('source')}, ${name('identifier')}, ${name('node')}, ${name('rule')}
  `
  return createTable(
    scope,
    'Shared values, listed as refused.',
    next(scope, sharedValuesTable(input.entity.name)),
    carriers.length === 0 ? noRows(scope, rejectedIdentifiersShape) : select,
  )
}

function carriersIn(scope: Scope, input: IdentityInput, { source, about }: SourceAbout): Sql[] {
  const { shared } = scratchOf(scope, input.entity.name)
  const columns = nodeColumns(input.entity, about)
  return columns.flatMap((c, i) => {
    if (!isShareable(input, c.type)) return []
    const earlier = columns.slice(0, i).filter((other) => other.type === c.type)
    return [
      sql`
        select
          ${cast(scope, literal(source.name), 'string')} as ${name('source')},
          ${cast(scope, literal(c.type), 'string')} as ${name('identifier')},
          ${name(c.value)} as ${name('value')},
          ${name(c.column)} as ${name('node')},
          ${name('s', 'rule')},
          ${name('record_key')}
        from ${from(whole(scope, rowsTable(source.name)))}
        join ${from(shared)} as ${name('s')} on ${name('s', 'node')} = ${name(c.column)}
        where ${allOf(differsFrom(c, earlier))}
      `,
    ]
  })
}
